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
  StretchCount(LedgerWitness& witness, std::uint64_t after) : after_(after), witness_(witness) {}

  // In the order of the log. `seen`: what the device may see of it.
  void add(const OfficeChange& held, std::span<const SectionNumber> seen);

  std::uint64_t after() const { return after_; }
  const std::map<Id, Tally>& scopes() const { return scopes_; }
  const std::set<Id>& whole() const { return whole_; }
  const char* problem() const { return problem_; }  // with something in it; nullptr: none

 private:
  std::uint64_t after_;
  LedgerWitness& witness_;
  std::map<Id, Tally> scopes_;
  std::set<Id> whole_;
  const char* problem_ = nullptr;
};

// FillCount: what the device holds of scopes that are filled in from their first position on, counted while the pages
// of their backfills go past it, so that the log is read once for both.
//
// Promise  knows of a scope how many changes stand in the log, and gives a count of all of them or none: where no phase
//          brought one, or something of it is not as it was signed, the scope is to be counted by reading it.
// Threads  one owner.
class FillCount {
 public:
  explicit FillCount(LedgerWitness& witness) : witness_(witness) {}

  void begin(const Id& scope) { scopes_[scope] = {}; }
  void add(const OfficeChange& held, Phase phase, Seen seen);  // what a page of its scope went past
  const Tally* all_of(const Id& scope) const;                  // nullptr: that is not known

 private:
  struct Filled {
    Tally tally;
    std::uint64_t there = 0;    // as the first phase met them
    std::uint64_t brought = 0;  // by any phase
    bool is_whole = true;
  };
  LedgerWitness& witness_;
  std::map<Id, Filled> scopes_;
};

// What a statement counts: everything, where `since` is 0; else what was accepted after it, and all of these scopes.
struct Counting {
  std::uint64_t since = 0;
  std::set<Id> whole{};
  const StretchCount* fed = nullptr;  // of the end of that stretch, already counted; none where nothing was fed
  const FillCount* filled = nullptr;  // scopes that were counted as they were filled in
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
