#pragma once

#include <set>

#include "sync/ledger/holdings.h"
#include "sync/office/reach.h"

namespace caseload::sync {

// What a statement counts: everything, where `since` is 0; else what was accepted after it, and all of these scopes.
struct Counting {
  std::uint64_t since = 0;
  std::set<Id> whole{};
};

struct HeldByDevice {
  std::vector<ScopeHoldings> scopes;
  HeldContent content;
};

// What the device holds of covered scopes, by the masks and the log up to the session's position. Costs as much as what
// is counted. Where something was erased, or the visibility of a record moved, its scope is counted whole.
// Faults: ledger_mismatch: some of it is not in the log as it was signed and accepted.
Result<HeldByDevice> holdings_of(const ReachContext& with, const Coverage& coverage, Counting counting);

}  // namespace caseload::sync
