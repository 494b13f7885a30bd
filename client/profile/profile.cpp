#include "client/profile/profile.h"

#include "client/profile/bundles.h"
#include "common/base/durable_file.h"
#include "common/crypto/certificate.h"
#include "sync/transaction.h"

namespace caseload::client {
namespace {

HpkeAbout about_sealed_change() { return {as_bytes("caseload/sealed_change/1"), {}}; }

}  // namespace

Bytes seal_change(const sync::Change& change, const SealingPublicKey& recovery, Random& random) {
  Result<Bytes> sealed = seal_to(recovery, about_sealed_change(), pack(change), random);
  CHECK(sealed.ok(), "the recovery key was checked when this device was enrolled");
  return std::move(*sealed);
}

Result<sync::Change> open_sealed_change(BytesView sealed, const SealingKey& recovery) {
  const Result<Bytes> opened = unseal_from(recovery, about_sealed_change(), sealed);
  if (!opened) return opened.fault();
  return sync::unpack(*opened);
}

Result<Enrolled> enrolled_of(const Identity& identity) {
  Result<Enrolled> enrolled = decode<Enrolled>(identity.office);
  if (!enrolled) return Fault(Fault::damaged, "the identity of this device");
  return enrolled;
}

Result<void> check_welcomed(const Identity& identity, const Enrolled& enrolled, const Id& device,
                            BytesView certificate) {
  const Result<CertificateFacts> read = read_certificate(certificate);
  if (!read) return read.fault();
  const Bytes authorities[] = {enrolled.office.authority};
  const Result<CertificateFacts> facts =
      check_certificate(certificate, {authorities, CertificateUse::device, read->not_after});
  if (!facts) return facts.fault();
  const bool is_ours = facts->public_key == identity.tls.public_key() && facts->device == device;
  return is_ours ? Result<void>() : Fault(Fault::bad_certificate, "a certificate for somebody else");
}

Result<void> adopt_next_identity(const ProfilePlace& place, const Secret& key) {
  if (!file_exists(place.next_identity())) return {};
  const Result<Identity> next = load_identity(place.next_identity(), key);
  if (!next) return next.fault();
  if (next->certificate.empty()) return {};  // its enrolment did not come to its end
  const Result<Enrolled> enrolled = enrolled_of(*next);
  if (!enrolled) return enrolled.fault();
  Result<Database> database = open_store(place.database(), key);
  if (!database) return database.fault();
  SqlDeviceStore store(*database, Catalogue::built_in());
  if (store.state().device != enrolled->welcome.device) {
    sync::StoreTransaction<SqlDeviceStore> transaction(store);
    sync::adopt_identity(store, enrolled->welcome.device);
    forget_bundles(*database);
    transaction.commit();
  }
  move_into_place(place.next_identity(), place.identity());
  return {};
}

Result<std::unique_ptr<OpenProfile>> OpenProfile::open(const ProfilePlace& place, const Secret& key,
                                               const ProfileWorld& world) {
  if (!file_exists(place.database())) return Fault(Fault::absent, "no profile is enrolled here");
  if (Result<void> adopted = adopt_next_identity(place, key); !adopted) return adopted.fault();
  Result<Identity> identity = load_identity(place.identity(), key);
  if (!identity) return identity.fault();
  Result<Enrolled> enrolled = enrolled_of(*identity);
  if (!enrolled) return enrolled.fault();
  if (enrolled->welcome.device.is_none())
    return Fault(Fault::absent, "the enrolment was cut off before its end: enrol again, with the same code");
  Result<Database> database = open_store(place.database(), key);
  if (!database) return database.fault();
  return std::unique_ptr<OpenProfile>(
      new OpenProfile(place, key, {std::move(*database), std::move(*identity), std::move(*enrolled)}, world));
}

OpenProfile::OpenProfile(const ProfilePlace& place, const Secret& key, Opened opened, const ProfileWorld& world)
    : place_(place), key_(Secret::copy_of(key.view())), identity_(std::move(opened.identity)),
      enrolled_(std::move(opened.enrolled)), world_(world),
      database_(std::make_unique<Database>(std::move(opened.database))),
      store_(std::make_unique<SqlDeviceStore>(*database_, Catalogue::built_in())),
      audit_(std::make_unique<AuditTrail>(*database_)), drafts_(std::make_unique<Drafts>(*database_)) {
  const sync::OfficeTrust& office = enrolled_.office;
  const auto seal = [this](const sync::Change& change) {
    return seal_change(change, enrolled_.office.recovery_sealing_key, world_.random);
  };
  trust_.reset(new sync::DeviceTrust{{office.log, office.ledger_key, office.recovery_key, checker_},
                                     office.device,
                                     office.key,
                                     identity_.signing,
                                     seal});
  refresh();
}

void OpenProfile::refresh() {
  const sync::DeviceState state = store_->state();
  sync::TimeFloor floor(state.time_floor);
  floor.observe(world_.clock.now());
  workplace_.reset(new Workplace{*store_, *audit_, *drafts_, world_.clock, Zone::of_this_machine(), world_.random,
                                 enrolled_.welcome.worker, enrolled_.welcome.device, state.lease, floor});
}

Result<void> OpenProfile::renew(const Bytes& certificate) {
  const Id& device = enrolled_.welcome.device;
  if (Result<void> ours = check_welcomed(identity_, enrolled_, device, certificate); !ours) return ours;
  identity_.certificate = certificate;
  save_identity(place_.identity(), identity_, key_, world_.random);
  return {};
}

TlsIdentity OpenProfile::tls() const {
  return {{identity_.certificate}, identity_.tls.pkcs8(), enrolled_.office.authority};
}

}  // namespace caseload::client
