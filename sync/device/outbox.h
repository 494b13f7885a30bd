#pragma once

#include "sync/device/derive.h"
#include "sync/session/messages.h"

namespace caseload::sync {

// A device's own work on its way out. Each function is called inside the caller's transaction; what it says has
// happened has happened when that transaction is on the disk.

// Keeps a change that its user just made: in the log, in its record, and in the outbox. Requires a whole change.
void keep(DeviceStore& store, const Catalogue& catalogue, const Change& change);

// Cuts everything unsent into segments that are durable before they leave: ordered by scope, the order inside a scope
// kept, so that what belongs together is judged together. Requires the signer to be the device's own key.
struct CutContext {
  const Signer& device_key;
  std::uint64_t certificate_serial = 0;
};
void cut_segments(DeviceStore& store, const CutContext& with);

// The segment as it is sent, and sent again: rebuilt from the log, byte for byte.
Push push_of(const DeviceStore& store, const WaitingSegment& waiting);

// The office holds these changes. Accepted ones take their place in the log; late ones leave the records.
// Requires a receipt whose signature, ledger and segment were checked.
// `leaf` is that of the acceptance it names; without one, any leaf that is not before it.
void apply_receipt(DeviceStore& store, const Catalogue& catalogue, const Receipt& receipt, std::uint64_t leaf);

// The office granted another epoch (after a restore of either side, for a second copy of this device): segments
// without a receipt come apart, and their changes are cut anew. No change is renumbered, restamped or lost.
void adopt_epoch(DeviceStore& store, std::uint32_t epoch);

// The office was restored, and its ledger kept this many leaves: what it accepted beyond them it no longer has. Own
// changes are offered again. Others' stay, as work that the office has lost, until its author or a person brings it
// back.
void forget_leaves_from(DeviceStore& store, const Catalogue& catalogue, std::uint64_t kept);

// The device was enrolled anew, under another name and key: whatever was not yet received by the office is cut anew.
void adopt_identity(DeviceStore& store, const Id& device);

}  // namespace caseload::sync
