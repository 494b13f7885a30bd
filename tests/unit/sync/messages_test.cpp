#include "sync/session/messages.h"

#include <set>

#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

// The messages of two real sessions, between them one of nearly every type, and the rest by hand.
std::vector<Message> samples() {
  Bench b;
  Machine& ana = b.enrol(10, "clerk", unit_four);
  b.admit_case(20, unit_four, ana.worker);
  std::vector<Message> all;
  const auto add = [&](const Bench::Session& session) {
    all.insert(all.end(), session.messages.begin(), session.messages.end());
  };
  add(b.session(ana));
  b.keep(ana, draft(30)
                  .in(numbered(20))
                  .says(0, {write(header::type, Value::of_code(1))})
                  .says(1, {write(16, Value::of_text("seen"))}));
  b.keep(ana, draft(31).in(numbered(99)).says(0, {write(header::type, Value::of_code(1))}));
  add(b.session(ana));
  b.admit(draft(40)
              .in(numbered(20))
              .on(numbered(21))
              .of(kinds::assignment)
              .says(0, {write(assignment_facts::until, Value::of_moment(minute(1)))}));
  ana.store.begin();
  ana.store.set_coverage(numbered(98), CoverageEntry{});
  ana.store.commit();
  add(b.session(ana));
  all.emplace_back(PushAudit{to_bytes(as_bytes("looked"))});
  all.emplace_back(AuditKept{7});
  all.emplace_back(WantAttachment{Digest{1}, 4096});
  all.emplace_back(AttachmentChunk{Digest{1}, 4096, 5000, to_bytes(as_bytes("scan"))});
  all.emplace_back(Parting{true});
  all.emplace_back(Wake{});
  all.emplace_back(Refused{501});
  return all;
}

}  // namespace

TEST_CASE("law: a message comes out as it went in, under the number of its type") {
  std::set<std::size_t> types;
  for (const Message& message : samples()) {
    CAPTURE(std::string(name_of(message)));
    const Bytes bytes = write_message(message);
    REQUIRE_FALSE(bytes.empty());
    CHECK(bytes[0] == message.index() + 1);
    const Result<Message> read = read_message(bytes);
    REQUIRE(read.ok());
    CHECK(read->index() == message.index());
    CHECK(write_message(*read) == bytes);
    types.insert(message.index());
  }
  CHECK(types.size() == std::variant_size_v<Message>);
}

TEST_CASE("the numbers of the types never change") {
  const std::string_view names[] = {
      "hello",           "status",           "coverage", "push",  "push_audit", "audit_kept",
      "purged",          "push_end",         "receipts", "reach", "page",       "complete",
      "want_attachment", "attachment_chunk", "part",     "wake",  "refused"};
  for (const Message& message : samples()) CHECK(name_of(message) == names[message.index()]);
  static_assert(std::size(names) == std::variant_size_v<Message>);
}

TEST_CASE("what is no message is refused") {
  CHECK(read_message({}).fault() == Fault::truncated);
  for (const unsigned type : {0U, 18U, 19U, 127U, 128U, 255U}) {
    const Bytes bytes{static_cast<std::uint8_t>(type), 0, 0};
    CHECK(read_message(bytes).fault() == Fault::unknown_type);
  }
  CHECK(read_message(Bytes{8, 0}).fault() == Fault::trailing_bytes);  // PUSH END has no body
  CHECK(read_message(Bytes{15, 2}).fault() == Fault::bad_value);      // neither watching nor not
}

TEST_CASE(
    "law: a message cut anywhere is refused; one altered anywhere is refused, or is exactly what it says") {
  SeededRandom random(13);
  for (const Message& message : samples()) {
    CAPTURE(std::string(name_of(message)));
    const Bytes good = write_message(message);
    for (std::size_t at = 0; at < good.size(); at += 1 + good.size() / 400) {
      REQUIRE_FALSE(read_message(BytesView(good).first(at)).ok());
      Bytes altered = good;
      altered[at] ^= static_cast<std::uint8_t>(1 + random.below(255));
      const Result<Message> read = read_message(altered);
      if (read.ok()) REQUIRE(write_message(*read) == altered);
    }
    Bytes longer = good;
    longer.push_back(0);
    REQUIRE_FALSE(read_message(longer).ok());
  }
}

}  // namespace caseload::sync
