// What two machines pay before a word is said: TLS 1.3 with both certificates, between two processes on loopback.

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include "common/net/tls_acceptor.h"
#include "tests/bench/speed/measures.h"

namespace caseload::bench {
namespace {

constexpr TimeLimit limit{10'000};

asio::awaitable<void> greet_and_close(TlsAcceptor& acceptor, const TlsContext& context) {
  for (;;) {
    Result<Arrival> arrival = co_await acceptor.accept();
    if (!arrival) co_return;
    Result<TlsStream> stream = co_await TlsStream::welcome(context, *std::move(arrival));
    if (stream) static_cast<void>(co_await stream->shutdown(limit));
  }
}

void keep_door(const TlsContext& context, Line& line) {
  asio::io_context io{1};
  TlsAcceptor acceptor = std::move(*TlsAcceptor::listen(io.get_executor(), Endpoint("127.0.0.1", 0)));
  line.say(acceptor.port());
  asio::co_spawn(io, greet_and_close(acceptor, context), asio::detached);
  io.run();
}

// Until the other side's goodbye: only then has it seen our certificate.
asio::awaitable<void> call(const TlsContext& context, const Endpoint& office) {
  Result<TlsStream> stream = co_await TlsStream::connect(context, office, limit);
  CHECK(stream.ok(), "a handshake");
  std::array<std::uint8_t, 1> nothing{};
  const Result<std::size_t> end = co_await stream->read_some(nothing, limit);
  CHECK(!end && end.fault() == Fault::closed, "the other side has accepted, and says goodbye");
  static_cast<void>(co_await stream->shutdown(limit));
}

}  // namespace

Handshakes bare_handshakes(Certificates& certificates, const Id& device, std::size_t count) {
  const TlsContext office = *TlsContext::office(certificates.server());
  const TlsContext here = *TlsContext::device(certificates.device(device));
  Child doorman([&](Line& line) { keep_door(office, line); });
  const std::optional<std::uint16_t> port = doorman.line().hear<std::uint16_t>();
  CHECK(port.has_value(), "somebody listens");
  const Endpoint door("127.0.0.1", *port);
  Handshakes all;
  for (std::size_t i = 0; i < count; ++i) {
    asio::io_context io{1};
    const Cost cost = cost_of([&] {
      asio::co_spawn(io, call(here, door), asio::detached);
      io.run();
    });
    all.seconds.push_back(cost.seconds);
    all.processor += cost.processor / static_cast<double>(count);
  }
  return all;
}

}  // namespace caseload::bench
