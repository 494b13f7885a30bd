// Transactions that become durable together.
#include "tests/unit/client/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

// Another connection sees what is committed, and nothing else.
std::size_t committed(StoreOnDisk& held) {
  Result<Database> beside = held.database().open_beside(test_key());
  REQUIRE(beside.ok());
  Statement count = beside->prepare("SELECT count(*) FROM record");
  count.select();
  return count.step() ? static_cast<std::size_t>(count.integer(0)) : 0;
}

}  // namespace

TEST_CASE("nothing of a batch is committed before the batch is, and then all of it") {
  StoreOnDisk held;
  Pen pen(1);
  const Id scope = pen.id();
  sync::StoreBatch<sync::DeviceStore> together(*held);
  std::vector<Id> notes;
  for (int i = 0; i < 3; ++i) {
    const sync::Change note = pen.note(scope, "note " + std::to_string(i));
    keep_in(*held, note);
    notes.push_back(note.header.id);
    CHECK(held->find(note.header.id));
    CHECK(committed(held) == 0);
  }
  together.commit();
  CHECK(committed(held) == 3);
  held.open();
  for (const Id& note : notes) CHECK(held->find(note));
  CHECK(held->unsent() == notes);
}

TEST_CASE("a transaction that is taken back inside a batch takes nothing else along") {
  StoreOnDisk held;
  Pen pen(2);
  const Id scope = pen.id();
  const sync::Change first = pen.note(scope, "first"), second = pen.note(pen.id(), "second"), third = pen.note(scope, "third");
  sync::StoreBatch<sync::DeviceStore> together(*held);
  keep_in(*held, first);
  held->begin();
  keep(*held, catalogue(), second);
  CHECK(held->find(second.header.id));
  held->rollback();
  CHECK_FALSE(held->find(second.header.id));
  keep_in(*held, third);
  together.commit();
  for (int round = 0; round < 2; ++round, held.open()) {
    CHECK(held->unsent() == std::vector{first.header.id, third.header.id});
    CHECK(held->scopes() == std::vector{scope});
  }
}

TEST_CASE("a batch that is left never was, and the store goes on") {
  StoreOnDisk held;
  Pen pen(3);
  const Id scope = pen.id();
  const sync::Change before = pen.note(scope, "before");
  keep_in(*held, before);
  const sync::DeviceState state = held->state();
  {
    const sync::StoreBatch<sync::DeviceStore> together(*held);
    keep_in(*held, pen.note(pen.id(), "never"));
    within(*held, [&](sync::DeviceStore& s) {
      sync::DeviceState later = state;
      later.cursor = 99;
      s.set_state(later);
    });
    CHECK(held->state().cursor == 99);
  }
  const sync::Change after = pen.note(scope, "after");
  keep_in(*held, after);
  for (int round = 0; round < 2; ++round, held.open()) {
    CHECK(held->unsent() == std::vector{before.header.id, after.header.id});
    CHECK(held->state().cursor == state.cursor);
    CHECK(held->scopes() == std::vector{scope});
  }
}
