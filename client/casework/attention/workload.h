#pragma once

#include "client/casework/attention/attention.h"
#include "common/practice/capacity.h"

namespace caseload::client {

// Workload: what a worker has been given, against the time there is; as far as this device knows of it.
struct Workload {
  Id worker;
  std::vector<Share> cases;        // lead or co, in force, not closed; the highest priority first
  std::size_t without_minutes = 0; // of them: nobody said how much time they take
  Load minutes;
  Load points;
};

// Errors: not_found: no such worker here; those of begin_looking(): it is a list of cases.
Result<Workload> workload(Workplace& place, const Id& worker);

// The same, unaudited, for checks beforehand.
Workload reckon_workload(const Workplace& place, const Id& worker);

// Whether more of this case would bring the worker beyond capacity, in minutes or in points; never, where nobody said
// what the capacity is.
struct MoreWork {
  Id scope;
  std::int64_t minutes = 0;
};
bool would_be_over(const Workplace& place, const Id& worker, const MoreWork& more);

// What falls out of this worker's week if the case goes before everything else. Empty where the worker's minutes
// are not
// known.
std::vector<Displaced> displaced_in(const Workload& load, const Id& scope);

}  // namespace caseload::client
