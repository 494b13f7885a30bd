#include "common/sqlite/startup.h"

#include <memory>
#include <sqlite3.h>

namespace caseload {

static_assert(SQLITE_VERSION_NUMBER >= 3051003, "older versions can damage a database when its log is reset");

// Only functions that a plain SQLite has too: this must link there, in order to refuse there.
Result<void> require_sqlcipher() {
  if (sqlite3_libversion_number() != SQLITE_VERSION_NUMBER) {
    return Fault(Fault::not_encrypted, "this program is linked to another SQLite than it was compiled for");
  }
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle(opened, sqlite3_close);
  if (code != SQLITE_OK) throw Breakage(Breakage::What::out_of_memory, "starting SQLite");

  sqlite3_stmt* prepared = nullptr;
  static_cast<void>(sqlite3_prepare_v2(opened, "PRAGMA cipher_version", -1, &prepared, nullptr));
  const bool answers = prepared != nullptr && sqlite3_step(prepared) == SQLITE_ROW;
  static_cast<void>(sqlite3_finalize(prepared));
  if (!answers) return Fault(Fault::not_encrypted, "this program is linked to a plain SQLite");
  return {};
}

}  // namespace caseload
