#pragma once

#include "tests/simulation/checks/witness.h"

namespace caseload::sync {

// What must hold once everything has healed and every laptop has had its contacts.
//
//   I1   the office holds everything, byte for byte
//   I4   a laptop shows every field that it may see as the reference says, and so as every other laptop does
//   I14  nothing waits, no backfill is under way, no custody stays of what was let go
//   I16  a case survives as the same one everywhere
void look_at_quiet_laptop(const Office& office, const Laptop& laptop, const Witness& witness);
void look_at_survivors(const Office& office, const Laptop& laptop);
void look_at_custody(const Office& office, const Laptop& laptop);  // of a device that has no twin
void look_at_quiet_office(const Office& office, const Witness& witness);

}  // namespace caseload::sync
