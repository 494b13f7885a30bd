#pragma once

#include "client/store/names.h"

namespace caseload::client {

// StateTable: the numbers and statements that belong to the device as a whole, in memory and in the database.
//
// Shape    set() changes memory; write() brings what changed to the database, once, before its transaction commits. A
//          note then costs one row here, however many heads of the ledger the device remembers.
// Promise  read() gives back what the database has, after a rollback as after opening.
// Threads  one owner.
class StateTable {
 public:
  explicit StateTable(Database& database) : database_(database) {}

  const sync::DeviceState& get() const { return state_; }
  void set(const sync::DeviceState& state);
  void write(const Digest& log_sum);
  Digest read();  // gives the sum of the log

 private:
  void write_heads();

  Database& database_;
  sync::DeviceState state_;
  bool changed_ = false;
  std::vector<sync::Signed<sync::TreeHead>> heads_written_;
  std::vector<std::int64_t> head_rows_;  // of each of these
};

}  // namespace caseload::client
