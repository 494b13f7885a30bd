#include "client/casework/handover/pass.h"

#include <algorithm>

#include "client/casework/attention/workload.h"
#include "client/casework/looking.h"
#include "client/casework/rights.h"
#include "common/base/text.h"

namespace caseload::client {
namespace {

const KindEntry& kind_of(const Workplace& place, KindNumber number) { return *place.catalogue().find_kind(number); }

FieldNumber field_of(const Workplace& place, std::string_view name) {
  const FieldEntry* field = kind_of(place, kinds::handover).find_field(name);
  CHECK(field != nullptr, "every catalogue has the fields of a handover");
  return field->number;
}

// A lead that has begun or will, and has no end.
bool leads(const AssignmentRow& row, const Id& worker) {
  return row.worker == worker && row.as == AssignmentRole::lead && row.counts && !row.until;
}

std::int64_t minutes_of(const Workplace& place, const Id& assignment) {
  const FieldNumber minutes = kind_of(place, kinds::assignment).find_field("minutes_a_week")->number;
  const sync::FieldView view = place.store.record(assignment).view(place.catalogue(), minutes);
  const bool known = !view.in_force.empty() && view.in_force.front().type() == ValueType::integer;
  return known ? view.in_force.front().integer() : 0;
}

}  // namespace

HandoverHere read_handover(const Workplace& place, const Id& handover) {
  const Catalogue& catalogue = place.catalogue();
  const sync::RecordState state = readable(place, handover);
  HandoverHere here;
  here.row.id = handover;
  here.row.scope = place.store.find_record(handover)->scope;
  here.row.from = reference_of(catalogue, state, field_of(place, "from"));
  here.row.to = reference_of(catalogue, state, field_of(place, "to"));
  here.row.status = static_cast<HandoverStatus>(code_of(catalogue, state, field_of(place, "status")));
  here.row.disputed = state.view(catalogue, field_of(place, "status")).open;
  here.row.acknowledged = moment_of(catalogue, state, field_of(place, "acknowledged_at"));
  const sync::FieldView effect = state.view(catalogue, field_of(place, "takes_effect"));
  if (!effect.in_force.empty() && effect.in_force.front().type() == ValueType::date) {
    here.row.takes_effect = effect.in_force.front().date();
  }
  here.digest = text_of(catalogue, state, field_of(place, "pack_digest"));
  here.row.changed_since = here.digest != make_pack(place, here.row.scope).digest();
  const std::vector<AssignmentRow> rows = assignment_rows(place, here.row.scope);
  here.row.moved = here.row.status == HandoverStatus::acknowledged &&
                   std::ranges::any_of(rows, [&](const AssignmentRow& row) { return leads(row, here.row.to); });
  return here;
}

Result<HandoverHere> find_handover(const Workplace& place, const Id& handover) {
  const std::optional<sync::RecordRow> row = place.store.find_record(handover);
  if (!row) return Fault::not_found;
  if (row->kind != kinds::handover) return Fault(Fault::unknown_kind, "it is no handover");
  return read_handover(place, handover);
}

HandoverPart part_in(const Workplace& place, const HandoverRow& row) {
  return {row.from == place.worker, row.to == place.worker, may_begin(place, row.scope, kinds::assignment)};
}

Result<std::vector<Act>> acts_to_move(Workplace& place, const HandoverRow& row, std::string_view over_capacity_reason) {
  const KindEntry& kind = kind_of(place, kinds::assignment);
  const WallTime now = place.clock.now();
  const WallTime moment = std::max(now, row.takes_effect ? place.zone.start_of(*row.takes_effect) : now);
  std::vector<Act> acts;
  std::int64_t minutes = 0;
  for (const AssignmentRow& held : assignment_rows(place, row.scope)) {
    if (leads(held, row.to)) return Fault(Fault::already_there, "the receiver leads the case");
    const bool gives = leads(held, row.from);
    const bool helped = held.worker == row.to && held.as == AssignmentRole::co && held.in_force && !held.until;
    if (gives) minutes = std::max(minutes, minutes_of(place, held.id));
    if (gives || helped) {
      acts.push_back({.record = held.id, .writes = {{assignment_facts::until, Value::of_moment(moment)}}});
    }
  }
  Act begun{kinds::assignment,
            row.scope,
            {},
            {{assignment_facts::worker, Value::of_reference(row.to)},
             {assignment_facts::role, Value::of_code(number_of(AssignmentRole::lead))},
             {assignment_facts::from, Value::of_moment(moment)}},
            {}};
  if (minutes > 0) begun.writes.push_back({kind.find_field("minutes_a_week")->number, Value::of_integer(minutes)});
  const Result<std::string> reason = check_text(over_capacity_reason, value_bytes_max);
  if (!reason) return reason.fault();
  const bool said = reason->find_first_not_of(" \t\n") != std::string::npos;
  if (!said && would_be_over(place, row.to, {row.scope, minutes})) {
    return Fault(Fault::required, "assignment.terms.over_capacity_reason");
  }
  if (said) begun.writes.push_back({kind.find_field("over_capacity_reason")->number, Value::of_text(*reason)});
  acts.push_back(std::move(begun));
  return acts;
}

}  // namespace caseload::client
