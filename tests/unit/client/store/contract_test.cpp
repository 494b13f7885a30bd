// The contract of sync/device/device_store.h, held against the fake of the simulated world and the store people use: the
// same questions, the same answers.
#include "sync/ledger/acceptance.h"
#include "tests/unit/client/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using sync::ChangeState;
using sync::DeviceStore;
using sync::StoredChange;

namespace {

sync::Signed<sync::PurgeReceipt> receipt_numbered(std::uint64_t number) {
  sync::Signed<sync::PurgeReceipt> receipt;
  receipt.body.number = number;
  SeededRandom random(number);
  receipt.body.log = receipt.body.device = receipt.body.scope = Id::make(1, random);
  return receipt;
}

sync::Signed<sync::TreeHead> head_of(std::uint64_t size) {
  SeededRandom random(3);
  sync::Signed<sync::TreeHead> head;
  head.body.log = Id::make(1, random);
  head.body.tree = {size, random.bytes<32>()};
  return head;
}

std::vector<Id> ids(const std::vector<StoredChange>& changes) {
  std::vector<Id> all;
  for (const StoredChange& stored : changes) all.push_back(stored.change.header.id);
  return all;
}

}  // namespace

TEST_CASE_TEMPLATE("what a device is and has read comes back as it was put", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(1);
  sync::DeviceState state;
  state.device = pen.device;
  state.worker = pen.worker;
  state.log = pen.id();
  state.epoch = UINT32_MAX;
  state.next_number = 7;
  state.next_seq = UINT64_MAX;
  state.previous = pen.random.bytes<32>();
  state.cursor = sync::position_max;
  state.purges = 3;
  state.backed_up = UINT64_MAX - 1;
  state.clock_offset_ms = -5;
  state.last_stamp.value = UINT64_MAX;
  for (std::uint64_t size : {1U, 2U, 5U, 9U}) state.ledger.heads.push_back(head_of(size));
  state.ledger.restores.push_back({});
  state.ledger.restores.back().body.restore_epoch = 1;
  state.ledger.restores.back().body.log = state.log;
  state.ledger.restores.back().body.kept = state.ledger.heads[1].body.tree;
  within(subject.store(), [&](DeviceStore& store) {
    store.set_state(state);
    CHECK(all_of(store.state()) == all_of(state));
  });
  subject.reopen();
  CHECK(all_of(subject.store().state()) == all_of(state));
  // Heads are forgotten in the middle and added at the end, again and again.
  for (std::uint64_t size = 10; size < 30; ++size) {
    std::vector<sync::Signed<sync::TreeHead>>& heads = state.ledger.heads;
    if (size % 3 == 0) heads.erase(heads.begin() + static_cast<std::ptrdiff_t>(size % heads.size()));
    heads.push_back(head_of(size));
    within(subject.store(), [&](DeviceStore& store) { store.set_state(state); });
    subject.reopen();
    CHECK(all_of(subject.store().state()) == all_of(state));
  }
}

TEST_CASE_TEMPLATE("what was rolled back never was", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(2);
  const Id scope = pen.id();
  const sync::Change first = pen.note(scope, "kept");
  keep_in(subject.store(), first);
  const auto before = all_of(subject.store().state());
  subject.store().begin();
  const sync::Change second = pen.note(pen.id(), "never");
  keep(subject.store(), catalogue(), second);
  subject.store().put_waiting({{}, {second.header.id}});
  subject.store().put_erased({second.header.id, 1});
  CHECK(subject.store().is_any_erased(second.header.id));
  subject.store().set_coverage(second.header.scope, sync::CoverageEntry{});
  subject.store().erase(first.header.id);
  subject.store().erase_record(first.header.record);
  CHECK(subject.store().find(second.header.id));
  CHECK_FALSE(subject.store().find(first.header.id));
  subject.store().rollback();
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    CHECK_FALSE(subject.store().find(second.header.id));
    CHECK_FALSE(subject.store().find_record(second.header.record));
    CHECK(subject.store().find(first.header.id));
    CHECK(subject.store().find_record(first.header.record));
    CHECK(subject.store().waiting().empty());
    CHECK_FALSE(subject.store().is_erased({second.header.id, 1}));
    CHECK_FALSE(subject.store().is_any_erased(second.header.id));
    CHECK(subject.store().coverage().empty());
    CHECK(subject.store().scopes() == std::vector{scope});
    CHECK(subject.store().unsent() == std::vector{first.header.id});
    CHECK(all_of(subject.store().state()) == before);
  }
  subject.store().rollback();  // of nothing
}

TEST_CASE_TEMPLATE("changes come back byte for byte, whole or in parts, in every state", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(3);
  const Id scope = pen.id();
  std::vector<StoredChange> put;
  for (const ChangeState state : {ChangeState::unsent, ChangeState::sent, ChangeState::accepted, ChangeState::late,
                                  ChangeState::foreign, ChangeState::declined}) {
    StoredChange stored = accepted(pen.note(scope, "some words"), pen.device, 40 - put.size());
    stored.state = state;
    if (state != ChangeState::accepted) stored.position = 0;
    if (state == ChangeState::foreign) stored.change = *project(stored.change, std::vector<SectionNumber>{1});
    stored.number = UINT64_MAX - put.size();
    put.push_back(stored);
  }
  within(subject.store(), [&](DeviceStore& store) {
    for (const StoredChange& stored : put) store.put(stored);
  });
  subject.reopen();
  for (const StoredChange& stored : put) {
    const std::optional<StoredChange> found = subject.store().find(stored.change.header.id);
    REQUIRE(found);
    CHECK(all_of(*found) == all_of(stored));
    CHECK(found->change == stored.change);
  }
  CHECK_FALSE(subject.store().find(pen.id()));
  CHECK(subject.store().unsent() == std::vector{put[0].change.header.id});
  CHECK(subject.store().late() == std::vector{put[3].change.header.id});
  CHECK(ids(subject.store().accepted_from_leaf(0)) == std::vector{put[2].change.header.id});
  CHECK(subject.store().accepted_from_leaf(put[2].leaf).size() == 1);
  CHECK(subject.store().accepted_from_leaf(put[2].leaf + 1).empty());
  CHECK(subject.store().accepted_from_leaf(UINT64_MAX).empty());
  CHECK(ids(subject.store().accepted_after(0, 9)) == std::vector{put[2].change.header.id});
  CHECK(subject.store().accepted_after(0, 0).empty());
  CHECK(subject.store().accepted_after(put[2].position, 9).empty());
  CHECK(subject.store().accepted_after(put[2].position - 1, 1).size() == 1);
  CHECK(subject.store().accepted_after(UINT64_MAX, 9).empty());
  // Put again, in another state, it is the same change once.
  put[0].state = ChangeState::accepted;
  put[0].position = 1;
  within(subject.store(), [&](DeviceStore& store) { store.put(put[0]); });
  CHECK(subject.store().unsent().empty());
  CHECK(ids(subject.store().accepted_from_leaf(0)) == std::vector{put[0].change.header.id, put[2].change.header.id});
}

TEST_CASE_TEMPLATE("a record's changes stand by position, then what waits by stamp", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(4);
  const Id scope = pen.id();
  const sync::Change first = pen.note(scope, "one");
  receive(subject.store(), accepted(first, pen.device, 30));
  std::vector<sync::Change> edits;
  for (int i = 0; i < 4; ++i) {
    edits.push_back(pen.edit(subject.store(), first.header.record, {{note_place, Value::of_text("at home")}}));
  }
  keep_in(subject.store(), edits[2]);
  keep_in(subject.store(), edits[1]);
  receive(subject.store(), accepted(edits[3], pen.device, 20));
  receive(subject.store(), accepted(edits[0], pen.device, 40));
  const std::vector<Id> order{edits[3].header.id, first.header.id, edits[0].header.id, edits[1].header.id,
                              edits[2].header.id};
  CHECK(ids(subject.store().changes_of_record(first.header.record)) == order);
  CHECK(subject.store().changes_of_record(scope).empty());
}

TEST_CASE_TEMPLATE("a record is there while something of it is held and shown", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(5);
  const Id scope = pen.id();
  const sync::Change note = pen.note(scope, "words");
  CHECK_FALSE(subject.store().find_record(note.header.record));
  CHECK(subject.store().record(note.header.record) == sync::RecordState());
  keep_in(subject.store(), note);
  const sync::RecordRow row{note.header.record, scope, kinds::note, pen.worker};
  CHECK(subject.store().find_record(note.header.record) == row);
  CHECK(subject.store().records_of_scope(scope) == std::vector{row});
  CHECK(subject.store().record(row.record).view(catalogue(), note_text).in_force.front().text() == "words");
  // Late work is held, and shown in no record.
  within(subject.store(), [&](DeviceStore& store) {
    StoredChange late = *store.find(note.header.id);
    late.state = ChangeState::late;
    store.put(late);
    rebuild_record(store, catalogue(), row.record);
    CHECK_FALSE(store.find_record(row.record));
  });
  CHECK(subject.store().records_of_scope(scope).empty());
  CHECK(subject.store().record(row.record) == sync::RecordState());
  CHECK(subject.store().scopes() == std::vector{scope});
  CHECK(subject.store().changes_of_record(row.record).size() == 1);
  within(subject.store(), [&](DeviceStore& store) { store.erase(note.header.id); });
  subject.reopen();
  CHECK(subject.store().scopes().empty());
  CHECK(subject.store().changes_of_record(row.record).empty());
  within(subject.store(), [&](DeviceStore& store) {
    store.erase(note.header.id);  // once more: nothing happens
    store.erase_record(row.record);
  });
}

TEST_CASE_TEMPLATE("a change that is put with its record stands in it once", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(6);
  const sync::Change note = pen.note(pen.id(), "before");
  const Id record = note.header.record;
  keep_in(subject.store(), note);
  const sync::RecordState before = subject.store().record(record);
  const sync::Change edit = pen.edit(subject.store(), record, {{note_place, Value::of_text("office")}});
  within(subject.store(), [&](DeviceStore& store) {
    const StoredChange stored{{.device = pen.device}, edit};
    sync::RecordState with = before;
    with.apply(catalogue(), edit.parts.front(), origin_of(stored));
    store.put_in_record(stored, *store.find_record(record), with);
    CHECK(store.record(record) == with);
    const sync::Change first = pen.note(pen.id(), "elsewhere");  // counted before its transaction ends, as after
    keep(store, catalogue(), first);
    CHECK(std::ranges::count(store.scopes(), first.header.scope) == 1);
    CHECK(std::ranges::count(store.uncovered_scopes(), first.header.scope) == 1);
    store.erase(first.header.id);
    store.erase_record(first.header.record);
    CHECK(store.uncovered_scopes() == std::vector{note.header.scope});
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    CHECK(subject.store().record(record).view(catalogue(), note_place).standing.size() == 1);
    CHECK(ids(subject.store().changes_of_record(record)) == std::vector{note.header.id, edit.header.id});
    CHECK(subject.store().scopes() == std::vector{note.header.scope});
  }
}

TEST_CASE_TEMPLATE("a change that moves keeps its words, and names its record where that may show otherwise", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(12);
  const Id scope = pen.id();
  const sync::Change note = pen.note(scope, "words");
  keep_in(subject.store(), note);
  const sync::Change other = pen.note(scope, "others");
  keep_in(subject.store(), other);
  keep_in(subject.store(), pen.edit(subject.store(), other.header.record, {{note_place, Value::of_text("at home")}}));
  const sync::Change edit = pen.edit(subject.store(), other.header.record, {{note_place, Value::of_text("office")}});
  keep_in(subject.store(), edit);
  struct Row {
    Id change;
    ChangeState state;
    bool names;  // also where nothing speaks for it: that costs a rebuild, no more
  };
  const Row rows[] = {
      {note.header.id, ChangeState::sent, false},     {note.header.id, ChangeState::accepted, false},
      {note.header.id, ChangeState::late, true},      {note.header.id, ChangeState::declined, false},
      {note.header.id, ChangeState::unsent, true},    {edit.header.id, ChangeState::sent, true},
      {other.header.id, ChangeState::accepted, true}, {edit.header.id, ChangeState::late, true},
  };
  for (const Row& row : rows) {
    StoredChange expected = accepted(subject.store().find(row.change)->change, pen.id(), UINT64_MAX - 7);
    expected.state = row.state;
    if (row.state != ChangeState::accepted) expected.position = 0;
    within(subject.store(), [&](DeviceStore& store) {
      const std::optional<Id> record = store.move(row.change, expected);
      if (row.names) CHECK(record == expected.change.header.record);
      CHECK(all_of(*store.find(row.change)) == all_of(expected));
      rebuild_record(store, catalogue(), expected.change.header.record);
    });
    subject.reopen();
    CHECK(all_of(*subject.store().find(row.change)) == all_of(expected));
    CHECK(subject.store().packed(row.change) == pack(expected.change));
    CHECK(subject.store().find_record(expected.change.header.record).has_value() !=
          (row.change == note.header.id && is_out_of_records(row.state)));
  }
  CHECK_FALSE(subject.store().packed(pen.id()));
  std::vector<Id> seen;
  subject.store().visit_unsent([&](const StoredChange& stored) { seen.push_back(stored.change.header.id); });
  CHECK(seen.size() == 2);
  CHECK(std::ranges::is_permutation(seen, subject.store().unsent()));
}

TEST_CASE_TEMPLATE("segments wait in the order of their numbers", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(7);
  within(subject.store(), [&](DeviceStore& store) {
    for (const std::uint64_t number : {3U, 1U, 2U}) {
      sync::WaitingSegment waiting;
      waiting.header.device = pen.device;
      waiting.header.number = number;
      waiting.changes = {pen.id(), pen.id()};
      store.put_waiting(waiting);
    }
    store.erase_waiting(2);
    store.erase_waiting(9);
  });
  subject.reopen();
  const std::vector<sync::WaitingSegment> waiting = subject.store().waiting();
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[0].header.number == 1);
  CHECK(waiting[1].header.number == 3);
  CHECK(waiting[1].changes.size() == 2);
  within(subject.store(), [&](DeviceStore& store) {
    sync::WaitingSegment again = waiting[0];
    again.changes.clear();
    store.put_waiting(again);
  });
  CHECK(all_of(subject.store().waiting()[0]) == std::make_pair(encode(waiting[0].header), std::vector<Id>{}));
  const std::optional<sync::WaitingSegment> third = subject.store().find_waiting(3);
  REQUIRE(third.has_value());
  CHECK(all_of(*third) == all_of(waiting[1]));
  CHECK_FALSE(subject.store().find_waiting(2));
}

TEST_CASE_TEMPLATE("coverage is kept by scope, and a covered scope need hold nothing", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(8);
  const Id one = pen.id();
  const Id two = pen.id();
  sync::CoverageEntry entry;
  entry.backfill = sync::Backfill{{}, 17, sync::Phase::recent, 4};
  within(subject.store(), [&](DeviceStore& store) {
    store.set_coverage(two, sync::CoverageEntry{});
    store.set_coverage(one, entry);
    store.set_coverage(pen.id(), std::nullopt);
  });
  subject.reopen();
  CHECK(subject.store().coverage() == sync::Coverage{{one, entry}, {two, {}}});
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    within(subject.store(), [&](DeviceStore& store) {
      CHECK(store.coverage_digest() == digest_of(sync::Coverage{{one, entry}, {two, {}}}));
    });
  }
  CHECK(subject.store().coverage_of(one) == entry);
  CHECK(subject.store().coverage_of(two) == sync::CoverageEntry{});
  CHECK_FALSE(subject.store().coverage_of(pen.id()));
  CHECK(subject.store().scopes().empty());
  within(subject.store(), [&](DeviceStore& store) { store.set_coverage(one, std::nullopt); });
  within(subject.store(), [&](DeviceStore& store) { CHECK(store.coverage_digest() == digest_of(sync::Coverage{{two, {}}})); });
  CHECK(subject.store().coverage() == sync::Coverage{{two, {}}});
  CHECK_FALSE(subject.store().coverage_of(one));
}

TEST_CASE_TEMPLATE("what was erased by law, sealed, and let go is remembered", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(9);
  const Id change = pen.id();
  CHECK_FALSE(subject.store().is_any_erased(change));
  within(subject.store(), [&](DeviceStore& store) {
    store.put_erased({change, 2});
    CHECK(store.is_any_erased(change));
    store.put_erased({change, 2});
    for (std::uint64_t position : {5U, 6U, 7U}) store.keep_sealed(pen.id(), position, Bytes(10, 1));
    store.keep_sealed(change, 5, Bytes(10, 1));
    store.keep_sealed(change, 8, Bytes(10, 2));
    for (std::uint64_t number : {2U, 1U, 3U}) store.put_purge_receipt(receipt_numbered(number));
  });
  subject.reopen();
  CHECK(subject.store().is_erased({change, 2}));
  CHECK_FALSE(subject.store().is_erased({change, 1}));
  CHECK_FALSE(subject.store().is_erased({pen.id(), 2}));
  CHECK(subject.store().is_any_erased(change));
  CHECK_FALSE(subject.store().is_any_erased(pen.id()));
  CHECK(subject.sealed() == 4);
  within(subject.store(), [&](DeviceStore& store) {
    store.drop_sealed_upto(5);
    store.pin_sealed_beyond(6);
    store.drop_sealed_upto(sync::position_max - 1);
  });
  CHECK(subject.sealed() == 2);
  const auto receipts = subject.store().purge_receipts();
  REQUIRE(receipts.size() == 3);
  CHECK(receipts[0] == receipt_numbered(1));
  CHECK(receipts[2] == receipt_numbered(3));
  within(subject.store(), [&](DeviceStore& store) { store.erase_purge_receipts_upto(2); });
  CHECK(subject.store().purge_receipts().size() == 1);
  within(subject.store(), [&](DeviceStore& store) { store.erase_purge_receipts_upto(UINT64_MAX); });
  CHECK(subject.store().purge_receipts().empty());
}

TEST_CASE_TEMPLATE("scopes and records are listed by their ids", Subject, InMemory, OnDisk) {
  Subject subject;
  Pen pen(10);
  std::vector<Id> scopes{pen.id(), pen.id(), pen.id()};
  std::vector<Id> records;
  for (const std::size_t i : {2U, 0U, 1U, 0U}) {
    const sync::Change note = pen.note(scopes[i], "n");
    keep_in(subject.store(), note);
    if (i == 0) records.push_back(note.header.record);
  }
  CHECK(subject.store().scopes() == scopes);
  const std::vector<sync::RecordRow> rows = subject.store().records_of_scope(scopes[0]);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].record == records[0]);
  CHECK(rows[1].record == records[1]);
  CHECK(subject.store().records_of_scope(pen.id()).empty());
}
