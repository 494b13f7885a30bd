#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sync/ledger/acceptance.h"
#include "sync/ledger/coverage.h"
#include "sync/ledger/proof.h"
#include "sync/ledger/segment.h"
#include "sync/ledger/statements.h"
#include "sync/session/unpacked.h"

namespace caseload::sync {

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
  Unpacked unpacked{};                  // the changes, where they were read ahead
  template <class Archive>
  void serialize(Archive& archive) {
    archive(segment, acceptance, leaf, indexes, changes, proof);
  }
};

// A stretch of the log: of the feed (scope is none) up to position `upto`, or of one scope's backfill.
struct PageFront {
  Id scope;
  Phase phase = Phase::safety;
  std::uint64_t upto = 0;
  bool last = false;                       // of the feed; of this scope's backfill
  std::vector<RecordReach> records;        // applied after the changes
  std::vector<ErasedPart> erased;          // likewise: gone by law, here as everywhere
  template <class Archive>
  void serialize(Archive& archive) {
    archive(scope, listed(phase), upto, last, records, erased);
  }
};
struct Page : PageFront {
  std::vector<PageSegment> segments;
  Proof proof;                             // of all acceptances here in the session's head
  template <class Archive>
  void serialize(Archive& archive) {
    PageFront::serialize(archive);
    archive(segments, proof);
  }
};

// How much of a scope the office believes the device to hold: of all of it, or of what was accepted in the stretch that
// the statement is about.
struct ScopeHoldings {
  Id scope;
  bool whole = true;
  std::uint64_t count = 0;
  Digest digest{};
  template <class Archive>
  void serialize(Archive& archive) {
    archive(scope, whole, count, digest);
  }
};

Digest digest_of(std::span<const ScopeHoldings> holdings);

// The office has said all it has to say. A session that carried changes ends with a statement of what the device holds:
// of every scope where `since` is 0, else of those in which anything was accepted since or that moved.
struct Complete {
  std::optional<Signed<Completeness>> statement;
  std::vector<ScopeHoldings> scopes;  // `holdings` of the statement is their digest
  template <class Archive>
  void serialize(Archive& archive) {
    archive(statement, scopes);
  }
};

}  // namespace caseload::sync
