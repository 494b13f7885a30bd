#include <future>

#include "sync/device/counting.h"
#include "tests/end_to_end/running_office.h"
#include "tests/unit/net/relay.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

void check_well(const client::SyncOutcome& outcome) {
  CHECK_MESSAGE(!outcome.fault, outcome.fault->to_string());
  CHECK(outcome.report.complete);
  CHECK(outcome.office_spoke);
}

}  // namespace

TEST_CASE("a note goes from one laptop over the office to another") {
  sync::Team team;
  const Id note = team.note(*team.mia, team.the_case, "Called in the morning.");
  RunningOffice office(team);
  const client::SyncOutcome up = office.meet(*team.mia);
  const client::SyncOutcome down = office.meet(*team.tom);
  check_well(up);
  check_well(down);
  CHECK(up.report.accepted == 1);
  CHECK(up.bytes_sent > 0);
  CHECK(up.bytes_received > 0);
  CHECK(down.report.received >= 1);
  CHECK(!office.stop());
  CHECK(sync::position_of(team.office, note) > 0);
  CHECK(sync::words_of(*team.tom, note, sync::note_text) == "Called in the morning.");
  const server::ServiceCounts counts = office.service().counts();
  CHECK(counts.sessions == 2);
  CHECK(counts.sessions_well == 2);
  CHECK(counts.sessions_open == 0);
  CHECK(counts.refused.empty());
  CHECK(office.logged.find("session_ended") != std::string::npos);
  CHECK(office.logged.find("Called") == std::string::npos);
}

// The same acts of two equal teams: one meets in memory, the other over TLS.
TEST_CASE("sessions over TLS come to the same as sessions in memory") {
  const auto act = [](sync::Team& team) {
    for (int i = 0; i < 30; ++i) {
      team.note(*team.mia, team.the_case, "Visit " + std::to_string(i) + std::string(600, 'x'));
      team.note(*team.tom, team.the_case, "Call " + std::to_string(i));
    }
    const Id other = team.open_case(*team.mia, "Second Example");
    team.assign(*team.lena, team.the_case, *team.mia);
    team.end_assignment(*team.lena, team.toms_assignment);
    return other;
  };
  sync::Team in_memory;
  sync::Team over_tls;
  act(in_memory);
  act(over_tls);
  RunningOffice office(over_tls);
  for (int round = 0; round < 2; ++round) {
    for (const auto who : {&sync::Team::mia, &sync::Team::tom, &sync::Team::lena}) {
      const sync::SessionReport expected = in_memory.meet(*(in_memory.*who)).report;
      const client::SyncOutcome outcome = office.meet(*(over_tls.*who));
      check_well(outcome);
      CHECK(outcome.report.pushed == expected.pushed);
      CHECK(outcome.report.accepted == expected.accepted);
      CHECK(outcome.report.late == expected.late);
      CHECK(outcome.report.received == expected.received);
      CHECK(outcome.report.withdrawn == expected.withdrawn);
    }
  }
  office.stop();
  CHECK(sync::log_size(over_tls.office) == sync::log_size(in_memory.office));
  for (const auto who : {&sync::Team::mia, &sync::Team::tom, &sync::Team::lena}) {
    CHECK(sync::is_quiet(*(over_tls.*who)));
    const sync::ScopeHoldings here = holdings_of((over_tls.*who)->store, over_tls.the_case);
    const sync::ScopeHoldings there = holdings_of((in_memory.*who)->store, in_memory.the_case);
    CHECK(here.count == there.count);
    CHECK(here.digest == there.digest);
  }
}

TEST_CASE("fifty devices at once: none fails") {
  sync::Team team;
  std::vector<std::unique_ptr<sync::Laptop>> laptops;
  for (int i = 0; i < 50; ++i) {
    laptops.push_back(team.hire("Worker " + std::to_string(i), "caseworker"));
    team.open_case(*laptops.back(), "Case " + std::to_string(i));
  }
  OfficeManner manner;
  manner.connections.strangers_of_one_origin_max = 50;  // all of them come from here
  RunningOffice office(team, manner);
  std::vector<std::future<client::SyncOutcome>> sessions;
  for (const std::unique_ptr<sync::Laptop>& laptop : laptops) {
    sessions.push_back(std::async(std::launch::async, [&] { return office.meet(*laptop); }));
  }
  for (std::future<client::SyncOutcome>& session : sessions) {
    const client::SyncOutcome outcome = session.get();
    check_well(outcome);
    CHECK(outcome.report.accepted == 1);
  }
  office.stop();
  const server::ServiceCounts counts = office.service().counts();
  CHECK(counts.sessions_well == 50);
  CHECK(counts.turned_away == 0);
  CHECK(counts.commits < counts.operations);
  MESSAGE("50 sessions: ", counts.operations, " operations in ", counts.commits, " commits");
}

TEST_CASE("a device reaches its office through a proxy") {
  sync::Team team;
  RunningOffice office(team);
  RelayManner manner;
  manner.http_answer = "HTTP/1.1 200 OK\r\n\r\n";
  const Relay proxy(office.port(), manner);
  client::LinkSetting setting = office.link(team.mia->identity.device);
  setting.proxy = Endpoint("127.0.0.1", proxy.port());
  check_well(office.meet(*team.mia, setting));
  CHECK(proxy.passed_to_office() > 0);
}

TEST_CASE("where nobody listens, the device says so and nothing has happened") {
  sync::Team team;
  team.note(*team.mia, team.the_case, "Waits.");
  std::optional<client::LinkSetting> setting;
  {
    const RunningOffice office(team);
    setting = office.link(team.mia->identity.device);
  }
  const sync::DeviceTrust trust = team.mia->trust();
  client::SyncRunner runner(team.mia->store, Catalogue::built_in(), trust, team.mia->clock);
  const client::SyncOutcome outcome = runner.run(*setting);
  REQUIRE(outcome.fault);
  CHECK(*outcome.fault == Fault(Fault::unreachable));
  CHECK(!outcome.office_spoke);
  CHECK(team.mia->store.unsent().size() == 1);
}
