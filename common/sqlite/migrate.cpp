#include "common/sqlite/migrate.h"

#include "common/base/durable_file.h"
#include "common/sqlite/connection.h"
#include "common/sqlite/transaction.h"

namespace caseload {
namespace {

using Migrations = std::span<const Migration>;

bool well_numbered(Migrations migrations) {
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    if (std::cmp_not_equal(migrations[i].number, i + 1)) return false;
  }
  return true;
}

std::string copy_path(const std::string& path) { return path + "-migrating"; }

// What a crash may have left of a copy. Its name is ours alone, so nothing is lost.
void remove_leftovers(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) remove_file(copy_path(path) + suffix);
}

std::int64_t read_number(Database& database, std::string_view sql) {
  Statement statement = database.prepare(sql);
  statement.select();
  CHECK(statement.step(), "a count or a setting has one row");
  return statement.integer(0);
}

// How many of the migrations made this database.
Result<std::size_t> read_history(Database& database, Migrations migrations) {
  const Snapshot one_moment(database);
  const std::int64_t version = read_number(database, "PRAGMA user_version");
  if (std::cmp_greater(version, migrations.size())) {
    return Fault(Fault::newer_format, "format " + std::to_string(version) + ", this program knows " +
                                          std::to_string(migrations.size()));
  }
  const Fault foreign(Fault::bad_migration, "not a database of this kind");
  if (version < 1) return foreign;
  if (read_number(database, "SELECT count(*) FROM sqlite_schema WHERE name = 'applied_migration'") != 1) return foreign;

  Statement applied = database.prepare("SELECT number, digest FROM applied_migration ORDER BY number");
  applied.select();
  std::size_t count = 0;
  for (; applied.step(); ++count) {
    if (count == migrations.size() || applied.integer(0) != migrations[count].number) return foreign;
    if (applied.text(1) != migrations[count].digest) {
      return Fault(Fault::bad_migration, std::string(migrations[count].name) + " was another text then");
    }
  }
  if (std::cmp_not_equal(count, version)) return foreign;
  return count;
}

void apply(Database& database, Migrations remaining) {
  database.run_script("PRAGMA foreign_keys = OFF");  // or rebuilding a table would delete what refers to it
  Transaction transaction(database);
  database.run_script("CREATE TABLE IF NOT EXISTS applied_migration ("
                      "number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL) STRICT");
  for (const Migration& migration : remaining) {
    database.run_script(migration.sql);
    CHECK(database.connection().in_transaction(), "a migration does not end its transaction");
    database.prepare("INSERT INTO applied_migration (number, name, digest) VALUES (?, ?, ?)")
        .run(migration.number, migration.name, migration.digest);
    database.run_script("PRAGMA user_version = " + std::to_string(migration.number));
  }
  transaction.commit();
}

// The copy, migrated, checked and closed, so that its one file is all of it. `from` may be null: then it starts empty.
Result<void> make_copy(const std::string& path, const Secret& key, Database* from, Migrations remaining) {
  const std::string copy = copy_path(path);
  if (from != nullptr) {
    Result<std::unique_ptr<Connection>> filled = Connection::open(copy, key, {}, Connection::Mode::copy);
    if (!filled) return filled.fault();
    (*filled)->copy_from(from->connection());
  }
  const auto mode = from != nullptr ? Connection::Mode::beside : Connection::Mode::fresh;
  Result<std::unique_ptr<Connection>> opened = Connection::open(copy, key, {}, mode);
  if (!opened) return opened.fault();
  Database database(std::move(*opened));
  apply(database, remaining);
  return database.check();
}

// A log that stayed behind would be read into the database that comes into its place.
bool has_log(const std::string& path) { return file_exists(path + "-wal"); }

Result<Database> open_holding(const std::string& path, const Secret& key, const OpenOptions& options,
                              std::shared_ptr<const LockFile> lock) {
  Result<std::unique_ptr<Connection>> opened = Connection::open(path, key, options, Connection::Mode::existing);
  if (!opened) return opened.fault();
  (*opened)->lock = std::move(lock);
  return Database(std::move(*opened));
}

}  // namespace

Result<Database> open_migrated(const std::string& path, const Secret& key, Migrations migrations,
                               OpenOptions options) {
  CHECK(!migrations.empty() && well_numbered(migrations), "migrations are numbered 1, 2, 3 and so on");
  Result<LockFile> taken = LockFile::take(lock_path(path));
  if (!taken) return taken.fault();
  const auto lock = std::make_shared<const LockFile>(std::move(*taken));
  remove_leftovers(path);

  if (file_exists(path)) {
    Result<Database> old = open_holding(path, key, options, lock);
    if (!old) return old;
    const Result<std::size_t> applied = read_history(*old, migrations);
    if (!applied) return applied.fault();
    if (*applied == migrations.size()) return old;
    const Result<void> emptied = old->empty_log();
    if (!emptied) return emptied.fault();
    const Result<void> made = make_copy(path, key, &*old, migrations.subspan(*applied));
    if (!made) return made.fault();
  } else {
    if (has_log(path)) return Fault(Fault::damaged, "a write-ahead log without its database");
    const Result<void> made = make_copy(path, key, nullptr, migrations);
    if (!made) return made.fault();
  }
  if (has_log(path)) throw Breakage(Breakage::What::input_output, "the old database did not close its log");
  move_into_place(copy_path(path), path);
  return open_holding(path, key, options, lock);
}

}  // namespace caseload
