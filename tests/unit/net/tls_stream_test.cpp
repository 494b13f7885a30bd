#include "common/net/tls_stream.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <vector>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include "common/base/random.h"
#include "tests/unit/net/tls_peer.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

constexpr TimeLimit soon{200};

asio::awaitable<Result<Bytes>> read_exactly(TlsStream& stream, std::size_t size) {
  Bytes bytes(size);
  for (std::size_t at = 0; at < size;) {
    const Result<std::size_t> read = co_await stream.read_some(std::span(bytes).subspan(at), plenty);
    if (!read) co_return read.fault();
    at += *read;
  }
  co_return std::move(bytes);
}

asio::awaitable<Result<void>> echo(TlsStream& stream, std::size_t size) {
  const Result<Bytes> bytes = co_await read_exactly(stream, size);
  if (!bytes) co_return bytes.fault();
  co_return co_await stream.write_all(*bytes, plenty);
}

asio::awaitable<Result<Bytes>> send_and_hear(TlsStream& stream, BytesView bytes) {
  const Result<void> sent = co_await stream.write_all(bytes, plenty);
  if (!sent) co_return sent.fault();
  co_return co_await read_exactly(stream, bytes.size());
}

asio::awaitable<Result<std::size_t>> read_one(TlsStream& stream, TimeLimit limit) {
  std::array<std::uint8_t, 1> byte;
  co_return co_await stream.read_some(byte, limit);
}

// Writes until the peer's buffers are full and the write cannot go on.
asio::awaitable<Result<void>> write_until_stuck(TlsStream& stream, TimeLimit limit) {
  const Bytes much(64 * 1024 * 1024, 7);
  co_return co_await stream.write_all(much, limit);
}

// An office and a device that have met.
struct Met {
  TestAuthority authority;
  TestOffice office{authority.issue(Usage::office)};
  std::pair<Result<TlsStream>, Result<TlsStream>> both{
      office.meet(TlsContext::device(authority.issue(Usage::device)))};

  TlsStream& here() { return *both.first; }
  TlsStream& there() { return *both.second; }
  asio::io_context& io() { return office.io(); }
};

}  // namespace

TEST_CASE("a device and its office meet, know each other's certificates, and what goes out comes back") {
  TestAuthority authority;
  const TlsIdentity office_identity = authority.issue(Usage::office);
  const TlsIdentity device_identity = authority.issue(Usage::device);
  TestOffice office(office_identity);
  auto [here, there] = office.meet(TlsContext::device(device_identity));
  REQUIRE(here.ok());
  REQUIRE(there.ok());
  CHECK(here->peer_certificate() == device_identity.chain.front());
  CHECK(there->peer_certificate() == office_identity.chain.front());
  CHECK(here->protocol() == TlsProtocol::session);
  CHECK(there->protocol() == TlsProtocol::session);
  const Bytes said{1, 2, 3};
  auto [echoed, heard] = together(office.io(), echo(*here, said.size()), send_and_hear(*there, said));
  CHECK(echoed.ok());
  REQUIRE(heard.ok());
  CHECK(*heard == said);
}

TEST_CASE("the same port enrols a device that has no certificate, whether or not it knows the authority") {
  TestAuthority authority;
  TestOffice office(authority.issue(Usage::office));
  for (const Bytes& known : {authority.certificate(), Bytes()}) {
    auto [here, there] = office.meet(TlsContext::enrolling(known));
    REQUIRE(here.ok());
    REQUIRE(there.ok());
    CHECK(here->protocol() == TlsProtocol::enrolment);
    CHECK(there->protocol() == TlsProtocol::enrolment);
    CHECK(here->peer_certificate().empty());
    CHECK(!there->peer_certificate().empty());
  }
}

TEST_CASE("only the two ends know the exporter, and every label and connection has its own") {
  Met met;
  const Secret here = met.here().exporter("EXPORTER-one", 32);
  CHECK(here.size() == 32);
  CHECK(here.equals(met.there().exporter("EXPORTER-one", 32)));
  CHECK(!here.equals(met.there().exporter("EXPORTER-two", 32)));
  Met other;
  CHECK(!here.equals(other.here().exporter("EXPORTER-one", 32)));
}

TEST_CASE("certificates outside their dates still meet, and are handed up to be judged") {
  TestAuthority authority;
  for (const Days days : {Days{-60, -1}, Days{1, 60}}) {
    const TlsIdentity device = authority.issue(Usage::device, days);
    TestOffice office(authority.issue(Usage::office, days));
    auto [here, there] = office.meet(TlsContext::device(device));
    REQUIRE(here.ok());
    REQUIRE(there.ok());
    CHECK(here->peer_certificate() == device.chain.front());
  }
}

TEST_CASE("nothing is left behind that could resume a connection") {
  TestAuthority authority;
  const TlsIdentity device = authority.issue(Usage::device);
  TestOffice office(authority.issue(Usage::office));
  ForeignOutcome outcome;
  std::thread thread([&] { outcome = foreign_device(office.port(), ForeignHello{.identity = &device}); });
  Result<TlsStream> here = run(office.io(), office.welcome());
  REQUIRE(here.ok());
  const Bytes byte{1};
  CHECK(run(office.io(), here->write_all(byte, plenty)).ok());
  thread.join();
  CHECK(outcome.answered);
  CHECK(!outcome.session_can_resume);
}

TEST_CASE("a peer that says nothing is dropped at the end of the handshake's limit") {
  TestAuthority authority;
  TestOffice office(authority.issue(Usage::office));
  asio::ip::tcp::socket silent(office.io());
  silent.connect(asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), office.port()));
  SUBCASE("not a byte") {}
  SUBCASE("the beginning of a hello") { silent.write_some(asio::buffer("\x16\x03\x01\x02\x00\x01", 6)); }
  const Result<TlsStream> here = run(office.io(), office.welcome(soon));
  REQUIRE(!here);
  CHECK(here.fault() == Fault::timed_out);
}

TEST_CASE("a device does not wait for an office that says nothing") {
  TestAuthority authority;
  asio::io_context io(1);
  asio::ip::tcp::acceptor silent(io, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const Result<TlsContext> device = TlsContext::device(authority.issue(Usage::device));
  const Endpoint to("127.0.0.1", silent.local_endpoint().port());
  const Result<TlsStream> there = run(io, TlsStream::connect(*device, to, soon));
  REQUIRE(!there);
  CHECK(there.fault() == Fault::timed_out);
}

TEST_CASE("where nobody listens, or no such host is, a device learns that it is unreachable") {
  TestAuthority authority;
  asio::io_context io(1);
  const Result<TlsContext> device = TlsContext::device(authority.issue(Usage::device));
  asio::ip::tcp::acceptor gone(io, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const std::uint16_t port = gone.local_endpoint().port();
  gone.close();
  for (const char* host : {"127.0.0.1", "localhost", "", "256.1.1.1", "nowhere at all"}) {
    CAPTURE(host);
    const Result<TlsStream> there = run(io, TlsStream::connect(*device, Endpoint(host, port), plenty));
    REQUIRE(!there);
    CHECK(there.fault() == Fault::unreachable);
    CHECK(there.fault().detail().find(host[0] == '\0' ? "@" : host) == std::string::npos);
  }
}

TEST_CASE("a host with several addresses is tried through to the one that answers") {
  TestAuthority authority;
  TestOffice office(authority.issue(Usage::office));
  const Result<TlsContext> device = TlsContext::device(authority.issue(Usage::device));
  const Endpoint to("localhost", office.port());
  auto [here, there] = together(office.io(), office.welcome(), TlsStream::connect(*device, to, plenty));
  CHECK(here.ok());
  CHECK(there.ok());
}

TEST_CASE("a peer that leaves ends the read, with a goodbye or without") {
  Met met;
  SUBCASE("without") {
    met.there().close();
    const Result<std::size_t> read = run(met.io(), read_one(met.here(), plenty));
    REQUIRE(!read);
    CHECK(read.fault() == Fault::closed);
  }
  SUBCASE("with") {
    auto [read, goodbye] = together(met.io(), read_one(met.here(), plenty), met.there().shutdown(soon));
    REQUIRE(!read);
    CHECK(read.fault() == Fault::closed);
    REQUIRE(!goodbye);
    CHECK(goodbye.fault() == Fault::timed_out);
  }
  SUBCASE("both at once, which is what a goodbye is for") {
    auto [mine, theirs] = together(met.io(), met.here().shutdown(plenty), met.there().shutdown(plenty));
    CHECK(mine.ok());
    CHECK(theirs.ok());
  }
  SUBCASE("and a stream that we closed ourselves is closed for everything") {
    met.here().close();
    const Bytes byte{1};
    CHECK(run(met.io(), read_one(met.here(), plenty)).fault() == Fault::closed);
    CHECK(run(met.io(), met.here().write_all(byte, plenty)).fault() == Fault::closed);
  }
}

TEST_CASE("a read that timed out has lost nothing, and the stream goes on") {
  Met met;
  const Result<std::size_t> early = run(met.io(), read_one(met.here(), soon));
  REQUIRE(!early);
  CHECK(early.fault() == Fault::timed_out);
  const Bytes said{4, 5, 6, 7};
  auto [echoed, heard] = together(met.io(), echo(met.here(), said.size()), send_and_hear(met.there(), said));
  CHECK(echoed.ok());
  REQUIRE(heard.ok());
  CHECK(*heard == said);
}

TEST_CASE("a write that nobody reads ends at its limit, and so does the stream") {
  Met met;
  const Result<void> stuck = run(met.io(), write_until_stuck(met.here(), soon));
  REQUIRE(!stuck);
  CHECK(stuck.fault() == Fault::timed_out);
  const Bytes byte{1};
  const Result<void> after = run(met.io(), met.here().write_all(byte, plenty));
  REQUIRE(!after);
  CHECK(after.fault() == Fault::closed);
}

TEST_CASE("what is under way can be cancelled, and says so rather than throwing") {
  TestAuthority authority;
  TestOffice office(authority.issue(Usage::office));
  asio::ip::tcp::socket silent(office.io());
  Met met;
  asio::cancellation_signal cancel;
  std::optional<Result<std::size_t>> read;
  std::optional<Result<TlsStream>> welcomed;
  SUBCASE("a read") {
    asio::co_spawn(met.io(), keep(read_one(met.here(), plenty), read),
                   asio::bind_cancellation_slot(cancel.slot(), rethrow));
    met.io().restart();
    met.io().run_for(std::chrono::milliseconds(20));
    cancel.emit(asio::cancellation_type::terminal);
    met.io().run();
    REQUIRE(read.has_value());
    CHECK(read->fault() == Fault::cancelled);
  }
  SUBCASE("an accept") {
    asio::co_spawn(office.io(), keep(office.welcome(), welcomed), asio::bind_cancellation_slot(cancel.slot(), rethrow));
    office.io().poll();
    cancel.emit(asio::cancellation_type::terminal);
    office.io().run();
    REQUIRE(welcomed.has_value());
    CHECK(welcomed->fault() == Fault::cancelled);
  }
  SUBCASE("a handshake") {
    silent.connect(asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), office.port()));
    asio::co_spawn(office.io(), keep(office.welcome(), welcomed), asio::bind_cancellation_slot(cancel.slot(), rethrow));
    office.io().run_for(std::chrono::milliseconds(20));
    cancel.emit(asio::cancellation_type::terminal);
    office.io().run();
    REQUIRE(welcomed.has_value());
    CHECK(welcomed->fault() == Fault::cancelled);
  }
}

TEST_CASE("eight mebibytes arrive as they left, between two threads, both ways at once") {
  TestAuthority authority;
  TestOffice office(authority.issue(Usage::office));
  asio::io_context device_io(1);
  constexpr std::size_t size = 8 * 1024 * 1024;
  SeededRandom random(20261122);
  Bytes sent(size);
  random.fill(sent);
  std::optional<Result<Bytes>> received;
  std::thread device([&] {
    const Result<TlsContext> context = TlsContext::device(authority.issue(Usage::device));
    Result<TlsStream> there = run(device_io, office.call(context));
    if (!there) return;
    auto [read, written] = together(device_io, read_exactly(*there, size), there->write_all(sent, plenty));
    received.emplace(std::move(read));
  });
  Result<TlsStream> here = run(office.io(), office.welcome());
  REQUIRE(here.ok());
  auto [heard, said] = together(office.io(), read_exactly(*here, size), here->write_all(sent, plenty));
  device.join();
  CHECK(said.ok());
  REQUIRE(heard.ok());
  CHECK(*heard == sent);
  REQUIRE(received.has_value());
  CHECK(**received == sent);
}

TEST_CASE("a port that is taken, or no address of ours, cannot be listened on") {
  TestAuthority authority;
  TestOffice office(authority.issue(Usage::office));
  asio::io_context io(1);
  const auto listen = [&](const char* host, std::uint16_t port) {
    return TlsAcceptor::listen(io.get_executor(), Endpoint(host, port));
  };
  CHECK(listen("127.0.0.1", office.port()).fault() == Fault::in_use);
  CHECK(listen("192.0.2.1", 0).fault() == Fault::bad_value);
  CHECK(listen("office.example", 0).fault() == Fault::bad_value);
  CHECK(listen("", 0).fault() == Fault::bad_value);
  CHECK(listen("::1", 0).ok());
}

TEST_CASE("an acceptor without file descriptors asks to be tried later, and then goes on") {
  TestAuthority authority;
  TestOffice office(authority.issue(Usage::office));
  asio::ip::tcp::socket caller(office.io());
  caller.connect(asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), office.port()));
  const int free_descriptor = ::dup(0);
  ::close(free_descriptor);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none_left{static_cast<rlim_t>(free_descriptor), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none_left);
  const Result<TlsStream> refused = run(office.io(), office.welcome(soon));
  ::setrlimit(RLIMIT_NOFILE, &before);
  REQUIRE(!refused);
  CHECK(refused.fault() == Fault::try_later);
  const Result<TlsStream> later = run(office.io(), office.welcome(soon));
  CHECK(later.fault() == Fault::timed_out);
}
