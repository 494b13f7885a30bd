#include "sync/office/page_builder.h"

#include <algorithm>

namespace caseload::sync {
namespace {

// What may be seen of it; nothing where that is no part. Mostly it is all that is held, which need not be copied.
Bytes packed_for(const Change& change, std::span<const SectionNumber> sections) {
  const auto is_seen = [&](const Part& part) { return std::ranges::find(sections, part.section) != sections.end(); };
  if (!change.parts.empty() && std::ranges::all_of(change.parts, is_seen)) return pack(change);
  const std::optional<Change> seen = project(change, sections);
  return seen ? pack(*seen) : Bytes();
}

}  // namespace

PageBuilder::PageBuilder(const ReachContext& with, const PageLimits& limits)
    : with_(with), limits_(limits), witness_(with.witness == nullptr ? own_witness_ : *with.witness) {
  CHECK(limits.changes_max > 0 && limits.bytes_max > 0, "a page has room for something");
}

bool PageBuilder::add(const OfficeChange& held, std::span<const SectionNumber> sections) {
  if (changes_.contains(held.position)) return true;
  if (witness_.problem_of(held) != nullptr) return true;
  Bytes packed = packed_for(held.change, sections);
  if (packed.empty()) return true;
  const std::size_t cost = packed.size() + of_a_change + (leaves_.contains(held.leaf) ? 0 : of_a_segment);
  if (!changes_.empty() && bytes_ + cost > limits_.bytes_max) return false;
  bytes_ += cost;
  leaves_.insert(held.leaf);
  changes_.emplace(held.position, Entry{held.segment, held.index, held.leaf, std::move(packed)});
  return true;
}

void PageBuilder::add(RecordReach reach, Page& page) {
  bytes_ += of_a_record;
  page.records.push_back(std::move(reach));
}

// Requires changes of one acceptance.
PageSegment PageBuilder::segment_of(Entries::const_iterator begin, Entries::const_iterator end) {
  const Entry& first = begin->second;
  const OfficeSegment& segment = witness_.segment_of(first.segment);
  PageSegment made;
  made.segment = segment.header;
  made.acceptance = with_.store.acceptance(first.leaf);
  made.leaf = first.leaf;
  for (; begin != end; ++begin) {
    made.indexes.push_back(begin->second.index);
    made.changes.push_back(begin->second.packed);
  }
  made.proof = prove_members(segment.changes, made.indexes);
  return made;
}

void PageBuilder::into(Page& page) {
  std::vector<std::uint64_t> leaves;
  for (auto begin = changes_.begin(); begin != changes_.end();) {
    const std::uint64_t leaf = begin->second.leaf;
    const auto is_of_another = [&](const auto& entry) { return entry.second.leaf != leaf; };
    const auto end = std::find_if(begin, changes_.end(), is_of_another);
    page.segments.push_back(segment_of(begin, end));
    leaves.push_back(leaf);
    begin = end;
  }
  if (!leaves.empty()) page.proof = multi_proof(with_.store.nodes(), with_.leaves, leaves);
}

}  // namespace caseload::sync
