#pragma once

#include <map>

#include "client/casework/workplace.h"
#include "common/practice/priority.h"

namespace caseload::client {

// Facts of the work, read from the records that are here, for common/practice to judge.
//
// Promise  what is void does not count; nor does a case that was merged into another. Once the lease has ended,
//          facts of
//          sections that may no longer be read are missing, as is_readable() has it.
struct CaseFacts {
  PriorityFacts priority;           // without `due`, which is judged from these
  std::vector<Deadline> deadlines;  // open ones, those of contacts among them
  std::optional<WallTime> last_contact;
  WorkingDays works;                // of the case's unit
};

// Of one case, or of all that are here; nothing is in the audit trail yet: that is the caller's.
std::map<Id, CaseFacts> gather_facts(const Workplace& place, const std::optional<Id>& scope = {});

}  // namespace caseload::client
