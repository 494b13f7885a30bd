#pragma once

#include <optional>

#include "server/backup/manifest.h"
#include "server/store/store.h"

namespace caseload::server {

// back_up: a copy of the office in a new folder below `to`, which must exist.
//
// Shape    to/backup-20261122T101500Z/{office.db, keys.sealed, manifest} and to/kept-apart.
// Promise  of one moment, while others write. What is given was read back from the disk: its digests, its pages, the
//          whole ledger and the signed head. It appears under its name when that is done; no older one is touched.
// Errors   absent: no such folder, so that a disk that is not mounted is noticed; already_there; damaged: the copy is
//          not whole, or the office is not. Breakage: disk_full before anything was begun, and the rest.
// Attacker who has the folder learns how large the office is and when it was saved; without the recovery key, nothing
//          else. Whoever can write to it can destroy it.
// Requires a store in a snapshot, or one that nobody writes to meanwhile.
struct OfficeNow {
  const ServerStore& store;
  const OfficeKeys& keys;
  const Clock& clock;
};
struct BackupDone {
  std::string folder;
  BackupManifest manifest;
};
Result<BackupDone> back_up(const OfficeNow& office, const std::string& to);

// The last backup that succeeded, as the office remembers it: for whoever asks how old it is.
struct LastBackup {
  WallTime at{};
  std::uint64_t position = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(sync::moment(at), position);
  }
};
std::optional<LastBackup> last_backup(const ServerStore& store);

// Tells devices, at their next session, up to where a backup holds what they wrote. Never goes back.
void remember_backup(ServerStore& store, const LastBackup& last);

// Whether a database on the disk is whole, and is what the manifest says. Faults: damaged. Opens it, which leaves files
// beside it: so it is for copies.
Result<void> check_database(const std::string& path, const BackupManifest& manifest, const OfficeKeys& keys,
                            const Clock& clock);

}  // namespace caseload::server
