// Batches, their parts, and readers beside them, over every store; and what a store remembers across them.
#include <atomic>
#include <thread>

#include "tests/unit/server/store/subjects.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;

namespace {

const Id scope_a = numbered(901), scope_b = numbered(902);

// One thing of every kind, named by a number.
void write_all(ServerStore& store, std::uint32_t n) {
  store.put(held_at(note(n, n % 2 == 0 ? scope_a : scope_b), n));
  store.put(held_at(note(5000 + n, scope_a), 0));
  store.put_erasure({{numbered(n), 2}, scope_a, n});
  store.put_segment(segment_of(numbered(70), 1, n));
  store.append_acceptance(acceptance_at(store.ledger_size()));
  sync::OfficeDevice device;
  device.device = numbered(70);
  device.next_number = n;
  store.put_device(device);
  store.put_custody({numbered(70), numbered(n), minute(1), false});
  store.set_value("n", Bytes{static_cast<std::uint8_t>(n)});
  store.set_backed_up(n);
}

// The store holds the numbers 1 to `last`, each whole, and nothing else.
bool holds_upto(const ServerStore& store, std::uint32_t last) {
  const std::vector<Id> both{scope_a, scope_b};
  const std::vector<sync::OfficeChange> log = store.changes_of_scopes(both, {0, UINT64_MAX, SIZE_MAX});
  bool whole = log.size() == last && store.last_position() == last && store.ledger_size() == last &&
               store.held().size() == last && store.custody(numbered(70)).size() == last &&
               store.backed_up() == last &&
               store.erasures_of_scopes(both, {0, UINT64_MAX, SIZE_MAX}).size() == last;
  for (std::uint32_t n = 1; n <= last + 1; ++n) {
    whole = whole && store.find(numbered(n)).has_value() == (n <= last);
    whole = whole && store.segment_by_number(numbered(70), 1, n).has_value() == (n <= last);
    whole = whole && (n > last || log[n - 1].position == n);
  }
  const std::optional<sync::OfficeDevice> device = store.find_device(numbered(70));
  whole = whole && device.has_value() == (last > 0) && (!device || device->next_number == last);
  if (last > 0) static_cast<void>(root_at(store.nodes(), last));
  return whole && store.value("n") ==
                      (last == 0 ? std::nullopt : std::optional(Bytes{static_cast<std::uint8_t>(last)}));
}

}  // namespace

TEST_CASE_TEMPLATE("what was rolled back never was, and rolling back nothing is nothing", Subject,
                   EVERY_STORE) {
  Subject subject;
  subject.store().rollback();
  subject.store().rollback_batch();
  within(subject.store(), [](ServerStore& store) { write_all(store, 1); });
  subject.store().begin();
  write_all(subject.store(), 2);
  CHECK(holds_upto(subject.store(), 2));
  subject.store().rollback();
  CHECK(holds_upto(subject.store(), 1));
  subject.reopen();
  CHECK(holds_upto(subject.store(), 1));
  within(subject.store(), [](ServerStore& store) { write_all(store, 2); });
  subject.reopen();
  CHECK(holds_upto(subject.store(), 2));
}

TEST_CASE_TEMPLATE("a part of a batch is taken back alone, and the rest is durable at its end", Subject,
                   EVERY_STORE) {
  Subject subject;
  ServerStore& store = subject.store();
  store.begin_batch();
  within(store, [](ServerStore& s) { write_all(s, 1); });
  store.begin();
  write_all(store, 2);
  store.rollback();
  CHECK(holds_upto(store, 1));
  within(store, [](ServerStore& s) { write_all(s, 2); });
  store.begin();
  write_all(store, 3);
  store.rollback();
  within(store, [](ServerStore&) {});
  store.commit_batch();
  CHECK(holds_upto(store, 2));
  subject.reopen();
  CHECK(holds_upto(subject.store(), 2));
}

TEST_CASE_TEMPLATE("a batch that is given up has done nothing, whatever its parts said", Subject,
                   EVERY_STORE) {
  Subject subject;
  within(subject.store(), [](ServerStore& store) { write_all(store, 1); });
  for (const bool inside_a_part : {false, true}) {
    subject.store().begin_batch();
    within(subject.store(), [](ServerStore& store) { write_all(store, 2); });
    within(subject.store(), [](ServerStore& store) { write_all(store, 3); });
    if (inside_a_part) subject.store().begin();
    CHECK(holds_upto(subject.store(), 3));
    subject.store().rollback_batch();
    CHECK(holds_upto(subject.store(), 1));
  }
  subject.store().begin_batch();
  within(subject.store(), [](ServerStore& store) { write_all(store, 2); });
  subject.reopen();  // as after a death
  CHECK(holds_upto(subject.store(), 1));
  within(subject.store(), [](ServerStore& store) { write_all(store, 2); });
  CHECK(holds_upto(subject.store(), 2));
}

TEST_CASE_TEMPLATE("a reader sees one moment, whatever the writer does meanwhile", Subject, EVERY_STORE) {
  Subject subject;
  within(subject.store(), [](ServerStore& store) { write_all(store, 1); });
  const std::unique_ptr<ServerStore> reader = subject.store().reader();
  const std::unique_ptr<ServerStore> another = subject.store().reader();
  reader->begin();
  CHECK(holds_upto(*reader, 1));
  within(subject.store(), [](ServerStore& store) { write_all(store, 2); });
  another->begin();
  subject.store().begin_batch();
  within(subject.store(), [](ServerStore& store) { write_all(store, 3); });
  CHECK(holds_upto(*reader, 1));
  CHECK(holds_upto(*another, 2));
  subject.store().commit_batch();
  CHECK(holds_upto(*reader, 1));
  CHECK(holds_upto(*another, 2));
  reader->rollback();
  reader->rollback();
  reader->begin();
  CHECK(holds_upto(*reader, 3));
  reader->commit();  // the same: it wrote nothing
  another->rollback();
}

// H63. A position that is handed out before its commit could be skipped by a reader whose cursor had passed it.
TEST_CASE_TEMPLATE("a reader never passes a position that appears later", Subject, EVERY_STORE) {
  Subject subject;
  std::vector<std::unique_ptr<ServerStore>> readers;
  std::vector<std::uint64_t> cursors(3, 0);
  for (std::size_t i = 0; i < cursors.size(); ++i) readers.push_back(subject.store().reader());
  const std::vector<Id> both{scope_a, scope_b};
  SeededRandom chance(63);
  std::uint32_t next = 1;
  std::uint32_t committed = 0;
  const auto read_on = [&] {
    for (std::size_t i = 0; i < cursors.size(); ++i) {
      if (!chance.chance(1, 2)) continue;
      readers[i]->begin();
      const std::uint64_t last = readers[i]->last_position();
      CHECK(last == committed);
      for (const sync::OfficeChange& held :
           readers[i]->changes_of_scopes(both, {cursors[i], last, SIZE_MAX})) {
        CHECK(held.position == ++cursors[i]);  // every one, in order
      }
      CHECK(cursors[i] == last);
      readers[i]->rollback();
    }
  };
  while (committed < 40) {
    subject.store().begin_batch();
    const std::uint32_t parts = 1 + static_cast<std::uint32_t>(chance.below(4));
    for (std::uint32_t part = 0; part < parts; ++part) {
      const bool gives_up = chance.chance(1, 3);
      subject.store().begin();
      write_all(subject.store(), next);
      read_on();
      if (gives_up) {
        subject.store().rollback();
      } else {
        subject.store().commit();
        ++next;
      }
      read_on();
    }
    if (chance.chance(1, 4)) {
      subject.store().rollback_batch();
      next = committed + 1;
    } else {
      subject.store().commit_batch();
      committed = next - 1;
    }
    read_on();
  }
}

// The same in earnest, with readers in threads of their own.
TEST_CASE_TEMPLATE("readers in other threads see every commit whole, in order", Subject, EVERY_DATABASE) {
  Subject subject;
  constexpr std::uint32_t batches = 30, parts = 3;
  std::atomic<bool> well = true;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, reader = std::shared_ptr<ServerStore>(subject.store().reader())] {
      const std::vector<Id> both{scope_a, scope_b};
      for (std::uint64_t cursor = 0; cursor < batches * parts && well;) {
        reader->begin();
        const std::uint64_t last = reader->last_position();
        well = well && last % parts == 0 && last >= cursor && reader->ledger_size() == last;
        for (const sync::OfficeChange& held : reader->changes_of_scopes(both, {cursor, last, SIZE_MAX})) {
          well = well && held.position == ++cursor;
        }
        well = well && cursor == last;
        reader->rollback();
      }
    });
  }
  for (std::uint32_t batch = 0; batch < batches; ++batch) {
    subject.store().begin_batch();
    for (std::uint32_t part = 0; part < parts; ++part) {
      within(subject.store(), [&](ServerStore& store) { write_all(store, batch * parts + part + 1); });
    }
    subject.store().commit_batch();
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(well);
}

TEST_CASE_TEMPLATE("what was foreseen, or read before, is answered as it stands when it is asked", Subject,
                   EVERY_STORE) {
  Subject subject;
  ServerStore& store = subject.store();
  within(store, [](ServerStore& s) {  // 3 and 6 in the other scope, 5 on the first record
    for (std::uint32_t n = 1; n <= 7; ++n) {
      sync::test::Draft change = note(n, n % 3 == 0 ? scope_b : scope_a);
      if (n == 5) change.on(numbered(1));
      s.put(held_at(change, n));
    }
  });
  const std::vector<Id> changes{numbered(1), numbered(2), numbered(8), numbered(9), numbered(9), scope_a};
  const std::vector<Id> records{numbered(1), numbered(2), numbered(8), numbered(8)};
  const std::vector<Id> scopes{scope_a, scope_b};
  const auto foresee = [&] {
    store.foresee(changes, records);
    CHECK(store.changes_of_scopes(scopes, {0, UINT64_MAX, SIZE_MAX}).size() == store.last_position());
  };
  foresee();
  CHECK(positions(store.changes_of_record(numbered(1))) == std::vector<std::uint64_t>{1, 5});
  CHECK(positions(store.changes_of_record(numbered(1))) == std::vector<std::uint64_t>{1, 5});
  CHECK_FALSE(store.find(numbered(9)));

  sync::OfficeChange erased = *store.find(numbered(2));
  REQUIRE(erase_part(erased.change, 2));
  const auto write = [&](ServerStore& s) {
    s.put(held_at(note(8, scope_b).on(numbered(1)), 8));  // of a record that stands elsewhere
    s.put(held_at(note(9, scope_a), 0));
    s.put(erased);
  };
  const auto is_written = [&](bool written) {
    std::vector<std::uint64_t> of_first{1, 5};
    if (written) of_first.push_back(8);
    CHECK(positions(store.changes_of_record(numbered(1))) == of_first);
    CHECK(store.changes_of_record(numbered(2)).front().change.parts.size() == (written ? 1U : 2U));
    CHECK(store.find(numbered(2))->change.parts.size() == (written ? 1U : 2U));
    CHECK(store.find(numbered(8)).has_value() == written);
    CHECK(store.find(numbered(9)).has_value() == written);
    CHECK(store.held_of_record(numbered(9)).size() == (written ? 1U : 0U));
  };
  for (const bool again : {false, true}) {
    foresee();
    store.begin();
    if (again) foresee();
    write(store);
    is_written(true);
    foresee();
    is_written(true);
    foresee();
    store.rollback();
    is_written(false);
  }
  foresee();
  within(store, write);
  is_written(true);
  for (const bool wants : {false, true}) {  // what comes without parts is no record's change
    const auto wanted = [&](KindNumber, WallTime accepted) { return wants && accepted != minute(5); };
    CHECK(store.changes_of_scopes(scopes, {0, UINT64_MAX, SIZE_MAX, wanted}).size() == 8);
    for (const sync::OfficeChange& one : store.changes_of_record(numbered(1))) CHECK(one.change.parts.size() == 2);
    CHECK(store.changes_of_record(numbered(3)).front().change.parts.size() == 2);
  }
  const std::vector<sync::OfficeChange> in_a = store.changes_of_scopes(std::vector{scope_a}, {0, UINT64_MAX, SIZE_MAX});
  CHECK(positions(in_a) == std::vector<std::uint64_t>{1, 2, 4, 5, 7});
  is_written(true);
}
