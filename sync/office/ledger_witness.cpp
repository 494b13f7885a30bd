#include "sync/office/ledger_witness.h"

#include <algorithm>

namespace caseload::sync {
namespace {

// A scope's work of some weeks, with what others did at the time. Each is 8 kB at most.
constexpr std::size_t segments_kept = 16;

}  // namespace

const char* LedgerWitness::problem_of(const OfficeChange& held) {
  const KnownSegment& known = known_segment(held.segment);
  if (known.problem != nullptr) return known.problem;
  const std::vector<Digest>& changes = known.segment.changes;
  const bool in_segment = held.index < changes.size() && changes[held.index] == held.digest;
  if (!in_segment) return "it is not in the segment that its device signed";
  if (leaf_ != held.leaf) read_acceptance(held.leaf);
  if (of_acceptance_ != nullptr) return of_acceptance_;
  const bool accepted = acceptance_.segment == held.segment && acceptance_.position_of(held.index) == held.position;
  if (!accepted) return "its acceptance is for another change";
  return acceptance_.accepted_at == held.accepted ? nullptr : "its time of acceptance was altered";
}

const LedgerWitness::KnownSegment& LedgerWitness::known_segment(const Digest& segment) {
  const auto known = std::ranges::find(segments_, segment, &KnownSegment::digest);
  if (known != segments_.end()) return *known;
  if (segments_.size() == segments_kept) segments_.pop_back();
  return segments_.emplace_front(read_segment(segment));
}

LedgerWitness::KnownSegment LedgerWitness::read_segment(const Digest& segment) const {
  std::optional<OfficeSegment> found = store_.find_segment(segment);
  if (!found) return {segment, {}, "its segment is missing"};
  std::vector<Member> members;
  for (const Digest& digest : found->changes) members.push_back({static_cast<std::uint16_t>(members.size()), digest});
  const bool whole = digest_of(found->header) == segment && check_members(found->header, members, {}).ok();
  return {segment, std::move(*found), whole ? nullptr : "its segment was altered"};
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
