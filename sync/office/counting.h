#pragma once

#include <map>
#include <set>

#include "sync/ledger/holdings.h"
#include "sync/office/ledger_witness.h"
#include "sync/office/reach.h"

namespace caseload::sync {

// StretchCount: what the device holds of a stretch of the log, counted while its feed goes past it, so that the log is
// read once for both.
//
// Promise  counts what stands in the log, whatever the feed makes of it. Of a scope in which the visibility of a record
//          moved, nothing: it is to be counted whole.
// Threads  one owner.
class StretchCount {
 public:
  StretchCount(const OfficeStore& store, std::uint64_t after) : after_(after), witness_(store) {}

  // In the order of the log. `seen`: what the device may see of it.
  void add(const OfficeChange& held, std::span<const SectionNumber> seen);

  std::uint64_t after() const { return after_; }
  const std::map<Id, Tally>& scopes() const { return scopes_; }
  const std::set<Id>& whole() const { return whole_; }
  const char* problem() const { return problem_; }  // with something in it; nullptr: none

 private:
  std::uint64_t after_;
  LedgerWitness witness_;
  std::map<Id, Tally> scopes_;
  std::set<Id> whole_;
  const char* problem_ = nullptr;
};

// What a statement counts: everything, where `since` is 0; else what was accepted after it, and all of these scopes.
struct Counting {
  std::uint64_t since = 0;
  std::set<Id> whole{};
  const StretchCount* fed = nullptr;  // of the end of that stretch, already counted; none where nothing was fed
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
