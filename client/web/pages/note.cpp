#include <algorithm>

#include "client/casework/looking.h"
#include "client/casework/notes.h"
#include "client/web/case_file.h"
#include "client/web/record_form.h"
#include "client/web/texts.h"
#include "common/practice/completeness.h"
#include "common/record/kinds.h"
#include "common/record/names.h"

// Writing a note: its type, then its parts as its type asks for them; saved as a draft again and again; signed.

namespace caseload::client {
namespace {

const KindEntry& note_kind(const Workplace& place) { return *place.catalogue().find_kind(kinds::note); }

// What the type demands before it can be signed stands first; what belongs to it stands open.
FormShape note_shape(const Workplace& place, const Id& scope, CodeNumber type) {
  const KindEntry& kind = note_kind(place);
  FormShape shape{kind, scope, {"occurred", "marking", "text"}, {"none"}, true, {"type"}};
  const FieldFact typed{header::type, Value::of_code(type)};
  for (const Finding& lack : lacks_to_sign(kind, {&typed, 1})) {
    if (lack.field != nullptr) shape.first.insert(lack.field->name);
  }
  if (is_contact(type)) shape.open_sections.insert("contact");
  if (type == number_of(NoteType::oversight)) shape.open_sections.insert("oversight");
  if (type == number_of(NoteType::decision)) shape.open_sections.insert("decision");
  return shape;
}

std::optional<NoteDraft> find_draft(const Workplace& place, const Id& id) {
  for (NoteDraft& draft : note_drafts(place)) {
    if (draft.id == id) return std::move(draft);
  }
  return std::nullopt;
}

CodeNumber type_of(const NoteDraft& draft) {
  for (const FieldValue& write : draft.writes) {
    if (write.field == header::type && write.value.type() == ValueType::code) return write.value.code();
  }
  return 0;
}

FormState state_of(const Workplace& place, const NoteDraft& draft) {
  FormState state;
  for (const FieldValue& write : draft.writes) {
    const FieldEntry* field = note_kind(place).find_field(write.field);
    if (field == nullptr) continue;
    for (std::string& typed : as_typed(place, *field, {write.value}))
      state.typed[field->name].push_back(std::move(typed));
  }
  if (!state.typed.contains("occurred")) {
    const auto begun = from_milliseconds(static_cast<std::int64_t>(draft.id.milliseconds()));
    state.typed["occurred"] = {place.zone.to_local_text(begun)};
  }
  return state;
}

std::string type_words(const Workplace& place, CodeNumber type) {
  return label_of_code(code_name(place.catalogue(), *note_kind(place).find_field(header::type), type));
}

Result<Screen> draft_screen(Visit& visit, const NoteDraft& draft, const FormState& state, Json data) {
  const Looking at{sync::AuditAction::consult, draft.scope, draft.id};
  if (Result<void> leave = begin_looking(visit.place, at); !leave) return leave.fault();
  const CodeNumber type = type_of(draft);
  const FormShape shape = note_shape(visit.place, draft.scope, type);
  const CaseFile file(visit.place, draft.scope);
  data["bar"] = case_bar(file, visit.place, "timeline");
  data["title"] = text_of_key("note.title", {{"type", type_words(visit.place, type)}});
  data["draft"] = "/draft/" + draft.id.to_string();
  data["groups"] = form_groups(visit.place, shape, state);
  data["saved"] = text_of_key("note.saved", {{"when", moment_in_words(visit.place, draft.saved)}});
  const std::string guide =
      "guide." + code_name(visit.place.catalogue(), *note_kind(visit.place).find_field(header::type), type);
  data["guide"] = text_or_nothing(guide);
  data["back"] = "/case/" + draft.scope.to_string() + "/timeline";
  return Screen{.view = "draft", .data = std::move(data)};
}

Result<Screen> show_draft(Visit& visit) {
  const Result<Id> id = id_at(visit, 0);
  if (!id) return id.fault();
  const std::optional<NoteDraft> draft = find_draft(visit.place, *id);
  if (!draft)
    return visit.place.store.find_record(*id) ? Result<Screen>(go_to("/record/" + id->to_string()))
                                              : Fault::not_found;
  return draft_screen(visit, *draft, state_of(visit.place, *draft), Json::object());
}

// What can be read is saved, whatever is wrong with the rest: nothing that was typed waits for a date to be
// right.
Result<FormRead> keep_typed(Visit& visit, const NoteDraft& draft) {
  const FormShape shape = note_shape(visit.place, draft.scope, type_of(draft));
  FormRead read = read_form(visit.place, shape, visit.form, state_of(visit.place, draft));
  const Result<NoteDraft> kept = edit_note(visit.place, draft.id, read.writes);
  if (!kept) return kept.fault();
  return read;
}

Result<Screen> write_draft(Visit& visit) {
  const Result<Id> id = id_at(visit, 0);
  if (!id) return id.fault();
  const std::string wanted = visit.form.one("act");
  const std::optional<NoteDraft> draft = find_draft(visit.place, *id);
  // Signed a moment ago by the same button: it is signed.
  if (!draft && visit.place.store.find_record(*id)) return go_to("/record/" + id->to_string(), "signed");
  if (!draft) return Fault(Fault::not_found, "a draft");
  if (wanted == "give_up") {
    if (Result<void> gone = give_up_note(visit.place, *id); !gone) return gone.fault();
    return go_to("/case/" + draft->scope.to_string() + "/timeline", "given_up");
  }
  Result<FormRead> read = keep_typed(visit, *draft);
  if (!read) return read.fault();
  if (wanted == "autosave") {
    Screen saved;
    saved.as_json = true;
    const std::string when = moment_in_words(visit.place, visit.place.clock.now());
    saved.data = {{"saved", text_of_key("note.saved", {{"when", when}})},
                  {"problems", read->state.problems.size()}};
    return saved;
  }
  Json data = Json::object();
  for (const auto& [name, words] : read->state.problems) add_problem(data, words, "#f-" + name);
  if (read->state.problems.empty() && wanted == "sign") {
    const Result<Done> done = sign_note(visit.place, *id);
    if (done) return go_to("/record/" + id->to_string(), "signed");
    blame(read->state, data, note_shape(visit.place, draft->scope, type_of(*draft)), done.fault());
  } else if (read->state.problems.empty()) {
    return go_to("/draft/" + id->to_string(), "saved");
  }
  Result<Screen> screen = draft_screen(visit, *draft, read->state, std::move(data));
  if (screen) screen->status = 422;
  return screen;
}

Result<Screen> type_screen(Visit& visit, const Id& scope, Json data) {
  const Looking at{sync::AuditAction::consult, scope, {}};
  if (Result<void> leave = begin_looking(visit.place, at); !leave) return leave.fault();
  data["bar"] = case_bar(CaseFile(visit.place, scope), visit.place, "timeline");
  data["title"] = text_of_key("note.new");
  data["act"] = "/case/" + scope.to_string() + "/note";
  data["types"] = Json::array();
  const FieldEntry& type = *note_kind(visit.place).find_field(header::type);
  for (const CodeEntry& code : visit.place.catalogue().find_code_list(type.code_list)->codes) {
    if (code.retired) continue;
    data["types"].push_back({{"value", code.name},
                             {"text", label_of_code(code.name)},
                             {"hint", text_or_nothing("guide." + code.name)}});
  }
  return Screen{.view = "note_type", .data = std::move(data)};
}

Result<Screen> choose_type(Visit& visit) {
  const Result<Id> scope = id_at(visit, 0);
  if (!scope) return scope.fault();
  if (!visit.place.store.find_record(*scope)) return Fault::not_found;
  return type_screen(visit, *scope, Json::object());
}

// Begins a draft; the compact form of the timeline sends its first words along, and may ask to sign at once.
Result<Screen> begin(Visit& visit) {
  const Result<Id> scope = id_at(visit, 0);
  if (!scope) return scope.fault();
  const FieldEntry& type = *note_kind(visit.place).find_field(header::type);
  const Result<CodeNumber> code =
      find_code_named(*visit.place.catalogue().find_code_list(type.code_list), visit.form.one("type"));
  Json data = Json::object();
  if (!code) {
    add_problem(data, text_of_key("note.choose_type"), "#type-1");
    Result<Screen> screen = type_screen(visit, *scope, std::move(data));
    if (screen) screen->status = 422;
    return screen;
  }
  const FormRead read = read_form(visit.place, note_shape(visit.place, *scope, *code), visit.form);
  std::vector<FieldValue> writes{{header::type, Value::of_code(*code)}};
  writes.insert(writes.end(), read.writes.begin(), read.writes.end());
  const Result<NoteDraft> draft = begin_note(visit.place, *scope, std::move(writes));
  if (!draft) return draft.fault();
  const std::string there = "/draft/" + draft->id.to_string();
  if (visit.form.one("act") != "sign") return go_to(there);
  const Result<Done> done = sign_note(visit.place, draft->id);
  if (done) return go_to("/case/" + scope->to_string() + "/timeline", "signed");
  FormState state = state_of(visit.place, *draft);
  blame(state, data, note_shape(visit.place, *scope, *code), done.fault());
  Result<Screen> screen = draft_screen(visit, *draft, state, std::move(data));
  if (screen) screen->status = 422;
  return screen;
}

}  // namespace

std::span<const PageEntry> note_pages() {
  static const std::vector<PageEntry> pages{{"/case/*/note", choose_type},
                                            {"/case/*/note", begin, true},
                                            {"/draft/*", show_draft},
                                            {"/draft/*", write_draft, true}};
  return pages;
}

}  // namespace caseload::client
