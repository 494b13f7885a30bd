#pragma once

#include <memory>

#include "server/service/listener.h"
#include "server/service/session_handler.h"

namespace caseload::server {

// Whose office this is, where it listens, and within which limits. What is referred to outlives the service.
struct ServiceSetting {
  sync::OfficeSelf self;           // its rules are the writer's: looked at in its operations only
  std::function<void()> log_grew;  // on the writer's thread, before the next operation: to read the rules anew
  std::vector<Bytes> authorities;  // whose certificates are believed: DER; two while one takes over from the other
  TlsContext tls;
  Endpoint listen;
  ListenerLimits connections{};
  SessionLimits sessions{};
  WriterLimits writer{};
  std::size_t sessions_of_one_device_max = 4;  // the newest, and others on their way out
  TimeLimit stop_limit{10'000};                // for steps under way
  sync::AttachmentStore* attachments = nullptr;  // the writer's, like the store
  // On the writer's thread, in every batch before its commit: what the office itself has to do about it. Gives the
  // scopes in which the log grew by that.
  std::function<std::vector<Id>()> tend{};
};

// Service: the office at work: one thread for all connections, one that owns the store.
//
// Promise  a session is a device's, by a certificate of our authorities for devices; one that is outside its dates is
//          heard, and told so. The newest session of a device is its only one: older ones end at their next rest. After
//          stop() nobody new is taken, every step under way ends and is answered, and run() returns within about
//          stop_limit. Whoever watches and is concerned hears of what was accepted as soon as it is durable.
// Errors   open(): Faults of listening. run() throws what broke the store; nothing unkept was acknowledged, and the
//          process must end.
// Threads  run(): one, and enrolment on it. stop(), in_writer(), counts(), port(): any.
// Attacker without a certificate of ours costs a place among the strangers, for ten seconds.
class Service {
 public:
  static Result<std::unique_ptr<Service>> open(ServerStore& store, const ServiceSetting& setting, Log& log);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Who takes devices that want to be enrolled. Requires that run() has not begun.
  void enrol_with(Receive enrolment);

  void run();
  void stop();
  std::uint16_t port() const;

  // Carries out an operation on the writer's thread, and gives whether it is kept. in_writer() waits, and is for other
  // threads; on_writer() is for coroutines of the service.
  bool in_writer(const StoreWriter::Operation& operation);
  asio::awaitable<Result<void>> on_writer(StoreWriter::Operation operation);

  ServiceCounts counts() const;

 private:
  struct Body;
  explicit Service(std::unique_ptr<Body> body);

  std::unique_ptr<Body> body_;
};

}  // namespace caseload::server
