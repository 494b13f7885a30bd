#include "client/casework/attention/workload.h"
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
  const std::string by = call.has("by") ? call.option("by") : "priority";
  if (by != "priority" && by != "name") return Fault(Fault::bad_value, "--by priority or name");
  const CaseOrder order = by == "name" ? CaseOrder::name : CaseOrder::priority;
  const Result<std::vector<CaseRow>> rows = list_cases(place, call.has("all"), order);
  if (!rows) return rows.fault();
  Answer answer{Json::array()};
  answer.urgent = {"overdue"};
  for (const CaseRow& row : *rows) {
    answer.value.push_back({{"id", to_json(row.id)}, {"reference", row.reference}, {"name", row.name},
                            {"status", row.status}, {"lead", to_json(row.lead)}, {"unit", to_json(row.unit)},
                            {"priority", row.priority.score}, {"last_contact", to_json(row.last_contact)},
                            {"next_contact", row.next_contact ? Json(to_text(*row.next_contact)) : Json()},
                            {"overdue", row.due.overdue}, {"due_soon", row.due.soon},
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
  const Result<Attention> attention = attention_to(place, *id);
  if (!attention && attention.fault() != Fault::not_found) return attention.fault();
  Answer answer{to_json(place.catalogue(), *shown)};
  answer.value["priority"] = attention ? to_json(attention->priority) : Json();
  answer.value["deadlines"] = attention ? to_json(std::span(attention->due)) : Json::array();
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

Json to_json(const Load& load) {
  return {{"used", load.used},
          {"available", load.available ? Json(*load.available) : Json()},
          {"percent", load.percent ? Json(*load.percent) : Json()},
          {"state", to_name(load.state)}};
}

Result<Answer> tell_workload(Workplace& place, const Call& call) {
  const Result<Id> worker = call.arguments.empty() ? place.worker : find_typed(place, call.arguments[0]);
  if (!worker) return worker.fault();
  const Result<Workload> load = workload(place, *worker);
  if (!load) return load.fault();
  Answer answer{{{"worker", to_json(load->worker)}, {"minutes", to_json(load->minutes)},
                 {"points", to_json(load->points)}, {"without_minutes", load->without_minutes},
                 {"cases", Json::array()}}};
  for (const Share& share : load->cases) {
    answer.value["cases"].push_back(
        {{"case", to_json(share.scope)}, {"priority", share.priority}, {"minutes_a_week", share.minutes}});
  }
  answer.needs_somebody = load->minutes.state == LoadState::over || load->points.state == LoadState::over;
  if (!call.has("for")) return answer;
  const Result<Id> first = find_case_typed(place, call.option("for"));
  if (!first) return first.fault();
  answer.value["displaced"] = Json::array();
  for (const Displaced& one : displaced_in(*load, *first)) {
    answer.value["displaced"].push_back({{"case", to_json(one.scope)}, {"minutes_a_week", one.minutes}});
  }
  return answer;
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
  AssignmentTerms terms{{}, call.option("reason"), call.option("over-capacity-reason")};
  if (call.has("minutes")) {
    const Result<Value> minutes =
        read_value(place, {kind, *kind.find_field("minutes_a_week")}, call.option("minutes"));
    if (!minutes) return minutes.fault();
    if (!minutes->is_none()) terms.minutes_a_week = minutes->integer();
  }
  const Result<Done> assigned = assign(place, pair->scope, pair->worker, static_cast<AssignmentRole>(*as), terms);
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
      {"case list",
       "",
       0,
       0,
       "the cases on this device",
       {{"by", "ORDER", "priority (by itself) or name"}, {"all", "", "also those that are void or merged"}},
       list},
      {"case show", "CASE", 1, 1, "one case: its priority, its deadlines, who works on it", {}, show},
      {"workload",
       "[WORKER]",
       0,
       1,
       "a worker's cases against the time there is",
       {{"for", "CASE", "what it takes from the others, if it goes first"}},
       tell_workload},
      {"case add",
       "",
       0,
       0,
       "begins a case",
       {{"name", "NAME", "who or what it is about"},
        {"reference", "R", "your office's own reference"},
        {"unit", "UNIT", "whose case it is; your own unit by itself"},
        {"field", "NAME=VALUE", "any other field of a case", true}},
       add},
      {"case assign",
       "CASE",
       1,
       1,
       "gives the case to somebody, from now on",
       {{"to", "WORKER", "to whom"},
        {"as", "ROLE", "lead (by itself), co, supervisor or provider"},
        {"minutes", "N", "a week"},
        {"reason", "R", "why"},
        {"over-capacity-reason", "R", "why, though it is more than they have time for"}},
       assign_to},
      {"case unassign", "CASE", 1, 1, "ends somebody's assignments", {{"to", "WORKER", "whose"}}, unassign_from},
      {"case close", "CASE", 1, 1, "closes the case", {{"reason", "R", "why; must be given"}}, close},
  };
  return table;
}

}  // namespace caseload::client
