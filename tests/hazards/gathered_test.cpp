// Sessions as the programs hold them: what the desk is asked before anything is to be sent is one commit, and a death
// takes all of it back.
#include "sync/session/half.h"
#include "sync/session/wire.h"
#include "sync/transaction.h"
#include "tests/hazards/team.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

// One side with its store; what it sends goes to `out`.
template <class Store>
struct End {
  Store& store;
  SessionWire& wire;
  AskDesk desk;
  Bytes& out;
  Bytes& in;
  bool gathers_loads = true;  // the office; a device is clean of what was withdrawn before it says so

  // Gives whether there was anything to do. `early` sends before the commit, which no program may.
  bool step(bool early) {
    switch (wire.next()) {
      case SessionWire::Next::ask: {
        const auto loads = [&] { return wire.asked().kind == Effect::Kind::load; };
        if (!gathers_loads && loads()) {
          wire.answered(desk(wire.asked()));
          return true;
        }
        StoreBatch<Store> batch(store);
        do {
          if (wire.may_read_ahead()) wire.read_ahead();
          wire.answered(desk(wire.asked()));
        } while (wire.next() == SessionWire::Next::ask && (gathers_loads || !loads()));
        if (early) append(out, wire.take_written());
        batch.commit();
        return true;
      }
      case SessionWire::Next::write: append(out, wire.take_written()); return true;
      case SessionWire::Next::over: return false;
      case SessionWire::Next::read: break;
    }
    if (in.empty()) return false;
    wire.arrived(std::exchange(in, {}));
    return true;
  }
};

enum class Dies { device, office };

// A session in which one of the two dies at an operation of its store. Gives whether it came so far. The other goes on
// with what has reached it.
bool session_with_death(Team& team, Laptop& laptop, Dies who, const StoreFault& fault, bool early = false) {
  const DeviceTrust trust = laptop.trust();
  DeviceDesk device_desk(laptop.store, Catalogue::built_in(), trust, laptop.clock);
  const OfficeSelf self = team.office.self();
  OfficeDesk office_desk(team.office.store, self, PeerFacts{laptop.identity.device, false});
  DeviceSide device(false);
  OfficeSide office;
  SessionWire of_device(device), of_office(office);
  Bytes up, down;
  End<MemoryDeviceStore> here{laptop.store, of_device, ask(device_desk), up, down, false};
  End<MemoryOfficeStore> there{team.office.store, of_office, ask(office_desk), down, up};
  if (who == Dies::device) laptop.store.set_fault(fault);
  else team.office.store.set_fault(fault);
  of_device.add(device.start());
  bool died = false;
  bool device_lives = true, office_lives = true;
  const auto step = [&](auto& end, bool& lives) {
    try {
      return lives && end.step(early);
    } catch (const Crash&) {
      died = true;
      lives = false;
      return true;
    }
  };
  for (bool moved = true; moved;) {
    moved = step(here, device_lives);
    moved = step(there, office_lives) || moved;
  }
  laptop.store.set_fault({});
  team.office.store.set_fault({});
  team.office.restart();
  return died;
}

// Notes both ways; then sessions of both until nothing is left to say.
struct Story {
  explicit Story(std::size_t letters) : large(team.note(*team.mia, team.the_case, std::string(letters, 'l'))) {}

  Team team;
  Id large;
  Id up = team.note(*team.mia, team.the_case, "On its way up.");
  Id down = bring("On its way down.");

  Id bring(const std::string& words) {
    const Id note = team.note(*team.tom, team.the_case, words);
    CHECK(team.meet(*team.tom).well());
    return note;
  }

  bool is_well() {
    for (Laptop* who : {team.mia.get(), team.tom.get(), team.mia.get()}) {
      if (!team.meet(*who).well()) return false;
    }
    for (const Id& note : {up, large, down}) {
      if (position_of(team.office, note) == 0 || !holds(*team.mia, note) || !holds(*team.tom, note)) return false;
    }
    return team.mia->store.unsent().empty() && team.mia->store.waiting().empty();
  }
};

}  // namespace

TEST_CASE("H4 H42 a death at any operation takes back what was not sent, and the next sessions bring everything") {
  for (const std::size_t letters : {100U, 100'000U}) {  // in one commit with its receipt, or in one of its own
    for (const Dies who : {Dies::device, Dies::office}) {
      for (const StoreFault::Kind kind : {StoreFault::Kind::crash_before, StoreFault::Kind::crash_after}) {
        bool died = true;
        std::uint64_t at = 0;
        for (; died; ++at) {
          CAPTURE(at);
          Story story(letters);
          died = session_with_death(story.team, *story.team.mia, who, {kind, at});
          CHECK(story.is_well());
        }
        CHECK(at > 20);
      }
    }
  }
}

TEST_CASE("H4 H42 whoever sends before the commit is found out by some death") {
  std::size_t lost = 0;
  bool died = true;
  for (std::uint64_t at = 0; died; ++at) {
    Story story(100);
    died = session_with_death(story.team, *story.team.mia, Dies::office, {StoreFault::Kind::crash_before, at}, true);
    if (!story.is_well()) ++lost;
  }
  CHECK(lost > 0);
}
