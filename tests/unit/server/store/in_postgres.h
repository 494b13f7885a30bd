#pragma once

#include "server/store/postgres_store.h"
#include "tests/support/private_postgres.h"
#include "tests/unit/server/store/samples.h"

namespace caseload::server {

// A store in a database of its own. Databases are used again, empty: to make one costs a server some 300 files.
class InPostgres {
 public:
  InPostgres() : database_(take_database()) { reopen(); }
  InPostgres(const InPostgres&) = delete;
  InPostgres& operator=(const InPostgres&) = delete;
  ~InPostgres() {
    held_.reset();
    ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    unused().push_back(database_);
  }
  PostgresStore& store() { return *held_; }
  void reopen() {
    held_.reset();
    Result<std::unique_ptr<PostgresStore>> opened = open_postgres_store(place());
    if (!opened) throw std::runtime_error(opened.fault().to_string());
    held_ = std::move(*opened);
  }
  void close() { held_.reset(); }
  PostgresPlace place() const { return {PrivatePostgres::instance().where(database_)}; }
  std::string ask(const std::string& sql) const { return PrivatePostgres::instance().ask(database_, sql); }

 private:
  static std::vector<std::string>& unused() {
    static std::vector<std::string> databases;
    return databases;
  }
  static std::string take_database() {
    if (unused().empty()) return PrivatePostgres::instance().new_database();
    std::string taken = unused().back();
    unused().pop_back();
    return taken;
  }

  std::string database_;
  std::unique_ptr<PostgresStore> held_;
};

}  // namespace caseload::server
