#pragma once

#include "sync/office/office_store.h"

namespace caseload::sync {

// LedgerWitness: whether a change of the log is the one that its device signed and the ledger accepted.
//
// Shape    header → segment, whole → acceptance → leaf of the tree. That the leaves make the signed head, and that
//          the segment's signature is its device's, is for whoever has the time (server/office/ledger_check).
// Promise  whatever is altered of the change, its segment, its acceptance or its leaf is found. Neighbours in the log
//          cost next to nothing.
// Threads  one owner, on one snapshot.
class LedgerWitness {
 public:
  explicit LedgerWitness(const OfficeStore& store) : store_(store) {}

  // What is wrong with it, for people; nullptr: nothing. Requires a change at a position.
  const char* problem_of(const OfficeChange& held);

 private:
  void read_segment(const Digest& segment);
  void read_acceptance(std::uint64_t leaf);

  const OfficeStore& store_;
  std::optional<Digest> segment_;  // that was read last
  std::vector<Digest> changes_;    // of it
  const char* of_segment_ = nullptr;
  std::optional<std::uint64_t> leaf_;
  Acceptance acceptance_;
  const char* of_acceptance_ = nullptr;
};

}  // namespace caseload::sync
