#include "sync/device/outbox.h"

#include <functional>

#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

const Id file = numbered(20), other_file = numbered(24);

Draft note_in(std::uint32_t number, const Id& scope, std::string_view said = "seen") {
  return draft(number)
      .in(scope)
      .says(0, {write(header::type, Value::of_code(1))})
      .says(1, {write(16, Value::of_text(said))});
}

std::vector<Id> ids_of(const Push& push) {
  std::vector<Id> ids;
  for (const Bytes& bytes : push.changes) ids.push_back(unpack(bytes)->header.id);
  return ids;
}

struct Desk : Bench {
  Desk() {
    admit_case(20, unit_four, numbered(10));
    ana = &enrol(10, "clerk", unit_four);
  }
  template <class Act>
  void within(Act act) {
    ana->store.begin();
    act(ana->store);
    ana->store.commit();
  }
  Receipt receipt_for(const WaitingSegment& waiting, ChangeBits accepted) const {
    Receipt receipt;
    receipt.segment = {waiting.header.device, waiting.header.epoch, waiting.header.number,
                       digest_of(waiting.header), waiting.header.count};
    receipt.accepted = accepted;
    for (std::size_t i = 0; i < waiting.changes.size(); ++i) {
      if (!accepted.has(i)) receipt.late.add(i);
    }
    receipt.first_position = 500;
    receipt.accepted_at = minute(200);
    return receipt;
  }
  ChangeState state_of(std::uint32_t number) const { return ana->store.find(numbered(number))->state; }
  Machine* ana = nullptr;
};

}  // namespace

TEST_CASE("a change that was kept is in its record and in the outbox, at once") {
  Desk d;
  d.keep(*d.ana, note_in(30, file, "at home"));
  CHECK(text_of(d.ana->record(numbered(30)), 16) == Value::of_text("at home"));
  CHECK(d.ana->store.find_record(numbered(30))->author == d.ana->worker);
  CHECK(d.ana->store.unsent() == std::vector{numbered(30)});
  CHECK(d.state_of(30) == ChangeState::unsent);
  CHECK(d.ana->store.state().last_stamp == note_in(30, file).change().header.stamp);
  d.keep(*d.ana, note_in(31, file).when(minute(-50)));
  CHECK(d.ana->store.state().last_stamp == note_in(30, file).change().header.stamp);  // it never goes back
}

TEST_CASE("segments are cut by scope, each scope in the order it was written, and chained") {
  Desk d;
  for (std::uint32_t n = 30; n < 35; ++n) d.keep(*d.ana, note_in(n, n % 2 == 0 ? other_file : file));
  const std::vector<Push> pushes = d.cut(*d.ana);
  REQUIRE(pushes.size() == 1);
  CHECK(ids_of(pushes[0]) ==
        std::vector{numbered(30), numbered(32), numbered(34), numbered(31), numbered(33)});
  CHECK(d.ana->store.unsent().empty());
  d.keep(*d.ana, note_in(50, file));
  const std::vector<Push> again = d.cut(*d.ana);
  REQUIRE(again.size() == 2);
  CHECK(again[0].segment == pushes[0].segment);
  CHECK(again[1].segment.number == 2);
  CHECK(again[1].segment.first_seq == 6);
  CHECK(again[1].segment.previous == digest_of(again[0].segment));
  CHECK(again[1].segment.certificate_serial == 77);
  CHECK(d.ana->store.state().next_number == 3);
  CHECK(d.cut(*d.ana).size() == 2);  // nothing new
}

TEST_CASE("a segment without a receipt is sent again byte for byte, and verifies") {
  Desk d;
  for (std::uint32_t n = 30; n < 34; ++n) d.keep(*d.ana, note_in(n, file));
  const Push first = d.cut(*d.ana)[0];
  CHECK(verify_segment(first.segment, d.ana->key.public_key(), d.checker).ok());
  d.keep(*d.ana, draft(60).in(file).on(numbered(30)).says(1, {write(17, Value::of_text("more"))}));
  MemoryDeviceStore reopened{DeviceState{}};
  reopened.restore(d.ana->store.contents());
  const Push again = push_of(reopened, reopened.waiting()[0]);
  CHECK(write_message(first) == write_message(again));
}

TEST_CASE("a full segment ends with a scope, where that leaves it half full") {
  struct Row {
    std::uint32_t first;     // so many notes of one scope, then 300 of another
    std::size_t counts[2];  // of the first segments
  };
  for (const Row& row : {Row{127, {256, 171}}, Row{128, {128, 256}}, Row{200, {200, 256}}, Row{256, {256, 256}}, Row{257, {256, 256}}}) {
    CAPTURE(row.first);
    Desk d;
    for (std::uint32_t i = 0; i < row.first; ++i) d.keep(*d.ana, note_in(1000 + i, file));
    for (std::uint32_t i = 0; i < 300; ++i) d.keep(*d.ana, note_in(2000 + i, other_file));
    std::vector<std::size_t> counts;
    std::size_t all = 0;
    for (const Push& push : d.cut(*d.ana)) {
      counts.push_back(push.changes.size());
      all += counts.back();
    }
    REQUIRE(counts.size() >= 2);
    CHECK(all == row.first + 300);
    CHECK(counts[0] == row.counts[0]);
    CHECK(counts[1] == row.counts[1]);
  }
}

TEST_CASE("more than 256 changes, or more than 1 MiB, take several segments") {
  Desk d;
  for (std::uint32_t n = 0; n < 300; ++n) d.keep(*d.ana, note_in(1000 + n, file));
  for (std::uint32_t n = 0; n < 3; ++n) d.keep(*d.ana, note_in(2000 + n, file, std::string(600'000, 'x')));
  std::vector<std::size_t> counts;
  std::uint64_t seq = 1;
  Digest previous{};
  for (const Push& push : d.cut(*d.ana)) {
    counts.push_back(push.changes.size());
    CHECK(push.segment.count == push.changes.size());
    CHECK(push.segment.first_seq == seq);
    CHECK(push.segment.previous == previous);
    seq += push.changes.size();
    previous = digest_of(push.segment);
  }
  CHECK(counts == std::vector<std::size_t>{256, 45, 1, 1});
}

TEST_CASE(
    "a receipt: accepted changes take their place, late ones leave the record, and a second one changes "
    "nothing") {
  Desk d;
  d.keep(*d.ana, note_in(30, file, "seen"));
  d.keep(*d.ana, draft(31).in(file).on(numbered(30)).says(2, {write(25, Value::of_text("at school"))}));
  d.cut(*d.ana);
  const WaitingSegment waiting = d.ana->store.waiting()[0];
  const Receipt receipt = d.receipt_for(waiting, ChangeBits::first(1));
  d.within([&](DeviceStore& store) { apply_receipt(store, d.catalogue, receipt, 9); });
  CHECK(d.state_of(30) == ChangeState::accepted);
  CHECK(d.ana->store.find(numbered(30))->position == 500);
  CHECK(d.ana->store.find(numbered(30))->leaf == 9);
  CHECK(d.state_of(31) == ChangeState::late);
  CHECK(d.ana->store.find(numbered(31))->position == 0);
  const RecordState record = d.ana->record(numbered(30));
  CHECK(text_of(record, 16) == Value::of_text("seen"));
  CHECK(record.view(d.catalogue, 16).standing[0].origin.position == 500);
  CHECK(record.view(d.catalogue, 25).standing.empty());
  CHECK(d.ana->store.waiting().empty());
  const MemoryDeviceStore::Contents before = d.ana->store.contents();
  Receipt other = receipt;
  other.first_position = 900;
  d.within([&](DeviceStore& store) { apply_receipt(store, d.catalogue, other, 10); });
  CHECK(d.ana->store.find(numbered(30))->position == 500);
  CHECK(d.ana->record(numbered(30)) == record);
  CHECK(d.ana->store.contents().changes.size() == before.changes.size());
}

TEST_CASE("another epoch: what has no receipt is cut anew, and no change is altered or lost") {
  const std::function<void(DeviceStore&)> adoptions[] = {
      [](DeviceStore& store) { adopt_epoch(store, 4); },
      [](DeviceStore& store) { adopt_identity(store, numbered(77)); },
  };
  for (const auto& adopt : adoptions) {
    Desk d;
    for (std::uint32_t n = 30; n < 33; ++n) d.keep(*d.ana, note_in(n, file));
    const Push before = d.cut(*d.ana)[0];
    d.keep(*d.ana, note_in(33, file));
    d.within(adopt);
    CHECK(d.ana->store.waiting().empty());
    CHECK(d.ana->store.unsent().size() == 4);
    const Push after = d.cut(*d.ana)[0];
    CHECK(after.segment.number == 1);
    CHECK(after.segment.previous == Digest{});
    CHECK((after.segment.epoch == 4 || after.segment.device == numbered(77)));
    REQUIRE(after.changes.size() == 4);
    CHECK(d.ana->store.find(numbered(30))->device == after.segment.device);  // as everybody will know it
    for (const Bytes& bytes : before.changes) CHECK(std::ranges::count(after.changes, bytes) == 1);
  }
  Desk d;
  d.keep(*d.ana, note_in(30, file));
  const Push before = d.cut(*d.ana)[0];
  d.within([](DeviceStore& store) { adopt_epoch(store, 1); });  // the one it has
  CHECK(d.cut(*d.ana)[0].segment == before.segment);
}

TEST_CASE("the office lost what it had accepted: own work goes out again, others' is kept to be offered") {
  Desk d;
  Machine& ben = d.enrol(11, "chief", unit_four);
  d.keep(ben, note_in(40, file, "by ben"));
  REQUIRE(d.push(ben).ok());
  d.session(*d.ana);
  d.keep(*d.ana, note_in(30, file, "by ana"));
  REQUIRE(d.push(*d.ana).ok());
  const std::uint64_t kept = d.office.find(numbered(40))->leaf;
  d.within([&](DeviceStore& store) { forget_leaves_from(store, d.catalogue, kept); });
  CHECK(d.state_of(30) == ChangeState::unsent);
  CHECK(d.state_of(40) == ChangeState::foreign);
  CHECK(d.ana->store.find(numbered(30))->position == 0);
  CHECK(text_of(d.ana->record(numbered(40)), 16) == Value::of_text("by ben"));
  CHECK(d.ana->record(numbered(30)).view(d.catalogue, 16).standing[0].origin.is_pending());
  CHECK(d.ana->store.find(file)->state == ChangeState::accepted);  // from before
}

TEST_CASE("a device put back from a backup offers its work again, and ends with everybody's records") {
  for (const bool writes_more : {false, true}) {
    CAPTURE(writes_more);
    Desk d;
    Machine& ben = d.enrol(11, "chief", unit_four);
    REQUIRE(d.session(*d.ana).ended);
    d.keep(*d.ana, draft(30)
                       .in(file)
                       .of(kinds::risk)
                       .when(minute(5'000'000))
                       .says(1, {write(20, Value::of_text("by a fast clock"))}));
    const MemoryDeviceStore::Contents backup = d.ana->store.contents();
    REQUIRE(d.session(*d.ana).ended);
    d.clock.advance(std::chrono::hours(1));
    d.keep(ben, draft(31)
                    .in(file)
                    .on(numbered(30))
                    .of(kinds::risk)
                    .when(minute(110))
                    .says(1, {write(20, Value::of_text("by ben"))}));
    REQUIRE(d.session(ben).ended);
    d.clock.advance(std::chrono::hours(1));
    d.ana->store.restore(backup);
    if (writes_more) d.keep(*d.ana, note_in(32, file, "since then"));
    for (int contact = 0; contact < 3; ++contact) {
      const Bench::Session session = d.session(*d.ana);
      CHECK(session.ended);
      const bool granted =
          contact > 0 || !writes_more;  // the first contact finds its numbers used, and grants others
      CHECK(session.device.has_value() != granted);
    }
    REQUIRE(d.session(ben).ended);
    CHECK(d.ana->store.unsent().empty());
    CHECK(d.ana->store.waiting().empty());
    CHECK(d.office.find(numbered(30))->position < d.office.find(numbered(31))->position);
    CHECK(d.ana->store.find(numbered(30))->accepted == d.office.find(numbered(30))->accepted);
    CHECK(d.ana->record(numbered(30)) == ben.record(numbered(30)));
    CHECK(text_of(d.ana->record(numbered(30)), 20) == Value::of_text("by ben"));
    if (writes_more) CHECK(text_of(ben.record(numbered(32)), 16) == Value::of_text("since then"));
  }
}

}  // namespace caseload::sync
