#include "tests/end_to_end/watcher.h"

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("what one device brings reaches another that watches within a second") {
  sync::Team team;
  const Id note = team.note(*team.mia, team.the_case, "Door unlocked.");
  RunningOffice office(team);
  Watcher tom(office, *team.tom);
  REQUIRE(tom.await_rounds(1));
  const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  CHECK(!office.meet(*team.mia).fault);
  REQUIRE(tom.await_rounds(2));
  const auto took = std::chrono::steady_clock::now() - began;
  CHECK(took < std::chrono::seconds(1));
  MESSAGE("brought, accepted and heard within ", std::chrono::duration_cast<TimeLimit>(took).count(), " ms");
  const client::SyncOutcome& outcome = tom.dismiss();
  CHECK(*outcome.fault == Fault(Fault::cancelled));
  CHECK(outcome.rounds == 2);
  CHECK(sync::holds(*team.tom, note));
}

TEST_CASE("a watching device brings what is new on it, and is not woken by its own news") {
  sync::Team team;
  RunningOffice office(team);
  Watcher lena(office, *team.lena);
  REQUIRE(lena.await_rounds(1));
  Id note;
  {
    Watcher mia(office, *team.mia);
    REQUIRE(mia.await_rounds(1));
    mia.dismiss();
    note = team.note(*team.mia, team.the_case, "On the way.");
  }
  Watcher mia(office, *team.mia);  // what it has goes with its first round
  REQUIRE(mia.await_rounds(1));
  REQUIRE(lena.await_rounds(2));
  mia.again();
  REQUIRE(mia.await_rounds(2));
  CHECK(lena.rounds() == 2);
  lena.dismiss();
  mia.dismiss();
  office.stop();
  CHECK(office.service().counts().wakes == 1);
  CHECK(sync::holds(*team.lena, note));
}

TEST_CASE("who is not concerned is left in peace, and who is given something new is woken") {
  sync::Team team;
  const std::unique_ptr<sync::Laptop> nora = team.hire("Nora", "caseworker", 1);
  team.note(*team.mia, team.the_case, "Not for Nora.");
  RunningOffice office(team);
  Watcher watching(office, *nora);
  REQUIRE(watching.await_rounds(1));
  CHECK(!office.meet(*team.mia).fault);
  CHECK(!office.meet(*team.mia).fault);  // its news would have been told by now
  CHECK(office.service().counts().wakes == 0);
  team.assign(*team.lena, team.the_case, *nora);
  CHECK(!office.meet(*team.lena).fault);
  REQUIRE(watching.await_rounds(2));
  watching.dismiss();
  CHECK(sync::holds_accepted(*nora, team.the_case));
}

TEST_CASE("news from a command wakes everybody who watches") {
  sync::Team team;
  RunningOffice office(team);
  Watcher tom(office, *team.tom);
  REQUIRE(tom.await_rounds(1));
  CHECK(office.service().in_writer([&](server::ServerStore&) {
    team.office.administer({{kinds::unit, {}, {}, {{17, sync::text("East")}}}}, team.random);
  }));
  CHECK(tom.await_rounds(2));
}

TEST_CASE("new sharing rules hold from the next operation on") {
  sync::Team team;
  const Id note = team.note(*team.mia, team.the_case, "Before.");
  RunningOffice office(team);
  CHECK(!office.meet(*team.mia).fault);
  CHECK(office.service().in_writer([&](server::ServerStore&) { team.office.use_rules(1, team.random); }));
  const Id risk = team.begin(*team.mia, kinds::risk, team.the_case, {{23, sync::text("Whoever visits.")}});
  const client::SyncOutcome outcome = office.meet(*team.mia);
  CHECK(!outcome.fault);
  office.stop();
  CHECK(sync::position_of(team.office, note) > 0);
  CHECK(sync::is_late(team.office, risk));  // caseworkers no longer write assessments
}

TEST_CASE("the newest session of a device is its only one") {
  sync::Team team;
  const std::unique_ptr<sync::Laptop> copy = team.tom->clone("Tom, elsewhere");
  RunningOffice office(team);
  Watcher older(office, *team.tom);
  REQUIRE(older.await_rounds(1));
  const client::SyncOutcome newer = office.meet(*copy);
  CHECK(!newer.fault);
  CHECK(*older.end().fault == Fault(Fault::cancelled));
}
