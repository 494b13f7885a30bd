#include <algorithm>

#include "client/casework/conflicts.h"
#include "client/casework/looking.h"
#include "client/casework/records.h"
#include "client/casework/typed.h"
#include "client/casework/wording.h"
#include "client/web/case_file.h"
#include "client/web/record_form.h"
#include "client/web/texts.h"
#include "common/record/kinds.h"

// What people disagree about, side by side: what stood before, yours, theirs; what a choice means; and why
// it is made.

namespace caseload::client {
namespace {

Json value_view(Visit& visit, Naming& naming, const FieldEntry& field, const Value& value) {
  if (value.is_none()) return text_of_key("conflict.emptied");
  return value_in_words(visit.place, naming, field, value).text;
}

Result<Screen> list(Visit& visit) {
  const Result<std::vector<Conflict>> open = conflicts(visit.place);
  if (!open) return open.fault();
  Naming naming(visit.place);
  Screen screen{"conflicts"};
  Json& data = screen.data;
  data["title"] = text_of_key("conflicts.title");
  data["rows"] = Json::array();
  for (const Conflict& conflict : *open) {
    const KindEntry* kind = visit.place.catalogue().find_kind(conflict.row.kind);
    if (kind == nullptr) continue;
    const bool safety = conflict.field->policy == MergePolicy::safest;
    data["rows"].push_back(
        {{"what", naming.of(conflict.row.record)},
         {"field", label_of(*kind, *conflict.field)},
         {"case", naming.of(conflict.row.scope)},
         {"href", "/conflicts/" + conflict.row.record.to_string() + "/" + conflict.field->name},
         {"safety", safety ? tag_of("red", "▲", text_of_key("conflict.safety")) : Json()},
         {"n", count_in_words("conflict.values", conflict.values.size())}});
  }
  return screen;
}

Result<Conflict> conflict_at(Visit& visit) {
  const Result<Id> record = id_at(visit, 0);
  if (!record) return record.fault();
  const std::optional<sync::RecordRow> row = visit.place.store.find_record(*record);
  if (!row) return Fault::not_found;
  const Result<std::vector<Conflict>> open = conflicts(visit.place, row->scope);
  if (!open) return open.fault();
  for (const Conflict& conflict : *open) {
    if (conflict.row.record == *record && conflict.field->name == visit.at[1]) return conflict;
  }
  return Fault(Fault::stale, "nobody is asked about this any more");
}

// The last value that none of those that stand was written beside: what all of them replaced.
Json value_before(Visit& visit, Naming& naming, const Conflict& conflict) {
  const Result<std::vector<HistoryRow>> rows = history(visit.place, conflict.row.record);
  Json before{{"there", false}};
  if (!rows) return before;
  for (const HistoryRow& row : *rows) {
    const bool stands = std::ranges::any_of(
        conflict.values, [&](const ConflictingValue& value) { return value.change == row.change; });
    if (row.field != conflict.field || stands) continue;
    before = {{"there", true},
              {"value", value_view(visit, naming, *row.field, row.value)},
              {"who", naming.who(row.author)},
              {"when", moment_in_words(visit.place, row.stamp.wall_time())}};
  }
  return before;
}

Json side_of(Visit& visit, Naming& naming, const Conflict& conflict, const ConflictingValue& value) {
  const bool mine = value.author == visit.place.worker;
  const bool rules = std::ranges::find(conflict.in_force, value.value) != conflict.in_force.end();
  const std::string held =
      value.received ? moment_in_words(visit.place, *value.received) : text_of_key("history.not_yet");
  return {{"heading", mine ? text_of_key("conflict.yours")
                           : text_of_key("conflict.theirs", {{"who", naming.who(value.author)}})},
          {"value", value_view(visit, naming, *conflict.field, value.value)},
          {"who", naming.of(value.author)},
          {"device", naming.of(value.device)},
          {"when", moment_in_words(visit.place, value.stamp.wall_time())},
          {"received", held},
          {"change", value.change.to_string()},
          {"in_force", rules},
          {"chosen", visit.form.one("take") == value.change.to_string()}};
}

std::string consequence(const Conflict& conflict) {
  if (conflict.field->policy == MergePolicy::safest) return text_of_key("conflict.consequence.safest");
  return text_of_key(conflict.row.kind == kinds::note ? "conflict.consequence.note"
                                                      : "conflict.consequence.ask");
}

Result<Screen> conflict_screen(Visit& visit, const Conflict& conflict, Json data) {
  Naming naming(visit.place);
  const KindEntry& kind = *visit.place.catalogue().find_kind(conflict.row.kind);
  if (kind.scope == ScopeType::case_file)
    data["bar"] = case_bar(CaseFile(visit.place, conflict.row.scope), visit.place, "");
  data["title"] = text_of_key("conflict.title", {{"field", label_of(kind, *conflict.field)}});
  data["of"] = naming.of(conflict.row.record);
  data["record"] = "/record/" + conflict.row.record.to_string();
  data["act"] = "/conflicts/" + conflict.row.record.to_string() + "/" + conflict.field->name;
  data["consequence"] = consequence(conflict);
  data["before"] = value_before(visit, naming, conflict);
  data["sides"] = Json::array();
  for (const ConflictingValue& value : conflict.values)
    data["sides"].push_back(side_of(visit, naming, conflict, value));
  for (std::size_t i = 0; i < data["sides"].size(); ++i) data["sides"][i]["nr"] = std::to_string(i + 1);
  FormState state;
  if (visit.form.has("value")) state.typed[conflict.field->name] = {visit.form.one("value")};
  const FormShape shape{kind, kind.scope == ScopeType::case_file ? conflict.row.scope : Id{}, {}, {}, true,
                        {}};
  data["other"] = form_field(visit.place, shape, *conflict.field, state);
  data["other"]["name"] = "value";
  data["other"]["label"] = text_of_key("conflict.other");
  data["other_chosen"] = visit.form.one("take") == "other";
  data["reason"] = visit.form.one("reason");
  return Screen{.view = "conflict", .data = std::move(data), .status = visit.acts ? 422 : 200};
}

Result<Screen> show(Visit& visit) {
  const Result<Conflict> conflict = conflict_at(visit);
  if (!conflict) return conflict.fault();
  return conflict_screen(visit, *conflict, Json::object());
}

Result<Screen> settle(Visit& visit) {
  const Result<Conflict> conflict = conflict_at(visit);
  if (!conflict) return conflict.fault();
  const KindEntry& kind = *visit.place.catalogue().find_kind(conflict->row.kind);
  Resolution resolution{conflict->row.record, conflict->field->number, {}, {}, visit.form.one("reason")};
  const std::string take = visit.form.one("take");
  Json data = Json::object();
  if (take == "other") {
    const Result<Value> value = read_value(visit.place, {kind, *conflict->field}, visit.form.one("value"));
    if (value) resolution.value = *value;
    if (!value) tell_problem(data, value.fault(), "#value");
  } else if (const Result<Id> change = Id::parse(take)) {
    resolution.take = *change;
  } else {
    add_problem(data, text_of_key("conflict.choose"), "#take-1");
  }
  if (!data.contains("problem")) {
    const Result<Done> done = resolve(visit.place, resolution);
    if (done) return go_to("/conflicts", "settled");
    tell_problem(data, done.fault(), done.fault() == Fault::required ? "#reason" : "");
  }
  return conflict_screen(visit, *conflict, std::move(data));
}

}  // namespace

std::span<const PageEntry> conflict_pages() {
  static const std::vector<PageEntry> pages{
      {"/conflicts", list}, {"/conflicts/*/*", show}, {"/conflicts/*/*", settle, true}};
  return pages;
}

}  // namespace caseload::client
