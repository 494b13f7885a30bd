#pragma once

#include <optional>

#include "common/sqlite/transaction.h"
#include "server/store/sql.h"

namespace caseload::server {

// SqliteSql: Sql over an encrypted SQLite database.
//
// Errors   as database.h has it: after everything but a full disk the connection is finished, and says so at each call.
class SqliteSql : public Sql {
 public:
  SqliteSql(Database database, std::shared_ptr<const Secret> key, OpenOptions options);
  ~SqliteSql() override;

  void read(std::string_view text, SqlValues values, const EachRow& each) override;
  void write(std::string_view text, SqlValues values) override;

  void begin() override;
  void commit() override;
  void rollback() noexcept override { transaction_.reset(); }
  void begin_part() override;
  void end_part() override;
  void rollback_part() noexcept override;
  void begin_snapshot() override { snapshot_.emplace(database_); }
  void end_snapshot() noexcept override { snapshot_.reset(); }

  const ScopeTexts& changes_of_scopes() const override;
  const ScopeTexts& erasures_of_scopes() const override;
  const ManyTexts& many() const override;
  std::unique_ptr<Sql> beside() override;
  Result<void> copy_to(const std::string& path, const Secret& key) override { return database_.backup_to(path, key); }

 private:
  Database database_;
  std::shared_ptr<const Secret> key_;
  OpenOptions options_;
  std::optional<Transaction> transaction_;
  std::optional<Snapshot> snapshot_;
  bool lost_a_part_ = false;  // what should have been taken back could not be
};

}  // namespace caseload::server
