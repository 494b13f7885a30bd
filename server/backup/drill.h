#pragma once

#include "server/backup/back_up.h"

namespace caseload::server {

// drill: a backup, and a whole restore of it beside, with a recovery key of its own; then both are removed. It
// shows that
// this office can be restored and how long that takes, without the organisation's key leaving its place.
//
// Errors   those of back_up() and restore_office(); the office is not touched by any.
struct DrillDone {
  BackupManifest manifest;
  Duration backing_up{};
  Duration restoring{};
};
Result<DrillDone> drill(const OfficeNow& office, const std::string& beside);

}  // namespace caseload::server
