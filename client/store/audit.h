#pragma once

#include <vector>

#include "common/sqlite/database.h"
#include "sync/ledger/audit.h"

namespace caseload::client {

// One entry as it is kept: its number, from 1, and the digest over the entry before it and itself.
struct AuditRow {
  std::uint64_t number = 0;
  sync::AuditEntry entry;
  Digest digest{};
};

// AuditTrail: who looked, searched, exported, was refused; on this device.
//
// Promise  append() returns when the entry is on the disk: what it speaks of is shown after that, or not at all.
//          Entries are only added; the database itself refuses to alter or delete one, and each digest names all
//          before it.
// Errors   append(): those of AuditEntry::check(); nothing is written then. check(): damaged, with the number of the
//          first entry that does not follow from the one before. Breakage, as in database.h: then nothing may be
//          shown.
// Requires no open transaction in append(): an entry that could be rolled back is none.
// Threads  one owner, the database's.
class AuditTrail {
 public:
  explicit AuditTrail(Database& database) : database_(database) {}

  Result<std::uint64_t> append(const sync::AuditEntry& entry);  // gives its number
  std::uint64_t size() const;
  std::vector<AuditRow> entries(std::uint64_t first, std::size_t rows_max) const;
  Result<void> check() const;

 private:
  Digest tip() const;

  Database& database_;
};

}  // namespace caseload::client
