#pragma once

#include <memory>

#include "client/link/schedule.h"
#include "common/crypto/remembered.h"
#include "common/net/beside.h"
#include "common/net/pace.h"
#include "sync/device/desk.h"
#include "sync/session/limits.h"
#include "sync/session/wire.h"

namespace caseload::client {

// Where the office is, and how it is spoken to.
struct LinkSetting {
  TlsContext tls;
  std::vector<Bytes> authorities;  // of the office: DER
  Endpoint office;
  std::optional<Endpoint> proxy{};
  bool watch = false;              // stay, and hear of what is accepted
  TimeLimit connect{20'000};       // name, proxy and handshake, on a slow satellite link
  // The office may be busy with two thousand others before it answers, so its silence has the limit of a whole message.
  Pace pace{std::chrono::seconds(sync::step_seconds_max), std::chrono::seconds(sync::step_seconds_max)};
  TimeLimit refresh{15 * 60'000};  // while watching: what time alone moves is asked for as often
  // What the office showed before, kept with the setting: for one runner at a time.
  std::shared_ptr<RememberedCertificates> certificates = std::make_shared<RememberedCertificates>();
};

// How far a session is, for a person who looks on.
struct SyncProgress {
  sync::SessionState state = sync::SessionState::greeting;
  sync::SessionReport report;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};

// What the runner's owner does when something happens. All on the thread of run(); empty ones are not missed.
struct SyncHooks {
  std::function<void(const SyncProgress&)> progress;  // whenever the desk has answered
  // After a session, however it ended, and after each round of one that watches: no transaction is open. For a store
  // that cleans up what was withdrawn.
  std::function<void(const sync::SessionReport&)> after_round;
  // What the office sent, once the desk has checked and taken it.
  std::function<void(const sync::Message&)> stored;
  // Carries out what it is given, while nobody else uses the store. For a store that is shared with a page or a prompt.
  std::function<void(const std::function<void()>&)> with_store;
};

// How a session went. `report` is of its last round.
struct SyncOutcome {
  sync::SessionReport report;
  std::optional<Fault> fault;     // why it ended early
  bool office_spoke = false;      // it said where the device stands: report.greeting
  bool office_expired = false;    // its certificate is outside its dates by our clock, which may be what is wrong
  std::uint64_t rounds = 0;       // that were complete
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  Duration took{0};
};

// What the schedule goes by.
SessionEnd end_of(const SyncOutcome& outcome);

// SyncRunner: one session of this device with its office, over TLS.
//
// Promise  carries out what the device's machine asks, in its order: what is to be durable is, before what depends on
//          it leaves. Cut anywhere, the store is as its desk left it, and the next session goes on from there. What is
//          under way is kept within setting.pace. cancel() ends a session at its next rest.
// Errors   run(): none is thrown but Breakage of the store. Faults of the outcome: those of TlsStream::connect; of the
//          session; bad_certificate: not our office; cancelled.
// Threads  run(): the store's owner; it waits. again(), cancel(): any.
// Attacker between us and the office: as TlsStream says.
class SyncRunner {
 public:
  SyncRunner(sync::DeviceStore& store, const Catalogue& catalogue, const sync::DeviceTrust& trust, const Clock& clock);
  ~SyncRunner();
  SyncRunner(const SyncRunner&) = delete;
  SyncRunner& operator=(const SyncRunner&) = delete;

  // Without one, no attachment is carried.
  void use(sync::AttachmentStore& attachments) { attachments_ = &attachments; }

  SyncOutcome run(const LinkSetting& setting, const SyncHooks& hooks = {});
  void again();   // there is something new on this device; heard by a session that watches
  void cancel();  // this session, or the next one if none is under way

 private:
  class Session;
  struct Loop;

  sync::DeviceStore& store_;
  const Catalogue& catalogue_;
  const sync::DeviceTrust& trust_;
  const Clock& clock_;
  sync::AttachmentStore* attachments_ = nullptr;
  std::unique_ptr<Loop> loop_;
  Beside beside_;
};

}  // namespace caseload::client
