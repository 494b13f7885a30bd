#pragma once

#include <vector>

#include "sync/ledger/history.h"
#include "sync/ledger/receipt.h"
#include "sync/ledger/segment.h"
#include "sync/session/unpacked.h"

namespace caseload::sync {

// A segment, whole, as it was made durable. Sent again byte for byte until its receipt.
struct Push {
  SegmentHeader segment;
  std::vector<Bytes> changes;  // packed
  Unpacked unpacked{};         // the same, where they were read ahead
  template <class Archive>
  void serialize(Archive& archive) {
    archive(segment, changes);
  }
};

// A segment of the audit stream: who looked, searched, exported, decided. Pushed first, never fed or merged.
struct PushAudit {
  Bytes segment;  // encoded as sync/ledger/audit says
  template <class Archive>
  void serialize(Archive& archive) {
    archive(segment);
  }
};

// The office holds the audit stream up to this segment.
struct AuditKept {
  std::uint64_t number = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number);
  }
};

// Proof that the device let go of what was withdrawn.
struct Purged {
  Signed<PurgeReceipt> receipt;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(receipt);
  }
};

// All of the device's segments are out. The office answers with its receipts, then what reaches the device.
struct PushEnd {
  template <class Archive>
  void serialize(Archive&) {}
};

// How every change of the pushed segments was judged, and the ledger that proves it.
struct Receipts {
  std::vector<Signed<Receipt>> receipts;
  OfferedHead head;             // a later head, if this push made one
  std::vector<Proof> proofs;    // one for each receipt that names an acceptance: its leaf in `head`
  std::vector<std::uint64_t> leaves;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(receipts, head, proofs, leaves);
  }
};

}  // namespace caseload::sync
