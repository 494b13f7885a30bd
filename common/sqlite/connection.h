#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/sqlite/database.h"
#include "common/sqlite/lock_file.h"

struct sqlite3;
struct sqlite3_stmt;

namespace caseload {

// Prepared: a compiled statement in the keeping of its connection.
struct Prepared {
  sqlite3_stmt* statement = nullptr;
  bool lent = false;
  bool kept = false;  // for the next who asks, rather than for one use
};

// Connection: what Database, Statement, Transaction and the rest of this room stand on. Nobody else includes it.
//
// Promise  SQLite's codes are read in one place, fail(): the world's failures leave as Breakage, ours stop the program,
//          and after a failure that makes it doubtful what is on the disk nothing is written any more.
class Connection {
 public:
  enum class Mode {
    existing,  // the first connection to a database
    beside,    // a further one
    fresh,     // a file that must not exist yet
    copy,      // the same, to be filled page by page by copy_from and then closed
  };
  static Result<std::unique_ptr<Connection>> open(const std::string& path, const Secret& key,
                                                  const OpenOptions& options, Mode mode);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  sqlite3* handle() const { return handle_; }
  const std::string& path() const { return path_; }
  void require_sound() const {
    if (broken_) throw_broken();
  }
  [[noreturn]] void fail(int code, const char* doing);

  Prepared& lend(std::string_view sql);
  void give_back(Prepared& prepared) noexcept;
  void run_script(std::string_view sql);

  bool in_transaction() const;
  Result<void> empty_log();
  void copy_from(Connection& source);

  std::shared_ptr<const LockFile> lock;  // shared by all connections to one database

 private:
  explicit Connection(std::string path) : path_(std::move(path)) {}

  void open_file(Mode mode);
  void set_key(const Secret& key);
  void configure(const OpenOptions& options, Mode mode);
  Fault explain_unreadable();
  bool is_plain() const;
  std::int64_t file_bytes() const;
  void finish_for_good(Breakage::What what) noexcept;
  [[noreturn]] void throw_broken() const;
  sqlite3_stmt* compile(std::string_view sql);

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::string path_;
  sqlite3* handle_ = nullptr;
  std::optional<Breakage::What> broken_;
  std::unordered_map<std::string, Prepared, TextHash, std::equal_to<>> statements_;
  int lent_ = 0;
};

std::string lock_path(const std::string& path);

}  // namespace caseload
