#pragma once

#include <algorithm>
#include <cstdint>

#include "common/time/time.h"

namespace caseload::client {

// How long somebody who mistyped a passphrase waits before the next try. Pure.
//
// Shape    the first tries_free_max cost nothing; from then on the wait doubles, up to wait_max.
// Promise  a clock that is set back makes nobody wait longer than wait_max of working time; one that is set
//          forward while the machine runs gains nothing, because the steady clock must have gone as far.
// Attacker who can start the machine again with another time may try at once. It gains little: whoever can do
//          that can copy the files too, and then only scrypt and the device secret stand in the way.
inline constexpr std::uint32_t tries_free_max = 3;
inline constexpr Duration wait_first = std::chrono::seconds(30);
inline constexpr Duration wait_max = std::chrono::minutes(15);

struct TryMoment {
  WallTime wall{};
  Duration steady{0};
};

constexpr Duration wait_after(std::uint32_t failed) {
  if (failed < tries_free_max) return Duration(0);
  const std::uint32_t doublings = std::min(failed - tries_free_max, 10U);
  return std::min(wait_first * (1 << doublings), wait_max);
}

// How much time has certainly gone by. A steady clock that went back tells that the machine was started anew:
// then only the wall clock is left to ask.
constexpr Duration time_between(const TryMoment& last, const TryMoment& now) {
  const Duration wall = now.wall - last.wall;
  const Duration steady = now.steady - last.steady;
  if (steady < Duration(0)) return std::max(wall, Duration(0));
  return wall < Duration(0) ? steady : std::min(wall, steady);
}

constexpr Duration wait_left(std::uint32_t failed, const TryMoment& last, const TryMoment& now) {
  return std::max(wait_after(failed) - time_between(last, now), Duration(0));
}

// Both clocks went back: nothing is known of the time between, and the wait begins anew.
constexpr bool knows_nothing_of(const TryMoment& last, const TryMoment& now) {
  return now.wall < last.wall && now.steady < last.steady;
}

}  // namespace caseload::client
