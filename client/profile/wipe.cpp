#include "client/profile/wipe.h"

#include "client/keys/device_secret.h"
#include "client/keys/key_file.h"
#include "common/base/durable_file.h"

namespace caseload::client {

bool something_waits(const OpenProfile& profile) {
  const SqlDeviceStore& store = profile.store();
  const bool sealed = !store.sealed().empty();
  const bool on_its_way = !store.unsent().empty() || !store.waiting().empty() || !store.late().empty();
  return sealed || on_its_way || !profile.drafts().all().empty();
}

Result<void> wipe_profile(const Wiping& wiping, const ProfileWorld& world) {
  const ProfilePlace& place = wiping.place;
  forget(wiping.kept);
  if (file_exists(place.device_secret())) {
    const Result<Secret> device = load_device_secret(place.device_secret());
    if (!device) return device.fault();
    Result<KeyFile> file = KeyFile::open(
        {.folder = place.home, .device_secret = *device, .clock = world.clock, .random = world.random});
    if (!file) return file.fault();
    file->leave_recovery_only();
  }
  remove_file(place.device_secret());
  if (wiping.something_waits) return {};
  for (const char* name : {"/keys-1", "/keys-2"}) remove_file(place.home + name);
  for (const std::string& file : {place.identity(), place.next_identity()}) remove_file(file);
  for (const char* ending : {"-wal", "-shm", ""}) remove_file(place.database() + ending);
  return {};
}

}  // namespace caseload::client
