#pragma once

#include "sync/office/judge.h"
#include "sync/session/limits.h"
#include "sync/session/push.h"

namespace caseload::sync {

// What intake needs beside the store: the office's own keys and the moment of this commit.
struct IntakeContext {
  const Catalogue& catalogue;
  const CompiledRules& rules;
  Id log;
  std::uint32_t restore_epoch = 0;
  const Signer& ledger_key;
  const SignatureChecker& checker;
  WallTime now;
};

// take_in: one segment of a device, as it was pushed.
//
// Promise  after the caller's commit every change of the segment is in the log or held as late work, each judged once,
//          in order; the receipt says which. A segment that came before gets the receipt it got then. A change that
//          came before by another way keeps its position. Nothing is acknowledged before the commit.
// Errors   the caller rolls back, and nothing is kept of the segment:
//            bad_segment, bad_signature, bad_proof, bad_change …  it does not hold
//            out_of_order   a segment before it is missing
//            twin           another segment has this number: the device is granted a new epoch at its next contact
//            changed_bytes  a known change with other content
//            quota          too much late work waits for this device
// Requires an open transaction.
Result<Signed<Receipt>> take_in(OfficeStore& store, const IntakeContext& with, const Push& push);

// Late work that a person released: it enters the log at new positions, its author kept. Each change by an acceptance
// in its own segment. Faults: not_found; already_there for one that is in the log.
// Requires an open transaction, and that somebody with the right to write it has decided.
Result<void> release(OfficeStore& store, const IntakeContext& with, const Id& change);

// Late work that a person declined: it is kept for ever, in no log, held_for `declined`, and waits no more; its device
// has its room again. Faults: not_found; already_there for one that is in the log, or was declined before.
// Requires an open transaction, and that somebody with the right to judge it has decided.
Result<void> decline(OfficeStore& store, const Id& change);

// Signs the head over everything accepted since the last one. Once a commit; without news it does nothing.
void sign_head(OfficeStore& store, const IntakeContext& with);

// Acceptance times rise from commit to commit, whatever the wall clock does.
WallTime acceptance_time(const OfficeStore& store, WallTime now);

}  // namespace caseload::sync
