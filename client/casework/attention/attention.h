#pragma once

#include "client/casework/attention/facts.h"

namespace caseload::client {

// Attention: what a case asks for, and why: its priority with the reasons, and its deadlines.
struct Attention {
  bool open = false;
  std::optional<Tier> tier;
  Priority priority;
  std::vector<DueRow> due;  // the earliest first
  DueCounts counts;
  std::optional<WallTime> last_contact;
  std::optional<Date> next_contact;
};

// Of every case that is here, or of one; a closed one asks for nothing. Nothing is audited: that is the caller's.
std::map<Id, Attention> weigh_cases(const Workplace& place, const std::optional<Id>& scope = {});

// Of one case. Errors: not_found: it is not here; those of begin_looking().
Result<Attention> attention_to(Workplace& place, const Id& scope);

}  // namespace caseload::client
