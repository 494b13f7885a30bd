#include "server/backup/drill.h"

#include <filesystem>

#include "server/backup/kept_apart.h"
#include "server/backup/restore.h"

namespace caseload::server {

Result<DrillDone> drill(const OfficeNow& office, const std::string& beside) {
  SystemRandom random;
  const RecoveryKey recovery = RecoveryKey::generate(random);
  Result<OfficeKeys> keys = OfficeKeys::read(office.keys.bytes().view());
  if (!keys) return keys.fault();
  keys->recovery_key = recovery.signing.public_key();
  keys->recovery_sealing_key = recovery.sealing.public_key();
  const ScratchFolder scratch(beside);
  DrillDone done;
  const Duration began = office.clock.steady();
  const Result<BackupDone> backup = back_up({office.store, *keys, office.clock}, scratch.path());
  if (!backup) return backup.fault();
  done.manifest = backup->manifest;
  const Duration backed_up = office.clock.steady();
  const DataFolder restored(scratch / "office");
  const Result<RestoreDone> again =
      restore_office({backup->folder, kept_apart_path(scratch.path()), recovery}, restored, office.clock);
  if (!again) return again.fault();
  done.backing_up = backed_up - began;
  done.restoring = office.clock.steady() - backed_up;
  return done;
}

}  // namespace caseload::server
