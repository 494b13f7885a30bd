#include "server/store/postgres_store.h"

#include "common/sqlite/migrate.h"
#include "server/store/copy_tables.h"

namespace caseload::server {

std::span<const Migration> postgres_migrations();  // made by embed_migrations()

namespace {

std::int64_t read_number(PostgresConnection& connection, std::string_view text) {
  std::int64_t number = 0;
  connection.read(text, {}, [&](const SqlRow& row) { number = row.integer(0); });
  return number;
}

// How many of them stand in the database.
Result<std::size_t> count_applied(PostgresConnection& connection, std::span<const Migration> migrations) {
  if (read_number(connection,
                  "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() "
                  "AND tablename = 'applied_migration'") == 0) {
    return 0U;
  }
  std::size_t count = 0;
  bool same = true;
  connection.read("SELECT number, digest FROM applied_migration ORDER BY number", {}, [&](const SqlRow& row) {
    if (count < migrations.size()) {
      const Migration& expected = migrations[count];
      same = same && row.integer(0) == expected.number && as_text(row.bytes(1)) == expected.digest;
    }
    ++count;
  });
  if (count > migrations.size()) return Fault(Fault::newer_format, "this database is of a newer program");
  if (!same) return Fault(Fault::bad_migration, "other migrations made this database");
  return count;
}

// In one transaction, or not at all.
Result<void> migrate(PostgresConnection& connection, std::span<const Migration> migrations) {
  const Result<std::size_t> applied = count_applied(connection, migrations);
  if (!applied) return applied.fault();
  if (*applied == migrations.size()) return {};
  connection.run_script("BEGIN");
  connection.run_script(
      "CREATE TABLE IF NOT EXISTS applied_migration "
      "(number BIGINT PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)");
  for (const Migration& migration : migrations.subspan(*applied)) {
    connection.run_script(migration.sql);
    const std::array<SqlValue, 3> row{migration.number, as_bytes(migration.name), as_bytes(migration.digest)};
    connection.send(
        "INSERT INTO applied_migration (number, name, digest) "
        "VALUES ($1, convert_from($2, 'UTF8'), convert_from($3, 'UTF8'))",
        row);
  }
  connection.run_script("COMMIT");
  return {};
}

// Whether the database has its shape; absent: a writer is yet to give it.
Result<void> check(PostgresConnection& connection, std::span<const Migration> migrations) {
  const Result<std::size_t> applied = count_applied(connection, migrations);
  if (!applied) return applied.fault();
  if (*applied < migrations.size()) return Fault(Fault::absent, "the writer has not made this database yet");
  return {};
}

Result<std::unique_ptr<PostgresSql>> open(const PostgresPlace& place, PostgresSql::Role role) {
  Result<std::unique_ptr<PostgresSql>> sql = PostgresSql::open(place, role);
  if (!sql) return sql;
  PostgresConnection& connection = (*sql)->connection();
  const Result<void> fits = role == PostgresSql::Role::writer
                                ? migrate(connection, postgres_migrations())
                                : check(connection, postgres_migrations());
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

Result<void> fill_postgres_store(const PostgresPlace& place, const std::string& path, const Secret& key) {
  const Result<std::unique_ptr<PostgresSql>> sql = open(place, PostgresSql::Role::writer);
  if (!sql) return sql.fault();
  return copy_from_file(path, key, **sql);
}

}  // namespace caseload::server
