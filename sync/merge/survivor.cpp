#include "sync/merge/survivor.h"

#include <algorithm>

namespace caseload::sync {

Survivor find_survivor(const Id& scope, const std::function<Id(const Id&)>& merged_into) {
  std::vector<Id> chain{scope};
  while (chain.size() <= merge_chain_max) {
    const Id next = merged_into(chain.back());
    if (next.is_none()) return {chain.back(), false};
    const auto seen = std::ranges::find(chain, next);
    if (seen != chain.end()) return {*std::min_element(seen, chain.end()), true};
    chain.push_back(next);
  }
  return {chain.back(), true};
}

}  // namespace caseload::sync
