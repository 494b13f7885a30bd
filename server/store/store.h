#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sync/office/office_store.h"

namespace caseload::server {

// ServerStore: the engine's store, and what the programs around the engine need of the same database.
//
// Shape    a batch is several transactions made durable together: inside one, begin() opens a part that rollback()
//          takes back alone, and commit() only ends; all of it is durable when commit_batch() returns, or none is.
//          Outside a batch, begin() and commit() are as OfficeStore says.
// Promise  a reader sees the log as it was when its begin() returned, until its rollback(); it writes nothing.
//          Positions appear to readers in order, none left out. Values are small things that programs keep by name.
// Errors   Breakage. After a failed commit the process stops: nothing of it was acknowledged.
// Threads  one owner each; readers and the writer may have different ones.
class ServerStore : public sync::OfficeStore {
 public:
  virtual void begin_batch() = 0;
  virtual void commit_batch() = 0;
  virtual void rollback_batch() = 0;

  virtual std::unique_ptr<ServerStore> reader() = 0;

  // All that this store shows at this moment, as a database for open_sqlite_store() under this key, whatever this store
  // is kept in; others may write meanwhile. The copy appears whole or not at all. Faults: already_there.
  virtual Result<void> copy_to(const std::string& path, const Secret& key) const = 0;

  virtual std::vector<sync::OfficeDevice> devices() const = 0;
  virtual std::vector<sync::CustodyRow> holders_of(const Id& scope) const = 0;
  virtual std::vector<Id> held() const = 0;  // changes that wait for a person (not: declined), as they came

  virtual void add_restore(const sync::Signed<sync::Restore>& restore) = 0;
  virtual void set_backed_up(std::uint64_t position) = 0;

  // By name; names beginning with a prefix, in order. Nothing: erased.
  virtual std::optional<Bytes> value(const std::string& name) const = 0;
  virtual void set_value(const std::string& name, const std::optional<Bytes>& value) = 0;
  virtual std::vector<std::string> values(const std::string& prefix) const = 0;
};

}  // namespace caseload::server
