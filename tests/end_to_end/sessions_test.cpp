#include "tests/end_to_end/running_office.h"

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("a note goes from one laptop over the office to another, as it does in memory") {
  sync::Team team;
  const Id note = team.note(*team.mia, team.the_case, "Called in the morning.");
  RunningOffice office(team);
  const client::SyncOutcome up = office.meet(*team.mia);
  const client::SyncOutcome down = office.meet(*team.tom);
  office.stop();
  CHECK_MESSAGE(!up.fault, up.fault->to_string());
  CHECK_MESSAGE(!down.fault, down.fault->to_string());
  CHECK(up.report.accepted == 1);
  CHECK(down.report.received >= 1);
  CHECK(sync::position_of(team.office, note) > 0);
  CHECK(sync::words_of(*team.tom, note, sync::note_text) == "Called in the morning.");
}
