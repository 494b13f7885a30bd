#include "server/service/listener.h"

#include <asio/steady_timer.hpp>

#include "tests/unit/net/tls_peer.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;

namespace {

// A listener on loopback, and what came of its connections.
struct Door {
  explicit Door(const ListenerLimits& limits = {}, bool enrols = true)
      : listener(*TlsAcceptor::listen(io.get_executor(), Endpoint("127.0.0.1", 0)),
                 *TlsContext::office(authority.issue(Usage::office)), limits, counters, log) {
    Listener::Receivers receivers;
    receivers.session = [this](TlsStream stream) { return hold(std::move(stream), sessions); };
    if (enrols) receivers.enrolment = [this](TlsStream stream) { return hold(std::move(stream), enrolments); };
    asio::co_spawn(io, listener.run(std::move(receivers)), rethrow);
  }

  // Holds the connection until its peer goes.
  asio::awaitable<void> hold(TlsStream stream, int& count) {
    ++count;
    std::array<std::uint8_t, 1> byte{};
    static_cast<void>(co_await stream.read_some(byte, plenty));
    --count;
    ++gone;
  }

  asio::awaitable<Result<TlsStream>> call(const Result<TlsContext>& context) {
    co_return co_await TlsStream::connect(*context, Endpoint("127.0.0.1", listener.port()), plenty);
  }
  Result<TlsContext> device() { return TlsContext::device(authority.issue(Usage::device)); }
  // Runs until the condition holds.
  template <class F>
  void until(const F& holds) {
    while (!holds()) io.run_one();
  }
  Result<TlsStream> connect(const Result<TlsContext>& context) {
    std::optional<Result<TlsStream>> stream;
    asio::co_spawn(io, keep(call(context), stream), rethrow);
    until([&] { return stream.has_value(); });
    return *std::move(stream);
  }

  asio::io_context io{1};
  TestAuthority authority;
  Counters counters;
  Log log{[](std::string_view) {}, [] { return LogTime{}; }};
  int sessions = 0;
  int enrolments = 0;
  int gone = 0;
  Listener listener;
};

}  // namespace

TEST_CASE("sessions and enrolments are handed on by what they speak") {
  Door door;
  const Result<TlsStream> session = door.connect(door.device());
  const Result<TlsStream> enrolment = door.connect(TlsContext::enrolling({}));
  REQUIRE(session.ok());
  REQUIRE(enrolment.ok());
  door.until([&] { return door.sessions == 1 && door.enrolments == 1; });
  CHECK(door.counters.now().connections == 2);
}

TEST_CASE("where nobody enrols, whoever wants to is let go") {
  Door door({}, false);
  Result<TlsStream> enrolment = door.connect(TlsContext::enrolling({}));
  REQUIRE(enrolment.ok());
  std::optional<Result<std::size_t>> heard;
  std::array<std::uint8_t, 1> byte{};
  asio::co_spawn(door.io, keep(enrolment->read_some(byte, plenty), heard), rethrow);
  door.until([&] { return heard.has_value(); });
  CHECK(heard->fault() == Fault(Fault::closed));
}

TEST_CASE("beyond a limit nobody is let in, and a place given back is taken by the next") {
  ListenerLimits limits;
  SUBCASE("of connections") { limits.connections_max = 2; }
  SUBCASE("of strangers: those who enrol stay so") { limits.strangers_max = 2; }
  SUBCASE("of strangers from one origin") { limits.strangers_of_one_origin_max = 2; }
  Door door(limits);
  std::optional<TlsStream> first = door.connect(TlsContext::enrolling({})).value();
  const Result<TlsStream> second = door.connect(TlsContext::enrolling({}));
  door.until([&] { return door.enrolments == 2; });
  CHECK(!door.connect(TlsContext::enrolling({})).ok());
  CHECK(door.counters.now().turned_away == 1);
  first.reset();
  door.until([&] { return door.gone == 1; });
  while (door.io.poll_one() > 0) {
  }
  CHECK(door.connect(TlsContext::enrolling({})).ok());
  CHECK(door.counters.now().turned_away == 1);
}

TEST_CASE("a device with its certificate is no stranger") {
  ListenerLimits limits;
  limits.strangers_max = 1;
  limits.strangers_of_one_origin_max = 1;
  Door door(limits);
  std::vector<Result<TlsStream>> devices;
  for (int i = 1; i <= 3; ++i) {
    devices.push_back(door.connect(door.device()));
    CHECK(devices.back().ok());
    door.until([&] { return door.sessions == i; });
  }
}

TEST_CASE("a connection that fails is counted by why, and the next one is taken") {
  Door door;
  const TestAuthority another;
  TlsIdentity identity = another.issue(Usage::device);
  identity.authority = door.authority.certificate();
  const Result<TlsStream> refused = door.connect(TlsContext::device(identity));  // learns of it with its first read
  door.until([&] { return door.counters.now().refused.contains(Fault::tls_refused); });
  CHECK(door.connect(door.device()).ok());
}
