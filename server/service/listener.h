#pragma once

#include <functional>
#include <map>
#include <memory>

#include "common/net/tls_acceptor.h"
#include "common/program/log.h"
#include "server/service/counters.h"

namespace caseload::server {

struct ListenerLimits {
  std::size_t connections_max = 2'500;           // 2,000 devices that watch, and room for those who come and go
  std::size_t strangers_max = 250;               // who have not shown a certificate, all together
  std::size_t strangers_of_one_origin_max = 40;  // a whole team behind one router, at nine o'clock
  TimeLimit handshake = handshake_limit;
};

// Where a connection goes once it is known what it speaks. The connection lasts as long as the coroutine.
using Receive = std::function<asio::awaitable<void>(TlsStream)>;

// Listener: the office's port. Takes connections, has TLS look at them, and hands them on by protocol.
//
// Promise  never more connections than the limits allow; who is too many is closed before a word is said, so that
//          strangers cannot use up what devices need, nor one origin what all have. Who does not finish the handshake
//          in time is shed. Whoever enrols stays a stranger to the end.
// Errors   a connection that fails is counted and logged, and is nobody else's affair. Out of file descriptors: waits.
// Threads  the executor's.
class Listener {
 public:
  struct Receivers {
    Receive session;
    Receive enrolment;  // none: enrolment is refused
  };
  Listener(TlsAcceptor acceptor, TlsContext context, const ListenerLimits& limits, Counters& counters, Log& log);

  asio::awaitable<void> run(Receivers receivers);  // until close()
  void close() { acceptor_.close(); }
  std::uint16_t port() const { return acceptor_.port(); }

 private:
  struct Tally {
    std::size_t connections = 0;
    std::size_t strangers = 0;
    std::map<Bytes, std::size_t> of_origin;  // strangers
  };
  class Place;

  bool is_full(const Bytes& origin) const;
  asio::awaitable<void> receive(Arrival arrival, std::shared_ptr<const Receivers> receivers);

  TlsAcceptor acceptor_;
  TlsContext context_;
  const ListenerLimits limits_;
  Counters& counters_;
  Log& log_;
  std::shared_ptr<Tally> tally_ = std::make_shared<Tally>();
};

}  // namespace caseload::server
