#pragma once

#include <span>

#include "sync/office/office_store.h"

namespace caseload::sync {

// erase: takes parts out of the log for good, because the law says so.
//
// Shape    `ordered_by` is an accepted change of the same record whose writes replace the erased writes and all that
//          they replaced: so nothing older comes to stand in their place. The parts and their salts go; headers,
//          digests, signatures and positions stay, and everything that was proved still is.
// Promise  never revived: whoever sends the change again finds it known, and devices do not take the part again. Each
//          device that covers the scope is told in its feed. Backups follow by the list of erasures.
// Errors   not_found: no such accepted change or part; bad_change: another record, or something would come to stand.
// Requires an open transaction; after a Fault the caller rolls back.
Result<void> erase(OfficeStore& store, const Id& ordered_by, std::span<const ErasedPart> parts);

}  // namespace caseload::sync
