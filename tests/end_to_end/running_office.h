#pragma once

#include <thread>

#include "client/link/sync_runner.h"
#include "common/crypto/authority.h"
#include "server/service/service.h"
#include "tests/end_to_end/borrowed_store.h"
#include "tests/hazards/team.h"

namespace caseload {

// Certificates of one office, really issued, with dates around the team's own time.
class Certificates {
 public:
  explicit Certificates(WallTime now);

  TlsIdentity server() const;
  // For as many seconds; a negative number of them: it has run out that long ago.
  TlsIdentity device(const Id& device, std::int64_t seconds = 86'400) const;
  const Bytes& authority() const { return authority_.certificate(); }

 private:
  TlsIdentity identity(const SigningKey& key, Bytes certificate) const;

  mutable SystemRandom random_;
  WallTime now_;
  Authority authority_;
};

struct OfficeManner {
  server::SessionLimits sessions{};
  server::ListenerLimits connections{};
  server::WriterLimits writer{};
  server::Receive enrolment{};
  TimeLimit stop_limit{10'000};
  server::ServerStore* store = nullptr;  // instead of the team's own
};

// RunningOffice: the team's office behind a real port on loopback, and its people's laptops before it.
//
// Promise  the service runs on a thread of its own until stop(); then the team's stores may be looked at again.
class RunningOffice {
 public:
  explicit RunningOffice(sync::Team& team, const OfficeManner& manner = {});
  ~RunningOffice();
  RunningOffice(const RunningOffice&) = delete;
  RunningOffice& operator=(const RunningOffice&) = delete;

  // What broke the service, if anything did.
  std::exception_ptr stop();
  server::Service& service() { return *service_; }
  std::uint16_t port() const { return service_->port(); }

  // How a device is to call; through another port, where somebody stands between.
  client::LinkSetting link(const Id& device, std::optional<std::uint16_t> through = std::nullopt) const;
  client::LinkSetting link(const TlsIdentity& identity, std::optional<std::uint16_t> through = std::nullopt) const;
  client::SyncOutcome meet(sync::Laptop& who) const;
  client::SyncOutcome meet(sync::Laptop& who, const client::LinkSetting& setting) const;

  sync::Team& team;
  Certificates certificates;
  server::BorrowedStore store{team.office.store};
  std::string logged;  // after stop()

 private:
  Log log_;
  std::unique_ptr<server::Service> service_;
  std::thread thread_;
  std::exception_ptr broke_;
};

}  // namespace caseload
