#pragma once

#include "sync/device/counting.h"
#include "sync/device/derive.h"
#include "sync/session/messages.h"

namespace caseload::sync {

// What the office sends, checked and brought into the device's store. Each function runs inside the caller's
// transaction; after a Fault the caller rolls back, and nothing of it is held.

// A session's head, once it was checked: what pages are proved against.
struct PageTrust {
  TreeRoot ledger;
  const SignatureChecker& checker;
  PublicKey office_key{};  // pinned at enrolment; every other device's key stands in its record
  Id office_device;
};

// A page with its changes read: unpacking one takes three digests, and checking and applying need the same.
struct ReadPage {
  const Page& page;
  std::vector<std::vector<Change>> changes;  // of each segment
};

// Faults: those of unpack.
Result<ReadPage> read_page(const Page& page);

// Whether everything on the page is what its devices signed and the ledger accepted: parts → header → segment →
// device's signature → acceptance → head.
// Errors   bad_signature, bad_proof, bad_segment, bad_change; not_found: a device whose record is not here;
//          ledger_mismatch: a segment names a head that contradicts one we keep: two of us were shown two histories.
Result<void> check_page(const DeviceStore& store, const Catalogue& catalogue, const ReadPage& read,
                        const PageTrust& trust);

// Seals an own change for the organisation's recovery key, before it leaves the device though no backup holds it.
using SealForRecovery = std::function<Bytes(const Change&)>;

struct Withdrawal {
  const Catalogue& catalogue;
  const SealForRecovery& seal;
  const Signer& device_key;
  WallTime now;
};

// Brings a checked page in, and moves cursor or backfill with it: in one transaction, so that they never run ahead.
// What it holds already it does not take twice; a part of a known change that is new here is added. Own work that the
// page says was accepted, by way of a copy of this device, keeps what its record shows by now.
// Errors   changed_bytes: a known change under another header.
// `arrivals`, if there are any, are kept up.
Result<void> apply_page(DeviceStore& store, const Withdrawal& with, ReadPage read, ArrivalCount* arrivals = nullptr);

// Lets go of what a scope's new mask no longer gives, and takes the mask over. Work that has no receipt yet stays in
// the outbox. Where anything was withdrawn and nothing of the scope is left to send, a purge receipt is made.
void apply_reach(DeviceStore& store, const Withdrawal& with, const Reach& reach);

// What one record shows from now on: everything else of it goes.
void apply_record_reach(DeviceStore& store, const Withdrawal& with, const RecordReach& reach);

// Of a scope whose count differs from the office's: downward. What was accepted of it is let go, and its backfill
// begins again.
void repair(DeviceStore& store, const Withdrawal& with, const Id& scope);

}  // namespace caseload::sync
