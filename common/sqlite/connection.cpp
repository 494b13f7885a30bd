#include "common/sqlite/connection.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include "common/base/durable_file.h"

// Opening, keying and closing; and what SQLite's codes mean to us.

namespace caseload {
namespace {

constexpr std::size_t statements_kept_max = 512;  // our programs have fewer; text made by mistake must not fill memory
constexpr std::int64_t page_bytes = 4096;         // SQLCipher 4
constexpr std::string_view plain_header{"SQLite format 3\0", 16};

// SQLCipher mixes a salt into the key that authenticates pages, and keeps it in the first 16 bytes of the file, the
// only ones that nothing authenticates. A random key needs no salt. A constant one makes damage there harmless and lets
// every page be tested against a key without reading the first.
constexpr std::string_view salt = "caseload store 1";

void append_hex(std::span<std::uint8_t>& to, BytesView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    to[0] = static_cast<std::uint8_t>(digits[byte >> 4]);
    to[1] = static_cast<std::uint8_t>(digits[byte & 15]);
    to = to.subspan(2);
  }
}

}  // namespace

std::string lock_path(const std::string& path) { return path + "-lock"; }

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, const Secret& key,
                                                     const OpenOptions& options, Mode mode) {
  if (key.size() != database_key_bytes) return Fault(Fault::bad_key, "a database key has 32 bytes");
  if (mode == Mode::existing && !file_exists(path)) return Fault::absent;
  // After a failed sync the log may hold commits that only the kernel's memory has. Written again they are there for
  // good: copied into the database from memory, a power cut could leave half of them and nothing to mend it with.
  if (mode == Mode::existing) rewrite_in_place(path + "-wal");
  std::unique_ptr<Connection> made(new Connection(path));
  made->open_file(mode);
  const bool there = mode == Mode::existing || mode == Mode::beside;
  if (there && made->file_bytes() == 0) return Fault(Fault::damaged, "the file is empty");
  try {
    made->set_key(key);
    made->configure(options, mode);
  } catch (const Breakage& breakage) {
    if (breakage.kind() != Breakage::What::damaged) throw;
    return made->explain_unreadable();
  }
  if (mode != Mode::copy && made->is_plain()) return Fault::not_encrypted;
  return made;
}

void Connection::open_file(Mode mode) {
  if (mode == Mode::fresh || mode == Mode::copy) {  // so that it is its owner's alone from its first moment
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) throw breakage_from_errno(errno, "creating a database");
    static_cast<void>(::close(file));
  }
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path_.c_str(), &handle_, flags, nullptr);
  if (handle_ == nullptr) throw Breakage(Breakage::What::out_of_memory, "opening a database");
  if (code != SQLITE_OK) fail(code, "opening a database");
}

void Connection::set_key(const Secret& key) {
  run_script("PRAGMA cipher_log = off");  // it would print to the terminal what a wrong key looks like
  Secret text(2 + 2 * (database_key_bytes + salt.size()) + 1);
  std::span<std::uint8_t> rest = text.writable();
  rest[0] = 'x';
  rest[1] = '\'';
  rest = rest.subspan(2);
  append_hex(rest, key.view());
  append_hex(rest, as_bytes(salt));
  rest[0] = '\'';
  const int code = sqlite3_key_v2(handle_, "main", text.view().data(), static_cast<int>(text.size()));
  if (code != SQLITE_OK) fail(code, "giving a database its key");
}

// Every setting of a connection. What is not here is set where SQLCipher is compiled: deploy/third_party.
void Connection::configure(const OpenOptions& options, Mode mode) {
  static_cast<void>(sqlite3_busy_timeout(handle_, options.busy_ms_max));
  static_cast<void>(sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
  // A plan is made once: else a statement with LIMIT is compiled anew for every value that is bound to it.
  static_cast<void>(sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr));
  constexpr std::array<std::pair<int, int>, 5> limits{{
      {SQLITE_LIMIT_LENGTH, static_cast<int>(cell_bytes_max)},
      {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
      {SQLITE_LIMIT_EXPR_DEPTH, 100},
      {SQLITE_LIMIT_ATTACHED, 0},        // every file is opened here, with a key, or not at all
      {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
  }};
  for (const auto& [limit, value] : limits) sqlite3_limit(handle_, limit, value);

  run_script("PRAGMA secure_delete = ON;"         // what is deleted is overwritten
             "PRAGMA foreign_keys = ON;"
             "PRAGMA trusted_schema = OFF;"
             "PRAGMA temp_store = MEMORY;"        // nothing in clear on the disk
             "PRAGMA cell_size_check = ON;"
             "PRAGMA synchronous = FULL;"         // a commit returns when it is on the disk
             "PRAGMA cache_size = -" + std::to_string(options.cache_bytes / 1024));
  if (mode == Mode::copy) {
    run_script("PRAGMA journal_mode = OFF");  // a copy that fails is thrown away
    return;
  }
  run_script("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = " + std::to_string(options.log_pages_max));
  run_script("SELECT count(*) FROM sqlite_schema");

  // The log that a crash left is copied back now, so that the next one begins on firm ground.
  if (mode == Mode::existing) static_cast<void>(empty_log());
  if (options.read_only) run_script("PRAGMA query_only = ON");
}

// A page that does not fit its digest looks the same under a wrong key as after damage. Other pages tell: damage
// spares some, a wrong key none.
Fault Connection::explain_unreadable() {
  if (is_plain()) return Fault::not_encrypted;
  const std::int64_t pages = file_bytes() / page_bytes;
  if (pages == 0) return Fault(Fault::damaged, "the file is shorter than a page");
  std::int64_t unfit = 0;
  sqlite3_stmt* listed = nullptr;
  static_cast<void>(sqlite3_prepare_v2(handle_, "PRAGMA cipher_integrity_check", -1, &listed, nullptr));
  while (listed != nullptr && sqlite3_step(listed) == SQLITE_ROW) ++unfit;
  const bool listed_all = listed != nullptr;
  static_cast<void>(sqlite3_finalize(listed));
  if (listed_all && unfit >= pages) return Fault::wrong_key;
  return Fault(Fault::damaged, std::to_string(unfit) + " of " + std::to_string(pages) + " pages");
}

// Asked through SQLite's own open file: to close another one on the same file would drop SQLite's locks.
bool Connection::is_plain() const {
  sqlite3_file* file = nullptr;
  static_cast<void>(sqlite3_file_control(handle_, "main", SQLITE_FCNTL_FILE_POINTER, &file));
  std::array<char, plain_header.size()> header{};
  if (file == nullptr || file->pMethods == nullptr) return false;
  const int code = file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0);
  return code == SQLITE_OK && std::string_view(header.data(), header.size()) == plain_header;
}

std::int64_t Connection::file_bytes() const {
  sqlite3_file* file = nullptr;
  static_cast<void>(sqlite3_file_control(handle_, "main", SQLITE_FCNTL_FILE_POINTER, &file));
  sqlite3_int64 bytes = 0;
  if (file == nullptr || file->pMethods == nullptr) return 0;
  return file->pMethods->xFileSize(file, &bytes) == SQLITE_OK ? bytes : 0;
}

Connection::~Connection() {
  CHECK(lent_ == 0, "statements die before their database");
  for (auto& [text, prepared] : statements_) static_cast<void>(sqlite3_finalize(prepared.statement));
  CHECK(sqlite3_close(handle_) == SQLITE_OK, "nothing of a database is left when it closes");
}

void Connection::fail(int code, const char* doing) {
  using What = Breakage::What;
  const std::string text = std::string(doing) + ": " + sqlite3_errstr(code) + " (" + std::to_string(code) + ")";
  const auto finish = [&](What what) {
    finish_for_good(what);
    return Breakage(what, text);
  };
  switch (code & 0xff) {
    case SQLITE_FULL: throw Breakage(What::disk_full, text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: throw Breakage(What::refused, text);
    case SQLITE_NOMEM: throw finish(What::out_of_memory);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: throw finish(What::damaged);
    case SQLITE_IOERR: {
      const int error = sqlite3_system_errno(handle_);
      const bool full = error == ENOSPC || error == EDQUOT;
      throw finish(code == SQLITE_IOERR_NOMEM ? What::out_of_memory : full ? What::disk_full : What::input_output);
    }
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL: throw finish(What::input_output);
    case SQLITE_READONLY:
      if (code != SQLITE_READONLY) throw finish(What::refused);
      break;  // a write through a connection that we opened for reading
    case SQLITE_PERM: throw finish(What::refused);
    default: break;
  }
  // SQLite's message names tables and columns. A value could only come into it from a search text, which fails as a
  // plain SQLITE_ERROR at work, so that one is told by its number.
  const bool names_only = (code & 0xff) == SQLITE_CONSTRAINT;
  stop_on_mistake(__FILE__, __LINE__, names_only ? text + ": " + sqlite3_errmsg(handle_) : text);
}

// Closing would copy the log back and sync once more: exactly what must not be tried again.
void Connection::finish_for_good(Breakage::What what) noexcept {
  if (!broken_) broken_ = what;
  static_cast<void>(sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr));
}

void Connection::throw_broken() const {
  throw Breakage(*broken_, "the database was closed after an earlier failure; it must be opened anew");
}

sqlite3_stmt* Connection::compile(std::string_view sql) {
  sqlite3_stmt* compiled = nullptr;
  const auto flags = SQLITE_PREPARE_PERSISTENT;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), flags, &compiled, nullptr);
  if (code == SQLITE_ERROR) stop_on_mistake(__FILE__, __LINE__, sqlite3_errmsg(handle_));  // our own text
  if (code != SQLITE_OK) fail(code, "preparing a statement");
  CHECK(compiled != nullptr, "a statement has text");
  return compiled;
}

Prepared& Connection::lend(std::string_view sql) {
  require_sound();
  auto found = statements_.find(sql);
  if (found == statements_.end() && statements_.size() < statements_kept_max) {
    found = statements_.emplace(sql, Prepared{compile(sql), false, true}).first;
  }
  Prepared* lent = found != statements_.end() && !found->second.lent ? &found->second : nullptr;
  if (lent == nullptr) lent = new Prepared{compile(sql), false, false};
  lent->lent = true;
  ++lent_;
  return *lent;
}

// Whatever a reset reports was reported by the step before it.
void Connection::give_back(Prepared& prepared) noexcept {
  static_cast<void>(sqlite3_reset(prepared.statement));
  static_cast<void>(sqlite3_clear_bindings(prepared.statement));
  prepared.lent = false;
  --lent_;
  if (prepared.kept) return;
  static_cast<void>(sqlite3_finalize(prepared.statement));
  delete &prepared;
}

void Connection::run_script(std::string_view sql) {
  require_sound();
  const int code = sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_ERROR) stop_on_mistake(__FILE__, __LINE__, sqlite3_errmsg(handle_));  // our own text
  if (code != SQLITE_OK) fail(code, "running a script");
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Result<void> Connection::empty_log() {
  require_sound();
  CHECK(!in_transaction(), "the log is emptied between transactions");
  const int code = sqlite3_wal_checkpoint_v2(handle_, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code == SQLITE_OK) return {};
  if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) {
    return Fault(Fault::in_use, "a reader still needs the write-ahead log");
  }
  fail(code, "emptying the write-ahead log");
}

void Connection::copy_from(Connection& source) {
  require_sound();
  source.require_sound();
  sqlite3_backup* copying = sqlite3_backup_init(handle_, "main", source.handle(), "main");
  if (copying == nullptr) fail(sqlite3_extended_errcode(handle_), "starting a copy");
  const int stepped = sqlite3_backup_step(copying, -1);  // all at once: one moment, whoever writes meanwhile
  const int finished = sqlite3_backup_finish(copying);
  if (stepped != SQLITE_DONE) fail(stepped, "copying a database");
  if (finished != SQLITE_OK) fail(finished, "copying a database");
}

}  // namespace caseload
