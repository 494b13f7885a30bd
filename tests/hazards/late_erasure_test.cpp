#include "tests/hazards/late_world.h"

#include <set>

#include "sync/merge/compose.h"
#include "sync/device/outbox.h"
#include "sync/office/erasure.h"
#include "sync/office/held_content.h"
#include "sync/transaction.h"
#include "tests/support/test.h"

namespace caseload {
namespace {

constexpr FieldNumber case_hold = case_facts::legal_hold;
constexpr FieldNumber note_words = 16;

Id only(const std::vector<Id>& ids) {
  REQUIRE(ids.size() == 1);
  return ids.front();
}

TEST_CASE("what is held outside of cases has no record, and administrators see that it waits") {
  LateWorld world;
  world.begin(*world.mia, kinds::notice, world.north, {{16, Value::of_text("Fire drill")}});
  CHECK(world.meet(*world.mia).report.late == 1);
  CHECK(world.tended.opened == 0);
  const std::vector<server::LateWorkRow> rows = server::late_work(world.office);
  REQUIRE(rows.size() == 1);
  CHECK(rows.front().record.is_none());
  CHECK(rows.front().worker == world.mia->identity.worker);
}

TEST_CASE("a crash between intake and opening, or between a decision and its carrying out, loses nothing and does nothing twice") {
  LateWorld world;
  world.end_toms_assignment();
  const Id note = world.note(*world.tom, world.the_case, "Before the crash");
  static_cast<void>(world.meet(*world.tom, false));  // the office dies before it tends
  // One that was tended, but whose batch never reached the disk.
  world.store.begin_batch();
  CHECK(server::tend_late_work(world.office).opened == 1);
  world.store.rollback_batch();
  CHECK(server::tend_late_work(world.office).opened == 1);
  CHECK(server::tend_late_work(world.office).opened == 0);
  world.everybody_meets();
  world.decide(*world.lena, only(world.late_records(*world.lena)), LateDecision::released, "");
  static_cast<void>(world.meet(*world.lena, false));
  world.store.begin_batch();
  CHECK(server::tend_late_work(world.office).released == 1);
  CHECK(world.is_released(note));
  world.store.rollback_batch();
  CHECK_FALSE(world.is_released(note));
  CHECK(server::tend_late_work(world.office).released == 1);
  CHECK(server::tend_late_work(world.office).released == 0);
  CHECK(world.is_released(note));
}

// A change of Lena's that empties a field in place of another's write, whether she holds it or not.
Id replace(LateWorld& world, const Id& record, FieldNumber field, const Id& other) {
  const sync::FieldWrite write[] = {{field, Value(), false}};
  const sync::Known known = [&](const sync::FieldKey&) { return std::vector{other}; };
  const Id id = world.office.new_id();
  const sync::RecordRow row = *world.lena->store.find_record(record);
  const Result<sync::Change> change =
      sync::compose_writes({id, Stamp::at(world.clock.now()), world.lena->identity.worker, row.scope, record, row.kind},
                           {*Catalogue::built_in().find_kind(row.kind), write, known}, world.random.bytes<16>());
  sync::StoreTransaction<sync::DeviceStore> act(world.lena->store);
  sync::keep(world.lena->store, Catalogue::built_in(), *change);
  act.commit();
  return id;
}

TEST_CASE("what the law takes of late work that was judged, the late_work record does not keep") {
  for (const LateDecision decision : {LateDecision::released, LateDecision::declined}) {
    CAPTURE(static_cast<int>(decision));
    LateWorld world;
    const Id note = world.note(*world.mia, world.the_case, "A visit");
    world.everybody_meets();
    world.end_toms_assignment();
    const Id edit = world.write(*world.tom, note, {{25, Value::of_text("17 Hidden Lane")}});
    world.everybody_meets();
    const Id late = only(world.late_records(*world.lena));
    const SectionNumber section = world.store.find(edit)->change.parts.front().section;
    const sync::ErasedPart gone[] = {{edit, section}};
    const auto erase = [&](const Id& order) {
      sync::StoreTransaction<sync::OfficeStore> act(world.store);
      const Result<void> done = sync::erase(world.store, Catalogue::built_in(), order, gone);
      if (done) act.commit();
      return done;
    };
    // While it waits, an order that replaces it waits too.
    CHECK_FALSE(erase(replace(world, note, 25, edit)).ok());
    world.decide(*world.lena, late, decision, "So be it");
    world.everybody_meets();
    CHECK(world.reads_content(*world.lena, late));
    const Id order = replace(world, note, 25, edit);
    world.everybody_meets();
    REQUIRE(world.is_released(order));
    REQUIRE(erase(order).ok());
    world.everybody_meets();
    CHECK_FALSE(world.reads_content(*world.lena, late));
    for (const sync::Laptop* who : {world.lena.get(), world.rosa.get(), world.omar.get()}) {
      for (const auto& [id, stored] : who->store.contents().changes) {
        const Bytes bytes = pack(stored.change);
        CHECK(as_text(bytes).find(to_hex(as_bytes("17 Hidden Lane"))) == std::string_view::npos);
        CHECK(as_text(bytes).find("17 Hidden Lane") == std::string_view::npos);
      }
    }
    for (const sync::OfficeChange& change : world.store.changes_of_record(late)) {
      CHECK(as_text(pack(change.change)).find(to_hex(as_bytes("17 Hidden Lane"))) == std::string_view::npos);
    }
    CHECK(world.words(*world.lena, late, "rule") != "");  // what was decided, and why, stays
    CHECK(world.words(*world.lena, late, "decision_reason") == "So be it");
  }
}

TEST_CASE("late work that says legal hold keeps a case from erasure until it is declined") {
  LateWorld world;
  world.stand(*world.mia, Standing::suspended);
  const Id hold = world.write(*world.mia, world.the_case, {{case_hold, Value::of_boolean(true)}});
  CHECK(world.meet(*world.mia).report.late == 1);
  world.everybody_meets();
  const Id order = world.write(*world.lena, world.the_case, {{20, Value::of_text("Another name")}});
  world.everybody_meets();
  const auto erased = [&] {
    sync::StoreTransaction<sync::OfficeStore> act(world.store);
    const SectionNumber section = Catalogue::built_in().find_kind(kinds::case_file)->find_field(FieldNumber{20})->section;
    const sync::ErasedPart part[] = {{world.the_case, section}};
    return sync::erase(world.store, Catalogue::built_in(), order, part);
  };
  CHECK(erased().fault() == Fault::legal_hold);
  world.decide(*world.lena, only(world.late_records(*world.lena)), LateDecision::declined, "No court asked for it");
  world.everybody_meets();
  CHECK(world.is_declined(hold));
  const Result<void> now = erased();
  CHECK((now.ok() || now.fault() != Fault::legal_hold));
}

TEST_CASE("with nothing held, tending writes nothing and reads no log") {
  LateWorld world;
  const std::uint64_t size = world.store.ledger_size();
  const server::Tended done = server::tend_late_work(world.office);
  CHECK((done.opened == 0 && done.scopes.empty()));
  CHECK(world.store.ledger_size() == size);
  CHECK_FALSE(world.store.value("late/seen").has_value());
}

}  // namespace
}  // namespace caseload
