#include "server/service/service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>

#include "common/crypto/remembered.h"
#include "server/service/await_writer.h"

namespace caseload::server {
namespace {

// In its last third, and for a while after its end: a device that was on leave comes back without an administrator.
bool is_to_renew(const CertificateFacts& facts, std::int64_t now) {
  constexpr std::int64_t expired_seconds_max = 90LL * 86'400;
  const std::int64_t left = facts.not_after - now;
  return left < (facts.not_after - facts.not_before) / 3 && -left < expired_seconds_max;
}

}  // namespace

struct Service::Body {
  Body(ServerStore& store, const ServiceSetting& setting, Log& log);

  WriterHooks hooks();
  void run();
  asio::awaitable<void> hold_session(TlsStream stream);
  asio::awaitable<void> hold_enrolment(TlsStream stream);
  Result<sync::PeerFacts> peer_of(const Bytes& certificate);
  bool make_room_for(const Id& device);
  void begin_to_stop();
  void leave();

  asio::io_context io_{1};  // first: what waits in it goes last, when all that it refers to has stopped
  const ServiceSetting setting_;
  Log& log_;
  Counters counters_;
  RememberedCertificates certificates_;
  Beside beside_;
  StoreWriter writer_;
  SessionSupport support_;
  std::optional<Listener> listener_;
  std::uint16_t port_ = 0;
  Receive enrolment_;
  asio::steady_timer stop_timer_{io_};
  std::vector<std::shared_ptr<SessionHandler>> sessions_;
  std::size_t held_ = 0;  // sessions and enrolments
  bool stopping_ = false;
  std::exception_ptr broken_;
};

Service::Body::Body(ServerStore& store, const ServiceSetting& setting, Log& log)
    : setting_(setting), log_(log), writer_(store, setting.writer, hooks()),
      support_{writer_, store, setting_.self, setting.sessions, counters_, log, beside_, setting.attachments} {}

WriterHooks Service::Body::hooks() {
  WriterHooks hooks;
  hooks.grew = setting_.log_grew;
  hooks.tend = setting_.tend;
  hooks.news = [this](const News& news) {
    asio::post(io_, [this, news] {
      for (const std::shared_ptr<SessionHandler>& session : sessions_) session->hear(news);
    });
  };
  hooks.broke = [this](std::exception_ptr why) {
    log_.error("store_broke");
    asio::post(io_, [this, why] {
      broken_ = why;
      begin_to_stop();
    });
  };
  hooks.committed = [this](std::size_t operations) {
    counters_.update([&](ServiceCounts& counts) {
      ++counts.commits;
      counts.operations += operations;
    });
  };
  return hooks;
}

void Service::Body::run() {
  Listener::Receivers receivers;
  receivers.session = [this](TlsStream stream) { return hold_session(std::move(stream)); };
  if (enrolment_) receivers.enrolment = [this](TlsStream stream) { return hold_enrolment(std::move(stream)); };
  asio::co_spawn(io_, listener_->run(std::move(receivers)), asio::detached);
  log_.event("service_listens", {{"port", port_}});
  io_.run();
  writer_.stop();
  log_.event("service_stopped");
  if (broken_) std::rethrow_exception(broken_);
}

void Service::Body::begin_to_stop() {
  if (std::exchange(stopping_, true)) return;
  log_.event("service_stops", {{"sessions", sessions_.size()}});
  listener_->close();
  for (const std::shared_ptr<SessionHandler>& session : sessions_) session->end(Fault::try_later);
  stop_timer_.expires_after(setting_.stop_limit);
  stop_timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    for (const std::shared_ptr<SessionHandler>& session : sessions_) session->cut();
    io_.stop();  // what waits for the writer is answered by nobody: its segments come again
  });
  if (held_ == 0) io_.stop();
}

void Service::Body::leave() {
  if (--held_ == 0 && stopping_) io_.stop();
}

Result<sync::PeerFacts> Service::Body::peer_of(const Bytes& certificate) {
  const std::int64_t now = to_milliseconds(setting_.self.clock.now()) / 1000;
  const CertificateCheck against{setting_.authorities, CertificateUse::device, now};
  Result<CertificateFacts> facts = certificates_.check(certificate, against);
  const bool expired = !facts && facts.fault() == Fault::certificate_expired;
  if (expired) facts = read_certificate(certificate);
  if (!facts) return facts.fault();
  if (!facts->device) return Fault(Fault::bad_certificate, "a certificate that names no device");
  return sync::PeerFacts{*facts->device, expired, false, is_to_renew(*facts, now) ? certificate : Bytes()};
}

// The newest session is the one in which somebody waits: others of its device are what a cut line left behind.
bool Service::Body::make_room_for(const Id& device) {
  std::size_t others = 0;
  for (const std::shared_ptr<SessionHandler>& session : sessions_) {
    if (session->device() != device) continue;
    ++others;
    session->end(Fault(Fault::cancelled, "a newer session of the same device"));
  }
  return others < setting_.sessions_of_one_device_max;
}

asio::awaitable<void> Service::Body::hold_session(TlsStream stream) {
  const Result<sync::PeerFacts> peer = peer_of(stream.peer_certificate());
  if (!peer || stopping_ || !make_room_for(peer->device)) {
    const Fault why = peer.ok() ? Fault(Fault::try_later) : peer.fault();
    counters_.refused(why);
    log_.warning("session_refused", {{"fault", why}});
    co_return;
  }
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const std::shared_ptr<SessionHandler> session =
      std::make_shared<SessionHandler>(std::move(stream), *peer, support_, executor);
  sessions_.push_back(session);
  ++held_;
  co_await session->run();
  std::erase(sessions_, session);
  co_await session->part();
  leave();
}

asio::awaitable<void> Service::Body::hold_enrolment(TlsStream stream) {
  if (stopping_) co_return;
  ++held_;
  co_await enrolment_(std::move(stream));
  leave();
}

Result<std::unique_ptr<Service>> Service::open(ServerStore& store, const ServiceSetting& setting, Log& log) {
  std::unique_ptr<Body> body = std::make_unique<Body>(store, setting, log);
  Result<TlsAcceptor> acceptor = TlsAcceptor::listen(body->io_.get_executor(), setting.listen);
  if (!acceptor) return acceptor.fault();
  body->listener_.emplace(*std::move(acceptor), setting.tls, setting.connections, body->counters_, log);
  body->port_ = body->listener_->port();
  return std::unique_ptr<Service>(new Service(std::move(body)));
}

Service::Service(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Service::~Service() = default;

void Service::enrol_with(Receive enrolment) { body_->enrolment_ = std::move(enrolment); }
void Service::run() { body_->run(); }
std::uint16_t Service::port() const { return body_->port_; }

void Service::stop() {
  asio::post(body_->io_, [body = body_.get()] { body->begin_to_stop(); });
}

bool Service::in_writer(const StoreWriter::Operation& operation) { return body_->writer_.wait_for(operation); }

asio::awaitable<Result<void>> Service::on_writer(StoreWriter::Operation operation) {
  Concern everybody;
  everybody.everybody = true;
  const bool kept = co_await carry_out(body_->writer_, std::move(operation), std::move(everybody));
  if (!kept) co_return Fault(Fault::try_later, "the office's store broke");
  co_return Result<void>();
}

ServiceCounts Service::counts() const {
  ServiceCounts counts = body_->counters_.now();
  counts.queue_length = body_->writer_.queue_length();
  return counts;
}

}  // namespace caseload::server
