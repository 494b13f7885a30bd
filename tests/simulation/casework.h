#pragma once

#include <optional>

#include "tests/simulation/laptop.h"
#include "tests/simulation/office.h"
#include "tests/simulation/scenario.h"

namespace caseload::sync {

// What the user of a laptop might do now, of that kind, with what the laptop holds. Nothing where there is nothing to do
// it to; whether it is allowed is not asked here.
std::optional<Act> casework_act(StepKind kind, const Laptop& laptop, const Office& office, Random& random);

}  // namespace caseload::sync
