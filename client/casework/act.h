#pragma once

#include <functional>
#include <span>

#include "client/casework/workplace.h"
#include "sync/merge/compose.h"

namespace caseload::client {

using FieldValue = sync::FieldWrite;

// Act: what a person does: fields of one record get values.
//
// Shape    of a record that is here: `record` and the writes; kind and scope are its own. Of a new one: kind and scope;
//          no scope: it begins a case. `id`: of the change, where it is known beforehand (a draft that is signed): done
//          twice, it is done once.
struct Act {
  KindNumber kind = 0;
  Id scope{};
  Id record{};
  std::vector<FieldValue> writes;
  Id id{};
};

// What was done, once it is on the disk.
struct Done {
  Id change;
  Id record;
  Id scope;
  friend bool operator==(const Done&, const Done&) = default;
};

// Whether the person may do this now; said before anything is kept, and by what the office will judge by.
//
// Errors   lease_ended, clock_back, clock_ahead   nothing new is written until the device meets the office
//          unknown_kind, unknown_field, and those of Catalogue::check, which name field and limit
//          required       nothing is written; a field that a note cannot be signed without; a case for its record
//          not_found      the record, the case, or what a reference names, is not here
//          held           the record is late work, which a person judges first; declined: which somebody declined
//          bad_value      a field twice; a reference to another kind; a scope that such a record is not kept in; an end
//                         before its start, a birth in the future
//          already_there  a field that is written once has been
//          cycle          a record that names itself
//          not_allowed    the detail names the section and the line of the sharing rules
//          too_large      more than a change may weigh
Result<void> check(const Workplace& place, const Act& act);

// Does it: composed on what is seen here, stamped, and kept with its record, its words and its place in the outbox in
// one transaction. Promise: on the disk when it returns; after a Fault or a Breakage nothing was acknowledged.
// Errors   those of check(). A refusal by the rules is in the audit trail.
Result<Done> perform(Workplace& place, const Act& act);

// Several at once, or none; `with` runs inside their transaction, after them. A later act may write to a record that is
// here before all of them.
Result<std::vector<Done>> perform_together(Workplace& place, std::span<const Act> acts,
                                           const std::function<void()>& with = {});

// The same inside the caller's transaction, so that very many acts are one, and a later act may write to what an
// earlier one began. A refusal by the rules is the caller's to put into the audit trail, once the transaction is over.
Result<Done> perform_within(Workplace& place, const Act& act);

// Whether anything new may be written now. Errors: lease_ended, clock_back, clock_ahead.
Result<void> check_lease(const Workplace& place);

// The first half of check(), for what is not yet to be kept: a form as it is filled in.
Result<void> check_values(const Workplace& place, const Act& act);

}  // namespace caseload::client
