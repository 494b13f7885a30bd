// Who is refused, and what each side is told.

#include "common/net/tls_stream.h"

#include <array>
#include <thread>

#include <asio/ip/tcp.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include "tests/unit/net/tls_peer.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

asio::awaitable<Result<std::size_t>> first_read(Result<TlsStream>& stream) {
  std::array<std::uint8_t, 1> byte;
  if (!stream) co_return stream.fault();
  co_return co_await stream->read_some(byte, plenty);
}

// In TLS 1.3 a device has finished its handshake before the office has seen its certificate: it hears of a refusal only
// when it reads.
Fault what_the_device_hears(TestOffice& office, Result<TlsStream> device) {
  const Result<std::size_t> read = run(office.io(), first_read(device));
  REQUIRE(!read);
  return read.fault();
}

asio::awaitable<Result<void>> answer_in_clear(asio::ip::tcp::acceptor& acceptor, std::string words) {
  asio::ip::tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
  co_await asio::async_write(socket, asio::buffer(words), asio::use_awaitable);
  std::array<char, 1024> hello;
  co_await socket.async_read_some(asio::buffer(hello), asio::use_awaitable);
  co_return Result<void>();
}

}  // namespace

TEST_CASE("a device with a certificate of another office is refused, and is told so") {
  const TestAuthority ours;
  const TestAuthority theirs;
  TestOffice office(ours.issue(Usage::office));
  TlsIdentity stranger = theirs.issue(Usage::device);
  stranger.authority = ours.certificate();
  auto [arrived, called] = office.meet(TlsContext::device(stranger));
  REQUIRE(!arrived);
  CHECK(arrived.fault() == Fault::tls_refused);
  CHECK(arrived.fault().detail() == "we refused the certificate: certificate signature failure");
  CHECK(what_the_device_hears(office, std::move(called)) == Fault::tls_refused);
}

TEST_CASE("a device refuses an office of another authority, whatever that one says") {
  const TestAuthority ours;
  const TestAuthority theirs;
  TestOffice impostor(theirs.issue(Usage::office));
  SUBCASE("in a session") {
    auto [arrived, called] = impostor.meet(TlsContext::device(ours.issue(Usage::device)));
    CHECK(!arrived);
    REQUIRE(!called);
    CHECK(called.fault() == Fault::tls_refused);
    CHECK(called.fault().detail() == "we refused the certificate: certificate signature failure");
  }
  SUBCASE("and at its enrolment, if it was told the authority") {
    auto [arrived, called] = impostor.meet(TlsContext::enrolling(ours.certificate()));
    CHECK(!arrived);
    REQUIRE(!called);
    CHECK(called.fault() == Fault::tls_refused);
  }
}

TEST_CASE("a device cannot pass itself off as the office, nor a certificate without purpose as anybody's") {
  const TestAuthority authority;
  for (const Usage usage : {Usage::device, Usage::any}) {
    TestOffice impostor(authority.issue(usage));
    auto [arrived, called] = impostor.meet(TlsContext::device(authority.issue(Usage::device)));
    REQUIRE(!called);
    CHECK(called.fault() == Fault::tls_refused);
  }
  for (const Usage usage : {Usage::office, Usage::any}) {
    TestOffice office(authority.issue(Usage::office));
    auto [arrived, called] = office.meet(TlsContext::device(authority.issue(usage)));
    REQUIRE(!arrived);
    CHECK(arrived.fault() == Fault::tls_refused);
  }
}

TEST_CASE("foreign devices are refused for what they lack") {
  const TestAuthority authority;
  const TlsIdentity device = authority.issue(Usage::device);
  struct Row {
    std::string what;
    ForeignHello hello;
    bool handshake;  // as the foreign device sees it
    Fault::Code fault;
  };
  const std::string_view session("\x0a" "caseload/1");
  const std::string_view enrolment("\x10" "caseload-enrol/1");
  const std::string_view both_wrong("\x02" "h2" "\x08" "http/1.1");
  constexpr int tls12 = 0x0303;
  constexpr int tls13 = 0x0304;
  const Row rows[] = {
      {"no certificate in a session", {session, tls13, nullptr}, true, Fault::tls_refused},
      {"TLS 1.2", {session, tls12, &device}, false, Fault::tls_refused},
      {"other protocols only", {both_wrong, tls13, &device}, false, Fault::wrong_protocol},
      {"a protocol of a later day", {"\x0a" "caseload/2", tls13, &device}, false, Fault::wrong_protocol},
      {"no protocol at all", {"", tls13, &device}, false, Fault::wrong_protocol},
      {"neither protocol nor certificate", {"", tls13, nullptr}, false, Fault::wrong_protocol},
      {"TLS 1.2 for enrolment", {enrolment, tls12, nullptr}, false, Fault::tls_refused},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    TestOffice office(authority.issue(Usage::office));
    ForeignOutcome outcome;
    const Result<TlsStream> arrived =
        office.while_there_is([&] { outcome = foreign_device(office.port(), row.hello); });
    REQUIRE(!arrived);
    CHECK(arrived.fault().name() == Fault(row.fault).name());
    CHECK(outcome.handshake == row.handshake);
    CHECK(!outcome.answered);
  }
}

TEST_CASE("whoever greets in plain HTTP or SSH gets a line of help and a clean close") {
  const TestAuthority authority;
  struct Row {
    std::string words;
    const char* begins;
    const char* ends;
  };
  const char* line_end = "a browser or SSH has no use for it.\r\n";
  const Row rows[] = {
      {"GET / HTTP/1.1\r\nHost: office.example\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", line_end},
      {"POST /sync HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 400 Bad Request\r\n", line_end},
      {"SSH-2.0-OpenSSH_9.2\r\n", "This port speaks TLS for Caseload devices only.", line_end},
      {"EHLO mail.example\r\n", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.words);
    TestOffice office(authority.issue(Usage::office));
    std::string heard;
    const Result<TlsStream> arrived =
        office.while_there_is([&] { heard = speak_in_clear(office.port(), row.words); });
    REQUIRE(!arrived);
    CHECK(arrived.fault() == Fault::not_tls);
    CHECK(heard.starts_with(row.begins));
    CHECK(heard.ends_with(row.ends));
    CHECK(heard.empty() == std::string_view(row.begins).empty());
  }
}

TEST_CASE("a device that calls a port of another kind is told that it is no TLS") {
  const TestAuthority authority;
  const Result<TlsContext> device = TlsContext::device(authority.issue(Usage::device));
  for (const char* words :
       {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail.example ESMTP\r\n"}) {
    CAPTURE(words);
    asio::io_context io(1);
    asio::ip::tcp::acceptor acceptor(io, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    const std::uint16_t port = acceptor.local_endpoint().port();
    auto [answered, called] = together(io, answer_in_clear(acceptor, words),
                                       TlsStream::connect(*device, Endpoint("127.0.0.1", port), plenty));
    REQUIRE(!called);
    CHECK(called.fault() == Fault::not_tls);
  }
}
