#include "tests/end_to_end/running_office.h"

#include <stdexcept>

namespace caseload {
namespace {

constexpr std::int64_t year = 366LL * 86'400;

std::int64_t seconds_of(WallTime moment) { return to_milliseconds(moment) / 1000; }

Authority make_authority(WallTime now, Random& random) {
  return *Authority::create(SigningKey::generate(random), "Office of the test", {seconds_of(now) - year, 3 * year},
                            random);
}

server::ServiceSetting setting_of(RunningOffice& office, const OfficeManner& manner) {
  server::ServiceSetting setting{office.team.office.self(), [&office] { office.team.office.restart(); },
                                 {office.certificates.authority()},
                                 *TlsContext::office(office.certificates.server()), Endpoint("127.0.0.1", 0)};
  setting.sessions = manner.sessions;
  setting.connections = manner.connections;
  setting.writer = manner.writer;
  setting.stop_limit = manner.stop_limit;
  return setting;
}

}  // namespace

Certificates::Certificates(WallTime now) : now_(now), authority_(make_authority(now, random_)) {}

TlsIdentity Certificates::identity(const SigningKey& key, Bytes certificate) const {
  TlsIdentity identity;
  identity.chain.push_back(std::move(certificate));
  identity.private_key = key.pkcs8();
  identity.authority = authority();
  return identity;
}

TlsIdentity Certificates::server() const {
  const SigningKey key = SigningKey::generate(random_);
  const Validity validity{seconds_of(now_), year};
  return identity(key, *authority_.issue_server(request_certificate(key), {"localhost"}, validity, random_));
}

TlsIdentity Certificates::device(const Id& device, std::int64_t seconds) const {
  const SigningKey key = SigningKey::generate(random_);
  Validity validity{seconds_of(now_), seconds};
  if (seconds < 0) validity = {seconds_of(now_) + 2 * seconds, -seconds};
  return identity(key, *authority_.issue_device(request_certificate(key), device, validity, random_));
}

RunningOffice::RunningOffice(sync::Team& team_, const OfficeManner& manner)
    : team(team_), certificates(team_.office.clock.now()),
      log_([this](std::string_view line) { logged += line; }, [] { return LogTime{}; }, LogLevel::debug, 100'000) {
  server::ServerStore& used = manner.store == nullptr ? store : *manner.store;
  Result<std::unique_ptr<server::Service>> opened = server::Service::open(used, setting_of(*this, manner), log_);
  if (!opened) throw std::runtime_error(opened.fault().to_string());
  service_ = *std::move(opened);
  service_->enrol_with(manner.enrolment);
  thread_ = std::thread([this] {
    try {
      service_->run();
    } catch (...) {
      broke_ = std::current_exception();
    }
  });
}

RunningOffice::~RunningOffice() { stop(); }

std::exception_ptr RunningOffice::stop() {
  if (thread_.joinable()) {
    service_->stop();
    thread_.join();
  }
  return broke_;
}

client::LinkSetting RunningOffice::link(const Id& device, std::optional<std::uint16_t> through) const {
  return link(certificates.device(device), through);
}

client::LinkSetting RunningOffice::link(const TlsIdentity& identity, std::optional<std::uint16_t> through) const {
  return {*TlsContext::device(identity), {certificates.authority()}, Endpoint("127.0.0.1", through.value_or(port()))};
}

client::SyncOutcome RunningOffice::meet(sync::Laptop& who) const { return meet(who, link(who.identity.device)); }

client::SyncOutcome RunningOffice::meet(sync::Laptop& who, const client::LinkSetting& setting) const {
  const sync::DeviceTrust trust = who.trust();
  return client::SyncRunner(who.store, Catalogue::built_in(), trust, who.clock).run(setting);
}

}  // namespace caseload
