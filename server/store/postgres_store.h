#pragma once

#include "server/store/postgres_sql.h"
#include "server/store/sql_store.h"

namespace caseload::server {

// PostgresStore: the office's store in PostgreSQL, for an office that one machine does not carry.
//
// Promise  one writer at a time, whatever processes there are: the one that has it open by
//          open_postgres_store(). When it dies its place is free at once. Any number of readers, anywhere.
// Errors   as postgres_sql.h has it.
class PostgresStore : public SqlStore {
 public:
  PostgresStore(std::unique_ptr<PostgresSql> sql, Role role) : SqlStore(std::move(sql), role) {}

  // Whether somebody committed since the last call, waiting for it so long at most. True as well where that
  // cannot be known: at the first call, and after a lost connection. Of a reader, between its snapshots.
  bool wait_for_news(std::chrono::milliseconds timeout);
};

// The writer. It makes or migrates the database. Faults: in_use: another program is the writer; unreachable;
// not_allowed; bad_value: the server runs without fsync; newer_format, bad_migration.
Result<std::unique_ptr<PostgresStore>> open_postgres_store(const PostgresPlace& place);

// A reader beside whoever writes. Faults: the same but in_use; absent: no writer was there yet.
Result<std::unique_ptr<PostgresStore>> open_postgres_reader(const PostgresPlace& place);

// Puts what a file for open_sqlite_store() holds into a PostgreSQL where no office is yet: a restored backup, or
// an office
// that has outgrown one machine. Faults: those of both; already_there.
Result<void> fill_postgres_store(const PostgresPlace& place, const std::string& path, const Secret& key);

}  // namespace caseload::server
