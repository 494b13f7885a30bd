#include "client/web/record_form.h"

#include <algorithm>

#include "client/casework/looking.h"
#include "client/casework/typed.h"
#include "client/casework/wording.h"
#include "client/web/show.h"
#include "client/web/texts.h"
#include "common/record/kinds.h"
#include "common/record/names.h"

namespace caseload::client {
namespace {

constexpr std::size_t candidates_max = 300;    // in a list that somebody looks through
constexpr std::size_t notes_max = 12;          // the latest: what somebody has just read
constexpr std::size_t small_kind_fields = 16;  // the header among them; all are asked at once
constexpr std::int64_t scale_max = 10;         // what is chosen, not typed

// A digest, and numbers that the program takes down of itself.
bool is_own_account(const FieldEntry& field) {
  const std::string_view name = field.name;
  const bool digest = field.type == ValueType::text && field.one_line && field.bytes_max == 64;
  return digest || name.ends_with("_cursor") || name.ends_with("_version") || name == "policy_score" ||
         name == "merged_into" || name == "same_as";
}

void add_option(Json& options, const std::string& value, std::string text,
                const std::vector<std::string>& chosen) {
  const bool selected = std::ranges::find(chosen, value) != chosen.end();
  const std::string number = std::to_string(options.size() + 1);
  options.push_back({{"value", value}, {"text", std::move(text)}, {"selected", selected}, {"nr", number}});
}

void add_codes(Json& options, const CodeList* list, const std::vector<std::string>& chosen) {
  if (list == nullptr) return;
  for (const CodeEntry& code : list->codes) {
    const bool stands = std::ranges::find(chosen, code.name) != chosen.end();
    if (!code.retired || stands) add_option(options, code.name, label_of_code(code.name), chosen);
  }
}

std::vector<Id> candidates(const Workplace& place, const FormShape& shape, KindNumber kind) {
  if (kind >= kinds::worker) {
    std::vector<Id> all = place.store.records().of_kind(kind);
    std::erase_if(all, [&](const Id& id) { return !place.store.find_record(id).has_value(); });
    return all;
  }
  std::vector<Id> all;
  const TimelineQuery wanted{.scope = shape.scope,
                             .kind = kind,
                             .before = {},
                             .rows_max = kind == kinds::note ? notes_max : candidates_max};
  if (shape.scope.is_none()) return all;
  for (const TimelineEntry& entry : place.store.timeline(wanted)) all.push_back(entry.row.record);
  return all;
}

// A reference to records of any kind is to people, but where it is to what was read.
std::vector<KindNumber> kinds_for(const FieldEntry& field) {
  if (field.refers_to != 0) return {field.refers_to};
  if (field.name == "reviewed" || field.name == "evidence") return {kinds::plan, kinds::risk, kinds::note};
  return {kinds::person, kinds::stakeholder, kinds::worker};
}

// What stands there already can stay, whatever it is.
void add_records(Json& options, const Workplace& place, const FormShape& shape, const FieldEntry& field,
                 const std::vector<std::string>& chosen) {
  Naming naming(place);
  std::vector<Id> all;
  for (const KindNumber one : kinds_for(field)) {
    for (const Id& id : candidates(place, shape, one)) all.push_back(id);
  }
  for (const std::string& standing : chosen) {
    const Result<Id> id = Id::parse(standing);
    if (id && std::ranges::find(all, *id) == all.end()) all.push_back(*id);
  }
  for (const Id& id : all) {
    const bool self = id == place.worker;
    const std::optional<TimelineEntry> entry = place.store.records().entry(id);
    if (entry && entry->row.kind == kinds::note) {
      add_option(options, id.to_string(), naming.of(id) + ", " + moment_in_words(place, entry->occurred),
                 chosen);
      continue;
    }
    add_option(options, id.to_string(),
               self ? text_of_key("who.also_you", {{"name", naming.of(id)}}) : naming.of(id), chosen);
  }
}

Json options_of(const Workplace& place, const FormShape& shape, const FieldEntry& field,
                const std::vector<std::string>& chosen) {
  Json options = Json::array();
  const bool many = field.policy == MergePolicy::set;
  if (!many) add_option(options, "", text_of_key("form.choose"), {});
  if (field.type == ValueType::code)
    add_codes(options, place.catalogue().find_code_list(field.code_list), chosen);
  if (field.type == ValueType::reference) add_records(options, place, shape, field, chosen);
  if (field.type == ValueType::boolean) {
    for (const char* word : {"yes", "no"}) add_option(options, word, text_of_key(word), chosen);
  }
  if (field.type == ValueType::integer) {
    for (std::int64_t n = field.integer_min; n <= field.integer_max; ++n) {
      add_option(options, std::to_string(n), std::to_string(n), chosen);
    }
  }
  if (!field.askable || field.type == ValueType::text || field.type == ValueType::date) return options;
  for (const CodeList& list : place.catalogue().code_lists()) {
    if (list.name == "answer") add_codes(options, &list, chosen);
  }
  return options;
}

bool is_chosen(const FieldEntry& field) {
  if (field.type == ValueType::integer) return field.integer_max <= scale_max;
  return field.type == ValueType::code || field.type == ValueType::reference ||
         field.type == ValueType::boolean;
}

std::string rows_of(const FieldEntry& field) {
  if (field.bytes_max >= value_bytes_max) return "12";
  return field.required ? "5" : "3";
}

std::string problem_words(const Fault& fault) {
  const Wording words = wording_of(fault);
  return words.happened + " " + words.remedy;
}

}  // namespace

bool is_asked(const FormShape& shape, const FieldEntry& field) {
  const bool kept = field.number == header::signed_off || field.number == header::voided ||
                    field.number == header::void_reason || field.number == header::void_cursor;
  const bool settled = !shape.begins && field.policy == MergePolicy::once;
  return !kept && !settled && !is_own_account(field) && !shape.left_out.contains(field.name);
}

Json form_field(const Workplace& place, const FormShape& shape, const FieldEntry& field,
                const FormState& state) {
  const auto typed = state.typed.find(field.name);
  const std::vector<std::string> values =
      typed == state.typed.end() ? std::vector<std::string>() : typed->second;
  const auto problem = state.problems.find(field.name);
  const bool many = field.policy == MergePolicy::set;
  const bool chosen = is_chosen(field);
  const bool lines = field.type == ValueType::text && (many || !field.one_line);
  std::string value;
  for (const std::string& one : values) value += (value.empty() ? "" : "\n") + one;
  const bool brief =
      field.type == ValueType::date || field.type == ValueType::moment || field.type == ValueType::integer;
  std::string hint = hint_of(shape.kind, field);
  if (many && field.type == ValueType::text) hint += (hint.empty() ? "" : " ") + text_of_key("hint.lines");
  return {{"name", field.name},
          {"label", label_of(shape.kind, field)},
          {"hint", std::move(hint)},
          {"error", problem == state.problems.end() ? "" : problem->second},
          {"value", value},
          {"rows", rows_of(field)},
          {"width", brief ? "govuk-input--width-20" : ""},
          {"is_line", !chosen && !lines},
          {"is_text", !chosen && lines},
          {"is_choice", chosen && !many},
          {"is_many", chosen && many},
          {"is_radio", false},
          {"options", chosen ? options_of(place, shape, field, values) : Json::array()}};
}

Json form_groups(const Workplace& place, const FormShape& shape, const FormState& state) {
  const bool small = shape.kind.fields.size() <= small_kind_fields;
  Json first = Json::array();
  Json groups = Json::array();
  const auto is_first = [&](const FieldEntry& field) {
    const bool named = shape.first.contains(field.name) || field.required || field.number == header::type;
    return is_asked(shape, field) && named;
  };
  for (const FieldEntry& field : shape.kind.fields) {
    if (is_first(field)) first.push_back(form_field(place, shape, field, state));
  }
  groups.push_back(
      {{"heading", text_of_key("form.first")}, {"open", true}, {"expanded", false}, {"fields", first}});
  for (const SectionEntry& section : shape.kind.sections) {
    Json fields = Json::array();
    bool wrong = false;
    for (const FieldEntry& field : shape.kind.fields) {
      if (field.section != section.number || !is_asked(shape, field) || is_first(field)) continue;
      wrong = wrong || state.problems.contains(field.name);
      fields.push_back(form_field(place, shape, field, state));
    }
    if (fields.empty()) continue;
    const bool named = shape.open_sections.contains(section.name);
    const bool open = named || (small && shape.open_sections.empty() && section.number != header::section);
    const std::string heading =
        section.number == header::section ? text_of_key("form.header") : label_of(shape.kind, section);
    groups.push_back(
        {{"heading", heading}, {"open", open}, {"expanded", wrong}, {"fields", std::move(fields)}});
  }
  return groups;
}

std::vector<std::string> as_typed(const Workplace& place, const FieldEntry& field,
                                  const std::vector<Value>& values) {
  std::vector<std::string> typed;
  for (const Value& value : values) {
    const bool moment = value.type() == ValueType::moment;
    typed.push_back(moment ? place.zone.to_local_text(value.moment())
                           : to_typed(place.catalogue(), field, value));
  }
  return typed;
}

FormState typed_of(const Workplace& place, const FormShape& shape, const sync::RecordState& record) {
  FormState state;
  for (const FieldEntry& field : shape.kind.fields) {
    const sync::FieldView view = record.view(place.catalogue(), field.number);
    if (is_asked(shape, field) && !view.in_force.empty())
      state.typed[field.name] = as_typed(place, field, view.in_force);
  }
  return state;
}

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

// What was sent for the field; nothing where the form did not have it.
std::optional<std::vector<std::string>> sent_for(const FieldEntry& field, const Fields& sent) {
  if (!sent.has(field.name)) return std::nullopt;
  std::vector<std::string> values;
  const bool lines = field.policy == MergePolicy::set && field.type == ValueType::text;
  for (const std::string& value : sent.all(field.name)) {
    if (!lines && !value.empty()) values.push_back(value);
    if (lines) std::ranges::copy(lines_of(value), std::back_inserter(values));
  }
  return values;
}

Result<Value> value_of(const Workplace& place, const FieldPlaceTyped& at, const std::string& typed) {
  const bool whole_id = at.field.type == ValueType::reference && typed.size() == 36;
  if (!whole_id) return read_value(place, at, typed);
  const Result<Id> id = Id::parse(typed);
  if (!id) return id.fault();
  return Value::of_reference(*id);
}

}  // namespace

FormRead read_form(const Workplace& place, const FormShape& shape, const Fields& sent,
                   const FormState& stood) {
  FormRead read{{}, stood};
  for (const FieldEntry& field : shape.kind.fields) {
    if (!is_asked(shape, field)) continue;
    const std::optional<std::vector<std::string>> typed = sent_for(field, sent);
    if (!typed) continue;
    const auto before = stood.typed.find(field.name);
    const std::vector<std::string> was =
        before == stood.typed.end() ? std::vector<std::string>() : before->second;
    read.state.typed[field.name] = *typed;
    const bool many = field.policy == MergePolicy::set;
    const auto write = [&](const std::string& value, bool out) {
      const Result<Value> made = value_of(place, {shape.kind, field}, value);
      if (made) read.writes.push_back({field.number, *made, out});
      if (!made) read.state.problems[field.name] = problem_words(made.fault());
    };
    for (const std::string& value : *typed) {
      if (std::ranges::find(was, value) == was.end()) write(value, false);
    }
    for (const std::string& value : was) {
      if (many && std::ranges::find(*typed, value) == typed->end()) write(value, true);
    }
    if (!many && typed->empty() && !was.empty()) read.writes.push_back({field.number, Value()});
  }
  return read;
}

void blame(FormState& state, Json& data, const FormShape& shape, const Fault& fault) {
  for (const FieldEntry& field : shape.kind.fields) {
    const std::string name = dotted_name(shape.kind, field);
    const std::size_t at = fault.detail().find(name);
    if (at == std::string::npos) continue;
    const std::size_t end = at + name.size();
    const bool whole = end == fault.detail().size() ||
                       std::string_view(" ,;:)").find(fault.detail()[end]) != std::string_view::npos;
    if (!whole || !is_asked(shape, field)) continue;
    const bool missing = fault == Fault::required;
    std::string words = missing ? text_of_key("form.required", {{"field", label_of(shape.kind, field)}})
                                : problem_words(fault);
    state.problems[field.name] = words;
    add_problem(data, std::move(words), "#f-" + field.name);
    return;
  }
  tell_problem(data, fault);
}

}  // namespace caseload::client
