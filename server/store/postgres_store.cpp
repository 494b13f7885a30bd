#include "server/store/postgres_store.h"

#include "server/store/postgres_migrate.h"

namespace caseload::server {

std::span<const Migration> postgres_migrations();  // made by embed_migrations()

namespace {

Result<std::unique_ptr<PostgresSql>> open(const PostgresPlace& place, PostgresSql::Role role) {
  Result<std::unique_ptr<PostgresSql>> sql = PostgresSql::open(place, role);
  if (!sql) return sql;
  PostgresConnection& connection = (*sql)->connection();
  const Result<void> fits = role == PostgresSql::Role::writer
                                ? migrate_postgres(connection, postgres_migrations())
                                : check_postgres(connection, postgres_migrations());
  if (!fits) return fits.fault();
  (*sql)->migrated();
  return sql;
}

}  // namespace

bool PostgresStore::wait_for_news(std::chrono::milliseconds timeout) {
  return dynamic_cast<PostgresSql&>(sql()).wait_for_news(timeout);
}

Result<std::unique_ptr<PostgresStore>> open_postgres_store(const PostgresPlace& place) {
  Result<std::unique_ptr<PostgresSql>> sql = open(place, PostgresSql::Role::writer);
  if (!sql) return sql.fault();
  return std::make_unique<PostgresStore>(std::move(*sql), SqlStore::Role::writer);
}

Result<std::unique_ptr<PostgresStore>> open_postgres_reader(const PostgresPlace& place) {
  Result<std::unique_ptr<PostgresSql>> sql = open(place, PostgresSql::Role::reader);
  if (!sql) return sql.fault();
  return std::make_unique<PostgresStore>(std::move(*sql), SqlStore::Role::reader);
}

}  // namespace caseload::server
