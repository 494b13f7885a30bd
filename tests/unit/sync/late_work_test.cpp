#include "sync/office/held_content.h"
#include "sync/office/intake.h"
#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

Change whole(std::uint32_t number, const std::string& words) {
  return draft(number).in(numbered(99)).says(1, {write(16, Value::of_text(words))}).change();
}

// An office with ana, a clerk, and a case that is not hers.
struct Office : Bench {
  Office() : ana(&enrol(20, "clerk", numbered(4))) {}
  void hold(std::uint32_t number) {
    keep(*ana, draft(number).in(numbered(99)).says(1, {write(16, Value::of_text("late"))}));
    for (const Push& push : cut(*ana)) REQUIRE(take(push).ok());
    REQUIRE(office.find(numbered(number))->position == 0);
  }
  Result<void> declined(const Id& change) {
    return in_office([&] { return decline(office, change); });
  }
  Machine* ana;
};

}  // namespace

TEST_CASE("held changes go into pieces and come out byte for byte, whatever their size and order") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{1000}, piece_bytes - 60, piece_bytes, 2 * piece_bytes + 7}) {
    CAPTURE(size);
    std::vector<Bytes> packed;
    for (std::uint32_t n : {31U, 32U, 33U}) packed.push_back(pack(whole(n, n == 32 ? std::string(size, 'x') : "short")));
    std::vector<std::string> pieces = to_pieces(packed);
    for (const std::string& piece : pieces) CHECK(piece.size() < value_bytes_max);
    std::ranges::reverse(pieces);
    const Result<std::vector<Change>> changes = read_pieces(pieces);
    REQUIRE(changes.ok());
    REQUIRE(changes->size() == 3);
    for (std::size_t i = 0; i < packed.size(); ++i) CHECK(pack((*changes)[i]) == packed[i]);
  }
}

TEST_CASE("pieces that are not all there, or not what they say, are refused") {
  const std::vector<std::string> good = to_pieces({pack(whole(31, std::string(2 * piece_bytes, 'x')))});
  REQUIRE(good.size() == 3);
  struct Row {
    const char* what;
    std::function<void(std::vector<std::string>&)> spoil;
    Fault::Code fault;
  };
  const Row rows[] = {
      {"none", [](auto& p) { p.clear(); }, Fault::truncated},
      {"the first missing", [](auto& p) { p.erase(p.begin()); }, Fault::bad_value},
      {"one in between missing", [](auto& p) { p.erase(p.begin() + 1); }, Fault::bad_value},
      {"the last missing", [](auto& p) { p.pop_back(); }, Fault::truncated},
      {"one twice", [](auto& p) { p.push_back(p[1]); }, Fault::bad_value},
      {"one more", [](auto& p) { p.push_back("000003 00"); }, Fault::trailing_bytes},
      {"no number", [](auto& p) { p[0] = p[0].substr(7); }, Fault::bad_value},
      {"a negative number", [](auto& p) { p[0][0] = '-'; }, Fault::bad_value},
      {"no hexadecimal", [](auto& p) { p[2].back() = 'g'; }, Fault::bad_value},
      {"half a byte", [](auto& p) { p[2].pop_back(); }, Fault::bad_value},
      {"an empty text", [](auto& p) { p[1].clear(); }, Fault::bad_value},
      {"no change in it", [](auto& p) { p = to_pieces({Bytes{1, 2, 3}}); }, Fault::truncated},
      {"too many", [&](auto& p) {
         std::vector<Bytes> all(3, Bytes(held_content_bytes_max / 2, 1));
         p = to_pieces(all);
       }, Fault::too_large},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    std::vector<std::string> pieces = good;
    row.spoil(pieces);
    const Result<std::vector<Change>> changes = read_pieces(pieces);
    REQUIRE_FALSE(changes.ok());
    const bool as_said = changes.fault() == row.fault || row.fault == Fault::truncated;  // of broken bytes: whatever broke first
    CHECK(as_said);
  }
}

TEST_CASE("declined late work is kept, waits no more, and takes no room of its device") {
  Office o;
  o.hold(31);
  CHECK(o.device(*o.ana).late_changes == 1);
  CHECK(o.declined(numbered(31)).ok());
  const OfficeChange kept = *o.office.find(numbered(31));
  CHECK(kept.position == 0);
  CHECK(kept.held_for == Fault::declined);
  CHECK(kept.change.is_whole());
  CHECK(o.device(*o.ana).late_changes == 0);
  CHECK(o.device(*o.ana).late_bytes == 0);
  CHECK(o.declined(numbered(31)).fault() == Fault::already_there);
  CHECK(o.declined(numbered(32)).fault() == Fault::not_found);
  CHECK(o.device(*o.ana).late_changes == 0);  // counted off once
}

TEST_CASE("what is in the log cannot be declined, and what was declined can be brought back, and counts nowhere twice") {
  Office o;
  o.hold(31);
  o.hold(32);
  REQUIRE(o.in_office([&] { return release(o.office, o.intake(), numbered(31)); }).ok());
  CHECK(o.declined(numbered(31)).fault() == Fault::already_there);
  REQUIRE(o.declined(numbered(32)).ok());
  CHECK(o.device(*o.ana).late_changes == 0);
  CHECK(o.in_office([&] { return release(o.office, o.intake(), numbered(32)); }).ok());
  CHECK(o.device(*o.ana).late_changes == 0);
}

}  // namespace caseload::sync
