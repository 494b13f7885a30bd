#include "server/store/sqlite_store.h"

#include "common/sqlite/migrate.h"
#include "server/store/sql_store.h"
#include "server/store/sqlite_sql.h"

namespace caseload::server {

std::span<const Migration> sqlite_migrations();  // made by embed_migrations()

Result<std::unique_ptr<ServerStore>> open_sqlite_store(const std::string& path, const Secret& key,
                                                       OpenOptions options) {
  Result<Database> database = open_migrated(path, key, sqlite_migrations(), options);
  if (!database) return database.fault();
  auto sql =
      std::make_unique<SqliteSql>(std::move(*database), std::make_shared<const Secret>(key.clone()), options);
  return std::unique_ptr<ServerStore>(std::make_unique<SqlStore>(std::move(sql), SqlStore::Role::writer));
}

}  // namespace caseload::server
