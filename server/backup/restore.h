#pragma once

#include "server/backup/data_folder.h"
#include "server/backup/manifest.h"

namespace caseload::server {

// restore_office: an office from its backup, in a folder where none is.
//
// Shape    all is made in a folder beside (path + ".restoring") and given its name at the end, in one step.
// Promise  digests, signatures, pages and the whole ledger were checked before and after; what was erased by law, or
//          stopped, since the backup was made is so again. A statement under the recovery key tells devices which
//          part of the ledger was kept; they offer again what is missing. A crash leaves no office, or the whole one.
// Errors   already_there: the folder is not empty, or the PostgreSQL; not_found: no whole backup; not_for_me:
//          another recovery key;
//          damaged;
//          those of reading keys. Breakage: disk_full before anything was begun, and the rest.
// Attacker who can write to backups can have another office restored, and learns nothing by it: devices know their
//          ledger key, and turn away from any other.
struct RestoreFrom {
  std::string backup;  // its folder
  std::string apart;   // the file kept-apart
  const RecoveryKey& recovery;
  std::optional<PostgresPlace> place{};  // where its store is to be; nothing: in the folder
};
struct RestoreDone {
  std::string office;
  BackupManifest manifest;
  std::uint32_t restore_epoch = 0;
  std::size_t erased_again = 0;
};
Result<RestoreDone> restore_office(const RestoreFrom& from, const DataFolder& into, const Clock& clock);

}  // namespace caseload::server
