#include "sync/ledger/coverage.h"

#include "common/crypto/hash.h"

namespace caseload::sync {

Digest digest_of(const Coverage& coverage) {
  Bytes bytes = to_bytes(as_bytes("caseload/coverage/1"));
  append(bytes, encode(coverage));
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
