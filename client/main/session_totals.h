#pragma once

#include "client/link/sync_runner.h"
#include "client/main/device_place.h"

namespace caseload::client {

// SessionTotals: what one or several sessions did, over a line or by stick, as `sync` and `bundle` tell it.
struct SessionTotals {
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  Duration took{0};
  sync::SessionReport report;

  void add(const SyncOutcome& outcome);
};
Reply reply_of(OpenProfile& profile, const SessionTotals& totals);

// What becomes of a device that the office does not greet as active: an order to wipe is carried out at once, and the
// person is told that it was. Faults: the greeting's own; those of wipe_profile().
Result<void> obey(sync::Greeting greeting, DevicePlace& place, const OpenProfile& profile);

}  // namespace caseload::client
