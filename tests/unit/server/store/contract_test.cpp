// The contract of server/store/store.h and sync/office/office_store.h, held against every store: the fake of the
// simulated world and those that offices use. The same questions, the same answers.
#include "tests/unit/server/store/subjects.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;
using sync::OfficeChange;
using sync::OfficeDevice;

namespace {

const Id scope_a = numbered(901), scope_b = numbered(902), scope_c = numbered(903), nowhere = numbered(904);

// Seven changes in two scopes: positions 1 to 7; those of b are 3 and 6; 5 is on record 1.
void fill(ServerStore& store) {
  within(store, [](ServerStore& s) {
    for (std::uint32_t n = 1; n <= 7; ++n) {
      sync::test::Draft change = note(n, n % 3 == 0 ? scope_b : scope_a);
      if (n == 5) change.on(numbered(1));
      s.put(held_at(change, n));
    }
  });
}

sync::Mask some_mask() {
  sync::MaskRow row;
  row.kind = kinds::note;
  row.sections = {0};
  row.grid = {0};
  row.cells.resize(1);
  return sync::Mask({row});
}

OfficeDevice device_of(std::uint32_t number) {
  OfficeDevice device;
  device.device = numbered(number);
  device.worker = numbered(number + 1);
  device.key[31] = 9;
  device.standing = Standing::suspended;
  device.is_office = device.twin = device.grant_pending = true;
  device.epoch = UINT32_MAX;
  device.next_number = UINT64_MAX;
  device.previous[0] = 3;
  device.purges = 4;
  device.late_changes = 5;
  device.late_bytes = 6;
  device.lease_number = 7;
  device.lease_granted = minute(8);
  return device;
}

template <class Body>
sync::Signed<Body> signed_by_nobody(Body body) {
  sync::Signed<Body> statement;
  statement.body = std::move(body);
  statement.signature[5] = 1;
  return statement;
}

sync::Signed<sync::Receipt> receipt_for(const Digest& segment) {
  return signed_by_nobody(sync::Receipt{numbered(40),
                                        0,
                                        {numbered(41), 1, 1, segment, 2},
                                        sync::ChangeBits::first(2),
                                        5,
                                        minute(1),
                                        {},
                                        {},
                                        1});
}

}  // namespace

TEST_CASE_TEMPLATE("a new store is empty, and says so", Subject, EVERY_STORE) {
  Subject subject;
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    ServerStore& store = subject.store();
    CHECK(store.last_position() == 0);
    CHECK(store.ledger_size() == 0);
    CHECK(store.backed_up() == 0);
    CHECK_FALSE(store.head());
    CHECK_FALSE(store.find(numbered(1)));
    CHECK_FALSE(store.find(Id{}));
    CHECK_FALSE(store.find_segment(Digest{}));
    CHECK_FALSE(store.find_receipt(Digest{}));
    CHECK_FALSE(store.find_device(Id{}));
    CHECK_FALSE(store.segment_by_number(Id{}, 0, 0));
    CHECK_FALSE(store.leaf_of(acceptance_at(0)));
    CHECK_THROWS_AS(store.acceptance(0), Breakage);
    CHECK_THROWS_AS(store.nodes().node({0, 0}), Breakage);
    CHECK_THROWS_AS(store.nodes().node({1, 0}), Breakage);
    const std::vector<Id> some{scope_a, Id{}};
    CHECK(store.changes_of_scopes(some, {0, UINT64_MAX, SIZE_MAX}).empty());
    CHECK(store.erasures_of_scopes(some, {0, UINT64_MAX, SIZE_MAX}).empty());
    CHECK(store.changes_of_scopes({}, {0, UINT64_MAX, SIZE_MAX}).empty());
    CHECK(store.changes_of_record(Id{}).empty());
    CHECK(store.held_of_record(Id{}).empty());
    CHECK(store.coverage(Id{}).empty());
    CHECK((store.held().empty() && store.scopes().empty() && store.restores().empty() && store.devices().empty()));
    CHECK((store.custody(Id{}).empty() && store.holders_of(Id{}).empty() && store.records_of(Id{}, 0).empty()));
    CHECK((store.values("").empty() && !store.value("") && !store.value("name")));
  }
}

TEST_CASE_TEMPLATE("a change comes back as it was put: accepted, held, released, with parts erased", Subject,
                   EVERY_STORE) {
  Subject subject;
  const OfficeChange accepted = held_at(note(1, scope_a), 1);
  const OfficeChange late = held_at(note(2, scope_a), 0);
  OfficeChange large = held_at(
      draft(3).in(scope_b).says(0, {sync::test::write(16, Value::of_text(std::string(1 << 20, 'x')))}), 2);
  within(subject.store(), [&](ServerStore& store) {
    for (const OfficeChange& change : {accepted, late, large}) store.put(change);
    CHECK(all_of(*store.find(numbered(2))) == all_of(late));
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    for (const OfficeChange& change : {accepted, late, large}) {
      const std::optional<OfficeChange> found = subject.store().find(change.change.header.id);
      REQUIRE(found.has_value());
      CHECK(all_of(*found) == all_of(change));
    }
    CHECK(subject.store().last_position() == 2);
    CHECK(subject.store().scopes() == std::vector{scope_a, scope_b});
  }
  // Released late work has its words, and then loses some to the law.
  OfficeChange released = held_at(note(2, scope_a), 3);
  within(subject.store(), [&](ServerStore& store) { store.put(released); });
  CHECK(subject.store().held().empty());
  CHECK(subject.store().held_of_record(numbered(2)).empty());
  CHECK(all_of(subject.store().changes_of_record(numbered(2))) == all_of(std::vector{released}));
  REQUIRE(erase_part(released.change, 2));
  within(subject.store(), [&](ServerStore& store) { store.put(released); });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    CHECK(all_of(*subject.store().find(numbered(2))) == all_of(released));
    CHECK(subject.store().last_position() == 3);
    CHECK(subject.store().held().empty());
  }
}

TEST_CASE_TEMPLATE("late work that was declined waits no more, and is kept", Subject, EVERY_STORE) {
  Subject subject;
  OfficeChange declined = held_at(note(4, scope_a), 0);
  within(subject.store(), [&](ServerStore& store) {
    for (std::uint32_t n : {9U, 4U, 6U}) store.put(held_at(note(n, scope_a), 0));
    declined.held_for = Fault::declined;
    store.put(declined);
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    CHECK(subject.store().held() == std::vector{numbered(9), numbered(6)});
    CHECK(all_of(*subject.store().find(numbered(4))) == all_of(declined));
    CHECK(subject.store().held_of_record(numbered(4)).size() == 1);
  }
}

TEST_CASE_TEMPLATE("late work waits in the order in which it came, and is found by its record", Subject,
                   EVERY_STORE) {
  Subject subject;
  within(subject.store(), [](ServerStore& store) {
    for (std::uint32_t n : {9U, 4U, 6U}) store.put(held_at(note(n, scope_a).on(numbered(n == 4 ? 4 : 6)), 0));
    store.put(held_at(note(9, scope_a).on(numbered(6)), 0));  // again: it came when it first came
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    CHECK(subject.store().held() == std::vector{numbered(9), numbered(4), numbered(6)});
    CHECK(subject.store().held_of_record(numbered(6)).size() == 2);
    CHECK(subject.store().changes_of_record(numbered(6)).empty());
    CHECK(subject.store().scopes().empty());  // the log speaks of none
    CHECK(subject.store().last_position() == 0);
  }
}

TEST_CASE_TEMPLATE("stretches of the log hold what is asked for, by position, and no more", Subject,
                   EVERY_STORE) {
  Subject subject;
  fill(subject.store());
  struct Row {
    std::vector<Id> scopes;
    sync::OfficeStore::Stretch stretch;
    std::vector<std::uint64_t> expected;
  };
  const std::vector<Id> both{scope_b, scope_a, nowhere};
  std::vector<Id> many{scope_b};
  for (std::uint32_t n = 0; n < 300; ++n) many.push_back(numbered(10'000 + n));
  const std::vector<Row> rows{
      {{scope_a}, {0, UINT64_MAX, SIZE_MAX}, {1, 2, 4, 5, 7}},
      {{scope_b}, {0, 7, 10}, {3, 6}},
      {{scope_b}, {3, 6, 10}, {6}},
      {{scope_b}, {0, 5, 10}, {3}},
      {{scope_b}, {0, 2, 10}, {}},
      {{scope_a}, {0, 7, 2}, {1, 2}},
      {{scope_a}, {4, 7, 1}, {5}},
      {{scope_a}, {0, 7, 0}, {}},
      {{scope_a}, {7, UINT64_MAX, 5}, {}},
      {{scope_a}, {5, 3, 5}, {}},
      {{scope_a}, {UINT64_MAX, UINT64_MAX, 5}, {}},
      {{nowhere}, {0, 7, 10}, {}},
      {{}, {0, 7, 10}, {}},
      {both, {0, UINT64_MAX, SIZE_MAX}, {1, 2, 3, 4, 5, 6, 7}},
      {both, {2, 6, SIZE_MAX}, {3, 4, 5, 6}},
      {both, {2, 6, 3}, {3, 4, 5}},
      {both, {6, 7, 3}, {7}},
      {{scope_a, scope_a}, {0, 7, 9}, {1, 2, 4, 5, 7}},  // a scope named twice counts once
      {{scope_a, scope_a}, {5, 7, 9}, {7}},
      {many, {0, UINT64_MAX, SIZE_MAX}, {3, 6}},
      {many, {0, 7, 1}, {3}},
      {many, {3, 7, 5}, {6}},
  };
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    for (const Row& row : rows) {
      CAPTURE(&row - rows.data());
      CHECK(positions(subject.store().changes_of_scopes(row.scopes, row.stretch)) == row.expected);
    }
    CHECK(positions(subject.store().changes_of_record(numbered(1))) == std::vector<std::uint64_t>{1, 5});
    CHECK(positions(subject.store().changes_of_record(numbered(5))).empty());
    CHECK(subject.store().scopes() == std::vector{scope_a, scope_b});
  }
}

TEST_CASE_TEMPLATE("records come in the order of their creation, by scope and kind", Subject, EVERY_STORE) {
  Subject subject;
  within(subject.store(), [](ServerStore& store) {
    store.put(held_at(note(8, scope_a), 1));
    store.put(held_at(note(3, scope_a), 2));
    store.put(held_at(note(4, scope_b), 3));
    store.put(held_at(note(5, scope_a).of(kinds::risk), 4));
    store.put(held_at(note(6, scope_a).on(numbered(3)), 5));  // creates nothing
    store.put(held_at(note(7, scope_a), 0));                  // is not accepted
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    CHECK(subject.store().records_of(scope_a, kinds::note) == std::vector{numbered(8), numbered(3)});
    CHECK(subject.store().records_of(scope_a, kinds::risk) == std::vector{numbered(5)});
    CHECK(subject.store().records_of(scope_b, kinds::note) == std::vector{numbered(4)});
    CHECK(subject.store().records_of(scope_b, kinds::risk).empty());
    CHECK(subject.store().records_of(nowhere, kinds::note).empty());
  }
}

TEST_CASE_TEMPLATE("what was erased by law is found by scope and stretch", Subject, EVERY_STORE) {
  Subject subject;
  within(subject.store(), [](ServerStore& store) {
    store.put_erasure({{numbered(2), 1}, scope_a, 5});
    store.put_erasure({{numbered(1), 3}, scope_a, 5});
    store.put_erasure({{numbered(1), 2}, scope_a, 5});
    store.put_erasure({{numbered(3), 0}, scope_b, 6});
    store.put_erasure({{numbered(3), 0}, scope_b, 6});
    store.put_erasure({{numbered(4), 0}, scope_a, 9});
    store.put(held_at(note(50, scope_a), 20));  // the log goes on far beyond
  });
  const std::vector<Id> only_a{scope_a};
  const std::vector<Id> both{scope_a, nowhere, scope_b};
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    const ServerStore& store = subject.store();
    const auto all = store.erasures_of_scopes(both, {0, UINT64_MAX, SIZE_MAX});
    REQUIRE(all.size() == 5);
    CHECK(all[0].part == sync::ErasedPart{numbered(1), 2});
    CHECK(all[1].part == sync::ErasedPart{numbered(1), 3});
    CHECK(all[2].part == sync::ErasedPart{numbered(2), 1});
    CHECK((all[3].scope == scope_b && all[3].position == 6));
    CHECK(store.erasures_of_scopes(only_a, {0, UINT64_MAX, SIZE_MAX}).size() == 4);
    CHECK(store.erasures_of_scopes(only_a, {5, 9, SIZE_MAX}).size() == 1);
    CHECK(store.erasures_of_scopes(only_a, {0, 8, 2}).size() == 2);
    CHECK(store.erasures_of_scopes(both, {4, 6, SIZE_MAX}).size() == 4);
    CHECK(store.erasures_of_scopes(both, {5, 6, SIZE_MAX}).size() == 1);
    CHECK(store.erasures_of_scopes(both, {9, 100, SIZE_MAX}).empty());
    CHECK(store.erasures_of_scopes(std::vector{nowhere}, {0, 100, SIZE_MAX}).empty());
  }
}

TEST_CASE_TEMPLATE("segments and receipts are found by their digest, segments by number too", Subject,
                   EVERY_STORE) {
  Subject subject;
  const std::vector<sync::OfficeSegment> segments{
      segment_of(numbered(1), 1, 1), segment_of(numbered(1), 1, 2), segment_of(numbered(1), 2, 1),
      segment_of(numbered(2), 1, 1), segment_of(numbered(2), UINT32_MAX, UINT64_MAX)};
  const sync::Signed<sync::Receipt> receipt = receipt_for(digest_of(segments[2].header));
  within(subject.store(), [&](ServerStore& store) {
    for (const sync::OfficeSegment& segment : segments) store.put_segment(segment);
    store.put_segment(segments[0]);
    store.put_receipt(receipt);
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    for (const sync::OfficeSegment& segment : segments) {
      const sync::SegmentHeader& header = segment.header;
      const std::optional<sync::OfficeSegment> found = subject.store().find_segment(digest_of(header));
      REQUIRE(found.has_value());
      CHECK(found->header == header);
      CHECK(found->changes == segment.changes);
      CHECK(subject.store().segment_by_number(header.device, header.epoch, header.number) ==
            digest_of(header));
    }
    CHECK_FALSE(subject.store().segment_by_number(numbered(1), 1, 3));
    CHECK_FALSE(subject.store().segment_by_number(numbered(1), 3, 1));
    CHECK_FALSE(subject.store().segment_by_number(numbered(3), 1, 1));
    CHECK(subject.store().find_receipt(receipt.body.segment.digest) == receipt);
    CHECK_FALSE(subject.store().find_receipt(digest_of(segments[0].header)));
  }
}

TEST_CASE_TEMPLATE("the ledger grows leaf by leaf into the tree of RFC 6962", Subject, EVERY_STORE) {
  Subject subject;
  sync::TreeNodes expected;
  for (std::uint64_t leaf = 0; leaf < 21; ++leaf) {
    if (leaf % 4 == 1) {  // one that is taken back leaves nothing behind
      subject.store().begin();
      subject.store().append_acceptance(acceptance_at(1000 + leaf));
      subject.store().rollback();
    }
    within(subject.store(), [&](ServerStore& store) {
      CHECK(store.ledger_size() == leaf);
      store.append_acceptance(acceptance_at(leaf));
    });
    expected.append(acceptance_at(leaf).leaf_hash());
    if (leaf % 5 == 0) subject.reopen();
    CHECK(subject.store().ledger_size() == leaf + 1);
    CHECK(root_at(subject.store().nodes(), leaf + 1) == expected.root().digest);
    CHECK(subject.store().leaf_of(acceptance_at(leaf)) == leaf);
    CHECK_FALSE(subject.store().leaf_of(acceptance_at(leaf + 1)));
  }
  for (std::uint64_t leaf = 0; leaf < 21; ++leaf) {
    CHECK(subject.store().acceptance(leaf) == acceptance_at(leaf));
    CHECK(root_at(subject.store().nodes(), leaf + 1) == root_at(expected, leaf + 1));
  }
  CHECK_THROWS_AS(subject.store().acceptance(21), Breakage);
}

TEST_CASE_TEMPLATE("the head, restores and how far a backup reaches come back", Subject, EVERY_STORE) {
  Subject subject;
  const auto head = [](std::uint64_t size) {
    return signed_by_nobody(sync::TreeHead{numbered(40), 1, {size, sha256(as_bytes("root"))}, minute(1)});
  };
  const auto restore = [](std::uint32_t epoch) {
    return signed_by_nobody(sync::Restore{numbered(40), epoch, {1, sha256(as_bytes("root"))}, minute(1)});
  };
  within(subject.store(), [&](ServerStore& store) {
    store.set_head(head(4));
    store.set_head(head(5));
    store.add_restore(restore(2));
    store.add_restore(restore(1));
    store.set_backed_up(sync::position_max);
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    CHECK(subject.store().head() == head(5));
    CHECK(subject.store().restores() == std::vector{restore(1), restore(2)});
    CHECK(subject.store().backed_up() == sync::position_max);
  }
}

TEST_CASE_TEMPLATE("devices come back with all that is known of them", Subject, EVERY_STORE) {
  Subject subject;
  OfficeDevice device = device_of(20);
  within(subject.store(), [&](ServerStore& store) {
    store.put_device(device_of(30));
    store.put_device(device);
    CHECK(store.find_device(numbered(20)) == device);
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    CHECK(subject.store().find_device(numbered(20)) == device);
    CHECK(subject.store().devices() == std::vector{device, device_of(30)});
    CHECK_FALSE(subject.store().find_device(numbered(21)));
  }
  // Its numbers move; what is taken back never was.
  device.next_number = 3;
  within(subject.store(), [&](ServerStore& store) { store.put_device(device); });
  OfficeDevice never = device;
  never.purges = 99;
  subject.store().begin();
  subject.store().put_device(never);
  CHECK(subject.store().find_device(numbered(20)) == never);
  subject.store().rollback();
  for (int round = 0; round < 2; ++round, subject.reopen()) CHECK(subject.store().find_device(numbered(20)) == device);
}

TEST_CASE_TEMPLATE("what a device covers is kept apart from the device, each device's by itself", Subject, EVERY_STORE) {
  Subject subject;
  sync::Coverage coverage{{scope_a, {some_mask(), std::nullopt}},
                          {scope_b, {some_mask(), sync::Backfill{sync::Mask(), 7, sync::Phase::recent, 3}}}};
  within(subject.store(), [&](ServerStore& store) {
    for (const std::uint32_t number : {20U, 30U}) store.put_device(device_of(number));
    store.put_coverage(numbered(20), coverage);
    CHECK(store.coverage(numbered(20)) == coverage);
  });
  for (int round = 0; round < 2; ++round, subject.reopen()) {
    CHECK(subject.store().coverage(numbered(20)) == coverage);
    CHECK(subject.store().coverage(numbered(30)).empty());
    CHECK(subject.store().find_device(numbered(20)) == device_of(20));
  }
  coverage.erase(scope_a);
  within(subject.store(), [&](ServerStore& store) {
    store.put_coverage(numbered(20), coverage);
    store.put_device(device_of(20));
  });
  subject.store().begin();
  subject.store().put_coverage(numbered(20), {});
  CHECK(subject.store().coverage(numbered(20)).empty());
  subject.store().rollback();
  for (int round = 0; round < 2; ++round, subject.reopen()) CHECK(subject.store().coverage(numbered(20)) == coverage);
}
