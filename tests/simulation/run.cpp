#include "tests/simulation/run.h"

#include <algorithm>
#include <optional>

#include "tests/simulation/world.h"

namespace caseload::sync {
namespace {

bool breaks(const Scenario& scenario, const Violation& violation) {
  const Outcome outcome = run_scenario(scenario, false);
  return outcome.violation && outcome.violation->invariant == violation.invariant;
}

// Leaves out pieces of a size wherever that is possible. Gives whether anything went.
bool drop_pieces(Scenario& scenario, std::size_t size, const Violation& violation) {
  bool dropped = false;
  for (std::size_t at = 0; at < scenario.steps.size();) {
    Scenario less = scenario;
    const auto from = less.steps.begin() + static_cast<std::ptrdiff_t>(at);
    less.steps.erase(from, from + static_cast<std::ptrdiff_t>(std::min(size, less.steps.size() - at)));
    if (breaks(less, violation)) {
      scenario = std::move(less);
      dropped = true;
    } else {
      at += size;
    }
  }
  return dropped;
}

template <class Change>
void try_change(Scenario& scenario, const Violation& violation, Change change) {
  Scenario other = scenario;
  change(other);
  if (breaks(other, violation)) scenario = std::move(other);
}

}  // namespace

Outcome run_scenario(const Scenario& scenario, bool tells) {
  Outcome outcome;
  std::optional<World> world;
  try {
    world.emplace(scenario, tells);
    for (const Step& step : scenario.steps) {
      ++outcome.steps;
      world->perform(step);
    }
    world->heal();
  } catch (const Violation& violation) {
    outcome.violation = violation;
  }
  if (!world) return outcome;  // broken before anybody did anything
  outcome.trace = world->trace();
  outcome.story = world->story();
  return outcome;
}

Scenario shrink(const Scenario& scenario, const Violation& violation) {
  Scenario smallest = scenario;
  for (std::size_t size = std::max<std::size_t>(1, scenario.steps.size() / 2);; size = std::max<std::size_t>(1, size / 2)) {
    const bool dropped = drop_pieces(smallest, size, violation);
    if (size == 1 && !dropped) break;
  }
  try_change(smallest, violation, [](Scenario& s) { s.frames = false; });
  try_change(smallest, violation, [](Scenario& s) { s.real_keys = false; });
  for (std::uint32_t laptops = 1; laptops < smallest.laptops; ++laptops) {
    const std::uint32_t fewer = laptops;
    try_change(smallest, violation, [fewer](Scenario& s) { s.laptops = fewer; });
  }
  return smallest;
}

}  // namespace caseload::sync
