#pragma once

#include <map>
#include <vector>

#include "sync/device/device_store.h"
#include "sync/ledger/holdings.h"
#include "sync/session/pull.h"

namespace caseload::sync {

// What a device holds, counted as the office counts it when a session ends.

// ArrivalCount: what this device holds of scopes that are filled in from nothing, counted while their pages come in, so
// that what was just written is not read back for it. The daily count of everything reads all of it.
//
// Promise  a count of all that is accepted of a scope, or none: whoever changes accepted work of a scope otherwise than
//          by adding what is new says forget().
// Threads  one owner.
class ArrivalCount {
 public:
  void begin(const Id& scope) { scopes_[scope] = {}; }  // requires that nothing accepted of it is held
  void add(const StoredChange& arrived);                // accepted, and held in no part before
  void forget(const Id& scope) { scopes_.erase(scope); }
  void forget() { scopes_.clear(); }
  const Tally* all_of(const Id& scope) const;  // nullptr: not known

 private:
  std::map<Id, Tally> scopes_;
};

// What the office says that the device holds: of each scope named, all of it, or what was accepted in the stretch; and
// nothing else in the stretch.
struct OfficeCount {
  std::uint64_t since = 0;
  std::uint64_t upto = 0;
  std::span<const ScopeHoldings> scopes;
  const ArrivalCount* arrived = nullptr;  // what need not be read for it
};

// The covered scopes of which something else is held. One that is being filled in is left to its backfill.
// `content` gets what the counted changes say: where no scope differs, that of the office's statement.
std::vector<Id> differing(const DeviceStore& store, const OfficeCount& office, HeldContent& content);

// All that this device holds of a scope.
ScopeHoldings holdings_of(const DeviceStore& store, const Id& scope);

// How often a device has everything counted, though nothing moved: what was altered or lost in a database is found by
// nothing else.
constexpr Duration counted_whole_for = std::chrono::days(1);

}  // namespace caseload::sync
