#include "server/backup/restore.h"

#include <algorithm>
#include <filesystem>

#include "common/base/durable_file.h"
#include "server/backup/back_up.h"
#include "server/backup/kept_apart.h"
#include "server/office/ledger_check.h"
#include "sync/transaction.h"

namespace caseload::server {
namespace {

constexpr std::uint64_t margin_bytes = 16U << 20;

// From here on there is a new epoch of the ledger, and one of the office's own device: numbers that were given
// since the
// backup are not known any more.
void begin_epoch(Office& office, std::uint32_t epoch, const RecoveryKey& recovery) {
  ServerStore& store = office.store();
  const std::uint64_t size = store.ledger_size();
  const sync::Restore restore{office.keys().log, epoch, {size, root_at(store.nodes(), size)}, office.clock().now()};
  store.add_restore(sign(restore, recovery.signing));
  sync::IntakeContext with = office.intake();
  with.restore_epoch = epoch;
  sign_head(store, with);
  sync::OfficeDevice own = *store.find_device(office.keys().device);
  own.epoch = std::max(own.epoch, epoch) + 1;
  own.next_number = 1;
  own.previous = {};
  store.put_device(own);
}

std::uint32_t epoch_after(const ServerStore& store) {
  std::uint32_t last = store.head()->body.restore_epoch;
  for (const sync::Signed<sync::Restore>& restore : store.restores()) last = std::max(last, restore.body.restore_epoch);
  return last + 1;
}

Result<void> set_right(const DataFolder& made, const OfficeKeys& keys, const RestoreFrom& from, RestoreDone& done,
                       const Clock& clock) {
  const Result<KeptApart> apart = read_kept_apart(from.apart, keys.database);
  if (!apart) return apart.fault();
  const Result<std::unique_ptr<ServerStore>> store = made.open_store(keys.database);
  if (!store) return store.fault();
  SystemRandom random;
  Office office(**store, keys, clock, random);
  {
    sync::StoreTransaction act(static_cast<sync::OfficeStore&>(**store));
    done.erased_again = do_again(**store, *apart);
    done.restore_epoch = epoch_after(**store);
    begin_epoch(office, done.restore_epoch, from.recovery);
    act.commit();
  }
  remember_backup(**store, {done.manifest.at, done.manifest.last_position});
  const LedgerCheck ledger = check_ledger(office);
  if (!ledger.problems.empty()) return Fault(Fault::damaged, ledger.problems.front().what);
  write_kept_apart(from.apart, keep_apart(**store, *apart), keys.database);
  return {};
}

// The files of the backup, copied and held against the manifest.
Result<void> copy_checked(const RestoreFrom& from, const DataFolder& made, const BackupManifest& manifest) {
  const Result<FileFacts> keys = facts_of_file(from.backup + "/" + backup_file::keys);
  if (!keys) return Fault(Fault::damaged, "the keys are missing");
  if (*keys != manifest.keys) return Fault(Fault::damaged, "the keys were altered");
  const Result<FileFacts> database = copy_file(from.backup + "/" + backup_file::database, made.database());
  if (!database) return Fault(Fault::damaged, "the database is missing");
  if (*database != manifest.database) return Fault(Fault::damaged, "the database was altered");
  return {};
}

}  // namespace

Result<RestoreDone> restore_office(const RestoreFrom& from, const DataFolder& into, const Clock& clock) {
  if (!is_empty_or_absent(into.path()))
    return Fault(Fault::already_there, "an office is restored into an empty folder only");
  const Result<SignedManifest> manifest = read_manifest(from.backup);
  if (!manifest) return manifest.fault();
  const std::string parent = std::filesystem::path(into.path()).parent_path().string();
  if (!is_folder(parent)) return Fault(Fault::absent, "the folder that the data folder is to stand in");
  require_room(parent, manifest->body.database.bytes + margin_bytes);

  ScratchFolder scratch(into.path() + ".restoring");
  const DataFolder made(scratch.path());
  if (Result<void> copied = copy_checked(from, made, manifest->body); !copied) return copied.fault();
  const Result<OfficeKeys> keys = unseal_keys(from.backup + "/" + backup_file::keys, from.recovery);
  if (!keys) return keys.fault();
  if (Result<void> ours = check_manifest(*manifest, *keys); !ours) return ours.fault();
  if (Result<void> whole = check_database(made.database(), manifest->body, *keys, clock); !whole) return whole.fault();
  RestoreDone done{keys->name, manifest->body};
  if (Result<void> right = set_right(made, *keys, from, done, clock); !right) return right.fault();
  if (from.place) {
    if (Result<void> filled = fill_postgres_store(*from.place, made.database(), keys->database); !filled)
      return filled.fault();
    made.keep_place(*from.place);
    remove_file(made.database());
  }
  made.keep_keys(*keys);
  if (Result<void> moved = scratch.move_to(into.path()); !moved) return moved.fault();
  return done;
}

}  // namespace caseload::server
