#pragma once

#include <map>
#include <optional>
#include <vector>

#include "common/codec/codec.h"
#include "sync/sharing/mask.h"

namespace caseload::sync {

// The order in which a backfill sends the past of a scope, so that safety never waits behind the rest.
//   safety  who the people are, what is dangerous, what is to be done
//   recent  everything else that was accepted in the last 90 days
//   rest    what is older
enum class Phase : std::uint8_t { safety = 1, recent = 2, rest = 3 };
constexpr bool is_listed(Phase p) { return p >= Phase::safety && p <= Phase::rest; }
constexpr Duration recent_for = std::chrono::days(90);

// A backfill under way: what the scope's mask gives of positions up to `base`, and `held` (the mask of before; an empty
// one for a new scope) did not. Sent in phases; `upto` is how far this phase came.
struct Backfill {
  Mask held;
  std::uint64_t base = 0;
  Phase phase = Phase::safety;
  std::uint64_t upto = 0;

  friend bool operator==(const Backfill&, const Backfill&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(held, base, listed(phase), upto);
  }
};

// CoverageEntry: of one scope, the mask that what is held was given by, and what of its past is still on the way.
struct CoverageEntry {
  Mask mask;
  std::optional<Backfill> backfill;

  friend bool operator==(const CoverageEntry&, const CoverageEntry&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(mask, backfill);
  }
};

// Coverage: what a device knows that it holds, by scope.
//
// Promise  of a scope it holds, as its mask gives, everything up to the device's cursor, but for what `backfill` says
//          is still to come. It is committed with the data it speaks of, so it may err downward only: a session cut
//          anywhere goes on from here.
using Coverage = std::map<Id, CoverageEntry>;

// A backfill as it travels, its mask by number.
struct CoverageFilling {
  std::uint16_t held = 0;
  std::uint64_t base = 0;
  Phase phase = Phase::safety;
  std::uint64_t upto = 0;

  friend bool operator==(const CoverageFilling&, const CoverageFilling&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(held, base, listed(phase), upto);
  }
};

// A scope as it travels, its mask by number.
struct CoverageRow {
  Id scope;
  std::uint16_t mask = 0;
  std::optional<CoverageFilling> backfill;

  friend bool operator==(const CoverageRow&, const CoverageRow&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(scope, mask, backfill);
  }
};

// CoverageTable: coverage as it travels. A mask stands once: a device has thousands of scopes and a dozen masks.
struct CoverageTable {
  std::vector<Mask> masks;        // in the order in which the rows first name them
  std::vector<CoverageRow> rows;  // by scope

  friend bool operator==(const CoverageTable&, const CoverageTable&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(masks, rows);
  }
};

constexpr std::size_t coverage_entries_max = 20'000;      // scopes on one device: four times what we measure with
constexpr std::size_t coverage_mask_bytes_max = 2U << 20;  // of all its masks: the default rules take some 500 each

// Errors   too_many, too_large: beyond the limits.
Result<CoverageTable> table_of(const Coverage& coverage);
// Errors   also not_canonical: a table that no coverage gives.
Result<Coverage> coverage_of(const CoverageTable& table);

Digest digest_of(const Coverage& coverage);

// How a stretch of a backfill, sent up to that position, moves its entry: on in this phase, into the next, or done. The
// office and the device do the same.
void advance(CoverageEntry& entry, std::uint64_t upto);

}  // namespace caseload::sync
