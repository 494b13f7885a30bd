#pragma once

#include <map>
#include <set>

#include "sync/office/ledger_witness.h"
#include "sync/office/reach.h"

namespace caseload::sync {

// PageBuilder: gathers changes into a page: grouped by acceptance, in ledger order, each change once, as many as fit.
// Whatever does not fit into an empty page goes alone.
//
// A change that is not in the log as it was signed and accepted is given to nobody: the end of the session says so
// (holdings_of).
//
// Requires that the context and the limits outlive it.
// Threads  one owner.
class PageBuilder {
 public:
  PageBuilder(const ReachContext& with, const PageLimits& limits);

  // Gives whether it fits, or is there already, or shows nothing.
  bool add(const OfficeChange& held, std::span<const SectionNumber> sections);
  void add(RecordReach reach, Page& page);
  bool is_full() const { return bytes_ != 0 && bytes_ + of_a_record > limits_.bytes_max; }

  void into(Page& page);  // with the proofs

 private:
  // At most, beside the packed bytes: lengths and index, and the digests that prove a member among 256; a header, an
  // acceptance of 256 bits, and the digests that prove a leaf among 2^32; an id and 32 sections.
  static constexpr std::size_t of_a_change = 8 + 8 * 32;
  static constexpr std::size_t of_a_segment = 320 + 120 + 32 * 32;
  static constexpr std::size_t of_a_record = 64;

  struct Entry {
    Digest segment{};
    std::uint16_t index = 0;
    std::uint64_t leaf = 0;
    Bytes packed;
  };
  using Entries = std::map<std::uint64_t, Entry>;  // by position: so acceptances, and indexes within each, ascend

  PageSegment segment_of(Entries::const_iterator begin, Entries::const_iterator end);

  const ReachContext& with_;
  const PageLimits& limits_;
  LedgerWitness own_witness_{with_.store};  // where the session has none
  LedgerWitness& witness_;
  Entries changes_;
  std::set<std::uint64_t> leaves_;
  std::size_t bytes_ = 0;
};

}  // namespace caseload::sync
