#include "sync/office/intake.h"

#include <functional>

#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

const Id file = numbered(20);

Draft note_in(std::uint32_t number, const Id& scope = file) {
  return draft(number)
      .in(scope)
      .says(0, {write(header::type, Value::of_code(1))})
      .says(1, {write(16, Value::of_text("seen"))});
}

// A case of ana's, and ana's device.
struct Office : Bench {
  Office() {
    admit_case(20, unit_four, numbered(10));
    ana = &enrol(10, "clerk", unit_four);
  }
  std::vector<Push> written(std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) keep(*ana, note_in(first + i));
    return cut(*ana);
  }
  // The segment again, over other changes or with another header, signed by the device.
  Push again(Push push, const std::function<void(SegmentHeader&)>& alter,
             std::vector<Change> changes = {}) const {
    alter(push.segment);
    if (changes.empty()) {
      for (const Bytes& bytes : push.changes) changes.push_back(*unpack(bytes));
    }
    push.changes.clear();
    std::vector<Digest> digests;
    for (const Change& change : changes) {
      push.changes.push_back(pack(change));
      digests.push_back(digest_of(change.header));
    }
    close_segment(push.segment, digests, ana->key);
    return push;
  }
  Machine* ana = nullptr;
};

const auto as_it_is = [](SegmentHeader&) {};

}  // namespace

TEST_CASE("what is accepted stands at the next positions, in order, and the receipt says so") {
  Office o;
  const std::uint64_t last = o.office.last_position();
  const std::uint64_t leaves = o.office.ledger_size();
  const Result<Signed<Receipt>> receipt = o.take(o.written(30, 3)[0]);
  REQUIRE(receipt.ok());
  CHECK(verify(*receipt, {o.log, o.ledger_key.public_key(), o.checker}).ok());
  CHECK(receipt->body.first_position == last + 1);
  CHECK(receipt->body.accepted == ChangeBits::first(3));
  for (std::uint32_t i = 0; i < 3; ++i) {
    const std::optional<OfficeChange> held = o.office.find(numbered(30 + i));
    REQUIRE(held.has_value());
    CHECK(held->position == last + 1 + i);
    CHECK(held->accepted == receipt->body.accepted_at);
    CHECK(held->leaf == leaves);
  }
  CHECK(o.office.last_position() == last + 3);
  CHECK(o.office.ledger_size() == leaves + 1);
  CHECK(o.office.head()->body.tree.size == leaves + 1);
  CHECK(o.office.head()->body.tree.digest == root_at(o.office.nodes(), leaves + 1));
}

TEST_CASE("a change is judged by what the changes before it in its segment have moved") {
  Office o;
  Machine& ben = o.enrol(11, "chief", unit_four);
  const auto case_goes_to = [](std::uint32_t number, const Id& unit, const Id& replaced) {
    return draft(number).in(file).on(file).of(kinds::case_file).says(
        0, {write(case_facts::unit, Value::of_reference(unit), {replaced})});
  };
  o.keep(ben, note_in(30));
  o.keep(ben, case_goes_to(31, unit_five, file));  // no longer his unit's
  o.keep(ben, note_in(32));
  const Result<Signed<Receipt>> receipt = o.take(o.cut(ben)[0]);
  REQUIRE(receipt.ok());
  CHECK(receipt->body.accepted == ChangeBits::first(2));
  CHECK(o.office.find(numbered(32))->held_for == Fault::not_allowed);
}

TEST_CASE("a case that is begun in a segment is known to the notes after it, and a note that is no case is not") {
  Office o;
  o.keep(*o.ana, note_in(30, numbered(33)));  // its case comes after it
  o.keep(*o.ana, draft(33).in(numbered(33)).of(kinds::case_file).says(
                     0, {write(case_facts::unit, Value::of_reference(unit_four))}));
  o.keep(*o.ana, note_in(34, numbered(33)));
  o.keep(*o.ana, note_in(35, numbered(34)));
  const Result<Signed<Receipt>> receipt = o.take(o.cut(*o.ana)[0]);
  REQUIRE(receipt.ok());
  const std::vector<Fault::Code> expected{Fault::not_found, Fault::Code{}, Fault::Code{}, Fault::bad_change};
  for (std::uint32_t i = 0; i < expected.size(); ++i) {
    const std::optional<OfficeChange> held = o.office.find(numbered(std::array{30U, 33U, 34U, 35U}[i]));
    REQUIRE(held.has_value());
    INFO(i);
    CHECK((held->position != 0 ? Fault::Code{} : held->held_for) == expected[i]);
  }
}

TEST_CASE("a segment that comes twice is taken once, and has the receipt it had") {
  Office o;
  const Push push = o.written(30, 2)[0];
  const Result<Signed<Receipt>> first = o.take(push);
  const MemoryOfficeStore::Contents before = o.memory.contents();
  o.clock.advance(std::chrono::hours(5));
  const Result<Signed<Receipt>> second = o.take(push);
  REQUIRE((first.ok() && second.ok()));
  CHECK(*first == *second);
  CHECK(o.office.last_position() == before.by_position.rbegin()->first);
  CHECK(o.office.ledger_size() == before.acceptances.size());
}

TEST_CASE("a segment that comes again with bytes that are no changes is refused, and the office goes on") {
  Office o;
  const Push push = o.written(30, 2)[0];
  const OfficeSelf self{o.catalogue, o.rules, o.log, office_scope, o.ledger_key, o.checker, o.clock, o.page};
  OfficeDesk desk(o.office, self, PeerFacts{o.ana->device, false});
  REQUIRE(desk.store(push).ok());
  Push garbled = push;
  garbled.changes[0] = Bytes{1, 2, 3};
  CHECK_FALSE(desk.store(garbled).ok());
  CHECK(desk.store(push).ok());
}

TEST_CASE("a segment that does not hold is refused, and nothing of it is kept") {
  struct Row {
    std::string what;
    std::function<Push(Office&, const Push&)> spoil;
    Fault::Code fault;
  };
  const auto altered = [](const std::function<void(Push&)>& alter) {
    return [alter](Office&, const Push& push) {
      Push other = push;
      alter(other);
      return other;
    };
  };
  const auto resigned = [](const std::function<void(SegmentHeader&)>& alter) {
    return [alter](Office& o, const Push& push) { return o.again(push, alter); };
  };
  const Row rows[] = {
      {"another device's name", altered([](Push& p) { p.segment.device = numbered(77); }), Fault::not_found},
      {"an altered number", altered([](Push& p) { p.segment.number += 1; }), Fault::bad_signature},
      {"an altered signature", altered([](Push& p) { p.segment.signature[5] ^= 1; }), Fault::bad_signature},
      {"a change too few", altered([](Push& p) { p.changes.pop_back(); }), Fault::bad_segment},
      {"a change too many", altered([](Push& p) { p.changes.push_back(p.changes[0]); }), Fault::bad_segment},
      {"changes swapped", altered([](Push& p) { std::swap(p.changes[0], p.changes[1]); }), Fault::bad_proof},
      {"bytes that are no change", altered([](Push& p) { p.changes[0].resize(9); }), Fault::truncated},
      {"an altered word", altered([](Push& p) { p.changes[0][p.changes[0].size() - 3] ^= 1; }),
       Fault::bad_proof},
      {"a later format", resigned([](SegmentHeader& s) { s.format = 2; }), Fault::upgrade_needed},
      {"a number ahead", resigned([](SegmentHeader& s) { s.number = 9; }), Fault::out_of_order},
      {"an epoch that was not granted", resigned([](SegmentHeader& s) { s.epoch = 2; }), Fault::twin},
      {"one that follows another", resigned([](SegmentHeader& s) { s.previous[0] ^= 1; }), Fault::twin},
      {"somebody else's change",
       [](Office& o, const Push& p) { return o.again(p, as_it_is, {note_in(30).by(numbered(11)).change()}); },
       Fault::bad_segment},
      {"a part withheld",
       [](Office& o, const Push& p) {
         const SectionNumber one[] = {0};
         return o.again(p, as_it_is, {*project(note_in(30).by(o.ana->worker).change(), one)});
       },
       Fault::bad_change},
      {"a known change with other content",
       [](Office& o, const Push& p) {
         return o.again(p, as_it_is,
                        {draft(20)
                             .by(o.ana->worker)
                             .of(kinds::case_file)
                             .says(1, {write(20, Value::of_text("B"))})
                             .change()});
       },
       Fault::changed_bytes},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Office o;
    const Push good = o.written(30, 2)[0];
    const std::uint64_t last = o.office.last_position();
    const Result<Signed<Receipt>> receipt = o.take(row.spoil(o, good));
    REQUIRE_FALSE(receipt.ok());
    CHECK(receipt.fault().code() == row.fault);
    CHECK(o.office.last_position() == last);
    CHECK_FALSE(o.office.find(numbered(30)));
    CHECK(o.device(*o.ana).next_number == 1);
    CHECK(o.take(good).ok());  // the honest one still comes through
  }
}

TEST_CASE("a whole change whose seed was lost on the way is taken: its salts came with its parts") {
  Office o;
  const Push push = o.written(30, 1)[0];
  Change change = *unpack(push.changes[0]);
  change.seed.reset();
  REQUIRE(o.take(o.again(push, as_it_is, {change})).ok());
  CHECK(o.office.find(numbered(30))->change == change);
}

TEST_CASE("another segment of a number that is used is a second copy of the device at work") {
  Office o;
  const Push push = o.written(30, 1)[0];
  REQUIRE(o.take(push).ok());
  const Push other = o.again(push, as_it_is, {note_in(31).by(o.ana->worker).change()});
  CHECK(o.take(other).fault() == Fault::twin);
  CHECK_FALSE(o.office.find(numbered(31)));
}

TEST_CASE("each change is judged once: accepted, late or known, and what builds on late work is late too") {
  Office o;
  o.keep(*o.ana, note_in(30));
  o.keep(*o.ana, note_in(31, numbered(99)));  // a case that is not there
  o.keep(*o.ana, draft(32).in(numbered(99)).on(numbered(31)).says(1, {write(17, Value::of_text("more"))}));
  o.keep(*o.ana, note_in(33));
  const std::vector<Push> pushes = o.cut(*o.ana);
  REQUIRE(pushes.size() == 1);
  const Result<Signed<Receipt>> receipt = o.take(pushes[0]);
  REQUIRE(receipt.ok());
  std::string judged;
  for (std::size_t i = 0; i < pushes[0].changes.size(); ++i) {
    const Id id = unpack(pushes[0].changes[i])->header.id;
    const bool accepted = receipt->body.judgement_of(i) == Receipt::Judgement::accepted;
    judged += id.to_string().back() + std::string(accepted ? "+" : "-");
    CHECK((o.office.find(id)->position != 0) == accepted);
  }
  CHECK(std::ranges::count(judged, '+') == 2);
  CHECK(o.office.find(numbered(31))->held_for == Fault::not_found);
  CHECK(o.office.find(numbered(32))->held_for == Fault::held);
  CHECK(o.office.held_of_record(numbered(31)).size() == 2);
  CHECK(o.device(*o.ana).late_changes == 2);
  CHECK(o.device(*o.ana).late_bytes > 0);
}

TEST_CASE("a segment of late work alone has a receipt, and no acceptance") {
  Office o;
  o.keep(*o.ana, note_in(31, numbered(99)));
  const std::uint64_t leaves = o.office.ledger_size();
  const Result<Signed<Receipt>> receipt = o.take(o.cut(*o.ana)[0]);
  REQUIRE(receipt.ok());
  CHECK_FALSE(receipt->body.acceptance().has_value());
  CHECK(*decode<Signed<Receipt>>(encode(*receipt)) == *receipt);
  CHECK(o.office.ledger_size() == leaves);
}

TEST_CASE("acceptance times rise from commit to commit, though the office's clock goes back") {
  Office o;
  WallTime last = o.office.acceptance(o.office.ledger_size() - 1).accepted_at;
  for (std::uint32_t i = 0; i < 5; ++i) {
    o.clock.set(minute(i == 2 ? -100'000 : i == 3 ? 200 : 100));
    o.keep(*o.ana, note_in(30 + i));
    const Result<Signed<Receipt>> receipt = o.push(*o.ana);
    REQUIRE(receipt.ok());
    CHECK(receipt->body.accepted_at > last);
    last = receipt->body.accepted_at;
    CHECK(o.office.head()->body.at > WallTime(minute(99)));
  }
  CHECK(last >= minute(200));
}

TEST_CASE("a change that came before by another way keeps its position") {
  Office o;
  o.keep(*o.ana, note_in(30));
  REQUIRE(o.push(*o.ana).ok());
  const std::uint64_t position = o.office.find(numbered(30))->position;
  const std::uint64_t last = o.office.last_position();
  SegmentHeader next;
  next.device = o.ana->device;
  next.epoch = 1;
  next.number = 2;
  next.first_seq = 2;
  next.previous = o.device(*o.ana).previous;
  const Push push = o.again(Push{next, {}}, as_it_is,
                            {note_in(30).by(o.ana->worker).change(), note_in(31).by(o.ana->worker).change()});
  const Result<Signed<Receipt>> receipt = o.take(push);
  REQUIRE(receipt.ok());
  CHECK(receipt->body.judgement_of(0) == Receipt::Judgement::known);
  CHECK(receipt->body.position_of(0) == position);
  CHECK(receipt->body.position_of(1) == last + 1);
  CHECK(o.office.find(numbered(30))->position == position);
}

TEST_CASE("released late work enters the log at a new position, and is not late any more") {
  Office o;
  o.keep(*o.ana, note_in(31, numbered(99)));
  REQUIRE(o.take(o.cut(*o.ana)[0]).ok());
  const std::uint64_t last = o.office.last_position();
  const auto released = [&](const Id& change) {
    return o.in_office([&] { return release(o.office, o.intake(), change); });
  };
  CHECK(released(numbered(31)).ok());
  CHECK(o.office.find(numbered(31))->position == last + 1);
  CHECK(o.office.find(numbered(31))->change.header.author == o.ana->worker);
  CHECK(o.office.held_of_record(numbered(31)).empty());
  CHECK(o.device(*o.ana).late_changes == 0);
  CHECK(o.device(*o.ana).late_bytes == 0);
  CHECK(released(numbered(31)).fault() == Fault::already_there);
  CHECK(released(numbered(32)).fault() == Fault::not_found);
}

TEST_CASE("late work beyond the quota stays on the device: the whole segment is refused") {
  Office o;
  OfficeDevice device = o.device(*o.ana);
  device.late_changes = late_changes_max - 1;
  o.set_device(device);
  o.keep(*o.ana, note_in(31, numbered(99)));
  o.keep(*o.ana, note_in(32, numbered(99)));
  const std::vector<Push> pushes = o.cut(*o.ana);
  CHECK(o.take(pushes[0]).fault() == Fault::quota);
  CHECK_FALSE(o.office.find(numbered(31)));
  CHECK(o.device(*o.ana).late_changes == late_changes_max - 1);
  device.late_changes = 0;
  o.set_device(device);
  CHECK(o.take(pushes[0]).ok());
}

TEST_CASE("a head is signed once a commit, and not without news") {
  Office o;
  const Signed<TreeHead> head = *o.office.head();
  CHECK(verify(head, {o.log, o.ledger_key.public_key(), o.checker}).ok());
  o.clock.advance(std::chrono::hours(1));
  o.office.begin();
  sign_head(o.office, o.intake());
  o.office.commit();
  CHECK(*o.office.head() == head);
}

}  // namespace caseload::sync
