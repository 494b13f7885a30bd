#include "sync/ledger/coverage.h"

#include "common/crypto/hash.h"

namespace caseload::sync {

namespace {

// Numbers masks in the order in which they are first named.
class Palette {
 public:
  std::uint16_t number_of(const Mask& mask) {
    const Bytes& bytes = mask.bytes();
    const auto [at, is_new] = numbers_.try_emplace(bytes, masks_.size());
    if (is_new) {
      bytes_ += bytes.size();
      masks_.push_back(mask);
    }
    return static_cast<std::uint16_t>(at->second);
  }
  std::size_t bytes() const { return bytes_; }
  std::vector<Mask> take() { return std::move(masks_); }

 private:
  std::map<Bytes, std::size_t> numbers_;
  std::vector<Mask> masks_;
  std::size_t bytes_ = 0;
};

CoverageTable tabulate(const Coverage& coverage, std::size_t& mask_bytes) {
  CoverageTable table;
  Palette palette;
  for (const auto& [scope, entry] : coverage) {
    CoverageRow row{scope, palette.number_of(entry.mask), std::nullopt};
    if (const std::optional<Backfill>& filling = entry.backfill) {
      row.backfill = {palette.number_of(filling->held), filling->base, filling->phase, filling->upto};
    }
    table.rows.push_back(row);
  }
  mask_bytes = palette.bytes();
  table.masks = palette.take();
  return table;
}

}  // namespace

Result<CoverageTable> table_of(const Coverage& coverage) {
  // Two masks a scope, at most, are numbered by 16 bits.
  static_assert(coverage_entries_max * 2 <= UINT16_MAX);
  if (coverage.size() > coverage_entries_max) return Fault(Fault::too_many, "at most 20000 scopes on one device");
  std::size_t mask_bytes = 0;
  CoverageTable table = tabulate(coverage, mask_bytes);
  if (mask_bytes > coverage_mask_bytes_max) return Fault(Fault::too_large, "at most 2 MiB of masks on one device");
  return table;
}

Result<Coverage> coverage_of(const CoverageTable& table) {
  if (table.rows.size() > coverage_entries_max) return Fault(Fault::too_many, "at most 20000 scopes on one device");
  Coverage coverage;
  for (const CoverageRow& row : table.rows) {
    const bool known = row.mask < table.masks.size() && (!row.backfill || row.backfill->held < table.masks.size());
    if (!known) return Fault(Fault::not_canonical, "a mask that is not there");
    CoverageEntry entry{table.masks[row.mask], std::nullopt};
    if (const auto& filling = row.backfill) {
      entry.backfill = Backfill{table.masks[filling->held], filling->base, filling->phase, filling->upto};
    }
    coverage.emplace_hint(coverage.end(), row.scope, std::move(entry));
  }
  const Result<CoverageTable> again = table_of(coverage);
  if (!again) return again.fault();
  if (*again != table) return Fault(Fault::not_canonical, "a coverage that is written otherwise");
  return coverage;
}

Digest digest_of(const Coverage& coverage) {
  std::size_t mask_bytes = 0;
  Bytes bytes = to_bytes(as_bytes("caseload/coverage/1"));
  append(bytes, encode(tabulate(coverage, mask_bytes)));
  return sha256(bytes);
}

void advance(CoverageEntry& entry, std::uint64_t upto) {
  if (!entry.backfill) return;
  Backfill& backfill = *entry.backfill;
  backfill.upto = upto;
  if (upto < backfill.base) return;
  if (backfill.phase == Phase::rest) {
    entry.backfill.reset();
    return;
  }
  backfill.phase = static_cast<Phase>(static_cast<std::uint8_t>(backfill.phase) + 1);
  backfill.upto = 0;
}

}  // namespace caseload::sync
