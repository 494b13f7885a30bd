// The engine on every store: the same story, told by the same people, leaves the same in each: the same bytes on
// the wire, the same receipts, the same ledger and the same facts.
#include "sync/office/facts.h"
#include "sync/session/messages.h"
#include "tests/unit/server/store/subjects.h"
#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;
using sync::test::Bench;
using sync::test::Machine;
using sync::test::write;

namespace {

const Id file = numbered(20), other_file = numbered(24);

sync::test::Draft note_in(std::uint32_t number, const Id& scope) {
  return draft(number)
      .in(scope)
      .says(0, {write(header::type, Value::of_code(1))})
      .says(1, {write(16, Value::of_text("seen at home"))});
}

// What everybody said to everybody, and how it ended.
struct Told {
  std::vector<Bytes> messages;
  std::vector<Bytes> receipts;
  std::vector<Fault::Code> refusals;
};

void hear(Told& told, const Bench::Session& session) {
  CHECK(session.ended);
  for (const sync::Message& message : session.messages) told.messages.push_back(write_message(message));
}

void take_in(Told& told, Bench& bench, const sync::Push& push) {
  const Result<sync::Signed<sync::Receipt>> receipt = bench.take(push);
  if (receipt)
    told.receipts.push_back(encode(*receipt));
  else
    told.refusals.push_back(receipt.fault().code());
}

// A case of ana's; notes of hers; work on a case that is not hers, which waits; a forged segment; the chief reads.
Told tell(Bench& bench) {
  Told told;
  Machine& ana = bench.enrol(10, "clerk", numbered(4));
  Machine& ben = bench.enrol(11, "chief", numbered(4));
  bench.admit_case(20, numbered(4), ana.worker);
  bench.admit_case(24, numbered(5), ben.worker);
  for (Machine* machine : {&ana, &ben}) hear(told, bench.session(*machine));
  for (std::uint32_t n = 30; n < 40; ++n) bench.keep(ana, note_in(n, file));
  for (const sync::Push& push : bench.cut(ana)) {
    sync::Push forged = push;
    forged.segment.number += 5;
    take_in(told, bench, forged);
    take_in(told, bench, push);
    take_in(told, bench, push);  // again: the receipt of before
  }
  hear(told, bench.session(ana));
  bench.keep(ana, note_in(40, other_file));
  for (Machine* machine : {&ana, &ben, &ana}) hear(told, bench.session(*machine));
  if (bench.office.find(numbered(40))) {
    bench.in_office([&] {
      const bool released = release(bench.office, bench.intake(), numbered(40)).ok();
      sign_head(bench.office, bench.intake());
      return released;
    });
  }
  for (Machine* machine : {&ben, &ana}) hear(told, bench.session(*machine));
  return told;
}

void same_office(const Bench& here, const Bench& there) {
  REQUIRE(here.office.ledger_size() == there.office.ledger_size());
  CHECK(here.office.head() == there.office.head());
  CHECK(here.office.last_position() == there.office.last_position());
  CHECK(here.office.scopes() == there.office.scopes());
  for (const auto& [id, held] : there.memory.contents().changes)
    CHECK(all_of(*here.office.find(id)) == all_of(held));
  for (const auto& [id, device] : there.memory.contents().devices) {
    CHECK(here.office.find_device(id) == device);
    CHECK(here.office.coverage(id) == there.office.coverage(id));
    CHECK(all_of(here.office.custody(id)) == all_of(there.office.custody(id)));
  }
  const sync::OfficeFacts ours(here.office, here.catalogue, {minute(200)});
  const sync::OfficeFacts theirs(there.office, there.catalogue, {minute(200)});
  for (const Id& scope : there.office.scopes()) {
    CHECK(ours.scope(scope).unit == theirs.scope(scope).unit);
    CHECK(ours.scope(scope).assignments.size() == theirs.scope(scope).assignments.size());
  }
  for (const auto& [id, held] : there.memory.contents().changes) {
    CHECK(ours.state(held.change.header.record) == theirs.state(held.change.header.record));
  }
}

}  // namespace

TEST_CASE_TEMPLATE("whole sessions say the same, byte for byte, whatever store the office has", Subject,
                   EVERY_DATABASE) {
  Subject subject;
  Bench memory;
  Bench database(&subject.store());
  const Told expected = tell(memory);
  const Told told = tell(database);
  CHECK(told.messages == expected.messages);
  CHECK(told.receipts == expected.receipts);
  CHECK(told.refusals == expected.refusals);
  CHECK(told.receipts.size() >= 2);
  CHECK_FALSE(told.refusals.empty());
  CHECK(memory.office.find(numbered(40))->position != 0);
  CHECK_FALSE(memory.office.changes_of_record(numbered(35)).empty());
  same_office(database, memory);
}
