#include <algorithm>

#include "client/casework/attention/workload.h"
#include "client/casework/cases.h"
#include "client/casework/late/late_work.h"
#include "client/casework/looking.h"
#include "client/web/case_file.h"
#include "client/web/texts.h"
#include "common/record/kinds.h"

// For whoever answers for others' work: late work to judge, who has how much, who holds which case. Everybody sees
// what became of their own late work here.

namespace caseload::client {
namespace {

std::string_view name_of(LateDecision decision) {
  switch (decision) {
    case LateDecision::waiting:
      return "waiting";
    case LateDecision::released:
      return "released";
    case LateDecision::declined:
      return "declined";
  }
  return "waiting";
}

Json decision_tag(LateDecision decision) {
  const std::string words = text_of_key("late." + std::string(name_of(decision)));
  if (decision == LateDecision::waiting) return tag_of("yellow", "◔", words);
  return decision == LateDecision::released ? tag_of("green", "✓", words) : tag_of("red", "✗", words);
}

Json late_view(const Workplace& place, Naming& naming, const LateWork& work) {
  return {{"href", "/late/" + work.id.to_string()},
          {"case", naming.of(work.scope)},
          {"who", naming.who(work.author)},
          {"reason", in_words(work.reason)},
          {"since", moment_in_words(place, work.since)},
          {"changes", count_in_words("late.changes", work.changes)},
          {"decision", decision_tag(work.decision)},
          {"escalated", work.escalated.has_value()}};
}

Json own_late(Visit& visit, Naming& naming) {
  Json rows = Json::array();
  const Result<std::vector<OwnLateWork>> own = own_late_work(visit.place);
  if (!own) return rows;
  for (const OwnLateWork& work : *own) {
    rows.push_back(
        {{"what", work.kind == nullptr ? count_in_words("late.changes", work.changes) : label_of(*work.kind)},
         {"case", naming.of(work.scope)},
         {"decision", decision_tag(work.decision)},
         {"reason", work.reason},
         {"by", work.decided_by.is_none() ? "" : naming.who(work.decided_by)},
         {"when", work.decided_at ? moment_in_words(visit.place, *work.decided_at) : ""}});
  }
  return rows;
}

// Who is given which cases, and on which devices they may lie, as far as this device was told. The office
// knows more.
Json holders(const Workplace& place, Naming& naming) {
  std::map<Id, std::size_t> cases;
  for (const Id& scope : place.store.records().of_kind(kinds::case_file)) {
    if (!place.store.find_record(scope)) continue;
    for (const AssignmentRow& row : assignment_rows(place, scope))
      cases[row.worker] += row.in_force ? 1U : 0U;
  }
  std::map<Id, std::vector<std::string>> devices;
  for (const Id& id : place.store.records().of_kind(kinds::device)) {
    if (!place.store.find_record(id)) continue;
    const sync::RecordState state = readable(place, id);
    const Id owner = reference_of(place.catalogue(), state, device_facts::worker);
    const CodeNumber standing = code_of(place.catalogue(), state, device_facts::standing);
    const FieldEntry& field = *place.catalogue().find_kind(kinds::device)->find_field(device_facts::standing);
    const std::string stands =
        standing == 0 ? "" : ": " + label_of_code(code_name(place.catalogue(), field, standing));
    devices[owner].push_back(naming.of(id) + stands);
  }
  Json rows = Json::array();
  for (const auto& [worker, n] : cases) {
    Json held = Json::array();
    for (const std::string& device : devices[worker]) held.push_back({{"words", device}});
    rows.push_back({{"who", naming.who(worker)},
                    {"cases", std::to_string(n)},
                    {"devices", std::move(held)},
                    {"href", "/workload/" + worker.to_string()}});
  }
  return rows;
}

Result<Screen> team(Visit& visit) {
  const Result<std::vector<LateWork>> waiting = late_to_judge(visit.place);
  if (!waiting) return waiting.fault();
  Naming naming(visit.place);
  Screen screen{"team"};
  Json& data = screen.data;
  data["title"] = text_of_key("team.title");
  data["late"] = Json::array();
  for (const LateWork& work : *waiting) data["late"].push_back(late_view(visit.place, naming, work));
  data["own"] = own_late(visit, naming);
  data["holders"] = holders(visit.place, naming);
  return screen;
}

Json held_view(Visit& visit, Naming& naming, const HeldChange& held) {
  Json facts = Json::array();
  for (const HeldField& field : held.fields) {
    if (field.field == nullptr || held.kind == nullptr || field.field->number == header::signed_off) continue;
    Json value{{"text", value_in_words(visit.place, naming, *field.field, field.value).text}, {"href", ""}};
    facts.push_back({{"label", label_of(*held.kind, *field.field)},
                     {"values", Json::array({value})},
                     {"open_conflict", ""}});
  }
  return {{"kind", held.kind == nullptr ? "" : label_of(*held.kind)},
          {"gone", held.gone},
          {"facts", std::move(facts)},
          {"when", moment_in_words(visit.place, held.stamp.wall_time())}};
}

Result<Screen> late_screen(Visit& visit, Json data) {
  const Result<Id> id = id_at(visit, 0);
  if (!id) return id.fault();
  const Result<LateWorkShown> shown = show_late_work(visit.place, *id);
  if (!shown) return shown.fault();
  Naming naming(visit.place);
  data["title"] = text_of_key("late.title");
  data["work"] = late_view(visit.place, naming, shown->work);
  data["rule"] = shown->work.rule;
  data["remark"] = shown->work.remark;
  data["readable"] = shown->work.readable;
  data["held"] = Json::array();
  for (const HeldChange& held : shown->held) data["held"].push_back(held_view(visit, naming, held));
  data["waits"] = shown->work.decision == LateDecision::waiting;
  data["act"] = "/late/" + id->to_string();
  data["reason"] = visit.form.one("reason");
  return Screen{.view = "late", .data = std::move(data), .status = visit.acts ? 422 : 200};
}

Result<Screen> show_late(Visit& visit) { return late_screen(visit, Json::object()); }

Result<Screen> judge(Visit& visit) {
  const Result<Id> id = id_at(visit, 0);
  if (!id) return id.fault();
  const std::string wanted = visit.form.one("decision");
  Json data = Json::object();
  if (wanted != "release" && wanted != "decline") {
    add_problem(data, text_of_key("late.choose"), "#decision-1");
    return late_screen(visit, std::move(data));
  }
  const LateDecision decision = wanted == "release" ? LateDecision::released : LateDecision::declined;
  const Result<Done> done = judge_late_work(visit.place, *id, decision, visit.form.one("reason"));
  if (done) return go_to("/team", "judged");
  tell_problem(data, done.fault(), done.fault() == Fault::required ? "#reason" : "");
  return late_screen(visit, std::move(data));
}

std::string load_words(const Load& load, std::string_view unit) {
  if (!load.available)
    return text_of_key("load.words_unknown", {{"used", std::to_string(load.used)}, {"unit", unit}});
  return text_of_key("load.words_known", {{"used", std::to_string(load.used)},
                                          {"of", std::to_string(*load.available)},
                                          {"unit", unit},
                                          {"percent", std::to_string(load.percent.value_or(0))}});
}

Json load_tag(const Load& load) {
  const std::string words = text_of_key("load." + std::string(to_name(load.state)));
  switch (load.state) {
    case LoadState::within:
      return tag_of("green", "✓", words);
    case LoadState::near:
      return tag_of("yellow", "◆", words);
    case LoadState::over:
      return tag_of("red", "▲", words);
    case LoadState::unknown:
      break;
  }
  return tag_of("grey", "?", words);
}

Result<Screen> show_workload(Visit& visit) {
  const Result<Id> worker = visit.at.empty() ? Result<Id>(visit.place.worker) : id_at(visit, 0);
  if (!worker) return worker.fault();
  const Result<Workload> load = workload(visit.place, *worker);
  if (!load) return load.fault();
  Naming naming(visit.place);
  Screen screen{"workload"};
  Json& data = screen.data;
  data["title"] = text_of_key("workload.title", {{"who", naming.of(*worker)}});
  data["loads"] = Json::array(
      {{{"words", load_words(load->minutes, text_of_key("unit.minutes"))}, {"tag", load_tag(load->minutes)}},
       {{"words", load_words(load->points, text_of_key("unit.points"))}, {"tag", load_tag(load->points)}}});
  data["without"] =
      load->without_minutes == 0 ? "" : count_in_words("workload.without", load->without_minutes);
  data["cases"] = Json::array();
  for (const Share& share : load->cases) {
    data["cases"].push_back(
        {{"case", naming.of(share.scope)},
         {"href", "/case/" + share.scope.to_string()},
         {"minutes", std::to_string(share.minutes)},
         {"priority", std::to_string(share.priority)},
         {"first", "/workload/" + worker->to_string() + "?first=" + share.scope.to_string()}});
  }
  const Result<Id> first = Id::parse(visit.query.one("first"));
  data["displaced"] = Json::array();
  data["first"] = first ? naming.of(*first) : "";
  if (!first) return screen;
  for (const Displaced& one : displaced_in(*load, *first)) {
    data["displaced"].push_back({{"case", naming.of(one.scope)}, {"minutes", std::to_string(one.minutes)}});
  }
  return screen;
}

}  // namespace

std::span<const PageEntry> team_pages() {
  static const std::vector<PageEntry> pages{{"/team", team},
                                            {"/late/*", show_late},
                                            {"/late/*", judge, true},
                                            {"/workload", show_workload},
                                            {"/workload/*", show_workload}};
  return pages;
}

}  // namespace caseload::client
