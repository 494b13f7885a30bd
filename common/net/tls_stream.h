#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <asio/awaitable.hpp>

#include "common/base/bytes.h"
#include "common/base/secret.h"
#include "common/net/tls_context.h"

namespace caseload {

using TimeLimit = std::chrono::milliseconds;

constexpr TimeLimit handshake_limit{10'000};  // a slow satellite link needs three seconds; a slow-loris gets ten

// Endpoint: where to connect to. Nothing is looked up or checked before connect() does.
struct Endpoint {
  // Made by this constructor alone, so that g++ 12 handles one rightly in a statement with co_await.
  Endpoint(std::string host_, std::uint16_t port_) : host(std::move(host_)), port(port_) {}

  std::string host;  // a name or an address
  std::uint16_t port;
};

// A connection that was taken from an acceptor, before a word was said.
class Arrival {
 public:
  struct Body;
  explicit Arrival(std::unique_ptr<Body> body);
  Arrival(Arrival&&) noexcept;
  Arrival& operator=(Arrival&&) noexcept;
  ~Arrival();

  // Where it comes from, for whoever counts: the address, of IPv6 the half that one customer has to himself.
  Bytes origin() const;

 private:
  friend class TlsStream;
  std::unique_ptr<Body> body_;
};

// TlsStream: one secure connection.
//
// Promise  no call lasts longer than its limit. What was received is in order, whole and from the peer whose
//          certificate peer_certificate() is; its dates are for the caller to judge. After a read that ended in
//          timed_out or cancelled the stream goes on as if it had not been tried, no byte lost; after such a write it
//          is over, because nobody knows how much of it left.
// Errors   unreachable: no such host, or nobody listens. timed_out. cancelled: by the coroutine's cancellation slot.
//          closed: the peer has gone, with or without a goodbye; whoever reads must know by himself whether that was
//          the end. tls_refused: a certificate or version was refused, by us or by the peer; in TLS 1.3 a device learns
//          of the office's refusal with its first read. not_tls: the other side speaks something else.
//          wrong_protocol: no ALPN in common. Details hold no host, address or foreign content.
// Threads  the executor of the coroutine; one read and one write at a time. Must outlive what it is doing.
//          After a cancellation Asio throws at the next co_await of a cancelled coroutine, unless that coroutine said
//          co_await asio::this_coro::throw_if_cancelled(false).
// Attacker can see that there is a connection, its size and times, and cut it; cannot read, alter, replay or extend.
class TlsStream {
 public:
  // Goes through all addresses of the name until one answers; the limit is for all of it, handshake included. With a
  // proxy it is the proxy that looks the name up; Faults of its answer: not_allowed, unreachable, too_large, not_tls.
  static asio::awaitable<Result<TlsStream>> connect(TlsContext context, Endpoint to, TimeLimit limit,
                                                    std::optional<Endpoint> proxy = std::nullopt);

  // The office's half. A plain HTTP or SSH greeting gets one line in answer, in words, and Fault::not_tls comes back.
  static asio::awaitable<Result<TlsStream>> welcome(TlsContext context, Arrival arrival,
                                                    TimeLimit limit = handshake_limit);

  TlsStream(TlsStream&&) noexcept;
  TlsStream& operator=(TlsStream&&) noexcept;
  ~TlsStream();  // closes without a goodbye

  // At least one byte, at most as many as `into` holds. Requires room for one.
  asio::awaitable<Result<std::size_t>> read_some(std::span<std::uint8_t> into, TimeLimit limit);
  // Whether some of it is here already. False says nothing.
  bool has_more() const;
  asio::awaitable<Result<void>> write_all(BytesView bytes, TimeLimit limit);

  // Says goodbye, waits for the peer's, and closes in any case.
  asio::awaitable<Result<void>> shutdown(TimeLimit limit);

  // At once, without a goodbye; what is under way ends in closed or cancelled.
  void close();

  TlsProtocol protocol() const;
  const Bytes& peer_certificate() const;  // DER; empty where none was asked for

  // Bytes that only the two ends of this connection can know, the same on both, other for every label (RFC 8446, 7.5).
  // Requires 0 < size <= 64.
  Secret exporter(std::string_view label, std::size_t size) const;

  struct Body;

 private:
  explicit TlsStream(std::unique_ptr<Body> body);

  std::unique_ptr<Body> body_;
};

}  // namespace caseload
