#include "sync/session/unpacked.h"

#include <utility>

namespace caseload::sync {
namespace {

Result<std::vector<Change>> unpack_all(std::span<const Bytes> packed) {
  std::vector<Change> changes;
  changes.reserve(packed.size());
  for (const Bytes& bytes : packed) {
    Result<Change> change = unpack(bytes);
    if (!change) return change.fault();
    changes.push_back(std::move(*change));
  }
  return changes;
}

}  // namespace

void Unpacked::read(std::span<const Bytes> packed) {
  if (Result<std::vector<Change>> changes = unpack_all(packed))
    changes_ = std::make_shared<std::vector<Change>>(std::move(*changes));
}

Result<std::vector<Change>> Unpacked::take(std::span<const Bytes> packed) const {
  if (changes_ && !changes_->empty()) return std::exchange(*changes_, {});
  return unpack_all(packed);
}

}  // namespace caseload::sync
