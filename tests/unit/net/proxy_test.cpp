#include "common/net/proxy.h"

#include "tests/unit/net/relay.h"
#include "tests/unit/net/tls_peer.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

asio::awaitable<Result<TlsStream>> call_through(const TlsContext& context, std::uint16_t office, std::uint16_t proxy) {
  const std::optional<Endpoint> through(std::in_place, "127.0.0.1", proxy);
  co_return co_await TlsStream::connect(context, Endpoint("127.0.0.1", office), plenty, through);
}

}  // namespace

TEST_CASE("what a proxy answers is taken for what it is") {
  struct Row {
    std::string_view line;
    std::optional<Fault::Code> fault;
  };
  for (const Row& row : {Row{"HTTP/1.1 200 Connection established", {}},
                         Row{"HTTP/1.0 200", {}},
                         Row{"HTTP/1.1 204 No Content", {}},
                         Row{"HTTP/1.1 407 Proxy Authentication Required", Fault::not_allowed},
                         Row{"HTTP/1.1 403 Forbidden", Fault::not_allowed},
                         Row{"HTTP/1.1 302 Found", Fault::not_allowed},
                         Row{"HTTP/1.1 502 Bad Gateway", Fault::unreachable},
                         Row{"HTTP/1.1 404 Not Found", Fault::unreachable},
                         Row{"", Fault::not_tls},
                         Row{"HTTP/1.1", Fault::not_tls},
                         Row{"HTTP/1.1 2", Fault::not_tls},
                         Row{"HTTP/1.1 2000 Many", Fault::not_tls},
                         Row{"HTTP/1.1 2x0 No", Fault::not_tls},
                         Row{"HTTP/2 200", Fault::not_tls},
                         Row{"SSH-2.0-OpenSSH_9", Fault::not_tls}}) {
    const Result<void> verdict = verdict_of_proxy(row.line);
    CHECK_MESSAGE(verdict.ok() == !row.fault, row.line);
    if (!verdict && row.fault) CHECK_MESSAGE(verdict.fault() == Fault(*row.fault), row.line);
  }
}

TEST_CASE("a device reaches its office through a proxy, which learns where to and nothing else") {
  const TestAuthority authority;
  TestOffice office(authority.issue(Usage::office));
  RelayManner manner;
  manner.http_answer = "HTTP/1.1 200 OK\r\nVia: 1.1 somebody\r\n\r\n";
  const Relay proxy(office.port(), manner);
  const Result<TlsContext> device = TlsContext::device(authority.issue(Usage::device));
  auto [here, there] = together(office.io(), office.welcome(), call_through(*device, office.port(), proxy.port()));
  REQUIRE(here.ok());
  REQUIRE(there.ok());
  const std::string authority_form = "127.0.0.1:" + std::to_string(office.port());
  CHECK(proxy.question() == "CONNECT " + authority_form + " HTTP/1.1\r\nHost: " + authority_form + "\r\n\r\n");
}

TEST_CASE("a proxy that refuses, babbles or goes is a Fault that says so") {
  const TestAuthority authority;
  const Result<TlsContext> device = TlsContext::device(authority.issue(Usage::device));
  struct Row {
    std::string answer;
    Fault::Code fault;
  };
  const std::string endless = "HTTP/1.1 200 OK\r\nX: " + std::string(proxy_answer_bytes_max, 'x');
  for (const Row& row : {Row{"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", Fault::not_allowed},
                         Row{"HTTP/1.1 502 Bad Gateway\r\n\r\n", Fault::unreachable},
                         Row{endless, Fault::too_large},
                         Row{"HTTP/1.1 200 OK\r\n", Fault::closed},
                         Row{"", Fault::closed},
                         Row{"220 mail.example ESMTP\r\n\r\n", Fault::not_tls}}) {
    RelayManner manner;
    manner.http_answer = row.answer;
    manner.relays = false;
    const Relay proxy(1, manner);
    asio::io_context io;
    const Result<TlsStream> stream = run(io, call_through(*device, 1, proxy.port()));
    REQUIRE(!stream.ok());
    CHECK_MESSAGE(stream.fault() == Fault(row.fault), row.answer.substr(0, 40), ": ", stream.fault().to_string());
  }
}
