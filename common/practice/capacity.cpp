#include "common/practice/capacity.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace caseload {
namespace {

std::int64_t bounded(std::int64_t amount) { return std::clamp<std::int64_t>(amount, 0, load_most); }

// How much each gets, in the order given.
std::map<Id, std::int64_t> given(std::span<const Share> ordered, std::int64_t available) {
  std::map<Id, std::int64_t> all;
  for (const Share& share : ordered) {
    const std::int64_t gets = std::min(available, bounded(share.minutes));
    available -= gets;
    all[share.scope] += gets;
  }
  return all;
}

}  // namespace

std::string_view to_name(LoadState state) {
  switch (state) {
    case LoadState::within: return "within";
    case LoadState::near: return "near";
    case LoadState::over: return "over";
    case LoadState::unknown: break;
  }
  return "unknown";
}

Load judge_load(std::span<const std::int64_t> used, std::optional<std::int64_t> available) {
  Load load;
  for (const std::int64_t one : used) load.used = bounded(load.used + bounded(one));
  if (!available) return load;
  load.available = bounded(*available);
  const std::int64_t hundredfold = load.used * 100;
  load.state = hundredfold > *load.available * over_percent   ? LoadState::over
               : hundredfold > *load.available * near_percent ? LoadState::near
                                                              : LoadState::within;
  if (*load.available > 0) load.percent = static_cast<int>(hundredfold / *load.available);
  return load;
}

int case_points(std::optional<Tier> tier) {
  switch (tier.value_or(Tier::standard)) {
    case Tier::light: return 1;
    case Tier::enhanced: return 4;
    case Tier::intensive: return 6;
    case Tier::standard: break;
  }
  return 2;
}

std::vector<Displaced> displaced_by(const Share& first, std::span<const Share> others, std::int64_t available) {
  std::vector<Share> ordered;
  std::ranges::copy_if(others, std::back_inserter(ordered), [&](const Share& o) { return o.scope != first.scope; });
  std::ranges::sort(ordered, {}, [](const Share& share) { return std::make_tuple(-share.priority, share.scope); });
  const std::map<Id, std::int64_t> before = given(ordered, bounded(available));
  ordered.insert(ordered.begin(), first);
  const std::map<Id, std::int64_t> after = given(ordered, bounded(available));
  std::vector<Displaced> lost;
  for (const auto& [scope, minutes] : before) {
    if (after.at(scope) < minutes) lost.push_back({scope, minutes - after.at(scope)});
  }
  std::ranges::sort(lost, {}, [](const Displaced& one) { return std::make_tuple(-one.minutes, one.scope); });
  return lost;
}

}  // namespace caseload
