#include "client/profile/profile.h"

#include "common/base/durable_file.h"

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

Result<std::unique_ptr<OpenProfile>> OpenProfile::open(const ProfilePlace& place, const Secret& key,
                                               const ProfileWorld& world) {
  if (!file_exists(place.database())) return Fault(Fault::absent, "no profile is enrolled here");
  Result<Identity> identity = load_identity(place.identity(), key);
  if (!identity) return identity.fault();
  Result<Enrolled> enrolled = enrolled_of(*identity);
  if (!enrolled) return enrolled.fault();
  if (enrolled->welcome.device.is_none())
    return Fault(Fault::absent, "the enrolment was cut off before its end: enrol again, with the same code");
  Result<Database> database = open_store(place.database(), key);
  if (!database) return database.fault();
  return std::unique_ptr<OpenProfile>(
      new OpenProfile(std::move(*database), std::move(*identity), std::move(*enrolled), world));
}

OpenProfile::OpenProfile(Database database, Identity identity, Enrolled enrolled, const ProfileWorld& world)
    : identity_(std::move(identity)), enrolled_(std::move(enrolled)), world_(world),
      database_(std::make_unique<Database>(std::move(database))),
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

TlsIdentity OpenProfile::tls() const {
  return {{identity_.certificate}, identity_.tls.pkcs8(), enrolled_.office.authority};
}

}  // namespace caseload::client
