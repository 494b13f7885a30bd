#include "common/sqlite/rekey.h"

#include "common/base/durable_file.h"
#include "common/sqlite/connection.h"

namespace caseload {
namespace {

std::string copy_path(const std::string& path) { return path + "-rekeying"; }

// What a crash may have left of a copy. Its name is ours alone, so nothing is lost.
void remove_leftovers(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) remove_file(copy_path(path) + suffix);
}

Result<Database> open_at(const std::string& path, const Secret& key, Connection::Mode mode) {
  Result<std::unique_ptr<Connection>> opened = Connection::open(path, key, {}, mode);
  if (!opened) return opened.fault();
  return Database(std::move(*opened));
}

// The copy, checked and closed, so that its one file is all of it.
Result<void> make_copy(const std::string& path, const KeyChange& keys) {
  const std::string copy = copy_path(path);
  Result<Database> old = open_at(path, keys.from, Connection::Mode::existing);
  if (!old) return old.fault();
  if (Result<void> emptied = old->empty_log(); !emptied) return emptied;
  Result<std::unique_ptr<Connection>> filled = Connection::open(copy, keys.to, {}, Connection::Mode::copy);
  if (!filled) return filled.fault();
  (*filled)->copy_from(old->connection());
  filled->reset();
  Result<Database> fresh = open_at(copy, keys.to, Connection::Mode::beside);
  if (!fresh) return fresh.fault();
  return fresh->check();
}

}  // namespace

Result<void> rekey(const std::string& path, const KeyChange& keys) {
  const Result<LockFile> lock = LockFile::take(lock_path(path));
  if (!lock) return lock.fault();
  remove_leftovers(path);
  const Result<void> already = [&]() -> Result<void> {
    const Result<Database> there = open_at(path, keys.to, Connection::Mode::existing);
    if (!there) return there.fault();
    return {};
  }();
  if (already || already.fault() != Fault::wrong_key) return already;
  if (Result<void> made = make_copy(path, keys); !made) return made;
  // A log that stayed behind would be read into the database that comes into its place.
  if (file_exists(path + "-wal")) {
    throw Breakage(Breakage::What::input_output, "the old database did not close its log");
  }
  move_into_place(copy_path(path), path);
  return {};
}

}  // namespace caseload
