#include "common/sqlite/transaction.h"

#include <sqlite3.h>

#include "common/sqlite/connection.h"

namespace caseload {
namespace {

void run(Connection& connection, std::string_view sql) { Statement(connection, connection.lend(sql)).run(); }

// A failure here has nothing to take back that the next opening would not take back too. Some failures have rolled
// back already.
void roll_back(Connection& connection) noexcept {
  if (connection.in_transaction()) {
    static_cast<void>(sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr));
  }
}

}  // namespace

// IMMEDIATE: to find out at the first write that somebody else was quicker would be too late.
Transaction::Transaction(Database& database) : connection_(database.connection()) {
  CHECK(!connection_.in_transaction(), "one transaction at a time");
  run(connection_, "BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (open_) roll_back(connection_);
}

void Transaction::commit() {
  CHECK(open_, "a transaction is committed once");
  CHECK(connection_.in_transaction(), "a transaction that failed is not committed");
  run(connection_, "COMMIT");
  open_ = false;
}

JoinedTransaction::JoinedTransaction(Database& database) {
  if (!database.in_transaction()) own_.emplace(database);
}

void JoinedTransaction::commit() {
  if (own_) own_->commit();
}

// The first read fixes the moment.
Snapshot::Snapshot(Database& database) : connection_(database.connection()) {
  CHECK(!connection_.in_transaction(), "one transaction at a time");
  run(connection_, "BEGIN");
  try {
    run(connection_, "SELECT count(*) FROM sqlite_schema");
  } catch (const Breakage&) {
    roll_back(connection_);
    throw;
  }
}

Snapshot::~Snapshot() { roll_back(connection_); }

}  // namespace caseload
