#include "common/time/hybrid_clock.h"

#include <algorithm>

namespace caseload {

Stamp Stamp::at(WallTime moment) {
  constexpr std::int64_t milliseconds_max = (std::int64_t{1} << 48) - 1;
  const std::int64_t since_1970 = std::clamp<std::int64_t>(to_milliseconds(moment), 0, milliseconds_max);
  return Stamp{static_cast<std::uint64_t>(since_1970) << 16};
}

Stamp HybridClock::next() {
  last_ = std::max(Stamp::at(clock_.now()), Stamp{last_.value + 1});
  return last_;
}

Result<void> HybridClock::follow(Stamp seen) {
  if (seen.wall_time() > clock_.now() + drift_max) return Fault(Fault::clock_ahead, "more than an hour ahead of ours");
  last_ = std::max(last_, seen);
  return {};
}

}  // namespace caseload
