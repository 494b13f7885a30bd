#pragma once

#include <compare>
#include <cstdint>

#include "common/time/time.h"

namespace caseload {

// How far ahead of us another device's stamp may lie before we stop following it. An hour covers a clock set to the
// neighbouring zone; more is a broken clock, which must not drag every other device along.
constexpr Duration drift_max = std::chrono::hours(1);

// Stamp: the moment of a change, as its author's device understood it.
//
// Shape    64 bits: 48 of wall time in milliseconds since 1970 UTC, 16 of counter. Ties go by change id.
//          A wall time before 1970 counts as 1970.
struct Stamp {
  std::uint64_t value = 0;

  static Stamp at(WallTime moment);
  WallTime wall_time() const { return from_milliseconds(static_cast<std::int64_t>(value >> 16)); }

  friend auto operator<=>(const Stamp&, const Stamp&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value);
  }
};

// HybridClock: gives stamps that never go back.
//
// Promise  next() exceeds every stamp this clock has given or followed, even when the wall clock steps back.
// Errors   follow(): clock_ahead if the stamp is more than drift_max beyond our wall time; nothing changes then.
// Threads  one owner.
// Source   Kulkarni et al., "Logical Physical Clocks", 2014.
class HybridClock {
 public:
  HybridClock(const Clock& clock, Stamp last_given) : clock_(clock), last_(last_given) {}

  Stamp next();
  Result<void> follow(Stamp seen);
  Stamp last() const { return last_; }

 private:
  const Clock& clock_;
  Stamp last_;
};

}  // namespace caseload
