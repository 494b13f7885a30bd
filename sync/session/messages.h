#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "sync/ledger/audit.h"
#include "sync/ledger/coverage.h"
#include "sync/ledger/history.h"
#include "sync/ledger/receipt.h"
#include "sync/ledger/segment.h"

namespace caseload::sync {

// The messages of a session, each one struct with one `serialize`. PROTOCOL.md says who sends which when; states.h holds
// both sides to it. A message is `type:u8` and the canonical bytes of its struct; in a frame the type is the head,
// the rest the body.

// Why a session ends before its end, or what a device is told before anything else.
enum class Greeting : std::uint8_t { active = 1, suspended = 2, lost = 3, expired = 4, upgrade = 5, wipe = 6, twin = 7 };
constexpr bool is_listed(Greeting g) { return g >= Greeting::active && g <= Greeting::twin; }

// Versions of the protocol that a side speaks. An older device may always push.
struct Versions {
  std::uint16_t oldest = 1;
  std::uint16_t newest = 1;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(oldest, newest);
  }
};

// First of all, with the last bytes of the TLS handshake: numbers and digests, no content.
struct Hello {
  Versions versions;
  Id device;
  Id log;                           // none before the first session
  std::uint32_t epoch = 0;
  std::uint64_t first_waiting = 0;  // number of the first segment without a receipt, or of the next to be cut
  Digest previous{};                // the digest of the segment before that one
  std::uint64_t next_number = 0;    // of the next segment to be cut
  bool brings = false;              // something is to be pushed: the office waits for PUSH END
  std::uint64_t cursor = 0;
  Digest coverage{};
  TreeRoot head_seen;
  std::uint32_t restore_epoch = 0;  // of the head seen
  template <class Archive>
  void serialize(Archive& archive) {
    archive(versions, device, log, epoch, first_waiting, previous, next_number, brings, cursor, coverage, head_seen, restore_epoch);
  }
};

struct Status {
  Greeting greeting = Greeting::active;
  std::uint16_t version = 1;         // of what follows: the newest that both speak
  std::uint32_t epoch = 0;           // granted: as in HELLO, or the one to go on in
  bool want_coverage = false;        // the digest in HELLO is not ours: send the table
  std::uint64_t backed_up = 0;       // positions up to here are in a verified backup
  std::uint64_t last_position = 0;   // of the log: a cursor beyond it is of before a restore
  std::uint64_t purges = 0;          // the office has the device's purge receipts up to this number
  std::int64_t now_ms = 0;           // the office's clock: the trusted floor of a lease, and the measure of the device's
  OfferedHead head;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(listed(greeting), version, epoch, want_coverage, backed_up, last_position, purges, now_ms, head);
  }
};

struct CoverageTable {
  Coverage coverage;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(coverage);
  }
};

// A segment, whole, as it was made durable. Sent again byte for byte until its receipt.
struct Push {
  SegmentHeader segment;
  std::vector<Bytes> changes;  // packed
  template <class Archive>
  void serialize(Archive& archive) {
    archive(segment, changes);
  }
};

struct PushAudit {
  Bytes segment;  // encoded as sync/ledger/audit says
  template <class Archive>
  void serialize(Archive& archive) {
    archive(segment);
  }
};

struct AuditKept {
  std::uint64_t number = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number);
  }
};

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

// What a scope gives from now on. Withdraw what the mask does not give; where it gives more than before, expect a
// backfill of that, from `backfill` on.
struct Reach {
  Id scope;
  std::optional<Mask> mask;  // none: nothing at all
  std::optional<Backfill> backfill;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(scope, mask, backfill);
  }
};

// What one record shows from now on, after its marking or type moved: drop every section that is not named.
struct RecordReach {
  Id record;
  std::vector<SectionNumber> sections;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(record, sections);
  }
};

// Changes of one acceptance, as this viewer may see them.
struct PageSegment {
  SegmentHeader segment;
  Acceptance acceptance;
  std::uint64_t leaf = 0;               // of the acceptance in the ledger
  std::vector<std::uint16_t> indexes;   // of the changes, in the segment
  std::vector<Bytes> changes;           // packed, one for each index
  std::vector<Digest> proof;            // of these changes in the segment
  template <class Archive>
  void serialize(Archive& archive) {
    archive(segment, acceptance, leaf, indexes, changes, proof);
  }
};

// A stretch of the log: of the feed (scope is none) up to position `upto`, or of one scope's backfill.
struct Page {
  Id scope;
  Phase phase = Phase::safety;
  std::uint64_t upto = 0;
  bool last = false;                       // of the feed; of this scope's backfill
  std::vector<RecordReach> records;        // applied after the changes
  std::vector<PageSegment> segments;
  Proof proof;                             // of all acceptances here in the session's head
  template <class Archive>
  void serialize(Archive& archive) {
    archive(scope, listed(phase), upto, last, records, segments, proof);
  }
};

// How much of a scope the office believes the device to hold.
struct ScopeHoldings {
  Id scope;
  std::uint64_t count = 0;
  Digest digest{};
  template <class Archive>
  void serialize(Archive& archive) {
    archive(scope, count, digest);
  }
};

Digest digest_of(std::span<const ScopeHoldings> holdings);

// The office has said all it has to say. A session that carried changes ends with a statement of what the device holds.
struct Complete {
  std::optional<Signed<Completeness>> statement;
  std::vector<ScopeHoldings> scopes;  // `holdings` of the statement is their digest
  template <class Archive>
  void serialize(Archive& archive) {
    archive(statement, scopes);
  }
};

struct WantAttachment {
  Digest content{};
  std::uint64_t offset = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(content, offset);
  }
};

struct AttachmentChunk {
  Digest content{};
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  // of the whole; 0: this side does not have it, or may not give it
  Bytes bytes;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(content, offset, size, bytes);
  }
};

// The device has all it came for: the session ends, or stays open for a WAKE.
struct Parting {
  bool watch = false;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(watch);
  }
};

struct Wake {
  template <class Archive>
  void serialize(Archive&) {}
};

struct Refused {
  std::uint16_t fault = 0;  // its number; the session ends
  template <class Archive>
  void serialize(Archive& archive) {
    archive(fault);
  }
};

// The type of a message on the wire is its place in this list, from 1. New ones are added at the end.
using Message = std::variant<Hello, Status, CoverageTable, Push, PushAudit, AuditKept, Purged, PushEnd, Receipts, Reach, Page,
                             Complete, WantAttachment, AttachmentChunk, Parting, Wake, Refused>;

// Errors   read_message(): those of decode; unknown_type for a type of a later version.
Bytes write_message(const Message& message);
Result<Message> read_message(BytesView bytes);
std::string_view name_of(const Message& message);  // "hello", for logs

}  // namespace caseload::sync
