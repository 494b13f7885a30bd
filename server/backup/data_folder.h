#pragma once

#include <memory>
#include <optional>

#include "server/office/office_keys.h"
#include "server/store/postgres_store.h"

namespace caseload::server {

// DataFolder: where a server keeps what it is: its keys, its store, and the socket for commands. The store of a large
// office is in a PostgreSQL: then the folder says where, in `store`. A second server has copies of `keys` and `store`.
//
// Errors   make(): already_there: an office was founded here; those of RecoveryKey::write(). open_keys(): as
//          OfficeKeys::load(). place(): damaged. open_store(): in_use: another server, and those of place() and
//          the store.
class DataFolder {
 public:
  explicit DataFolder(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  std::string database() const { return path_ + "/office.db"; }
  std::string control_socket() const { return path_ + "/control"; }

  Result<void> make() const;  // the folder, its owner's alone
  bool is_founded() const;
  void keep_keys(const OfficeKeys& keys) const;
  Result<OfficeKeys> open_keys() const;
  void keep_place(const PostgresPlace& place) const;
  Result<std::optional<PostgresPlace>> place() const;  // nothing: the store is the database in this folder
  Result<std::unique_ptr<ServerStore>> open_store(const Secret& key) const;

 private:
  std::string keys_file() const { return path_ + "/keys"; }
  std::string place_file() const { return path_ + "/store"; }

  std::string path_;
};

// "sqlite", or "postgresql://…" as libpq takes it. Faults: bad_value.
Result<std::optional<PostgresPlace>> read_place(const std::string& typed);

}  // namespace caseload::server
