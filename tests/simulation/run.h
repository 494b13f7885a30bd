#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/checks/witness.h"
#include "tests/simulation/scenario.h"

namespace caseload::sync {

// How a scenario went.
struct Outcome {
  std::optional<Violation> violation;
  std::uint64_t trace = 0;
  std::size_t steps = 0;  // taken
  std::vector<std::string> story;
};
Outcome run_scenario(const Scenario& scenario, bool tells);

// The smallest scenario found that still breaks the same invariant: fewer steps, fewer laptops, no frames.
Scenario shrink(const Scenario& scenario, const Violation& violation);

}  // namespace caseload::sync
