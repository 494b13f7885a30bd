#pragma once

#include "common/sqlite/migrate.h"
#include "server/store/postgres_connection.h"

namespace caseload::server {

// Brings a database into the shape that the migrations give: in one transaction, or not at all.
//
// Errors   newer_format: a newer program was here; bad_migration: other migrations made it. Nothing is changed then.
// Requires the writer's lock.
Result<void> migrate_postgres(PostgresConnection& connection, std::span<const Migration> migrations);

// Whether it has that shape. Errors: as above; absent: a writer is yet to make it.
Result<void> check_postgres(PostgresConnection& connection, std::span<const Migration> migrations);

}  // namespace caseload::server
