#include <array>

#include "server/admin/admin.h"
#include "server/backup/drill.h"

namespace caseload::server {
namespace {

OfficeNow now(const AdminPlace& place) { return {place.office.store(), place.office.keys(), place.office.clock()}; }

// Twice the database: the copy, and the one that is tried out.
void require_room_for(const AdminPlace& place, const std::string& folder, std::uint64_t copies) {
  if (is_folder(folder)) require_room(folder, copies * bytes_below(place.data));
}

Result<Reply> backup(AdminPlace& place, const Call& call) {
  if (!call.has("to")) return Fault(Fault::required, "--to DIR");
  const std::string to = path_of(place, call.option("to"));
  require_room_for(place, to, 2);
  const Result<BackupDone> done = back_up(now(place), to);
  if (!done) return done.fault();
  const BackupManifest& manifest = done->manifest;
  place.with_writer([&](Office& office) { remember_backup(office.store(), {manifest.at, manifest.last_position}); });
  Reply reply{Json{{"backup", done->folder}, {"log", to_json(manifest.log)}, {"ledger_size", manifest.tree.size},
                   {"root", to_hex(manifest.tree.digest)}, {"last_position", manifest.last_position},
                   {"at", to_text(manifest.at)}, {"bytes", manifest.database.bytes}}};
  reply.remark = "Read back and checked against the ledger. Keep kept-apart beside it, and one copy of both elsewhere.";
  return reply;
}

Result<Reply> run_drill(AdminPlace& place, const Call& call) {
  const std::string beside = call.has("in") ? path_of(place, call.option("in")) : place.data;
  if (!is_folder(beside)) return Fault(Fault::absent, "the folder for the drill");
  require_room_for(place, beside, 3);
  const Result<DrillDone> done = drill(now(place), beside + "/drill");
  if (!done) return done.fault();
  return Reply{Json{{"ledger_size", done->manifest.tree.size}, {"last_position", done->manifest.last_position},
                    {"bytes", done->manifest.database.bytes}, {"backup_ms", done->backing_up.count()},
                    {"restore_ms", done->restoring.count()}}};
}

const std::array entries = {
    AdminEntry{{"backup", "", 0, 0, "a copy of the office in a new folder, read back and checked",
                {{"to", "DIR", "where backups are kept; it must exist"}}}, backup, true},
    AdminEntry{{"drill", "", 0, 0, "a backup and a restore of it beside, timed, and removed again",
                {{"in", "DIR", "where there is room for three copies; default: the data folder"}}}, run_drill, true},
};

}  // namespace

std::span<const AdminEntry> backup_commands() { return entries; }

}  // namespace caseload::server
