#include "sync/session/half.h"
#include "tests/end_to_end/raw_device.h"
#include "tests/end_to_end/running_office.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

// A session of a program that speaks version 0 and nothing newer, with work unsent. What it is answered it takes for its own
// version's, as two versions that only add to each other do. Gives the greeting it heard.
struct Older {
  std::optional<sync::Greeting> greeting;
  std::size_t pages = 0;
  bool finished = false;

  void meet(const RunningOffice& office, sync::Laptop& who) {
    RawDevice line(office.certificates.device(who.identity.device), office.port());
    REQUIRE(line.connected());
    const sync::DeviceTrust trust = who.trust();
    sync::DeviceDesk desk(who.store, Catalogue::built_in(), trust, who.clock);
    sync::DeviceSide device{false};
    sync::HalfOutcome did = carry_out(device, device.start(), ask(desk));
    while (say(line, did)) {
      std::optional<sync::Message> heard = line.hear();
      if (!heard) return;
      did = carry_out(device, device.received(sync::write_message(understood(*heard))), ask(desk));
    }
  }

 private:
  bool say(RawDevice& line, const sync::HalfOutcome& did) {
    for (const Bytes& bytes : did.sent) {
      sync::Message message = *sync::read_message(bytes);
      if (sync::Hello* hello = std::get_if<sync::Hello>(&message)) hello->versions = {0, 0};
      CHECK(line.say(message));
    }
    finished = did.finished && !did.fault;
    return !did.finished;
  }
  const sync::Message& understood(sync::Message& heard) {
    if (sync::Status* status = std::get_if<sync::Status>(&heard)) {
      greeting = status->greeting;
      CHECK(status->version == 0);
      status->version = 1;
    }
    pages += std::holds_alternative<sync::Page>(heard) ? 1U : 0U;
    return heard;
  }
};

}  // namespace

TEST_CASE("H35 a program of an older version hands over its unsent work, and is told to upgrade before it gets anything") {
  sync::Team team;
  const Id mine = team.note(*team.tom, team.the_case, "Written with the old program.");
  const Id others = team.note(*team.mia, team.the_case, "Written with the new one.");
  RunningOffice office(team);
  CHECK(!office.meet(*team.mia).fault);
  const std::uint64_t cursor = team.tom->store.state().cursor;
  Older older;
  older.meet(office, *team.tom);
  CHECK(older.finished);
  CHECK(older.greeting == sync::Greeting::upgrade);
  CHECK(older.pages == 0);
  CHECK(team.tom->store.find(mine)->state == sync::ChangeState::accepted);
  CHECK(team.tom->store.waiting().empty());
  CHECK(!sync::holds(*team.tom, others));
  CHECK(team.tom->store.state().cursor == cursor);
  // The program upgraded: what it had is where it was, and the rest comes.
  const client::SyncOutcome upgraded = office.meet(*team.tom);
  CHECK(!upgraded.fault);
  CHECK(upgraded.report.pushed == 0);
  CHECK(sync::holds(*team.tom, others));
  office.stop();
  CHECK(sync::position_of(team.office, mine) > 0);
}
