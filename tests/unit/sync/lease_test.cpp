#include "sync/sharing/lease.h"

#include "common/record/catalogue.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using std::chrono::days;
using std::chrono::hours;

WallTime at(const char* text) { return *parse_moment(text); }

const WallTime start = at("2026-11-02T09:00:00Z");

Id device_id() {
  Id id;
  id.bytes[15] = 5;
  return id;
}

Lease thirty_days() { return grant_lease({device_id(), 3}, start); }

struct Office {
  explicit Office(std::uint64_t seed = 1) : random(seed) {}

  SeededRandom random;
  SigningKey key = SigningKey::generate(random);
  Ed25519Checker checker;

  LeaseExpected expects(std::uint64_t number_min = 0) const { return {key.public_key(), checker, device_id(), number_min}; }
};

}  // namespace

TEST_CASE("a lease is read as it was signed, by the device it is for, from its office") {
  const Office office;
  const Bytes bytes = sign_lease(thirty_days(), office.key);
  const Result<Lease> read = read_lease(bytes, office.expects(3));
  REQUIRE(read.ok());
  CHECK(*read == thirty_days());
  CHECK(read->until() - read->granted() == days(30));

  CHECK(read_lease(bytes, office.expects(4)).fault() == Fault::replayed);
  const Office elsewhere(2);
  CHECK(read_lease(bytes, elsewhere.expects()).fault() == Fault::bad_signature);
  Lease other = thirty_days();
  other.device = Id{};
  CHECK(read_lease(sign_lease(other, office.key), office.expects()).fault() == Fault::not_for_me);
}

TEST_CASE("no altered byte, cut or addition passes for a lease") {
  const Office office;
  const Bytes good = sign_lease(thirty_days(), office.key);
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= 0x10;
    CHECK(!read_lease(bad, office.expects()).ok());
    CHECK(!read_lease(BytesView(good).first(i), office.expects()).ok());
  }
  Bytes longer = good;
  longer.push_back(0);
  CHECK(read_lease(longer, office.expects()).fault() == Fault::trailing_bytes);
  Bytes newer = good;
  newer.front() = 2;
  CHECK(read_lease(newer, office.expects()).fault() == Fault::upgrade_needed);
  CHECK(read_lease({}, office.expects()).fault() == Fault::truncated);
}

TEST_CASE("a lease of impossible length is refused, even one that the office signed") {
  const Office office;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  const std::int64_t now = to_milliseconds(start);
  const struct {
    std::int64_t granted;
    std::int64_t until;
  } rows[] = {{now, now}, {now, now - 1}, {now, now + 30LL * 86'400'000 + 1}, {now, most}, {least, most}, {least, least},
              {most, most}, {most, least}, {-1, 1}, {most - 1, most}};
  for (const auto& row : rows) {
    CAPTURE(row.granted);
    CAPTURE(row.until);
    const Lease lease{lease_format, device_id(), 1, row.granted, row.until};
    CHECK(read_lease(sign_lease(lease, office.key), office.expects()).fault() == Fault::bad_value);
  }
}

TEST_CASE("a lease warns, then leaves safety to be read, then locks, and a wrong clock locks until it is right") {
  const WallTime end = start + days(30);
  const struct {
    const char* what;
    WallTime floor;
    WallTime clock;
    LeaseState state;
    std::optional<Fault::Code> why;
    std::optional<WallTime> next;
  } rows[] = {
      {"just granted", start, start, LeaseState::active, {}, end - days(5)},
      {"a millisecond before the warning", start, end - days(5) - Duration(1), LeaseState::active, {}, end - days(5)},
      {"the warning", start, end - days(5), LeaseState::ending_soon, {}, end},
      {"the last millisecond", start, end - Duration(1), LeaseState::ending_soon, {}, end},
      {"the end", start, end, LeaseState::safety_read_only, Fault::lease_ended, end + days(3)},
      {"the last millisecond of grace", start, end + days(3) - Duration(1), LeaseState::safety_read_only, Fault::lease_ended, end + days(3)},
      {"after the grace", start, end + days(3), LeaseState::locked, Fault::lease_ended, {}},
      {"a year unseen", start, start + days(365), LeaseState::locked, Fault::lease_ended, {}},
      {"a zone set wrongly", start, start - hours(1), LeaseState::active, {}, end - days(5)},
      {"more than an hour back", start, start - hours(1) - Duration(1), LeaseState::locked, Fault::clock_back, {}},
      {"a year back", start, start - days(365), LeaseState::locked, Fault::clock_back, {}},
      {"1970", start, WallTime{}, LeaseState::locked, Fault::clock_back, {}},
      {"before 1970", start, at("1969-12-31T23:59:59Z"), LeaseState::locked, Fault::clock_back, {}},
      {"year 1", start, at("0001-01-01T00:00:00Z"), LeaseState::locked, Fault::clock_back, {}},
      {"2038", start, at("2038-01-19T03:14:08Z"), LeaseState::locked, Fault::clock_ahead, {}},
      {"ten years ahead", start, start + days(3650), LeaseState::locked, Fault::clock_ahead, {}},
      {"year 9999", start, at("9999-12-31T23:59:59Z"), LeaseState::locked, Fault::clock_ahead, {}},
      {"back to the start, when the end was seen", end, start, LeaseState::locked, Fault::clock_back, {}},
      {"half an hour before the end, when the end was seen", end, end - Duration(1'800'000), LeaseState::safety_read_only, Fault::lease_ended, end + days(3)},
      {"a floor older than the lease itself", start - days(20), start - days(20), LeaseState::active, {}, end - days(5)},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const LeaseVerdict verdict = judge_lease(thirty_days(), TimeFloor(row.floor), row.clock);
    CHECK(verdict.state == row.state);
    CHECK(verdict.why == row.why);
    CHECK(verdict.next == row.next);
  }
}

TEST_CASE("the floor of time never goes back, whatever the clock and the office say, and believes no clock years ahead") {
  TimeFloor floor(start);
  floor.observe(start - days(1));
  CHECK(floor.value() == start);
  floor.observe(start + days(2));
  CHECK(floor.value() == start + days(2));
  floor.trust(start);
  CHECK(floor.value() == start + days(2));
  floor.trust(start + days(4000));  // the office is believed
  CHECK(floor.value() == start + days(4000));

  TimeFloor steady(start);
  steady.observe(at("2038-01-19T03:14:08Z"));
  steady.observe(at("9999-12-31T23:59:59Z"));
  CHECK(steady.value() == start);
  CHECK(judge_lease(thirty_days(), steady, start + days(1)).state == LeaseState::active);  // the clock was set right
}

TEST_CASE("no sequence of clocks opens a lease again once its end was seen") {
  SeededRandom random(11);
  for (int world = 0; world < 300; ++world) {
    TimeFloor floor(start);
    LeaseState worst = LeaseState::active;
    WallTime last = floor.value();
    for (int step = 0; step < 60; ++step) {
      const WallTime clock = start - days(40) + hours(static_cast<std::int64_t>(random.below(24 * 120)));
      floor.observe(clock);
      REQUIRE(floor.value() >= last);
      last = floor.value();
      const LeaseVerdict verdict = judge_lease(thirty_days(), floor, clock);
      if (verdict.why == Fault::lease_ended) worst = std::max(worst, verdict.state);
      REQUIRE(verdict.state >= worst);
    }
  }
}

TEST_CASE("what stays readable is who it is, where, and what endangers whom, by the catalogue's names") {
  const struct {
    const char* kind;
    const char* section;
    bool safety;
  } rows[] = {{"case", "identity", true}, {"case", "visit", true}, {"case", "header", true}, {"case", "legal", false},
              {"case", "attention", false}, {"person", "identity", true}, {"person", "contact", true},
              {"person", "safety", true}, {"person", "background", false}, {"person", "context", false},
              {"risk", "level", true}, {"risk", "assessment", true}, {"incident", "account", true},
              {"contact_restriction", "terms", true}, {"crisis", "course", true}, {"note", "narrative", false},
              {"note", "header", false}, {"action", "content", false}, {"consent", "terms", false}};
  for (const auto& row : rows) {
    CAPTURE(row.kind);
    CAPTURE(row.section);
    const KindEntry* kind = Catalogue::built_in().find_kind(row.kind);
    REQUIRE(kind != nullptr);
    const SectionEntry* section = kind->find_section(row.section);
    REQUIRE(section != nullptr);
    CHECK(is_safety_section(kind->number, section->number) == row.safety);
  }
}

}  // namespace caseload::sync
