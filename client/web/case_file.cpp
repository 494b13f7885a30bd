#include "client/web/case_file.h"

#include <algorithm>

#include "client/casework/looking.h"
#include "client/web/texts.h"
#include "common/record/kinds.h"

namespace caseload::client {
namespace {

int weight_of(const std::string& level) {
  for (const auto& [name, weight] : {std::pair{"danger", 5},
                                     {"very_high", 5},
                                     {"open", 5},
                                     {"caution", 4},
                                     {"high", 4},
                                     {"in_force", 4},
                                     {"two_workers", 4},
                                     {"medium", 3},
                                     {"information", 2}}) {
    if (level == name) return weight;
  }
  return 1;
}

}  // namespace

CaseFile::CaseFile(const Workplace& place, const Id& scope) : place_(place), scope_(scope) {
  for (const sync::RecordRow& row : place.store.records_of_scope(scope)) {
    if (row.kind == kinds::note || row.kind == kinds::amendment || row.kind >= kinds::worker) continue;
    sync::RecordState state = readable(place, row.record);
    if (state.void_state(place.catalogue()) == sync::VoidState::voided) continue;
    rows_[row.kind].push_back({row.record, row.author, std::move(state)});
  }
}

const std::vector<CaseFile::Row>& CaseFile::of(KindNumber kind) const {
  static const std::vector<Row> none;
  const auto found = rows_.find(kind);
  return found == rows_.end() ? none : found->second;
}

const FieldEntry* CaseFile::field(const Row& row, std::string_view name) const {
  const KindEntry* kind = place_.catalogue().find_kind(row.state.kind());
  return kind == nullptr ? nullptr : kind->find_field(name);
}

std::optional<Value> CaseFile::value(const Row& row, std::string_view name) const {
  const FieldEntry* entry = field(row, name);
  if (entry == nullptr) return std::nullopt;
  const sync::FieldView view = row.state.view(place_.catalogue(), entry->number);
  return view.in_force.empty() ? std::nullopt : std::optional(view.in_force.front());
}

std::string CaseFile::code(const Row& row, std::string_view name) const {
  const std::optional<Value> found = value(row, name);
  if (!found || found->type() != ValueType::code) return {};
  return code_name(place_.catalogue(), *field(row, name), found->code());
}

std::string CaseFile::words(const Row& row, std::string_view name) const {
  const std::optional<Value> found = value(row, name);
  if (!found) return {};
  Naming naming(place_);
  return value_in_words(place_, naming, *field(row, name), *found).text;
}

std::optional<Date> CaseFile::date(const Row& row, std::string_view name) const {
  const std::optional<Value> found = value(row, name);
  if (!found || (found->type() != ValueType::date && found->type() != ValueType::moment)) return std::nullopt;
  return found->type() == ValueType::date ? found->date() : place_.zone.date_at(found->moment());
}

std::optional<std::int64_t> CaseFile::number(const Row& row, std::string_view name) const {
  const std::optional<Value> found = value(row, name);
  return found && found->type() == ValueType::integer ? std::optional(found->integer()) : std::nullopt;
}

Id CaseFile::link(const Row& row, std::string_view name) const {
  const std::optional<Value> found = value(row, name);
  return found && found->type() == ValueType::reference ? found->reference() : Id{};
}

bool CaseFile::is_ended(const Row& row) const {
  static constexpr std::string_view ended[] = {
      "ended",    "done",         "not_done", "cancelled", "lifted",   "expired",  "completed", "closed",
      "achieved", "not_achieved", "met",      "removed",   "rejected", "declined", "withdrawn"};
  return std::ranges::find(ended, code(row, "status")) != std::ranges::end(ended);
}

Json CaseFile::alerts() const {
  std::vector<std::pair<int, Json>> found;
  const auto add = [&](const Row& row, const std::string& level, const std::string& what) {
    Json alert = level_tag(level);
    alert["what"] = what;
    alert["href"] = "/record/" + row.id.to_string();
    found.emplace_back(-weight_of(level), std::move(alert));
  };
  for (const Row& row : of(kinds::crisis)) {
    if (code(row, "status") == "open")
      add(row, "danger", text_of_key("alert.crisis") + ": " + words(row, "type"));
  }
  for (const Row& row : of(kinds::risk)) {
    if (!is_ended(row)) add(row, code(row, "level"), text_of_key("alert.risk") + ": " + words(row, "type"));
  }
  for (const Row& row : of(kinds::incident)) {
    const std::string alert = code(row, "alert");
    if (alert == "danger" || alert == "caution")
      add(row, alert, text_of_key("alert.incident") + ": " + words(row, "type"));
  }
  for (const Row& row : of(kinds::contact_restriction)) {
    if (!is_ended(row)) add(row, "caution", text_of_key("alert.restriction") + ": " + words(row, "type"));
  }
  for (const Row& row : of(kinds::person)) {
    const std::string alert = code(row, "alert");
    if (alert == "danger" || alert == "caution") add(row, alert, words(row, "name"));
  }
  for (const Row& row : of(kinds::case_file)) {
    const std::optional<Value> two = value(row, "two_workers");
    const bool pair = two && two->type() == ValueType::boolean && two->boolean();
    if (pair) add(row, "caution", text_of_key("alert.two_workers"));
    if (!words(row, "address_warnings").empty())
      add(row, "caution",
          text_of_key("alert.address") + ": " + shortened(words(row, "address_warnings"), 120));
  }
  std::ranges::stable_sort(found, {}, [](const auto& pair) { return pair.first; });
  Json alerts = Json::array();
  for (auto& [weight, alert] : found) {
    if (weight <= -3) alerts.push_back(std::move(alert));
  }
  return alerts;
}

Json case_bar(const CaseFile& file, const Workplace& place, std::string_view section) {
  Json bar{{"case", file.scope().to_string()},
           {"name", ""},
           {"reference", ""},
           {"details", Json::array()},
           {"alerts", file.alerts()},
           {"sections", Json::array()},
           {"withheld", file.of(kinds::case_file).empty()}};
  const auto add = [&](const std::string& key, const std::string& value) {
    if (!value.empty()) bar["details"].push_back({{"label", text_of_key(key)}, {"value", value}});
  };
  for (const CaseFile::Row& row : file.of(kinds::case_file)) {
    bar["name"] = file.words(row, "name");
    bar["reference"] = file.words(row, "reference");
    add("bar.status", file.words(row, "status"));
    add("bar.tier", file.words(row, "tier"));
    const std::string marking = file.code(row, "marking");
    bar["restricted"] = marking == "restricted" || marking == "sensitive" ? label_of_code(marking) : "";
  }
  for (const CaseFile::Row& row : file.of(kinds::person)) {
    if (file.code(row, "type") != "client") continue;
    if (const std::string preferred = file.words(row, "preferred_name"); !preferred.empty())
      add("bar.called", preferred);
    add("bar.pronouns", file.words(row, "pronouns"));
    if (const std::optional<Date> born = file.date(row, "date_of_birth")) {
      const int age = years_between(*born, place.zone.date_at(place.clock.now()));
      add("bar.born", text_of_key("bar.age", {{"day", day_in_words(*born)}, {"n", std::to_string(age)}}));
    }
    add("bar.language", file.words(row, "language"));
    break;
  }
  if (bar["name"].get<std::string>().empty()) bar["name"] = file.scope().short_form();
  const std::string base = "/case/" + file.scope().to_string();
  bar["sections"].push_back(
      {{"words", text_of_key("case.group.overview")}, {"href", base}, {"current", section == "overview"}});
  bar["sections"].push_back({{"words", text_of_key("case.group.timeline")},
                             {"href", base + "/timeline"},
                             {"current", section == "timeline"}});
  for (const CaseGroup& group : case_groups()) {
    bar["sections"].push_back({{"words", text_of_key("case.group." + std::string(group.name))},
                               {"href", base + "/list/" + std::string(group.name)},
                               {"current", section == group.name}});
  }
  return bar;
}

std::span<const CaseGroup> case_groups() {
  using namespace kinds;
  static const std::vector<CaseGroup> groups{
      {"risk", {risk, incident, contact_restriction, crisis}},
      {"plan", {plan, outcome, progress, need, barrier, review}},
      {"actions", {action}},
      {"appointments", {appointment}},
      {"people", {person, stakeholder, assignment}},
      {"more",
       {referral, service_report, consent, disclosure, document, approval, appeal, priority_override,
        access_request, correction_statement, emergency_access, handover}},
  };
  return groups;
}

std::string_view group_of(KindNumber kind) {
  for (const CaseGroup& group : case_groups()) {
    if (std::ranges::find(group.kinds, kind) != group.kinds.end()) return group.name;
  }
  return "more";
}

Json list_rows(const Workplace& place, const CaseFile& file, KindNumber kind) {
  Naming naming(place);
  Json rows = Json::array();
  for (const CaseFile::Row& row : file.of(kind)) {
    const std::string level =
        file.code(row, "level").empty() ? file.code(row, "alert") : file.code(row, "level");
    std::string when;
    for (const std::string_view field :
         {"due", "starts", "review_on", "next_review", "planned", "until", "date_of_birth"}) {
      const std::optional<Date> day = file.date(row, field);
      if (day && when.empty()) when = day_in_words(*day);
    }
    const Whereabouts where = whereabouts(place, row.state, place.store.changes_of_record(row.id));
    const std::string type = file.words(row, "type");
    const std::string what =
        kind == kinds::assignment ? naming.of(file.link(row, "worker")) : naming.of(row.id);
    rows.push_back({{"what", what},
                    {"href", "/record/" + row.id.to_string()},
                    {"type", kind == kinds::assignment ? file.words(row, "role") : type},
                    {"level", level.empty() ? Json() : level_tag(level)},
                    {"status", file.words(row, "status")},
                    {"when", when},
                    {"ended", file.is_ended(row)},
                    {"author", naming.who(row.author)},
                    {"state", tag_of(where)}});
  }
  return rows;
}

}  // namespace caseload::client
