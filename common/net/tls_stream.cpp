#include "common/net/tls_stream.h"

#include <algorithm>
#include <array>
#include <vector>

#include <asio/connect.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/ssl/stream.hpp>
#include <asio/write.hpp>
#include <openssl/ssl.h>

#include "common/net/arrival.h"
#include "common/net/greeting.h"
#include "common/net/proxy.h"
#include "common/net/socket_options.h"
#include "common/net/time_limit.h"

namespace caseload {

using asio::ip::tcp;
using SecureSocket = asio::ssl::stream<tcp::socket>;

struct TlsStream::Body {
  SecureSocket stream;
  TlsProtocol protocol = TlsProtocol::session;
  Bytes peer;

  SSL* ssl() { return stream.native_handle(); }
};

namespace {

constexpr auto as_result = asio::experimental::as_tuple(asio::use_awaitable);

constexpr TimeLimit hint_limit{2'000};               // for a peer to read our hint and go
constexpr std::size_t hint_drain_bytes_max = 65536;  // of what he still says meanwhile
constexpr std::size_t exporter_bytes_max = 64;

using Addresses = std::vector<tcp::endpoint>;
using Connected = std::unique_ptr<TlsStream::Body>;

Result<Connected> secure(const TlsContext& context, tcp::socket socket) {
  SSL* ssl = SSL_new(context.native());
  if (ssl == nullptr) return Fault(Fault::try_later, "out of memory");
  return Connected(new TlsStream::Body{SecureSocket(std::move(socket), ssl), TlsProtocol::session, {}});
}

// The system's resolver cannot be interrupted. So it is left to itself when our time is up: the lookup outlives us.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor)
      : resolver(executor), answered(executor, asio::steady_timer::time_point::max()) {}

  tcp::resolver resolver;
  asio::steady_timer answered;
  bool done = false;
  Addresses addresses;
};

asio::awaitable<Result<Addresses>> resolve(const Endpoint& to) {
  asio::error_code not_an_address;
  const asio::ip::address address = asio::ip::make_address(to.host, not_an_address);
  if (!not_an_address) co_return Addresses(1, tcp::endpoint(address, to.port));

  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const std::shared_ptr<Lookup> lookup = std::make_shared<Lookup>(executor);
  const auto keep = [lookup](const asio::error_code&, const tcp::resolver::results_type& found) {
    for (const tcp::resolver::results_type::value_type& entry : found) lookup->addresses.push_back(entry.endpoint());
    lookup->done = true;
    lookup->answered.cancel();
  };
  lookup->resolver.async_resolve(to.host, std::to_string(to.port), tcp::resolver::numeric_service, keep);
  co_await lookup->answered.async_wait(as_result);
  if (!lookup->done) co_return Fault::cancelled;
  if (lookup->addresses.empty()) co_return Fault(Fault::unreachable, "no such host");
  co_return lookup->addresses;
}

asio::awaitable<Result<tcp::socket>> call(tcp::endpoint address) {
  tcp::socket socket(co_await asio::this_coro::executor);
  auto [error] = co_await socket.async_connect(address, as_result);
  if (error == asio::error::operation_aborted) co_return Fault::cancelled;
  if (error) co_return Fault(Fault::unreachable, error.message());
  set_options(socket);
  co_return std::move(socket);
}

// One address after the other, each with its share of the time, so that a dead one does not eat the next one's.
asio::awaitable<Result<tcp::socket>> call_any(const Addresses& addresses, TimeLimit limit) {
  const TimeLimit share = limit / static_cast<TimeLimit::rep>(addresses.size());
  Fault last = Fault::unreachable;
  for (const tcp::endpoint& address : addresses) {
    Result<tcp::socket> called = co_await within(share, call(address));
    if (called || called.fault() == Fault::cancelled) co_return std::move(called);
    last = called.fault();
  }
  co_return last;
}

// What the two agreed on, after the handshake. What OpenSSL was told to demand is demanded here again.
Result<Connected> examine(Connected body, const TlsContext& context) {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(body->ssl(), &name, &size);
  const std::string_view selected = as_text(BytesView(name, size));
  if (selected == alpn_name(TlsProtocol::session)) body->protocol = TlsProtocol::session;
  else if (selected == alpn_name(TlsProtocol::enrolment)) body->protocol = TlsProtocol::enrolment;
  else return Fault(Fault::wrong_protocol, "no ALPN protocol was chosen");
  if (context.offered() && *context.offered() != body->protocol) {
    return Fault(Fault::wrong_protocol, "an ALPN protocol that was not offered");
  }
  if (X509* certificate = SSL_get0_peer_certificate(body->ssl()); certificate != nullptr) {
    body->peer.resize(static_cast<std::size_t>(i2d_X509(certificate, nullptr)));
    unsigned char* to = body->peer.data();
    i2d_X509(certificate, &to);
  }
  if (body->protocol == TlsProtocol::session && body->peer.empty()) {
    return Fault(Fault::tls_refused, "a session without a certificate");
  }
  return body;
}

asio::awaitable<Result<Connected>> shake_hands(TlsContext context, tcp::socket socket, std::string name,
                                               asio::ssl::stream_base::handshake_type side) {
  Result<Connected> body = secure(context, std::move(socket));
  if (!body) co_return body.fault();
  if (!name.empty()) SSL_set_tlsext_host_name((*body)->ssl(), name.c_str());
  auto [error] = co_await (*body)->stream.async_handshake(side, as_result);
  if (error) co_return net_fault(error, (*body)->ssl());
  co_return examine(*std::move(body), context);
}

asio::awaitable<Result<Connected>> reach(TlsContext context, Endpoint to, TimeLimit limit,
                                         std::optional<Endpoint> proxy) {
  const Endpoint first = proxy.value_or(to);
  const Result<Addresses> addresses = co_await resolve(first);
  if (!addresses) co_return addresses.fault();
  Result<tcp::socket> socket = co_await call_any(*addresses, limit);
  if (!socket) co_return socket.fault();
  if (proxy) {
    const Result<void> let_through = co_await ask_proxy(*socket, to);
    if (!let_through) co_return let_through.fault();
  }
  asio::error_code not_an_address;
  asio::ip::make_address(to.host, not_an_address);
  std::string name;
  if (not_an_address) name = to.host;  // SNI names hosts, never addresses (RFC 6066, 3)
  co_return co_await shake_hands(context, *std::move(socket), std::move(name), asio::ssl::stream_base::client);
}

asio::awaitable<Result<void>> drain(tcp::socket& socket) {
  std::array<char, 1024> ignored;
  for (std::size_t total = 0; total < hint_drain_bytes_max;) {
    auto [error, size] = co_await socket.async_read_some(asio::buffer(ignored), as_result);
    if (error) break;
    total += size;
  }
  co_return Result<void>();
}

// Closing with unread bytes would reset the connection, and the hint would be lost on its way; hence the drain.
asio::awaitable<Result<void>> answer_stranger(tcp::socket& socket) {
  std::array<char, greeting_bytes> first{};
  auto [cut, size] = co_await asio::async_read(socket, asio::buffer(first), as_result);
  const std::string_view hint = hint_for(greeting_of(std::string_view(first.data(), size)));
  co_await asio::async_write(socket, asio::buffer(hint), as_result);
  asio::error_code ignored;
  socket.shutdown(tcp::socket::shutdown_send, ignored);
  co_return co_await drain(socket);
}

asio::awaitable<Result<Connected>> admit(TlsContext context, tcp::socket socket) {
  std::array<char, greeting_bytes> first{};
  auto [error, size] =
      co_await socket.async_receive(asio::buffer(first), asio::socket_base::message_peek, as_result);
  if (error) co_return net_fault(error);
  if (greeting_of(std::string_view(first.data(), size)) != Greeting::tls) {
    static_cast<void>(co_await within(hint_limit, answer_stranger(socket)));
    co_return Fault(Fault::not_tls, "the first bytes are not TLS");
  }
  co_return co_await shake_hands(context, std::move(socket), std::string(), asio::ssl::stream_base::server);
}

asio::awaitable<Result<std::size_t>> read_once(TlsStream::Body& body, std::span<std::uint8_t> into) {
  auto [error, size] = co_await body.stream.async_read_some(asio::buffer(into.data(), into.size()), as_result);
  if (error) co_return net_fault(error, body.ssl());
  co_return size;
}

asio::awaitable<Result<void>> write_everything(TlsStream::Body& body, BytesView bytes) {
  auto [error, size] = co_await asio::async_write(body.stream, asio::buffer(bytes.data(), bytes.size()), as_result);
  if (error) co_return net_fault(error, body.ssl());
  co_return Result<void>();
}

asio::awaitable<Result<void>> say_goodbye(TlsStream::Body& body) {
  auto [error] = co_await body.stream.async_shutdown(as_result);
  if (!error || error == asio::error::eof) co_return Result<void>();
  Fault fault = net_fault(error, body.ssl());
  if (fault == Fault::tls_refused) fault = Fault(Fault::closed, "while the peer was still speaking");
  co_return fault;
}

}  // namespace

Arrival::Arrival(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Arrival::Arrival(Arrival&&) noexcept = default;
Arrival& Arrival::operator=(Arrival&&) noexcept = default;
Arrival::~Arrival() = default;

Bytes Arrival::origin() const {
  asio::error_code gone;
  const asio::ip::address address = body_->socket.remote_endpoint(gone).address();
  if (gone) return {};
  if (address.is_v4()) return to_bytes(address.to_v4().to_bytes());
  const asio::ip::address_v6::bytes_type bytes = address.to_v6().to_bytes();
  return to_bytes(BytesView(bytes).first(8));
}

TlsStream::TlsStream(std::unique_ptr<Body> body) : body_(std::move(body)) {}
TlsStream::TlsStream(TlsStream&&) noexcept = default;
TlsStream& TlsStream::operator=(TlsStream&&) noexcept = default;
TlsStream::~TlsStream() = default;

asio::awaitable<Result<TlsStream>> TlsStream::connect(TlsContext context, Endpoint to, TimeLimit limit,
                                                      std::optional<Endpoint> proxy) {
  Result<Connected> body =
      co_await within(limit, reach(std::move(context), std::move(to), limit, std::move(proxy)));
  if (!body) co_return body.fault();
  co_return TlsStream(*std::move(body));
}

asio::awaitable<Result<TlsStream>> TlsStream::welcome(TlsContext context, Arrival arrival, TimeLimit limit) {
  Result<Connected> body = co_await within(limit, admit(std::move(context), std::move(arrival.body_->socket)));
  if (!body) co_return body.fault();
  co_return TlsStream(*std::move(body));
}

asio::awaitable<Result<std::size_t>> TlsStream::read_some(std::span<std::uint8_t> into, TimeLimit limit) {
  CHECK(!into.empty(), "room for one byte at least");
  co_return co_await within(limit, read_once(*body_, into));
}

bool TlsStream::has_more() const {
  asio::error_code gone;
  return SSL_pending(body_->ssl()) > 0 || (body_->stream.next_layer().available(gone) > 0 && !gone);
}

asio::awaitable<Result<void>> TlsStream::write_all(BytesView bytes, TimeLimit limit) {
  const Result<void> written = co_await within(limit, write_everything(*body_, bytes));
  if (!written) close();
  co_return written;
}

asio::awaitable<Result<void>> TlsStream::shutdown(TimeLimit limit) {
  const Result<void> said = co_await within(limit, say_goodbye(*body_));
  close();
  co_return said;
}

void TlsStream::close() {
  asio::error_code ignored;
  body_->stream.next_layer().close(ignored);
}

TlsProtocol TlsStream::protocol() const { return body_->protocol; }
const Bytes& TlsStream::peer_certificate() const { return body_->peer; }

Secret TlsStream::exporter(std::string_view label, std::size_t size) const {
  CHECK(size > 0 && size <= exporter_bytes_max, "an exporter of 1 to 64 bytes");
  Secret secret(size);
  const int done = SSL_export_keying_material(body_->ssl(), secret.writable().data(), size, label.data(), label.size(),
                                              nullptr, 0, 0);
  CHECK(done == 1, "a connection whose handshake is done can export");
  return secret;
}

}  // namespace caseload
