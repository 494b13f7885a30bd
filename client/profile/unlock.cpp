#include "client/profile/unlock.h"

#include "client/keys/device_secret.h"
#include "client/keys/private_folder.h"
#include "client/keys/rekey.h"
#include "common/base/durable_file.h"
#include "sync/transaction.h"

namespace caseload::client {
namespace {

KeySetting setting_of(const ProfilePlace& place, const Secret& device, const ProfileWorld& world) {
  return {.folder = place.home, .device_secret = device, .clock = world.clock, .random = world.random};
}

std::string role_of(const ProfilePlace& place, const Secret& key) {
  const Result<Identity> identity = load_identity(place.identity(), key);
  const Result<Enrolled> enrolled = identity ? enrolled_of(*identity) : Result<Enrolled>(identity.fault());
  return enrolled && !enrolled->welcome.role.empty() ? enrolled->welcome.role : "worker";
}

// Tries that failed are in the audit before they are forgotten; and the clock that was believed at this moment is kept.
Result<void> settle(const ProfilePlace& place, KeyFile& file, const Unlocked& held, const ProfileWorld& world) {
  if (Result<void> carried = carry_over(file, held, {place.database(), place.identity()}, world.random); !carried)
    return carried;
  Result<Database> database = open_store(place.database(), held.key);
  if (!database) return database.fault();
  SqlDeviceStore store(*database, Catalogue::built_in());
  AuditTrail audit(*database);
  sync::DeviceState state = store.state();
  for (std::uint32_t tried = 0; tried < std::min(held.failed_tries, tries_listed_max); ++tried) {
    const sync::AuditEntry entry{world.clock.now(), {}, "nobody", sync::AuditAction::login_failed, {}, {}, {},
                                 sync::AuditOutcome::failed, "passphrase"};
    if (const auto kept = audit.append(entry); !kept) return kept.fault();
  }
  const sync::AuditEntry entry{world.clock.now(),
                               state.worker,
                               role_of(place, held.key),
                               sync::AuditAction::login_ok,
                               {},
                               {},
                               {},
                               sync::AuditOutcome::done,
                               ""};
  if (const auto kept = audit.append(entry); !kept) return kept.fault();
  if (held.failed_tries > 0) file.audited();
  sync::TimeFloor floor(state.time_floor);
  floor.observe(world.clock.now());
  if (floor.value() == state.time_floor) return {};
  state.time_floor = floor.value();
  sync::StoreTransaction<SqlDeviceStore> transaction(store);
  store.set_state(state);
  transaction.commit();
  return {};
}

Result<void> check_wanted(const Passphrase& wanted, const ProfilePlace& place, const Secret& key) {
  std::vector<std::string> names;
  if (const Result<Identity> identity = load_identity(place.identity(), key)) {
    if (const Result<Enrolled> enrolled = enrolled_of(*identity)) names = names_to_avoid(*enrolled);
  }
  return check_new_passphrase(wanted, names);
}

}  // namespace

std::vector<std::string> names_to_avoid(const Enrolled& enrolled) {
  return {enrolled.worker_name, enrolled.office.name, enrolled.host, "caseload"};
}

Result<Secret> unlock(const ProfilePlace& place, const Passphrase& passphrase, const ProfileWorld& world) {
  if (!file_exists(place.database())) return Fault(Fault::absent, "no profile is enrolled here");
  const Result<Secret> device = load_device_secret(place.device_secret());
  if (!device) return device.fault();
  Result<KeyFile> file = KeyFile::open(setting_of(place, *device, world));
  if (!file) return file.fault();
  Result<Unlocked> held = file->unlock(passphrase);
  if (!held) return held.fault();
  if (Result<void> settled = settle(place, *file, *held, world); !settled) return settled.fault();
  return std::move(held->key);
}

Result<void> change_passphrase(const ProfilePlace& place, const NewPassphrase& change, const ProfileWorld& world) {
  const Result<Secret> device = load_device_secret(place.device_secret());
  if (!device) return device.fault();
  Result<KeyFile> file = KeyFile::open(setting_of(place, *device, world));
  if (!file) return file.fault();
  const Result<Unlocked> held = file->unlock(change.former);
  if (!held) return held.fault();
  if (Result<void> good = check_wanted(change.wanted, place, held->key); !good) return good;
  if (Result<void> settled = settle(place, *file, *held, world); !settled) return settled;
  if (!change.compromised) return file->change_passphrase(*held, change.wanted);
  const Result<Unlocked> anew = file->begin_rekey(*held, change.wanted);
  if (!anew) return anew.fault();
  return carry_over(*file, *anew, {place.database(), place.identity()}, world.random);
}

Result<Bytes> recovery_request(const ProfilePlace& place) { return KeyFile::recovery_request(place.home); }

Result<Secret> recover(const ProfilePlace& place, const Secret& answer, const Passphrase& wanted,
                       const ProfileWorld& world) {
  if (Result<void> good = check_new_passphrase(wanted, {}); !good) return good.fault();
  Result<Secret> device = load_device_secret(place.device_secret());
  if (!device && (device.fault() == Fault::device_factor || device.fault() == Fault::absent)) {
    if (Result<void> made = make_private_folder(place.state); !made) return made.fault();
    device = make_device_secret(place.device_secret(), world.random);
  }
  if (!device) return device.fault();
  Result<Unlocked> held = KeyFile::recover(setting_of(place, *device, world), answer, wanted);
  if (!held) return held.fault();
  Result<KeyFile> file = KeyFile::open(setting_of(place, *device, world));
  if (!file) return file.fault();
  if (Result<void> settled = settle(place, *file, *held, world); !settled) return settled.fault();
  return std::move(held->key);
}

}  // namespace caseload::client
