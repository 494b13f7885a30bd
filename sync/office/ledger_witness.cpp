#include "sync/office/ledger_witness.h"

namespace caseload::sync {

const char* LedgerWitness::problem_of(const OfficeChange& held) {
  if (segment_ != held.segment) read_segment(held.segment);
  if (of_segment_ != nullptr) return of_segment_;
  const bool in_segment = held.index < changes_.size() && changes_[held.index] == held.digest;
  if (!in_segment) return "it is not in the segment that its device signed";
  if (leaf_ != held.leaf) read_acceptance(held.leaf);
  if (of_acceptance_ != nullptr) return of_acceptance_;
  const bool accepted = acceptance_.segment == held.segment && acceptance_.position_of(held.index) == held.position;
  if (!accepted) return "its acceptance is for another change";
  return acceptance_.accepted_at == held.accepted ? nullptr : "its time of acceptance was altered";
}

void LedgerWitness::read_segment(const Digest& segment) {
  segment_ = segment;
  changes_.clear();
  of_segment_ = "its segment is missing";
  std::optional<OfficeSegment> found = store_.find_segment(segment);
  if (!found) return;
  std::vector<Member> members;
  for (const Digest& digest : found->changes) members.push_back({static_cast<std::uint16_t>(members.size()), digest});
  const bool whole = digest_of(found->header) == segment && check_members(found->header, members, {}).ok();
  of_segment_ = whole ? nullptr : "its segment was altered";
  changes_ = std::move(found->changes);
}

void LedgerWitness::read_acceptance(std::uint64_t leaf) {
  leaf_ = leaf;
  of_acceptance_ = "its acceptance is missing";
  if (leaf >= store_.ledger_size()) return;
  acceptance_ = store_.acceptance(leaf);
  const bool is_leaf = store_.nodes().node({0, leaf}) == acceptance_.leaf_hash();
  of_acceptance_ = is_leaf ? nullptr : "its acceptance was altered";
}

}  // namespace caseload::sync
