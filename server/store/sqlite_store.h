#pragma once

#include "common/sqlite/database.h"
#include "server/store/store.h"

namespace caseload::server {

// Opens the office's database, or makes it, in the shape that this program knows. No other program can have it open
// meanwhile. The key is kept for readers, and wiped with the store.
// Faults: those of open_migrated() in common/sqlite/migrate.h.
Result<std::unique_ptr<ServerStore>> open_sqlite_store(const std::string& path, const Secret& key,
                                                       OpenOptions options = {});

}  // namespace caseload::server
