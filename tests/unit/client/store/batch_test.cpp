// Transactions that become durable together.
#include "client/store/doctor.h"
#include "client/store/search.h"
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

TEST_CASE("words are found once all that was gathered is committed, and those taken back never") {
  StoreOnDisk held;
  Pen pen(4);
  const Id scope = pen.id(), brief = pen.id();
  const auto hits = [&](std::string_view word) { return search(*held, {.text = std::string(word)})->hits.size(); };
  const auto say = [&](const Id& record, std::string_view words) {
    return pen.edit(*held, record, {{note_text, Value::of_text(words)}});
  };
  const sync::Change old = pen.note(scope, "alpha"), gone = pen.note(scope, "beta");
  keep_in(*held, old);
  keep_in(*held, gone);
  sync::StoreBatch<sync::DeviceStore> together(*held);
  const sync::Change fresh = pen.note(brief, "gamma");
  keep_in(*held, fresh);
  keep_in(*held, say(old.header.record, "delta"));
  held->begin();  // taken back: what it said again, what it began, and a scope of its own
  keep(*held, catalogue(), say(old.header.record, "epsilon"));
  keep(*held, catalogue(), say(fresh.header.record, "epsilon"));
  keep(*held, catalogue(), pen.note(pen.id(), "epsilon"));
  held->rollback();
  keep_in(*held, say(old.header.record, "zeta"));
  within(*held, [&](sync::DeviceStore& s) {
    for (const Id& id : {gone.header.id, fresh.header.id}) {
      s.erase(id);
      s.erase_record(id);
    }
    keep(s, catalogue(), pen.note(scope, "eta"));  // in the row that was left
  });
  together.commit();
  for (int round = 0; round < 2; ++round, held.open()) {
    CHECK(hits("zeta") == 1);
    CHECK(hits("eta") == 1);
    for (const std::string_view word : {"alpha", "beta", "gamma", "delta", "epsilon"}) CHECK(hits(word) == 0);
    CHECK(held->scopes() == std::vector{scope});
    CHECK(check_records(*held).different == 0);
  }
  CHECK(held->log().count_sum() == held->log().sum());
}
