#include "client/casework/cases.h"
#include "client/casework/typed.h"
#include "client/cli/answer.h"
#include "client/cli/command.h"
#include "common/record/kinds.h"
#include "common/record/names.h"

namespace caseload::client {
namespace {

Json done(const Done& what) { return {{"id", to_json(what.record)}}; }

Result<Answer> list(Workplace& place, const Call& call) {
  const Result<std::vector<CaseRow>> rows = list_cases(place, call.has("all"));
  if (!rows) return rows.fault();
  Answer answer{Json::array()};
  for (const CaseRow& row : *rows) {
    answer.value.push_back({{"id", to_json(row.id)}, {"reference", row.reference}, {"name", row.name},
                            {"status", row.status}, {"lead", to_json(row.lead)}, {"unit", to_json(row.unit)},
                            {"priority", nullptr}, {"last_contact", to_json(row.last_contact)},
                            {"next_contact", row.next_contact ? Json(to_text(*row.next_contact)) : Json()},
                            {"arriving", row.arriving}});
  }
  return answer;
}

Result<Answer> show(Workplace& place, const Call& call) {
  const Result<Id> id = find_case_typed(place, call.arguments[0]);
  if (!id) return id.fault();
  const Result<RecordShown> shown = get(place, *id);
  if (!shown) return shown.fault();
  const Result<std::vector<AssignmentRow>> people = assignments(place, *id);
  if (!people) return people.fault();
  Answer answer{to_json(place.catalogue(), *shown)};
  answer.value["assignments"] = Json::array();
  for (const AssignmentRow& row : *people) {
    answer.value["assignments"].push_back({{"id", to_json(row.id)}, {"worker", to_json(row.worker)},
                                           {"from", to_json(row.from)}, {"until", to_json(row.until)},
                                           {"in_force", row.in_force}});
  }
  return answer;
}

Result<Answer> add(Workplace& place, const Call& call) {
  const KindEntry& kind = *place.catalogue().find_kind(kinds::case_file);
  Result<std::vector<FieldValue>> fields = read_fields(place, kind, call.all("field"));
  if (!fields) return fields.fault();
  NewCase begun{call.option("name"), call.option("reference"), {}, std::move(*fields)};
  if (call.has("unit")) {
    const Result<Id> unit = find_typed(place, call.option("unit"));
    if (!unit) return unit.fault();
    begun.unit = *unit;
  }
  const Result<Done> added = add_case(place, begun);
  if (!added) return added.fault();
  return Answer{done(*added)};
}

struct Pair {
  Id scope;
  Id worker;
};
Result<Pair> who_and_where(const Workplace& place, const Call& call) {
  const Result<Id> scope = find_case_typed(place, call.arguments[0]);
  if (!scope) return scope.fault();
  if (!call.has("to")) return Fault(Fault::required, "--to WORKER");
  const Result<Id> worker = find_typed(place, call.option("to"));
  if (!worker) return worker.fault();
  return Pair{*scope, *worker};
}

Result<Answer> assign_to(Workplace& place, const Call& call) {
  const Result<Pair> pair = who_and_where(place, call);
  if (!pair) return pair.fault();
  const KindEntry& kind = *place.catalogue().find_kind(kinds::assignment);
  const CodeList* list = place.catalogue().find_code_list(kind.find_field(assignment_facts::role)->code_list);
  const Result<CodeNumber> as = find_code_named(*list, call.has("as") ? call.option("as") : "lead");
  if (!as) return as.fault();
  const Result<Done> assigned = assign(place, pair->scope, pair->worker, static_cast<AssignmentRole>(*as));
  if (!assigned) return assigned.fault();
  return Answer{done(*assigned)};
}

Result<Answer> unassign_from(Workplace& place, const Call& call) {
  const Result<Pair> pair = who_and_where(place, call);
  if (!pair) return pair.fault();
  const Result<std::vector<Done>> ended = unassign(place, pair->scope, pair->worker);
  if (!ended) return ended.fault();
  return Answer{{{"ended", ended->size()}}};
}

Result<Answer> close(Workplace& place, const Call& call) {
  const Result<Id> scope = find_case_typed(place, call.arguments[0]);
  if (!scope) return scope.fault();
  const Result<Done> closed = close_case(place, *scope, call.option("reason"));
  if (!closed) return closed.fault();
  return Answer{done(*closed)};
}

}  // namespace

std::span<const CommandEntry> case_commands() {
  static const std::vector<CommandEntry> table{
      {"case list", "", 0, 0, "the cases on this device", {{"all", "", "also those that are void or merged"}}, list},
      {"case show", "CASE", 1, 1, "one case, and who works on it", {}, show},
      {"case add", "", 0, 0, "begins a case",
       {{"name", "NAME", "who or what it is about"}, {"reference", "R", "your office's own reference"},
        {"unit", "UNIT", "whose case it is; your own unit by itself"},
        {"field", "NAME=VALUE", "any other field of a case", true}},
       add},
      {"case assign", "CASE", 1, 1, "gives the case to somebody, from now on",
       {{"to", "WORKER", "to whom"}, {"as", "ROLE", "lead (by itself), co, supervisor or provider"}}, assign_to},
      {"case unassign", "CASE", 1, 1, "ends somebody's assignments", {{"to", "WORKER", "whose"}}, unassign_from},
      {"case close", "CASE", 1, 1, "closes the case", {{"reason", "R", "why; must be given"}}, close},
  };
  return table;
}

}  // namespace caseload::client
