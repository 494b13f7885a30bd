#include "tests/end_to_end/running_office.h"
#include "tests/unit/net/relay.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

constexpr int lines_cut = 120;

// What a whole session of this kind costs on the line, to know where it can be cut.
struct Cost {
  std::size_t up;
  std::size_t down;
};

Cost cost_of_meeting(const RunningOffice& office, sync::Laptop& who) {
  const Relay relay(office.port());
  CHECK(!office.meet(who, office.link(who.identity.device, relay.port())).fault);
  return {relay.passed_to_office(), relay.passed_to_device()};
}

}  // namespace

// The process that dies and the line that is cut leave the same: what was durable, and nothing else.
TEST_CASE("lines cut at any byte: every note arrives once, whatever was cut before") {
  sync::Team team;
  SeededRandom random(2026);
  const std::size_t before = sync::log_size(team.office);
  RunningOffice office(team);
  const auto write = [&](int number) {
    const std::string more(number % 2 == 0 ? 0 : 2'000, 'n');
    return team.note(*team.mia, team.the_case, "Note " + std::to_string(number) + more);
  };
  std::vector<Id> notes{write(1), write(3)};
  const Cost whole = cost_of_meeting(office, *team.mia);
  int cut = 0;
  for (int i = 0; i < lines_cut; ++i) {
    notes.push_back(write(i));
    RelayManner manner;
    if (random.chance(1, 2)) manner.to_office = random.below(whole.up);
    else manner.to_device = random.below(whole.down);
    const Relay relay(office.port(), manner);
    sync::Laptop& who = random.chance(3, 4) ? *team.mia : *team.tom;
    const client::SyncOutcome outcome = office.meet(who, office.link(who.identity.device, relay.port()));
    if (!outcome.fault) continue;
    ++cut;
    const bool of_a_line = *outcome.fault == Fault(Fault::closed) || *outcome.fault == Fault(Fault::tls_refused) ||
                           *outcome.fault == Fault(Fault::cancelled);
    CHECK_MESSAGE(of_a_line, outcome.fault->to_string());
  }
  CHECK(cut > lines_cut / 2);
  for (int round = 0; round < 2; ++round) {
    for (sync::Laptop* who : {team.mia.get(), team.tom.get()}) {
      const client::SyncOutcome outcome = office.meet(*who);
      CHECK_MESSAGE(!outcome.fault, outcome.fault->to_string());
    }
  }
  office.stop();
  for (const Id& note : notes) {
    CHECK(sync::position_of(team.office, note) > 0);
    CHECK(sync::holds(*team.tom, note));
  }
  CHECK(sync::is_quiet(*team.mia));
  CHECK(sync::log_size(team.office) == before + notes.size());
  CHECK(sync::same_view(*team.mia, *team.tom, team.the_case));
}
