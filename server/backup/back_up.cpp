#include "server/backup/back_up.h"

#include <algorithm>

#include "common/base/durable_file.h"
#include "common/sqlite/database.h"
#include "server/backup/kept_apart.h"
#include "server/office/ledger_check.h"
#include "server/store/sql.h"
#include "server/store/sqlite_store.h"
#include "sync/transaction.h"

namespace caseload::server {
namespace {

constexpr const char* last_name = "backup/last";
constexpr std::uint64_t margin_bytes = 16U << 20;  // for the log of a database that is opened, and the small files

// 2026-11-22T10:15:00.000Z without what file systems of sticks refuse.
std::string name_at(WallTime moment) {
  std::string text = to_text(moment).substr(0, 19);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return "backup-" + text + "Z";
}

Result<SignedManifest> write_files(const OfficeNow& office, const ScratchFolder& part) {
  const auto& [store, keys, clock] = office;
  const std::optional<sync::Signed<sync::TreeHead>> head = store.head();
  if (!head) return Fault(Fault::not_found, "nothing was accepted yet");
  BackupManifest manifest;
  manifest.log = keys.log;
  manifest.restore_epoch = head->body.restore_epoch;
  manifest.tree = head->body.tree;
  manifest.last_position = store.last_position();
  manifest.at = clock.now();
  const std::string database = part / backup_file::database, sealed = part / backup_file::keys;
  if (Result<void> copied = store.copy_to(database, keys.database); !copied) return copied.fault();
  SystemRandom random;
  const Result<Bytes> sealed_keys = seal_keys(keys, random);
  if (!sealed_keys) return sealed_keys.fault();
  replace_file(sealed, *sealed_keys);
  const Result<FileFacts> of_database = facts_of_file(database), of_keys = facts_of_file(sealed);
  if (!of_database) return of_database.fault();
  if (!of_keys) return of_keys.fault();
  manifest.database = *of_database;
  manifest.keys = *of_keys;
  return sync::sign(manifest, keys.ledger);
}

// Restores the database of a backup into a scratch folder and holds it against the manifest.
Result<void> try_out(const OfficeNow& office, const ScratchFolder& part, const BackupManifest& manifest) {
  const ScratchFolder scratch(part / "scratch");
  const Result<FileFacts> copied = copy_file(part / backup_file::database, scratch / backup_file::database);
  if (!copied) return copied.fault();
  if (*copied != manifest.database) return Fault(Fault::damaged, "the disk gives back something else than was written");
  return check_database(scratch / backup_file::database, manifest, office.keys, office.clock);
}

}  // namespace

Result<void> check_database(const std::string& path, const BackupManifest& manifest, const OfficeKeys& keys,
                            const Clock& clock) {
  {
    Result<Database> database = Database::open(path, keys.database);
    if (!database) return Fault(Fault::damaged, "the database of the backup: " + std::string(database.fault().name()));
    if (!database->check()) return Fault(Fault::damaged, "a page of the database of the backup");
  }
  const Result<std::unique_ptr<ServerStore>> store = open_sqlite_store(path, keys.database);
  if (!store) return Fault(Fault::damaged, "the database of the backup: " + std::string(store.fault().name()));
  SystemRandom random;
  const Office office(**store, keys, clock, random);
  const LedgerCheck ledger = check_ledger(office);
  if (!ledger.problems.empty()) {
    const LedgerProblem& first = ledger.problems.front();
    return Fault(Fault::damaged, "position " + std::to_string(first.position) + ": " + first.what);
  }
  const sync::TreeHead head = (*store)->head()->body;
  const bool same = head.tree == manifest.tree && head.restore_epoch == manifest.restore_epoch &&
                    (*store)->last_position() == manifest.last_position;
  if (!same) return Fault(Fault::damaged, "the database holds another ledger than the manifest says");
  return {};
}

Result<BackupDone> back_up(const OfficeNow& office, const std::string& to) {
  // It is not made here, so that a disk that is not mounted is noticed.
  if (!is_folder(to)) return Fault(Fault::absent, "the folder for backups");
  const std::string folder = to + "/" + name_at(office.clock.now());
  if (file_exists(folder)) return Fault(Fault::already_there, "a backup of this second");
  const Result<KeptApart> before = read_kept_apart(kept_apart_path(to), office.keys.database);
  if (!before) return before.fault();
  ScratchFolder part(folder + ".part");
  const Result<SignedManifest> manifest = write_files(office, part);
  if (!manifest) return manifest.fault();
  require_room(to, manifest->body.database.bytes + margin_bytes);
  if (Result<void> whole = try_out(office, part, manifest->body); !whole) return whole.fault();
  write_manifest(part.path(), *manifest);
  write_kept_apart(kept_apart_path(to), keep_apart(office.store, *before), office.keys.database);
  if (Result<void> moved = part.move_to(folder); !moved) return moved.fault();
  return BackupDone{folder, manifest->body};
}

std::optional<LastBackup> last_backup(const ServerStore& store) {
  const std::optional<Bytes> bytes = store.value(last_name);
  if (!bytes) return std::nullopt;
  return decode_own<LastBackup>(*bytes);
}

void remember_backup(ServerStore& store, const LastBackup& last) {
  sync::StoreTransaction act(static_cast<sync::OfficeStore&>(store));
  store.set_backed_up(std::max(store.backed_up(), last.position));
  store.set_value(last_name, encode(last));
  act.commit();
}

}  // namespace caseload::server
