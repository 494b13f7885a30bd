#include <asio/ip/tcp.hpp>

#include "sync/session/half.h"
#include "tests/end_to_end/raw_device.h"
#include "tests/end_to_end/running_office.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

constexpr TimeLimit soon{150};

OfficeManner in_a_hurry() {
  OfficeManner manner;
  manner.sessions.pace = {TimeLimit(400), soon};
  manner.sessions.parting = soon;
  manner.connections.handshake = soon;
  return manner;
}

// As the first that is said on a connection.
Bytes first_frame(const sync::Message& message) {
  const std::vector<Bytes> messages{sync::Dialogue().say(sync::write_message(message))};
  return sync::to_frames(messages);
}

Bytes hello_of(const Id& device) {
  sync::Hello hello;
  hello.device = device;
  hello.epoch = 1;
  return first_frame(hello);
}

std::uint64_t refused(RunningOffice& office, Fault::Code why) {
  const server::ServiceCounts counts = office.service().counts();
  const auto found = counts.refused.find(why);
  return found == counts.refused.end() ? 0 : found->second;
}

// Until the office has counted it, on its own thread.
void await_refusal(RunningOffice& office, Fault::Code why) {
  while (refused(office, why) == 0) std::this_thread::yield();
}

}  // namespace

TEST_CASE("bytes that are no session are refused by name, and nothing else is said") {
  sync::Team team;
  RunningOffice office(team);
  const TlsIdentity mia = office.certificates.device(team.mia->identity.device);
  struct Row {
    const char* what;
    Bytes bytes;
    Fault::Code fault;
  };
  for (const Row& row : {Row{"a frame of 256 MiB", {0xff, 0xff, 0xff, 0x7f}, Fault::frame_size},
                         Row{"a frame of no bytes", {0x00}, Fault::frame_size},
                         Row{"a length that goes on for ever", {0x80, 0x80, 0x80, 0x80, 0x80}, Fault::frame_size},
                         Row{"a length longer than it needs to be", {0x81, 0x00}, Fault::not_canonical},
                         Row{"a frame of type 0", {0x01, 0x00}, Fault::unknown_type},
                         Row{"a message of no known type", {0x01, 0x7e}, Fault::unknown_type},
                         Row{"HELLO without a body", {0x01, 0x01}, Fault::truncated},
                         Row{"small and compressed", {0x04, 0x81, 0x01, 0x00, 0x00}, Fault::not_canonical},
                         Row{"a message of the office's", first_frame(sync::Page{}), Fault::unexpected_message},
                         Row{"another device's HELLO", hello_of(team.tom->identity.device), Fault::bad_certificate}}) {
    RawDevice device(mia, office.port());
    REQUIRE(device.connected());
    CHECK(device.say(row.bytes));
    const std::vector<sync::Message> heard = device.hear_out();
    REQUIRE_MESSAGE(heard.size() == 1, row.what);
    const auto* refusal = std::get_if<sync::Refused>(&heard.front());
    REQUIRE_MESSAGE(refusal != nullptr, row.what);
    CHECK_MESSAGE(refusal->fault == row.fault, row.what, ": ", refusal->fault);
  }
  CHECK(!office.meet(*team.mia).fault);  // her real device is none the worse for it
}

TEST_CASE("a device that says nothing is shed, and so is one whose bytes drip") {
  sync::Team team;
  RunningOffice office(team, in_a_hurry());
  const TlsIdentity mia = office.certificates.device(team.mia->identity.device);
  RawDevice silent(mia, office.port());
  REQUIRE(silent.connected());
  CHECK(silent.refusal() == Fault::timed_out);
  // One byte whenever the office has nearly lost patience: not silent for long, and never done.
  const Bytes hello = hello_of(team.mia->identity.device);
  const std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  RawDevice dripping(mia, office.port());
  std::size_t dripped = 0;
  while (dripped + 1 < hello.size() && refused(office, Fault::timed_out) < 2) {
    if (!dripping.say(BytesView(hello).subspan(dripped++, 1))) break;
    const std::chrono::steady_clock::time_point next = std::chrono::steady_clock::now() + soon / 3;
    while (std::chrono::steady_clock::now() < next && refused(office, Fault::timed_out) < 2) std::this_thread::yield();
  }
  CHECK(dripping.refusal() == Fault::timed_out);
  CHECK(std::chrono::steady_clock::now() - began >= TimeLimit(400));  // of a message's time, not of silence
  CHECK(dripped > 4);
}

TEST_CASE("a stranger who never speaks TLS is shed, and holds only his own place meanwhile") {
  sync::Team team;
  OfficeManner manner = in_a_hurry();
  manner.connections.strangers_of_one_origin_max = 1;
  manner.connections.handshake = TimeLimit(300);
  RunningOffice office(team, manner);
  asio::io_context io;
  asio::ip::tcp::socket stranger(io);
  stranger.connect({asio::ip::address_v4::loopback(), office.port()});
  while (office.service().counts().connections == 0) std::this_thread::yield();
  CHECK(office.meet(*team.mia).fault.has_value());  // the one place of this origin is taken
  CHECK(office.service().counts().turned_away == 1);
  await_refusal(office, Fault::timed_out);
  CHECK(!office.meet(*team.mia).fault);
}

TEST_CASE("who is not a device of this office hears nothing") {
  sync::Team team;
  RunningOffice office(team);
  const Certificates others(team.office.clock.now());
  TlsIdentity stolen = office.certificates.device(team.mia->identity.device);
  stolen.private_key = Secret(SigningKey::generate(team.random).pkcs8());
  SUBCASE("a certificate of another office") {
    TlsIdentity foreign = others.device(team.mia->identity.device);
    foreign.authority = office.certificates.authority();
    const client::SyncOutcome outcome = office.meet(*team.mia, office.link(foreign));
    REQUIRE(outcome.fault);
    CHECK(*outcome.fault == Fault(Fault::tls_refused));
  }
  SUBCASE("a server's certificate") {
    const client::SyncOutcome outcome = office.meet(*team.mia, office.link(office.certificates.server()));
    REQUIRE(outcome.fault);
    CHECK(*outcome.fault == Fault(Fault::tls_refused));
  }
  SUBCASE("a certificate without its key is not even presented") { CHECK(!TlsContext::device(stolen).ok()); }
  SUBCASE("a device that was never enrolled") {
    SeededRandom random(5);
    const Id nobody = Id::make(1, random);
    const client::SyncOutcome outcome = office.meet(*team.mia, office.link(nobody));
    REQUIRE(outcome.fault);
    CHECK(*outcome.fault == Fault(Fault::bad_certificate));  // her HELLO, nobody's certificate
  }
  office.stop();
  CHECK(office.service().counts().sessions_well == 0);
}

TEST_CASE("an office that is not ours is left before a word is said") {
  sync::Team team;
  RunningOffice office(team);
  const Certificates others(team.office.clock.now());
  client::LinkSetting setting = office.link(team.mia->identity.device);
  SUBCASE("TLS believes another authority") {
    TlsIdentity identity = office.certificates.device(team.mia->identity.device);
    identity.authority = others.authority();
    setting = office.link(identity);
    CHECK(*office.meet(*team.mia, setting).fault == Fault(Fault::tls_refused));
  }
  SUBCASE("the authority of its certificate is not among those that we were given") {
    setting.authorities = {others.authority()};
    CHECK(*office.meet(*team.mia, setting).fault == Fault(Fault::bad_certificate));
  }
  office.stop();
  CHECK(office.service().counts().messages_in == 0);
}

TEST_CASE("a device whose certificate has run out is told so, and keeps what it has") {
  sync::Team team;
  const Id note = team.note(*team.mia, team.the_case, "Written in time.");
  RunningOffice office(team);
  const TlsIdentity expired = office.certificates.device(team.mia->identity.device, -86'400);
  const client::SyncOutcome told = office.meet(*team.mia, office.link(expired));
  CHECK(!told.fault);
  CHECK(told.office_spoke);
  CHECK(told.report.greeting == sync::Greeting::expired);
  CHECK(team.mia->store.find(note).has_value());
  const client::SyncOutcome renewed = office.meet(*team.mia);
  CHECK(renewed.report.accepted == 1);
}

TEST_CASE("a laptop whose clock is wrong by years meets its office all the same") {
  sync::Team team;
  RunningOffice office(team);
  for (const int years : {-56, 10}) {
    team.mia->clock.set(team.office.clock.now() + std::chrono::hours(24 * 365 * years));
    const client::SyncOutcome outcome = office.meet(*team.mia);
    CHECK_MESSAGE(!outcome.fault, years);
    CHECK(outcome.office_expired);
  }
}
