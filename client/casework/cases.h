#pragma once

#include "client/casework/act.h"
#include "client/casework/attention/attention.h"

namespace caseload::client {

// Cases, and who works on them.

struct CaseRow {
  Id id;
  std::string reference;
  std::string name;
  std::string status;  // the code's name
  Id lead;             // none: nobody
  Id unit;
  std::optional<WallTime> last_contact;  // the latest note of somebody having been met, called or written to
  std::optional<Date> next_contact;
  bool arriving = false;  // more of it is on its way: nothing may be concluded from what is not here
  Priority priority;      // of a case that is void or was merged into another: none
  DueCounts due;
  std::vector<DueRow> deadlines;  // open ones, the earliest first
};

// All cases that are here; by priority, the highest first and equal ones by name; or by name. A case that is void
// or was
// merged into another is among them only if asked for.
// Errors: those of begin_looking(); one entry in the audit trail for the list.
enum class CaseOrder : std::uint8_t { priority, name };
Result<std::vector<CaseRow>> list_cases(Workplace& place, bool with_ended = false,
                                        CaseOrder order = CaseOrder::priority);

Id own_unit(const Workplace& place);  // the person's, where there is one alone; else none

// Begins a case. Without a unit, it is the person's own, where there is one alone.
// Errors   required: a name, a unit; already_there: a case here has this reference; those of perform().
struct NewCase {
  std::string name;
  std::string reference;
  Id unit{};
  std::vector<FieldValue> more{};
};
Result<Done> add_case(Workplace& place, const NewCase& begun);

// Errors   required: a reason; already_there: it is closed; those of perform().
Result<Done> close_case(Workplace& place, const Id& scope, std::string_view reason);

struct AssignmentRow {
  Id id;
  Id worker;
  AssignmentRole as = AssignmentRole::lead;
  std::optional<WallTime> from;
  std::optional<WallTime> until;
  bool counts = false;    // not void
  bool in_force = false;  // begun, not ended, not void
};
std::vector<AssignmentRow> assignment_rows(const Workplace& place, const Id& scope);  // unaudited, for what checks
Result<std::vector<AssignmentRow>> assignments(Workplace& place, const Id& scope);  // the latest first

// From now on. Errors: already_there: so assigned already; not_found; required: over_capacity_reason, where the worker
// would be over capacity (common/practice) as far as this device knows; those of perform().
struct AssignmentTerms {
  std::optional<std::int64_t> minutes_a_week{};
  std::string reason{};
  std::string over_capacity_reason{};
};
Result<Done> assign(Workplace& place, const Id& scope, const Id& worker, AssignmentRole as,
                    const AssignmentTerms& terms = {});

// Ends every assignment of this worker that is in force. Errors: not_found: there is none; those of perform().
Result<std::vector<Done>> unassign(Workplace& place, const Id& scope, const Id& worker);

}  // namespace caseload::client
