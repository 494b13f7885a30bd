#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/base/id.h"
#include "common/record/kinds.h"

namespace caseload {

// Capacity: whether somebody's work fits into the time there is, and what a priority case takes from the rest.

constexpr std::int64_t load_most = 1'000'000;  // minutes a week, or points: more is a slip of the keyboard
constexpr int near_percent = 90;               // beyond it, somebody is warned
constexpr int over_percent = 110;              // beyond it, a manager says why

enum class LoadState : std::uint8_t { unknown, within, near, over };
std::string_view to_name(LoadState state);

// Work against what there is of time, in one unit: minutes_a_week of assignments and of the worker, or the points of
// cases and points_available of a worker or unit.
//
// Promise  sums saturate at load_most. percent is rounded down, and what `state` says is decided before rounding.
//          Without a known capacity the state is unknown: nobody is said to fit.
struct Load {
  std::int64_t used = 0;
  std::optional<std::int64_t> available;
  LoadState state = LoadState::unknown;
  std::optional<int> percent;
};
Load judge_load(std::span<const std::int64_t> used, std::optional<std::int64_t> available);

// What a case weighs where nobody has said how many points: 1, 2, 4 or 6 by its tier; without one, as standard.
int case_points(std::optional<Tier> tier);

// One case in a worker's week.
struct Share {
  Id scope;
  std::int64_t minutes = 0;
  int priority = 0;
};

// Of which case how many minutes fall out of the week because `first` goes before everything else.
//
// Shape    time goes to cases by priority, then by id, until there is none; once without `first`, once with it at the
//          head. What a case has less of the second time is displaced. The most first, then by id.
struct Displaced {
  Id scope;
  std::int64_t minutes = 0;
};
std::vector<Displaced> displaced_by(const Share& first, std::span<const Share> others, std::int64_t available);

}  // namespace caseload
