#include "client/casework/cases.h"

#include <algorithm>

#include "client/casework/attention/workload.h"
#include "client/casework/looking.h"
#include "common/base/text.h"
#include "common/record/kinds.h"

namespace caseload::client {
namespace {

constexpr std::size_t assignments_max = 1'000;   // of one case, all its past

const KindEntry& case_kind(const Workplace& place) {
  const KindEntry* kind = place.catalogue().find_kind(kinds::case_file);
  CHECK(kind != nullptr, "every catalogue has cases");
  return *kind;
}

FieldNumber field_of(const Workplace& place, std::string_view name) {
  const FieldEntry* field = case_kind(place).find_field(name);
  CHECK(field != nullptr, "every catalogue has the fields of a case");
  return field->number;
}

AssignmentRow assignment_row(const Workplace& place, const Id& id) {
  const Catalogue& catalogue = place.catalogue();
  const sync::RecordState state = place.store.record(id);
  AssignmentRow row{id, reference_of(catalogue, state, assignment_facts::worker),
                    static_cast<AssignmentRole>(code_of(catalogue, state, assignment_facts::role)),
                    moment_of(catalogue, state, assignment_facts::from),
                    moment_of(catalogue, state, assignment_facts::until),
                    state.void_state(catalogue) != sync::VoidState::voided, false};
  const WallTime now = place.clock.now();
  row.in_force = row.counts && (!row.from || *row.from <= now) && (!row.until || *row.until > now);
  return row;
}

Id lead_of(const Workplace& place, const Id& scope) {
  for (const AssignmentRow& row : assignment_rows(place, scope)) {
    if (row.in_force && row.as == AssignmentRole::lead) return row.worker;
  }
  return {};
}

CaseRow case_row(const Workplace& place, const Id& id, const sync::RecordState& state, const Attention& attention) {
  const Catalogue& catalogue = place.catalogue();
  CaseRow row;
  row.id = id;
  row.reference = text_of(catalogue, state, field_of(place, "reference"));
  row.name = text_of(catalogue, state, field_of(place, "name"));
  const FieldEntry& status = *case_kind(place).find_field(case_facts::status);
  if (const CodeNumber code = code_of(catalogue, state, case_facts::status)) {
    row.status = code_name(catalogue, status, code);
  }
  row.lead = lead_of(place, id);
  row.unit = reference_of(catalogue, state, case_facts::unit);
  row.last_contact = attention.last_contact;
  row.next_contact = attention.next_contact;
  row.priority = attention.priority;
  row.due = attention.counts;
  row.deadlines = attention.due;
  const std::optional<sync::CoverageEntry> covered = place.store.records().coverage_of(id);
  row.arriving = covered && covered->backfill.has_value();
  return row;
}

bool has_ended(const Workplace& place, const sync::RecordState& state) {
  return state.void_state(place.catalogue()) == sync::VoidState::voided ||
         !reference_of(place.catalogue(), state, case_facts::merged_into).is_none();
}

bool is_taken(const Workplace& place, const std::string& reference) {
  const FieldNumber field = field_of(place, "reference");
  const std::string folded = fold_for_search(reference);
  return std::ranges::any_of(place.store.records().of_kind(kinds::case_file), [&](const Id& id) {
    return fold_for_search(text_of(place.catalogue(), place.store.record(id), field)) == folded;
  });
}

// As it is kept; the catalogue judges it then.
Value line_value(const std::string& typed) {
  const Result<std::string> line = check_line(typed, value_bytes_max);
  return Value::of_text(line ? *line : typed);
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\n") == std::string_view::npos; }

}  // namespace

Id own_unit(const Workplace& place) {
  const sync::RecordState worker = place.store.record(place.worker);
  const sync::FieldView units = worker.view(place.catalogue(), worker_facts::units);
  const bool one = units.in_force.size() == 1 && units.in_force.front().type() == ValueType::reference;
  return one ? units.in_force.front().reference() : Id{};
}

Result<std::vector<CaseRow>> list_cases(Workplace& place, bool with_ended, CaseOrder order) {
  if (Result<void> leave = begin_looking(place, {}); !leave) return leave.fault();
  std::map<Id, Attention> weighed = weigh_cases(place);
  std::vector<CaseRow> rows;
  for (const Id& id : place.store.records().of_kind(kinds::case_file)) {
    if (!place.store.find_record(id)) continue;
    const sync::RecordState state = readable(place, id);
    if (with_ended || !has_ended(place, state)) rows.push_back(case_row(place, id, state, weighed[id]));
  }
  std::ranges::sort(rows, {}, [&](const CaseRow& row) {
    const int weight = order == CaseOrder::priority ? -row.priority.score : 0;
    return std::make_tuple(weight, fold_for_search(row.name), row.id);
  });
  return rows;
}

Result<Done> add_case(Workplace& place, const NewCase& begun) {
  const Id unit = begun.unit.is_none() ? own_unit(place) : begun.unit;
  if (is_blank(begun.name)) return Fault(Fault::required, "case.identity.name");
  if (unit.is_none()) return Fault(Fault::required, "case.header.unit");
  Act act{kinds::case_file, {}, {}, {{case_facts::unit, Value::of_reference(unit)},
                                     {case_facts::status, Value::of_code(number_of(CaseStatus::open))},
                                     {header::occurred, Value::of_moment(place.clock.now())},
                                     {field_of(place, "name"), line_value(begun.name)}}, {}};
  if (!begun.reference.empty()) act.writes.push_back({field_of(place, "reference"), line_value(begun.reference)});
  for (const FieldValue& more : begun.more) {
    std::erase_if(act.writes, [&](const FieldValue& write) { return write.field == more.field; });
  }
  act.writes.insert(act.writes.end(), begun.more.begin(), begun.more.end());
  if (Result<void> may = check(place, act); !may && may.fault() != Fault::not_allowed) return may.fault();
  if (!begun.reference.empty() && is_taken(place, begun.reference)) {
    return Fault(Fault::already_there, "case.identity.reference");
  }
  return perform(place, act);
}

Result<Done> close_case(Workplace& place, const Id& scope, std::string_view reason) {
  if (is_blank(reason)) return Fault(Fault::required, "case.ending.closing_reason");
  const std::optional<sync::RecordRow> row = place.store.find_record(scope);
  if (!row || row->kind != kinds::case_file) return Fault(Fault::not_found, "its case");
  const Value closed = Value::of_code(number_of(CaseStatus::closed));
  const sync::FieldView status = place.store.record(scope).view(place.catalogue(), case_facts::status);
  if (!status.in_force.empty() && status.in_force.front() == closed) {
    return Fault(Fault::already_there, "it is closed");
  }
  const Date today = place.zone.date_at(place.clock.now());
  const Result<std::string> said = check_text(reason, value_bytes_max);
  if (!said) return said.fault();
  return perform(place, {.record = scope, .writes = {{case_facts::status, closed},
                                                     {field_of(place, "closed_on"), Value::of_date(today)},
                                                     {field_of(place, "closing_reason"), Value::of_text(*said)}}});
}

std::vector<AssignmentRow> assignment_rows(const Workplace& place, const Id& scope) {
  std::vector<AssignmentRow> rows;
  const TimelineQuery all{.scope = scope, .kind = kinds::assignment, .before = {}, .rows_max = assignments_max};
  for (const TimelineEntry& entry : place.store.timeline(all)) rows.push_back(assignment_row(place, entry.row.record));
  return rows;
}

Result<std::vector<AssignmentRow>> assignments(Workplace& place, const Id& scope) {
  if (!place.store.find_record(scope)) return Fault(Fault::not_found, "its case");
  const Looking at{sync::AuditAction::consult, scope, {}};
  if (Result<void> leave = begin_looking(place, at); !leave) return leave.fault();
  return assignment_rows(place, scope);
}

Result<Done> assign(Workplace& place, const Id& scope, const Id& worker, AssignmentRole as,
                    const AssignmentTerms& terms) {
  for (const AssignmentRow& row : assignment_rows(place, scope)) {
    if (row.in_force && row.worker == worker && row.as == as) return Fault(Fault::already_there, "assigned");
  }
  const KindEntry& kind = *place.catalogue().find_kind(kinds::assignment);
  Act act{kinds::assignment, scope, {}, {{assignment_facts::worker, Value::of_reference(worker)},
                                         {assignment_facts::role, Value::of_code(number_of(as))},
                                         {assignment_facts::from, Value::of_moment(place.clock.now())}}, {}};
  const std::pair<std::string_view, std::string_view> reasons[] = {
      {"reason", terms.reason}, {"over_capacity_reason", terms.over_capacity_reason}};
  for (const auto& [name, typed] : reasons) {
    if (is_blank(typed)) continue;
    const Result<std::string> said = check_text(typed, value_bytes_max);
    if (!said) return said.fault();
    act.writes.push_back({kind.find_field(name)->number, Value::of_text(*said)});
  }
  if (terms.minutes_a_week) {
    act.writes.push_back({kind.find_field("minutes_a_week")->number, Value::of_integer(*terms.minutes_a_week)});
  }
  if (Result<void> may = check(place, act); may) {
    const bool too_much = would_be_over(place, worker, {scope, terms.minutes_a_week.value_or(0)});
    if (too_much && is_blank(terms.over_capacity_reason)) {
      return Fault(Fault::required, "assignment.terms.over_capacity_reason");
    }
  }
  return perform(place, act);
}

Result<std::vector<Done>> unassign(Workplace& place, const Id& scope, const Id& worker) {
  std::vector<Act> acts;
  for (const AssignmentRow& row : assignment_rows(place, scope)) {
    if (!row.in_force || row.worker != worker) continue;
    acts.push_back({.record = row.id,
                    .writes = {{assignment_facts::until, Value::of_moment(place.clock.now())}}});
  }
  if (acts.empty()) return Fault(Fault::not_found, "an assignment in force");
  return perform_together(place, acts);
}

}  // namespace caseload::client
