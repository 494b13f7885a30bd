#pragma once

#include "common/net/tls_stream.h"

namespace caseload {

// TlsAcceptor: a listening port. Accepting does not wait for anybody's handshake: each Arrival is handed to
// TlsStream::welcome in a coroutine of its own, so that a peer who says nothing keeps nobody waiting.
//
// Errors   listen(): in_use: the port is taken; bad_value: not an address of this machine; not_allowed: a port for
//          which we have no right. accept(): try_later: out of file descriptors or memory; the caller waits a little
//          and asks again. closed: by close(). cancelled.
// Threads  the executor's.
class TlsAcceptor {
 public:
  // `local.host` is an address; port 0 takes a free one.
  static Result<TlsAcceptor> listen(asio::any_io_executor executor, const Endpoint& local);

  TlsAcceptor(TlsAcceptor&&) noexcept;
  TlsAcceptor& operator=(TlsAcceptor&&) noexcept;
  ~TlsAcceptor();

  std::uint16_t port() const;
  asio::awaitable<Result<Arrival>> accept();
  void close();

 private:
  struct Body;
  explicit TlsAcceptor(std::unique_ptr<Body> body);

  std::unique_ptr<Body> body_;
};

}  // namespace caseload
