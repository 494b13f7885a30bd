#include "sync/session/wire.h"

#include "sync/session/half.h"
#include "tests/hazards/team.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

// One laptop and its office, both as bytes, and the bytes between them.
struct Ends {
  Ends(Laptop& laptop, Office& whose, bool watch)
      : trust(laptop.trust()), device_desk(laptop.store, Catalogue::built_in(), trust, laptop.clock),
        self(whose.self()), office_desk(whose.store, self, PeerFacts{laptop.identity.device, false}), device(watch) {
    of_device.add(device.start());
  }

  // One step of one side, as a runner does it. Gives whether there was anything to do.
  bool step(SessionWire& wire, const AskDesk& desk, Bytes& out, Bytes& in, std::size_t piece) {
    const bool reads_ahead = piece % 2 == 0 && wire.next() == SessionWire::Next::ask && wire.may_read_ahead();
    if (reads_ahead) wire.read_ahead();
    ahead += reads_ahead ? 1 : 0;
    switch (wire.next()) {
      case SessionWire::Next::write: append(out, wire.take_written()); return true;
      case SessionWire::Next::ask: wire.answered(desk(wire.asked())); return true;
      case SessionWire::Next::over: return false;
      case SessionWire::Next::read: break;
    }
    if (in.empty()) return false;
    const auto end = in.begin() + static_cast<std::ptrdiff_t>(std::min(piece, in.size()));
    const Bytes arrived(in.begin(), end);
    in.erase(in.begin(), end);
    wire.arrived(arrived);
    return true;
  }

  // Until neither has anything to do.
  void run(Random& random) {
    bool moved = true;
    while (moved) {
      const std::size_t piece = 1 + random.below(random.chance(1, 2) ? 3 : 5'000);
      moved = step(of_device, ask(device_desk), to_office, to_device, piece);
      moved = step(of_office, ask(office_desk), to_device, to_office, piece) || moved;
    }
  }

  DeviceTrust trust;
  DeviceDesk device_desk;
  OfficeSelf self;
  OfficeDesk office_desk;
  DeviceSide device;
  OfficeSide office;
  SessionWire of_device{device};
  SessionWire of_office{office};
  Bytes to_office;
  Bytes to_device;
  std::size_t ahead = 0;  // messages read ahead of their turn
};

// As the first that is said on a connection.
Bytes frame_of(const Message& message) {
  const std::vector<Bytes> messages{Dialogue().say(write_message(message))};
  return to_frames(messages);
}

}  // namespace

TEST_CASE("a session whose bytes are cut in any way comes to the same") {
  std::size_t ahead = 0;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    Team team;
    SeededRandom random(seed);
    const Id small = team.note(*team.mia, team.the_case, "Small.");
    const Id large = team.note(*team.mia, team.the_case, std::string(200'000, 'l'));
    Ends up(*team.mia, team.office, false);
    up.run(random);
    CHECK(up.of_device.next() == SessionWire::Next::over);
    CHECK(up.of_office.next() == SessionWire::Next::over);
    CHECK(!up.of_device.fault());
    CHECK(!up.of_office.fault());
    CHECK(up.device_desk.report().accepted == 2);
    Ends down(*team.tom, team.office, false);
    down.run(random);
    CHECK(holds(*team.tom, small));
    CHECK(holds(*team.tom, large));
    ahead += up.ahead + down.ahead;
  }
  CHECK(ahead > 0);
}

TEST_CASE("what is read ahead and is no frame is refused in its turn: what came before it is kept") {
  Team team;
  const Id note = team.note(*team.mia, team.the_case, std::string(200'000, 'l'));
  Ends ends(*team.mia, team.office, false);
  constexpr std::size_t all = 1U << 20;
  const auto device = [&] { return ends.step(ends.of_device, ask(ends.device_desk), ends.to_office, ends.to_device, all); };
  const auto office = [&] { return ends.step(ends.of_office, ask(ends.office_desk), ends.to_device, ends.to_office, all); };
  while (ends.device.state() != SessionState::pushing) REQUIRE((device() || office()));
  while (ends.to_office.empty()) REQUIRE(device());
  ends.to_office.push_back(0x00);
  while (office()) continue;
  CHECK(ends.ahead == 1);
  REQUIRE(ends.of_office.fault().has_value());
  CHECK(*ends.of_office.fault() == Fault(Fault::frame_size));
  CHECK(team.office.store.find(note)->position != 0);
}

TEST_CASE("a session that watches goes on after each rest, with streams that begin anew") {
  Team team;
  SeededRandom random(1);
  Ends ends(*team.tom, team.office, true);
  ends.run(random);
  for (int round = 0; round < 3; ++round) {
    CHECK(ends.of_device.is_watching());
    CHECK(ends.of_office.is_watching());
    const Id note = team.note(*team.mia, team.the_case, std::string(20'000, 'n'));
    CHECK(team.meet(*team.mia).well());
    if (round == 1) ends.of_device.add(ends.device.start());  // both at once: they cross
    ends.of_office.add(ends.office.wake());
    ends.run(random);
    CHECK(holds(*team.tom, note));
  }
  ends.of_device.closed();
  CHECK(ends.of_device.next() == SessionWire::Next::over);
  CHECK(!ends.of_device.fault());
}

TEST_CASE("bytes that are no frames are refused, and what waits behind them is not read") {
  Team team;
  Ends ends(*team.mia, team.office, false);
  Bytes bytes{0x00};
  append(bytes, frame_of(Hello{}));
  CHECK(ends.of_office.next() == SessionWire::Next::read);
  ends.of_office.arrived(bytes);
  REQUIRE(ends.of_office.next() == SessionWire::Next::write);
  CHECK(ends.of_office.take_written() == frame_of(Refused{Fault::frame_size}));
  CHECK(ends.of_office.next() == SessionWire::Next::over);
  CHECK(*ends.of_office.fault() == Fault(Fault::frame_size));
  CHECK(ends.of_office.messages_in() == 0);
}

TEST_CASE("a line that is lost ends a session with what the machine says of it, and nothing is written to nobody") {
  Team team;
  Ends ends(*team.mia, team.office, false);
  CHECK(ends.of_device.next() == SessionWire::Next::ask);  // HELLO
  ends.of_device.answered(ends.device_desk.load(What::hello));
  REQUIRE(ends.of_device.next() == SessionWire::Next::write);
  ends.of_device.closed();
  CHECK(ends.of_device.next() == SessionWire::Next::over);
  CHECK(*ends.of_device.fault() == Fault(Fault::closed));
}

TEST_CASE("an order that ends the session is kept though the office has gone already") {
  Team team;
  team.office.set_standing(team.mia->identity.device, Standing::lost, team.random);
  Ends ends(*team.mia, team.office, false);
  for (int hello = 0; hello < 2; ++hello) {
    ends.step(ends.of_device, ask(ends.device_desk), ends.to_office, ends.to_device, 0);
  }
  while (ends.step(ends.of_office, ask(ends.office_desk), ends.to_device, ends.to_office, 9'999)) {
  }
  CHECK(ends.of_office.next() == SessionWire::Next::over);
  CHECK(ends.of_device.next() == SessionWire::Next::read);
  ends.of_device.arrived(ends.to_device);
  REQUIRE(ends.of_device.next() == SessionWire::Next::ask);  // STATUS is to be stored
  ends.of_device.closed();
  REQUIRE(ends.of_device.next() == SessionWire::Next::ask);
  ends.of_device.answered(ends.device_desk.store(*ends.of_device.asked().message));
  CHECK(ends.of_device.next() == SessionWire::Next::over);
  CHECK(!ends.of_device.fault());
  CHECK(ends.device_desk.report().greeting == Greeting::lost);
}

TEST_CASE("whoever ends a session from his side says why") {
  Team team;
  Ends ends(*team.mia, team.office, false);
  CHECK(ends.of_office.next() == SessionWire::Next::read);
  ends.of_office.refuse(Fault::try_later);
  REQUIRE(ends.of_office.next() == SessionWire::Next::write);
  ends.of_device.answered((ends.of_device.next(), ends.device_desk.load(What::hello)));
  static_cast<void>(ends.of_device.next());
  static_cast<void>(ends.of_device.take_written());
  CHECK(ends.of_device.next() == SessionWire::Next::read);
  ends.of_device.arrived(ends.of_office.take_written());
  CHECK(ends.of_device.next() == SessionWire::Next::over);
  CHECK(*ends.of_device.fault() == Fault(Fault::try_later));
}

TEST_CASE("a message that has not come whole is known to be under way") {
  Team team;
  Ends ends(*team.mia, team.office, false);
  const Bytes hello = frame_of(Hello{});
  CHECK(ends.of_office.next() == SessionWire::Next::read);
  CHECK(!ends.of_office.is_inside_message());
  ends.of_office.arrived(Bytes(hello.begin(), hello.end() - 1));
  CHECK(ends.of_office.next() == SessionWire::Next::read);
  CHECK(ends.of_office.is_inside_message());
  ends.of_office.arrived(Bytes(1, hello.back()));
  CHECK(ends.of_office.next() == SessionWire::Next::ask);
  CHECK(!ends.of_office.is_inside_message());
  CHECK(ends.of_office.messages_in() == 1);
}
