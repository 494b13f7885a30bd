#pragma once

#include <set>
#include <span>

#include "sync/office/office_store.h"

namespace caseload::sync {

// erase: takes parts out of the log for good, because the law says so.
//
// Shape    `ordered_by` is an accepted change of the same record whose writes replace the erased writes and all that
//          they replaced: so nothing older comes to stand in their place. The parts and their salts go; headers,
//          digests, signatures and positions stay, and everything that was proved still is.
// Promise  never revived: whoever sends the change again finds it known, and devices do not take the part again. Each
//          device that covers the scope is told in its feed, wherever it has read to by now. Backups follow by the list
//          of erasures. A legal hold goes before: one value that says so is enough, also where others deny it, and also
//          in late work that nobody has judged yet. What late work repeats of it goes with it.
// Errors   not_found: no such accepted change or part; bad_change: another record, or something would come to stand;
//          legal_hold: the case is to be kept as it is.
// Requires an open transaction; after a Fault the caller rolls back.
Result<void> erase(OfficeStore& store, const Catalogue& catalogue, const Id& ordered_by,
                   std::span<const ErasedPart> parts);

// After the office was restored from an older backup, and before anybody is let in: takes out again what the list of
// erasures names, which is kept apart from the backups. The order may be missing from the restored log, and come back
// later.
// Requires an open transaction.
void erase_again(OfficeStore& store, std::span<const OfficeStore::Erasure> list);

// What was ever erased in the scopes of these changes; and takes out of a change what was erased of it before. For a
// change that a restored log does not have, and a device that has not heard of the erasure offers.
std::set<ErasedPart> erased_in_scopes_of(const OfficeStore& store, std::span<const Change> changes);
void leave_out(const std::set<ErasedPart>& erased, Change& change);

}  // namespace caseload::sync
