#include "sync/sharing/rules.h"

#include <algorithm>

namespace caseload::sync {

const KnownKind* Rules::find_kind(KindNumber number) const {
  const auto found =
      std::lower_bound(kinds.begin(), kinds.end(), number,
                       [](const KnownKind& kind, KindNumber wanted) { return kind.number < wanted; });
  return found != kinds.end() && found->number == number ? &*found : nullptr;
}

}  // namespace caseload::sync
