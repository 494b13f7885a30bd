#pragma once

#include "common/time/time.h"

namespace caseload::client {

constexpr Duration idle_default = std::chrono::minutes(10);
constexpr Duration slept_min = std::chrono::seconds(30);  // less is a clock being set right

// Idle: when an unlocked page locks by itself. Pure: told the time, and when somebody did something.
//
// Promise  due() once nobody has done anything for `limit`, or the machine has slept: its wall clock went further
//          than its steady clock, which stands still meanwhile.
class Idle {
 public:
  explicit Idle(Duration limit) : limit_(limit) {}

  void touched(const Clock& clock) {
    steady_ = clock.steady();
    wall_ = clock.now();
  }
  bool is_due(const Clock& clock) const {
    const Duration steady = clock.steady() - steady_;
    const Duration wall = clock.now() - wall_;
    return steady >= limit_ || wall - steady >= slept_min;
  }
  Duration limit() const { return limit_; }

 private:
  Duration limit_;
  Duration steady_{0};
  WallTime wall_{};
};

}  // namespace caseload::client
