#include "common/sqlite/database.h"

#include <sqlite3.h>

#include "common/base/durable_file.h"
#include "common/sqlite/connection.h"

namespace caseload {

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& path, const Secret& key, OpenOptions options) {
  Result<LockFile> lock = LockFile::take(lock_path(path));
  if (!lock) return lock.fault();
  Result<std::unique_ptr<Connection>> opened = Connection::open(path, key, options, Connection::Mode::existing);
  if (!opened) return opened.fault();
  (*opened)->lock = std::make_shared<const LockFile>(std::move(*lock));
  return Database(std::move(*opened));
}

Result<Database> Database::open_beside(const Secret& key, OpenOptions options) const {
  connection_->require_sound();
  Result<std::unique_ptr<Connection>> opened =
      Connection::open(connection_->path(), key, options, Connection::Mode::beside);
  if (!opened) return opened.fault();
  (*opened)->lock = connection_->lock;
  return Database(std::move(*opened));
}

Statement Database::prepare(std::string_view sql) { return Statement(*connection_, connection_->lend(sql)); }

void Database::run_script(std::string_view sql) { connection_->run_script(sql); }

bool Database::in_transaction() const { return connection_->in_transaction(); }

std::int64_t Database::changes() const { return sqlite3_changes64(connection_->handle()); }

std::int64_t Database::last_row_id() const { return sqlite3_last_insert_rowid(connection_->handle()); }

void Database::resize_cache(std::size_t bytes) {
  run_script("PRAGMA cache_size = -" + std::to_string(bytes / 1024));
}

Result<void> Database::empty_log() { return connection_->empty_log(); }

Result<void> Database::check() {
  const Result<void> emptied = empty_log();
  if (!emptied) return emptied;
  try {
    Statement pages = prepare("PRAGMA cipher_integrity_check");
    pages.select();
    if (pages.step()) return Fault(Fault::damaged, std::string(pages.text(0)));
    Statement rules = prepare("PRAGMA integrity_check(1)");
    rules.select();
    if (rules.step() && rules.text(0) != "ok") return Fault(Fault::damaged, std::string(rules.text(0)));
    Statement links = prepare("PRAGMA foreign_key_check");
    links.select();
    if (links.step()) return Fault(Fault::damaged, "foreign key in " + std::string(links.text(0)));
  } catch (const Breakage& breakage) {
    if (breakage.kind() != Breakage::What::damaged) throw;
    return Fault(Fault::damaged, breakage.what());
  }
  return {};
}

Result<void> Database::backup_to(const std::string& path, const Secret& key) {
  if (file_exists(path)) return Fault::already_there;
  const std::string part = path + ".part";
  remove_file(part);
  {
    Result<std::unique_ptr<Connection>> copy = Connection::open(part, key, {}, Connection::Mode::copy);
    if (!copy) return copy.fault();
    (*copy)->copy_from(*connection_);
  }
  move_into_place(part, path);
  return {};
}

}  // namespace caseload
