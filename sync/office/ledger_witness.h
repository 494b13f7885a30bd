#pragma once

#include <deque>

#include "sync/office/office_store.h"

namespace caseload::sync {

// LedgerWitness: whether a change of the log is the one that its device signed and the ledger accepted.
//
// Shape    header → segment, whole → acceptance → leaf of the tree. That the leaves make the signed head, and that
//          the segment's signature is its device's, is for whoever has the time (server/office/ledger_check).
// Promise  whatever is altered of the change, its segment, its acceptance or its leaf is found. Neighbours in the log
//          cost next to nothing: the segments that were asked for last are kept, read and checked once.
// Threads  one owner, on one snapshot; or for one session, whose segments nothing changes.
class LedgerWitness {
 public:
  explicit LedgerWitness(const OfficeStore& store) : store_(store) {}

  // What is wrong with it, for people; nullptr: nothing. Requires a change at a position.
  const char* problem_of(const OfficeChange& held);

  // Its segment. Requires that nothing is wrong with the change. Holds until the next call.
  const OfficeSegment& segment_of(const Digest& segment) { return known_segment(segment).segment; }

 private:
  struct KnownSegment {
    Digest digest{};
    OfficeSegment segment;
    const char* problem = nullptr;
  };
  const KnownSegment& known_segment(const Digest& segment);
  KnownSegment read_segment(const Digest& segment) const;
  void read_acceptance(std::uint64_t leaf);

  const OfficeStore& store_;
  std::deque<KnownSegment> segments_;  // the latest first
  std::optional<std::uint64_t> leaf_;
  Acceptance acceptance_;
  const char* of_acceptance_ = nullptr;
};

}  // namespace caseload::sync
