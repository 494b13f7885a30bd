#include <algorithm>

#include "client/casework/attention/attention.h"
#include "client/casework/cases.h"
#include "client/casework/looking.h"
#include "client/casework/rights.h"
#include "client/casework/timeline.h"
#include "client/casework/typed.h"
#include "client/web/case_file.h"
#include "client/web/pictures.h"
#include "client/web/record_form.h"
#include "client/web/texts.h"
#include "common/record/kinds.h"

// One case: what it is, what is dangerous in it, what is to be done, and the records of each group.

namespace caseload::client {
namespace {

constexpr std::size_t latest_shown = 5;       // what a handover pack has too
constexpr std::size_t outcomes_pictured = 6;  // more lines nobody tells apart

Result<Id> case_at(Visit& visit) {
  const Result<Id> scope = id_at(visit, 0);
  if (!scope) return scope.fault();
  const std::optional<sync::RecordRow> row = visit.place.store.find_record(*scope);
  if (!row || row->kind != kinds::case_file) return Fault::not_found;
  return *scope;
}

Json list_of(const Workplace& place, const CaseFile& file, KindNumber kind, bool open_only) {
  Json rows = list_rows(place, file, kind);
  if (!open_only) return rows;
  Json open = Json::array();
  for (Json& row : rows) {
    if (!row["ended"].get<bool>()) open.push_back(std::move(row));
  }
  return open;
}

// How far each outcome has come: its scores over time, 0 to 4.
Json progress_picture(const CaseFile& file) {
  Figures figures{text_of_key("picture.progress"), text_of_key("picture.when"), {}, {}, 4};
  std::vector<Id> outcomes;
  std::map<Date, std::map<Id, std::int64_t>> scores;
  for (const CaseFile::Row& row : file.of(kinds::progress)) {
    const Id outcome = file.link(row, "outcome");
    const std::optional<std::int64_t> score = file.number(row, "score");
    const std::optional<Date> day = file.date(row, "occurred");
    if (!score || !day) continue;
    if (std::ranges::find(outcomes, outcome) == outcomes.end() && outcomes.size() < outcomes_pictured)
      outcomes.push_back(outcome);
    scores[*day][outcome] = *score;
  }
  if (outcomes.empty()) return nullptr;
  for (const Id& outcome : outcomes) {
    for (const CaseFile::Row& row : file.of(kinds::outcome)) {
      if (row.id == outcome) figures.columns.push_back(shortened(file.words(row, "what"), 40));
    }
    if (figures.columns.size() < static_cast<std::size_t>(&outcome - outcomes.data()) + 1)
      figures.columns.push_back(outcome.short_form());
  }
  std::map<Id, std::int64_t> now;
  for (const auto& [day, written] : scores) {
    for (const auto& [outcome, score] : written) now[outcome] = score;
    Figures::Row row{to_text(day).substr(5), {}};
    for (const Id& outcome : outcomes) row.values.push_back(now[outcome]);
    figures.rows.push_back(std::move(row));
  }
  return lines_of(figures);
}

Json assignments_of(const Workplace& place, Naming& naming, const Id& scope) {
  Json rows = Json::array();
  for (const AssignmentRow& row : assignment_rows(place, scope)) {
    if (!row.in_force) continue;
    const KindEntry& kind = *place.catalogue().find_kind(kinds::assignment);
    const std::string role = code_name(place.catalogue(), *kind.find_field("role"), number_of(row.as));
    rows.push_back({{"who", naming.who(row.worker)}, {"role", label_of_code(role)}});
  }
  return rows;
}

Json deadlines_of(const Workplace& place, Naming& naming, const Id& scope, const Attention& attention) {
  Json rows = Json::array();
  for (const DueRow& row : attention.due) {
    const bool late = row.state == DueState::overdue;
    const std::string when = day_from_now(place, row.deadline.due);
    const bool of_case = row.deadline.record == scope;
    rows.push_back({{"what", in_words(to_words(row.deadline.kind))},
                    {"name", of_case ? "" : naming.of(row.deadline.record)},
                    {"day", day_in_words(row.deadline.due)},
                    {"tag", tag_of(late ? "red" : "grey", late ? "!" : "○", when)},
                    {"href", "/record/" + row.deadline.record.to_string()}});
  }
  return rows;
}

Json latest_of(const Workplace& place, Naming& naming, const Id& scope) {
  Json rows = Json::array();
  for (const TimelineEntry& entry :
       place.store.timeline({.scope = scope, .kind = kinds::note, .before = {}, .rows_max = latest_shown})) {
    const sync::RecordState state = readable(place, entry.row.record);
    const FieldEntry* text = place.catalogue().find_kind(kinds::note)->find_field("text");
    const std::string type = type_name(place.catalogue(), state);
    rows.push_back({{"type", type.empty() ? text_of_key("kind.note") : label_of_code(type)},
                    {"when", moment_in_words(place, entry.occurred)},
                    {"who", naming.who(entry.row.author)},
                    {"text", shortened(text_of(place.catalogue(), state, text->number), 200)},
                    {"href", "/record/" + entry.row.record.to_string()}});
  }
  return rows;
}

Json reasons_of(const Priority& priority) {
  Json rows = Json::array();
  for (const PriorityReason& reason : priority.reasons) {
    rows.push_back({{"points", std::to_string(reason.points)}, {"words", reason.words}});
  }
  return rows;
}

Result<Screen> overview(Visit& visit) {
  const Result<Id> scope = case_at(visit);
  if (!scope) return scope.fault();
  const Result<Attention> attention = attention_to(visit.place, *scope);
  if (!attention && attention.fault() != Fault::not_found) return attention.fault();
  const CaseFile file(visit.place, *scope);
  Naming naming(visit.place);
  Screen screen{"case"};
  Json& data = screen.data;
  data["bar"] = case_bar(file, visit.place, "overview");
  data["title"] = data["bar"]["name"];
  data["base"] = "/case/" + scope->to_string();
  data["score"] = attention ? std::to_string(attention->priority.score) : "";
  data["policy"] = attention ? std::to_string(attention->priority.policy_version) : "";
  data["reasons"] = attention ? reasons_of(attention->priority) : Json::array();
  data["deadlines"] = attention ? deadlines_of(visit.place, naming, *scope, *attention) : Json::array();
  data["risks"] = list_of(visit.place, file, kinds::risk, true);
  data["no_risks"] = file.of(kinds::risk).empty();
  data["plans"] = list_of(visit.place, file, kinds::plan, true);
  data["outcomes"] = list_of(visit.place, file, kinds::outcome, false);
  data["actions"] = list_of(visit.place, file, kinds::action, true);
  data["appointments"] = list_of(visit.place, file, kinds::appointment, true);
  data["people"] = list_of(visit.place, file, kinds::person, false);
  data["workers"] = assignments_of(visit.place, naming, *scope);
  data["latest"] = latest_of(visit.place, naming, *scope);
  data["progress"] = progress_picture(file);
  data["may_note"] = may_begin(visit.place, *scope, kinds::note);
  return screen;
}

Result<Screen> group(Visit& visit) {
  const Result<Id> scope = case_at(visit);
  if (!scope) return scope.fault();
  const auto wanted = std::ranges::find(case_groups(), std::string_view(visit.at[1]), &CaseGroup::name);
  if (wanted == case_groups().end()) return Fault::not_found;
  if (Result<void> leave = begin_looking(visit.place, {sync::AuditAction::consult, *scope, {}}); !leave)
    return leave.fault();
  const CaseFile file(visit.place, *scope);
  Screen screen{"group"};
  Json& data = screen.data;
  data["bar"] = case_bar(file, visit.place, wanted->name);
  data["title"] = text_of_key("case.group." + std::string(wanted->name));
  data["base"] = "/case/" + scope->to_string();
  data["kinds"] = Json::array();
  for (const KindNumber number : wanted->kinds) {
    const KindEntry& kind = *visit.place.catalogue().find_kind(number);
    const bool by_form = number != kinds::handover && number != kinds::document &&
                         number != kinds::disclosure && number != kinds::assignment;
    const bool may = by_form && may_begin(visit.place, *scope, number);
    Json rows = list_rows(visit.place, file, number);
    if (rows.empty() && !may && wanted->name == "more") continue;
    data["kinds"].push_back({{"kind", label_of(kind)},
                             {"meaning", kind.meaning},
                             {"rows", std::move(rows)},
                             {"add", may ? "/case/" + scope->to_string() + "/add/" + kind.name : ""},
                             {"add_words", text_of_key("record.add", {{"kind", label_of(kind)}})}});
  }
  data["progress"] = wanted->name == "plan" ? progress_picture(file) : Json();
  data["may_assign"] = wanted->name == "people" && may_begin(visit.place, *scope, kinds::assignment);
  return screen;
}

// What the client may look at: agreed words and days, nobody else's name.
Result<Screen> for_client(Visit& visit) {
  const Result<Id> scope = case_at(visit);
  if (!scope) return scope.fault();
  if (Result<void> leave = begin_looking(visit.place, {sync::AuditAction::consult, *scope, {}}); !leave)
    return leave.fault();
  const CaseFile file(visit.place, *scope);
  Screen screen{"client"};
  Json& data = screen.data;
  data["title"] = text_of_key("client.title");
  data["back"] = "/case/" + scope->to_string();
  for (const auto& [name, kind] :
       {std::pair{"goals", kinds::outcome}, {"actions", kinds::action}, {"plans", kinds::plan}}) {
    data[name] = Json::array();
    for (const CaseFile::Row& row : file.of(kind)) {
      const std::string words = file.words(row, "client_wording");
      if (words.empty() || file.is_ended(row)) continue;
      const std::optional<Date> day = file.date(row, kind == kinds::action ? "due" : "planned");
      data[name].push_back({{"words", words}, {"when", day ? day_in_words(*day) : ""}});
    }
  }
  data["appointments"] = Json::array();
  for (const CaseFile::Row& row : file.of(kinds::appointment)) {
    const std::optional<Date> day = file.date(row, "starts");
    if (!day || *day < visit.place.zone.date_at(visit.place.clock.now())) continue;
    data["appointments"].push_back(
        {{"words", file.words(row, "starts")}, {"place", file.words(row, "place")}});
  }
  return screen;
}

Screen begin_screen(Visit& visit, const FormShape& shape, const FormState& state, Json data) {
  data["title"] = text_of_key("case.new");
  data["groups"] = form_groups(visit.place, shape, state);
  data["act"] = "/cases/new";
  data["save"] = text_of_key("case.begin");
  data["back"] = "/";
  return {.view = "form", .data = std::move(data)};
}

FormShape case_shape(const Workplace& place) {
  return {*place.catalogue().find_kind(kinds::case_file), {}, {"name", "reference", "tier"}, {"none"}, true};
}

Result<Screen> new_case(Visit& visit) {
  const FormShape shape = case_shape(visit.place);
  FormState state;
  if (const Id unit = own_unit(visit.place); !unit.is_none()) state.typed["unit"] = {unit.to_string()};
  state.typed["status"] = {"open"};
  return begin_screen(visit, shape, state, Json::object());
}

Result<Screen> begin_case(Visit& visit) {
  const FormShape shape = case_shape(visit.place);
  FormRead read = read_form(visit.place, shape, visit.form);
  Json data = Json::object();
  for (const auto& [name, words] : read.state.problems) add_problem(data, words, "#f-" + name);
  if (read.state.problems.empty()) {
    const Result<Done> done =
        add_case(visit.place, {visit.form.one("name"), visit.form.one("reference"), {}, read.writes});
    if (done) return go_to("/case/" + done->record.to_string(), "case");
    blame(read.state, data, shape, done.fault());
  }
  Screen screen = begin_screen(visit, shape, read.state, std::move(data));
  screen.status = 422;
  return screen;
}

Result<Screen> assign_screen(Visit& visit, const Id& scope, Json data) {
  if (Result<void> leave = begin_looking(visit.place, {sync::AuditAction::consult, scope, {}}); !leave)
    return leave.fault();
  const FormShape shape{*visit.place.catalogue().find_kind(kinds::assignment),
                        scope,
                        {"reason", "minutes_a_week", "over_capacity_reason"},
                        {},
                        true,
                        {"from", "until", "occurred", "marking"}};
  FormState state;
  for (const auto& [name, values] : visit.form.every()) state.typed[name] = values;
  data["title"] = text_of_key("assign.title");
  data["bar"] = case_bar(CaseFile(visit.place, scope), visit.place, "people");
  data["groups"] = form_groups(visit.place, shape, state);
  data["act"] = "/case/" + scope.to_string() + "/assign";
  data["save"] = text_of_key("assign.save");
  data["back"] = "/case/" + scope.to_string() + "/list/people";
  return Screen{.view = "form", .data = std::move(data)};
}

Result<Screen> ask_assign(Visit& visit) {
  const Result<Id> scope = case_at(visit);
  if (!scope) return scope.fault();
  return assign_screen(visit, *scope, Json::object());
}

Result<Screen> do_assign(Visit& visit) {
  const Result<Id> scope = case_at(visit);
  if (!scope) return scope.fault();
  const KindEntry& kind = *visit.place.catalogue().find_kind(kinds::assignment);
  const Result<Value> worker =
      read_value(visit.place, {kind, *kind.find_field("worker")}, visit.form.one("worker"));
  const Result<Value> role =
      read_value(visit.place, {kind, *kind.find_field("role")}, visit.form.one("role"));
  const Result<Value> minutes =
      read_value(visit.place, {kind, *kind.find_field("minutes_a_week")}, visit.form.one("minutes_a_week"));
  Result<void> done = worker && role && minutes ? Result<void>()
                      : !worker                 ? worker.fault()
                      : !role                   ? role.fault()
                                                : minutes.fault();
  if (done && (worker->is_none() || role->is_none()))
    done = Fault(Fault::required, worker->is_none() ? "assignment.header.worker" : "assignment.header.role");
  if (done) {
    AssignmentTerms terms{{}, visit.form.one("reason"), visit.form.one("over_capacity_reason")};
    if (!minutes->is_none()) terms.minutes_a_week = minutes->integer();
    const Result<Done> assigned =
        assign(visit.place, *scope, worker->reference(), static_cast<AssignmentRole>(role->code()), terms);
    if (assigned) return go_to("/case/" + scope->to_string() + "/list/people", "assigned");
    done = assigned.fault();
  }
  Json data = Json::object();
  tell_problem(data, done.fault());
  Result<Screen> screen = assign_screen(visit, *scope, std::move(data));
  if (screen) screen->status = 422;
  return screen;
}

}  // namespace

std::span<const PageEntry> case_pages() {
  static const std::vector<PageEntry> pages{
      {"/case/*", overview},           {"/case/*/list/*", group},           {"/case/*/client", for_client},
      {"/case/*/assign", ask_assign},  {"/case/*/assign", do_assign, true}, {"/cases/new", new_case},
      {"/cases/new", begin_case, true}};
  return pages;
}

}  // namespace caseload::client
