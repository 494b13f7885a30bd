#include <sstream>

#include <nlohmann/json.hpp>

#include "client/casework/late/late_work.h"
#include "client/casework/status.h"
#include "client/casework/timeline.h"
#include "client/cli/run.h"
#include "sync/transaction.h"
#include "tests/hazards/late_world.h"
#include "tests/support/temp_folder.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using nlohmann::json;

namespace {

Secret key() {
  Secret made(database_key_bytes);
  for (std::uint8_t& byte : made.writable()) byte = 9;
  return made;
}

// One of the world's people with a real profile in place of the laptop in memory.
class Desk {
 public:
  Desk(LateWorld& world, sync::Laptop& self)
      : world_(world), self_(self), database_(*open_store(folder_ / "caseload.db", key())), store_(database_, Catalogue::built_in()),
        audit_(database_), drafts_(database_), lease_(sync::grant_lease({self.identity.device, 1}, self.clock.now())),
        place_{store_, audit_, drafts_, self.clock, Zone::utc(), random_, self.identity.worker, self.identity.device, lease_,
               sync::TimeFloor(lease_.granted())} {
    sync::DeviceState state = store_.state();
    state.device = self.identity.device;
    state.worker = self.identity.worker;
    sync::StoreTransaction<SqlDeviceStore> act(store_);
    store_.set_state(state);
    act.commit();
    meet();
  }

  // Twice, so that what the office does about the first is here after the second.
  void meet() {
    for (int round = 0; round < 2; ++round) {
      REQUIRE(world_.meet({self_.identity.device, store_, self_.trust(), self_.clock}).well());
    }
  }

  struct Ran {
    int code = 0;
    json value;
  };
  Ran ask(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    const ExitCode code = run_command(place_, arguments, {in, out, err});
    return {static_cast<int>(code), json::parse(out.str())};
  }
  Workplace& place() { return place_; }
  SqlDeviceStore& store() { return store_; }

 private:
  LateWorld& world_;
  sync::Laptop& self_;
  TempFolder folder_;
  SeededRandom random_{81};
  Database database_;
  SqlDeviceStore store_;
  AuditTrail audit_;
  Drafts drafts_;
  sync::Lease lease_;
  Workplace place_;
};

// Tom's notes from after the case was taken from him.
void bring_late_notes(LateWorld& world) {
  world.end_toms_assignment();
  world.note(*world.tom, world.the_case, "She was not at home");
  world.note(*world.tom, world.the_case, "She called back");
  REQUIRE(world.meet(*world.tom).report.late == 2);
}

}  // namespace

TEST_CASE("a manager lists late work, reads what is held field by field, and releases it into the timeline") {
  LateWorld world;
  bring_late_notes(world);
  Desk lena(world, *world.lena);
  CHECK(status(lena.place()).late_to_judge == 1);
  CHECK(lena.ask({"status"}).value["late_to_judge"] == 1);
  const Desk::Ran listed = lena.ask({"late", "list"});
  CHECK(listed.code == 1);  // somebody is asked
  REQUIRE(listed.value.size() == 1);
  const json row = listed.value[0];
  for (const char* name : {"id", "case", "author", "reason", "since", "changes"}) CHECK(row.contains(name));
  CHECK(row["reason"] == "no_longer_assigned");
  CHECK(row["changes"] == 2);
  CHECK(row["author"] == world.tom->identity.worker.to_string());
  CHECK(row["case"] == world.the_case.to_string());

  const json shown = lena.ask({"late", "show", row["id"]}).value;
  REQUIRE(shown["held"].size() == 2);
  CHECK(shown["held"][0]["fields"]["text"] == "She was not at home");
  CHECK(shown["held"][1]["fields"]["text"] == "She called back");
  CHECK(shown["held"][0]["fields"]["type"] == "contact");
  CHECK(shown["held"][0]["not_understood"] == 0);
  CHECK(shown["rule"].get<std::string>().find("note.") == 0);

  CHECK(lena.ask({"late", "release", row["id"]}).code == 0);
  CHECK(lena.ask({"late", "list"}).value.empty());
  CHECK(lena.ask({"late", "release", row["id"]}).value["error"] == "already_there");
  lena.meet();
  const Result<Timeline> all = timeline(lena.place(), {.scope = world.the_case, .kind = kinds::note});
  REQUIRE(all.ok());
  REQUIRE(all->rows.size() == 2);
  for (const TimelineRow& note : all->rows) {
    CHECK(note.author == world.tom->identity.worker);
    CHECK(note.occurred < note.recorded);
    CHECK(note.received.has_value());
    CHECK(note.state == Whereabouts::held_by_office);
  }
}

TEST_CASE("to decline needs a reason, and its author is told, and a note that is still here says that it was declined") {
  LateWorld world;
  const Id note = world.note(*world.mia, world.the_case, "I looked into my own work", NoteType::oversight);
  static_cast<void>(world.meet(*world.mia));
  Desk lena(world, *world.lena);
  const std::string late = lena.ask({"late", "list"}).value[0]["id"];
  CHECK(lena.ask({"late", "decline", late}).value["error"] == "required");
  CHECK(lena.ask({"late", "decline", late, "--reason", " "}).value["error"] == "required");
  CHECK(lena.ask({"late", "decline", late, "--reason", "Oversight is for managers"}).code == 0);
  lena.meet();
  CHECK(world.is_declined(note));

  static_cast<void>(world.meet(*world.mia));
  Desk omar(world, *world.omar);
  CHECK(omar.ask({"late", "list"}).value.empty());
  CHECK(omar.ask({"late", "list", "--mine"}).value.empty());
}

TEST_CASE("one's own late work is listed with what became of it, and stays readable where the case is") {
  LateWorld world;
  Desk mia(world, *world.mia);
  const Result<Done> done = perform(mia.place(), {.kind = kinds::note, .scope = world.the_case,
      .writes = {{header::type, Value::of_code(number_of(NoteType::contact))}, {16, Value::of_text("A visit")}}});
  REQUIRE(done.ok());
  world.stand(*world.mia, Standing::suspended);
  mia.meet();
  world.stand(*world.mia, Standing::active);
  mia.meet();
  CHECK(status(mia.place()).late == 1);
  CHECK(mia.ask({"late", "list"}).value.empty());  // nobody judges their own
  json own = mia.ask({"late", "list", "--mine"}).value;
  REQUIRE(own.size() == 1);
  CHECK(own[0]["decision"] == "waiting");
  static_cast<void>(world.meet(*world.lena));
  const Id late = world.late_records(*world.lena).front();
  world.decide(*world.lena, late, LateDecision::declined, "Written by somebody else");
  static_cast<void>(world.meet(*world.lena));
  mia.meet();
  CHECK(status(mia.place()).late == 0);
  own = mia.ask({"late", "list", "--mine"}).value;
  REQUIRE(own.size() == 1);
  CHECK(own[0]["decision"] == "declined");
  CHECK(own[0]["reason"] == "Written by somebody else");
  CHECK(own[0]["decided_by"] == world.lena->identity.worker.to_string());
  const json rows = mia.ask({"timeline", world.the_case.to_string(), "--kind", "note"}).value;
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["text"] == "A visit");
  CHECK(rows[0]["state"] == "declined");
  CHECK(get(mia.place(), done->record).fault() == Fault::declined);
  CHECK(perform(mia.place(), {.record = done->record, .writes = {{25, Value::of_text("x")}}}).fault() == Fault::declined);
}

TEST_CASE("who lost the case reads what became of the work, and nothing of the case") {
  LateWorld world;
  bring_late_notes(world);
  static_cast<void>(world.meet(*world.lena));
  world.decide(*world.lena, world.late_records(*world.lena).front(), LateDecision::declined, "Too late");
  static_cast<void>(world.meet(*world.lena));
  Desk tom(world, *world.tom);
  const json own = tom.ask({"late", "list", "--mine"}).value;
  REQUIRE(own.size() == 1);
  CHECK(own[0]["changes"] == 2);
  CHECK(own[0]["reason"] == "Too late");
  CHECK(own[0]["case"].is_null());
}

TEST_CASE("a records officer is asked when nobody answered, and sees it before") {
  LateWorld world;
  bring_late_notes(world);
  Desk rosa(world, *world.rosa);
  CHECK(status(rosa.place()).late_to_judge == 0);
  CHECK(rosa.ask({"late", "list"}).value.size() == 1);
  world.pass(std::chrono::days(8));
  rosa.meet();
  CHECK(status(rosa.place()).late_to_judge == 1);
  CHECK_FALSE(rosa.ask({"late", "list"}).value[0]["escalated"].is_null());
}

TEST_CASE("what nobody may judge, or is not there, is refused by name") {
  LateWorld world;
  bring_late_notes(world);
  Desk mia(world, *world.mia);
  const Id late = mia.store().records().of_kind(kinds::late_work).front();
  CHECK(mia.ask({"late", "list"}).value.empty());
  const json shown = mia.ask({"late", "show", late.to_string()}).value;
  CHECK(shown["held"].empty());  // not shared with her
  CHECK(mia.ask({"late", "release", late.to_string()}).value["error"] == "not_allowed");
  CHECK(mia.ask({"late", "decline", late.to_string(), "--reason", "R"}).value["error"] == "not_allowed");
  CHECK(mia.ask({"late", "show", world.the_case.to_string()}).value["error"] == "not_found");
  CHECK(mia.ask({"late", "release", world.the_case.to_string()}).value["error"] == "not_found");
  CHECK(mia.ask({"late", "release", "nothing"}).value.contains("error"));
  CHECK(mia.ask({"late", "show"}).code == 2);
}
