#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include "common/net/tls_acceptor.h"
#include "tests/unit/net/test_certificates.h"

namespace caseload {

constexpr TimeLimit plenty{20'000};  // for what must come to an end by itself

template <class T>
asio::awaitable<void> keep(asio::awaitable<T> operation, std::optional<T>& kept) {
  kept.emplace(co_await std::move(operation));
}

inline void rethrow(std::exception_ptr failure) {
  if (failure) std::rethrow_exception(failure);
}

// Runs one or two coroutines on the context to their ends.
template <class A>
A run(asio::io_context& io, asio::awaitable<A> a) {
  std::optional<A> kept;
  asio::co_spawn(io, keep(std::move(a), kept), rethrow);
  io.restart();
  io.run();
  return *std::move(kept);
}

template <class A, class B>
std::pair<A, B> together(asio::io_context& io, asio::awaitable<A> a, asio::awaitable<B> b) {
  std::optional<A> first;
  asio::co_spawn(io, keep(std::move(a), first), rethrow);
  B second = run(io, std::move(b));
  return {*std::move(first), std::move(second)};
}

// An office that listens on loopback, and a device that calls it, in one process.
class TestOffice {
 public:
  explicit TestOffice(const TlsIdentity& identity);

  asio::io_context& io() { return io_; }
  std::uint16_t port() const { return acceptor_.port(); }
  asio::awaitable<Result<TlsStream>> welcome(TimeLimit limit = plenty);
  asio::awaitable<Result<TlsStream>> call(const Result<TlsContext>& context, TimeLimit limit = plenty) const;
  // Both halves of a handshake: the office's and the device's.
  std::pair<Result<TlsStream>, Result<TlsStream>> meet(const Result<TlsContext>& device);
  // While a stranger that blocks, on a thread of its own, does what it does: what became of the office's half.
  Result<TlsStream> while_there_is(const std::function<void()>& stranger);

 private:
  asio::io_context io_{1};
  TlsContext context_;
  TlsAcceptor acceptor_;
};

// A device that is not ours: OpenSSL by itself, so that it can do what our own never would.
struct ForeignHello {
  std::string_view alpn = "\x0a" "caseload/1";
  int version = 0x0304;                     // TLS 1.3, by OpenSSL's number
  const TlsIdentity* identity = nullptr;
};

struct ForeignOutcome {
  bool handshake = false;
  bool answered = false;  // a byte was read
  bool session_can_resume = false;
};
ForeignOutcome foreign_device(std::uint16_t port, const ForeignHello& hello);

// Sends the words to a port in clear, and returns all that comes back until the other side closes.
std::string speak_in_clear(std::uint16_t port, std::string_view words);

}  // namespace caseload
