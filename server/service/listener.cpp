#include "server/service/listener.h"

#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

namespace caseload::server {
namespace {

constexpr TimeLimit without_means{200};  // until somebody may have given back a file descriptor

}  // namespace

// One connection's place among the limits, given back with it.
class Listener::Place {
 public:
  Place(std::shared_ptr<Tally> tally, Bytes origin) : tally_(std::move(tally)), origin_(std::move(origin)) {
    ++tally_->connections;
    ++tally_->strangers;
    ++tally_->of_origin[origin_];
  }
  ~Place() {
    --tally_->connections;
    if (is_stranger_) no_stranger();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  void no_stranger() {
    is_stranger_ = false;
    --tally_->strangers;
    if (--tally_->of_origin[origin_] == 0) tally_->of_origin.erase(origin_);
  }

 private:
  std::shared_ptr<Tally> tally_;
  Bytes origin_;
  bool is_stranger_ = true;
};

Listener::Listener(TlsAcceptor acceptor, TlsContext context, const ListenerLimits& limits, Counters& counters, Log& log)
    : acceptor_(std::move(acceptor)), context_(std::move(context)), limits_(limits), counters_(counters), log_(log) {}

bool Listener::is_full(const Bytes& origin) const {
  const auto of_origin = tally_->of_origin.find(origin);
  return tally_->connections >= limits_.connections_max || tally_->strangers >= limits_.strangers_max ||
         (of_origin != tally_->of_origin.end() && of_origin->second >= limits_.strangers_of_one_origin_max);
}

asio::awaitable<void> Listener::run(Receivers receivers) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const std::shared_ptr<const Receivers> shared = std::make_shared<const Receivers>(std::move(receivers));
  asio::steady_timer pause(executor);
  for (;;) {
    Result<Arrival> arrival = co_await acceptor_.accept();
    if (!arrival && (arrival.fault() == Fault::closed || arrival.fault() == Fault::cancelled)) co_return;
    if (!arrival) {
      log_.warning("cannot_accept", {{"fault", arrival.fault()}});
      pause.expires_after(without_means);
      co_await pause.async_wait(asio::use_awaitable);
      continue;
    }
    counters_.update([](ServiceCounts& counts) { ++counts.connections; });
    if (is_full(arrival->origin())) {
      counters_.update([](ServiceCounts& counts) { ++counts.turned_away; });
      log_.warning("connection_turned_away");
      continue;
    }
    asio::co_spawn(executor, receive(*std::move(arrival), shared), asio::detached);
  }
}

asio::awaitable<void> Listener::receive(Arrival arrival, std::shared_ptr<const Receivers> receivers) {
  Place place(tally_, arrival.origin());
  Result<TlsStream> stream = co_await TlsStream::welcome(context_, std::move(arrival), limits_.handshake);
  if (!stream) {
    counters_.refused(stream.fault());
    log_.event("connection_refused", {{"fault", stream.fault()}});
    co_return;
  }
  if (stream->protocol() == TlsProtocol::session) {
    place.no_stranger();
    co_await receivers->session(*std::move(stream));
  } else if (receivers->enrolment) {
    co_await receivers->enrolment(*std::move(stream));
  }
}

}  // namespace caseload::server
