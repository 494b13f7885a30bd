#pragma once

#include <vector>

#include "sync/device/device_store.h"
#include "sync/ledger/holdings.h"
#include "sync/session/pull.h"

namespace caseload::sync {

// What a device holds, counted as the office counts it when a session ends.

// What the office says that the device holds: of each scope named, all of it, or what was accepted in the stretch; and
// nothing else in the stretch.
struct OfficeCount {
  std::uint64_t since = 0;
  std::uint64_t upto = 0;
  std::span<const ScopeHoldings> scopes;
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
