#include "sync/ledger/acceptance.h"

#include "sync/ledger/merkle.h"
#include "sync/ledger/statement.h"

namespace caseload::sync {

Result<void> Acceptance::check() const {
  if (accepted.empty()) return Fault(Fault::bad_value, "an acceptance of nothing");
  if (first_position == 0 || first_position > position_max - segment_changes_max) {
    return Fault(Fault::bad_value, "a position that no log has");
  }
  return {};
}

Digest Acceptance::leaf_hash() const { return merkle_leaf(labelled(*this)); }

std::optional<std::uint64_t> Acceptance::position_of(std::size_t index) const {
  if (!accepted.has(index)) return std::nullopt;
  return first_position + accepted.count_before(index);
}

}  // namespace caseload::sync
