#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/base/secret.h"
#include "common/sqlite/statement.h"

namespace caseload {

class Connection;

constexpr std::size_t database_key_bytes = 32;
constexpr std::size_t cell_bytes_max = 16 << 20;  // one text or blob: four frames of the wire; attachments are cut up

struct OpenOptions {
  std::size_t cache_bytes = 16 << 20;  // SQLCipher decrypts whatever is not in it: SQLite's own 2 MB are too few
  int log_pages_max = 1000;            // pages in the write-ahead log before it is copied back
  int busy_ms_max = 2000;              // how long a call waits for another connection of this program
  bool read_only = false;
};

// Database: one connection to one encrypted file.
//
// Shape    SQLCipher 4 with a raw 256-bit key; write-ahead log; every commit is on the disk before it returns.
// Promise  what a committed transaction wrote survives a kill or a power cut at any later point.
// Errors   Faults are given where a file is opened or examined. Anything else that the world does is a Breakage, thrown
//          by any call. disk_full leaves the database usable. After every other one it is finished: each further call
//          throws, nothing more is written, and the program must open it anew, which reads back only what is certain.
//          A statement that breaks a constraint, or is no SQL, is our own mistake and stops the program.
// Threads  one owner. A second thread takes a connection of its own by open_beside.
// Attacker who has the files cannot read them or change a byte unseen; can put back older pages, which the digests of
//          what is stored must catch. Nothing in clear reaches the disk: temporary tables stay in memory.
class Database {
 public:
  // Opens what migrate.h made, and holds the lock path + "-lock" until the last connection beside it is gone.
  // Faults: absent · in_use: another program, or this one, has it open · not_encrypted: a plain SQLite file ·
  // wrong_key: no page fits the key · damaged: some page fits the key, yet it cannot be read.
  static Result<Database> open(const std::string& path, const Secret& key, OpenOptions options = {});

  // Another connection to the same file, for another thread. Faults: wrong_key, damaged.
  Result<Database> open_beside(const Secret& key, OpenOptions options = {}) const;

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();  // Requires all its statements and transactions gone.

  // A statement for SQL text of ours, compiled once and kept for the next call with the same text.
  Statement prepare(std::string_view sql);

  // Several statements without values, such as a schema.
  void run_script(std::string_view sql);

  bool in_transaction() const;
  std::int64_t changes() const;      // rows that the last statement changed
  std::int64_t last_row_id() const;  // of the last row inserted

  void resize_cache(std::size_t bytes);

  // Copies the log into the file and empties it. Faults: in_use: a reader still needs the log.
  Result<void> empty_log();

  // Every page against its digest, and the database against its own rules, after emptying the log: before that, the
  // file alone may rightly disagree. Faults: in_use; damaged, with the first thing found.
  Result<void> check();

  // A copy of this moment, under its own key, while others may write. The copy appears whole or not at all.
  // Faults: already_there; bad_key.
  Result<void> backup_to(const std::string& path, const Secret& key);

  explicit Database(std::unique_ptr<Connection> connection);
  Connection& connection() { return *connection_; }  // for this room

 private:
  std::unique_ptr<Connection> connection_;
};

}  // namespace caseload
