#include <filesystem>
#include <fstream>

#include "server/backup/drill.h"
#include "tests/unit/server/backup/small_office.h"

#include "tests/support/test.h"

namespace caseload::server {
namespace {

namespace fs = std::filesystem;

// An office with a folder for its backups.
struct Kept {
  TempFolder folder;
  std::string backups = folder / "backups";
  RecoveryKey recovery = SmallOffice::found(folder / "office");
  SmallOffice office{folder / "office"};

  Kept() {
    fs::create_directory(backups);
    office.open();
  }
  std::string back_up_now() {
    office.clock.advance(std::chrono::minutes(1));
    const Result<BackupDone> done = back_up(office.now(), backups);
    REQUIRE_MESSAGE(done.ok(), done.fault().to_string());
    return done->folder;
  }
  Result<RestoreDone> restore(const std::string& from, const std::string& to) {
    return restore_office({from, kept_apart_path(backups), recovery}, DataFolder(folder / to), office.clock);
  }
};

// As erase() leaves it: the part is gone, and the list names it.
void erase_first_part(ServerStore& store, const Id& change) {
  sync::StoreTransaction act(static_cast<sync::OfficeStore&>(store));
  sync::OfficeChange held = *store.find(change);
  const SectionNumber section = held.change.parts.front().section;
  REQUIRE(erase_part(held.change, section));
  store.put(held);
  store.put_erasure({{change, section}, held.change.header.scope, store.last_position() + 1});
  act.commit();
}

TEST_CASE("what is restored is what was backed up, under a new epoch, and the office goes on from there") {
  Kept kept;
  const Id unit = kept.office.add("North");
  const std::string backup = kept.back_up_now();
  kept.office.add("South");
  const Result<RestoreDone> done = kept.restore(backup, "restored");
  REQUIRE(done.ok());
  CHECK(done->restore_epoch == 1);
  CHECK(done->office == "Harbour Office");
  SmallOffice again(kept.folder / "restored");
  again.open();
  CHECK(again.is_whole());
  CHECK(units(*again.office).size() == 1);
  CHECK(again.store->find(unit).has_value());
  CHECK(again.store->last_position() == done->manifest.last_position);
  CHECK(again.store->backed_up() == done->manifest.last_position);
  CHECK(again.store->find_device(again.keys->device)->epoch == 2);
  REQUIRE(again.store->restores().size() == 1);
  const Ed25519Checker checker;
  CHECK(verify(again.store->restores().front(), sync::Expected{again.keys->log, kept.recovery.signing.public_key(), checker}).ok());
  again.add("East");
  CHECK(again.is_whole());
}

TEST_CASE("H60 what was erased by law after a backup was made is erased again when that backup is restored") {
  Kept kept;
  const Id unit = kept.office.add("North");
  const std::string old = kept.back_up_now();
  erase_first_part(*kept.office.store, unit);
  kept.back_up_now();
  const Result<RestoreDone> done = kept.restore(old, "restored");
  REQUIRE(done.ok());
  CHECK(done->erased_again == 1);
  SmallOffice again(kept.folder / "restored");
  again.open();
  CHECK(again.store->find(unit)->change.parts.size() + 1 == again.store->find(unit)->change.header.sections.size());
  CHECK(again.is_whole());
  // Without the list kept apart it comes back: which is why the list is kept.
  const Result<RestoreDone> without = restore_office({old, kept.folder / "none", kept.recovery}, DataFolder(kept.folder / "second"), kept.office.clock);
  REQUIRE(without.ok());
  CHECK(without->erased_again == 0);
}

TEST_CASE("a second restore of one backup states an epoch after the first, and has the statement of the first") {
  Kept kept;
  const std::string backup = kept.back_up_now();
  REQUIRE(kept.restore(backup, "first").ok());
  const Result<RestoreDone> second = kept.restore(backup, "second");
  REQUIRE(second.ok());
  CHECK(second->restore_epoch == 2);
  SmallOffice again(kept.folder / "second");
  again.open();
  CHECK(again.store->restores().size() == 2);
  CHECK(again.store->head()->body.restore_epoch == 2);
}

TEST_CASE("an office remembers its last backup, and tells devices no earlier position than before") {
  Kept kept;
  CHECK_FALSE(last_backup(*kept.office.store).has_value());
  remember_backup(*kept.office.store, {SmallOffice::start, 9});
  remember_backup(*kept.office.store, {SmallOffice::start + std::chrono::hours(1), 4});
  CHECK(kept.office.store->backed_up() == 9);
  CHECK(last_backup(*kept.office.store)->position == 4);
}

TEST_CASE("a byte altered anywhere in a backup is found, and no office comes of it") {
  Kept kept;
  for (int i = 0; i < 5; ++i) kept.office.add("Unit " + std::to_string(i));
  const std::string backup = kept.back_up_now();
  for (const char* name : {backup_file::database, backup_file::keys, backup_file::manifest}) {
    const std::string path = backup + "/" + name;
    const auto size = static_cast<std::streamoff>(fs::file_size(path));
    for (std::streamoff at = size / 23; at < size; at += size / 11 + 1) {
      CAPTURE(name);
      CAPTURE(at);
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      const auto flip = [&] {
        file.seekg(at);
        const int byte = file.get();
        file.seekp(at);
        file.put(static_cast<char>(byte ^ 4));
        file.flush();
      };
      flip();
      const Result<RestoreDone> done = kept.restore(backup, "restored");
      REQUIRE_FALSE(done.ok());
      CHECK(done.fault() == Fault::damaged);
      CHECK_FALSE(fs::exists(kept.folder / "restored"));
      flip();
    }
  }
  CHECK(kept.restore(backup, "restored").ok());
}

TEST_CASE("an office whose own database is not whole makes no backup") {
  Kept kept;
  const Id unit = kept.office.add("North");
  {
    sync::StoreTransaction act(static_cast<sync::OfficeStore&>(*kept.office.store));
    sync::OfficeChange held = *kept.office.store->find(unit);
    held.accepted += std::chrono::hours(1);
    kept.office.store->put(held);
    act.commit();
  }
  const Result<BackupDone> done = back_up(kept.office.now(), kept.backups);
  REQUIRE_FALSE(done.ok());
  CHECK(done.fault() == Fault::damaged);
  CHECK(fs::is_empty(kept.backups));
}

TEST_CASE("the file kept apart is read by its own office only, and unaltered") {
  TempFolder folder;
  const std::string path = kept_apart_path(folder.path());
  SystemRandom random;
  const Secret ours = Secret::copy_of(BytesView(random.bytes<32>())), theirs = Secret::copy_of(BytesView(random.bytes<32>()));
  CHECK(read_kept_apart(path, ours)->erased.empty());
  KeptApart kept;
  kept.stopped.push_back({Id::make(1, random), Standing::lost, true});
  write_kept_apart(path, kept, ours);
  CHECK(read_kept_apart(path, ours)->stopped.front().wipe);
  CHECK(read_kept_apart(path, theirs).fault() == Fault::damaged);
  std::ofstream(path, std::ios::app) << "x";
  CHECK(read_kept_apart(path, ours).fault() == Fault::damaged);
  std::ofstream(path, std::ios::trunc) << "short";
  CHECK(read_kept_apart(path, ours).fault() == Fault::damaged);
}

TEST_CASE("a drill needs nobody's recovery key, and leaves nothing") {
  Kept kept;
  kept.office.add("North");
  const Result<DrillDone> done = drill(kept.office.now(), kept.folder / "drill");
  REQUIRE(done.ok());
  CHECK(done->manifest.last_position == kept.office.store->last_position());
  CHECK_FALSE(fs::exists(kept.folder / "drill"));
  CHECK(kept.office.store->restores().empty());
  CHECK_FALSE(last_backup(*kept.office.store).has_value());
}

TEST_CASE("no room on the disk is said before anything is begun") {
  TempFolder folder;
  CHECK_THROWS_AS(require_room(folder.path(), UINT64_MAX), Breakage);
  CHECK_NOTHROW(require_room(folder.path(), 1));
}

}  // namespace
}  // namespace caseload::server
