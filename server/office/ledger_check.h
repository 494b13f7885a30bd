#pragma once

#include <string>
#include <vector>

#include "server/office/office.h"

namespace caseload::server {

// The leaf whose acceptance has that position; nothing where none has.
std::optional<std::uint64_t> leaf_at(const ServerStore& store, std::uint64_t position);

// LedgerCheck: the whole log held against the ledger.
//
// Shape    parts → headers → segments → their devices' signatures → acceptances → nodes → the signed head; receipts;
//          positions without a gap; each change where it is looked up: by name, record, scope and kind. Late work as
//          far as its device's signature.
// Promise  one altered byte anywhere in that chain is a problem here. Takes time in proportion to the log; memory for
//          the names of its records.
// Errors   Breakage, damaged: what the store cannot even read.
struct LedgerProblem {
  std::uint64_t position = 0;  // 0: of the ledger as a whole
  std::string what;
};
constexpr std::size_t ledger_problems_max = 100;  // told at once
struct LedgerCheck {
  std::uint64_t changes = 0;
  std::uint64_t leaves = 0;
  std::vector<LedgerProblem> problems;
};
LedgerCheck check_ledger(const Office& office);

// Of any store, with the keys that it is checked by.
struct LedgerKeys {
  Id log;
  PublicKey ledger;
  const SignatureChecker& checker;
};
LedgerCheck check_ledger(const ServerStore& store, const LedgerKeys& keys);

}  // namespace caseload::server
