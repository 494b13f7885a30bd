#pragma once

#include <optional>

#include "common/sqlite/database.h"

namespace caseload {

// Transaction: all of it or nothing.
//
// Promise  after commit() returns, everything written since birth is on the disk. Without it, nothing was written.
// Errors   Breakage, as in database.h. When commit() throws, nothing may be acknowledged: it may be there or not.
//          refused: another connection of this program writes for longer than busy_ms_max.
// Threads  that of its database. One at a time; never held while waiting for a network.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

// JoinedTransaction: a part of the transaction that is open, or else one of its own. For whoever writes alone as
// well as inside what somebody else commits.
//
// Promise  after commit() what was written is on the disk if nothing was open; else the outer transaction decides.
// Errors   those of Transaction.
class JoinedTransaction {
 public:
  explicit JoinedTransaction(Database& database);
  void commit();

 private:
  std::optional<Transaction> own_;
};

// Snapshot: everything read while it lives is of one moment, whoever writes meanwhile.
class Snapshot {
 public:
  explicit Snapshot(Database& database);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot();

 private:
  Connection& connection_;
};

}  // namespace caseload
