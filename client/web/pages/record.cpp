#include <algorithm>

#include "client/casework/looking.h"
#include "client/casework/notes.h"
#include "client/casework/records.h"
#include "client/web/case_file.h"
#include "client/web/record_form.h"
#include "client/web/texts.h"
#include "common/record/kinds.h"
#include "common/record/names.h"

// Records of any kind, by the catalogue: read, begun, changed, amended, voided; what was written to them, by
// whom.

namespace caseload::client {
namespace {

struct RecordAt {
  Id id;
  sync::RecordRow row;
  const KindEntry* kind = nullptr;
};

Result<RecordAt> record_at(const Visit& visit) {
  const Result<Id> id = id_at(visit, 0);
  if (!id) return id.fault();
  const std::optional<sync::RecordRow> row = visit.place.store.find_record(*id);
  if (!row) return why_not_here(visit.place, *id);
  const KindEntry* kind = visit.place.catalogue().find_kind(row->kind);
  if (kind == nullptr) return Fault::unknown_kind;
  return RecordAt{*id, *row, kind};
}

bool is_of_case(const RecordAt& at) { return at.kind->scope == ScopeType::case_file; }

void add_bar(Visit& visit, Json& data, const RecordAt& at) {
  const bool note = at.row.kind == kinds::note || at.row.kind == kinds::amendment;
  if (is_of_case(at))
    data["bar"] =
        case_bar(CaseFile(visit.place, at.row.scope), visit.place, note ? "timeline" : group_of(at.row.kind));
}

std::string back_of(const RecordAt& at) {
  if (!is_of_case(at)) return "/";
  const std::string base = "/case/" + at.row.scope.to_string();
  if (at.row.kind == kinds::case_file) return base;
  if (at.row.kind == kinds::note || at.row.kind == kinds::amendment) return base + "/timeline";
  return base + "/list/" + std::string(group_of(at.row.kind));
}

// What stood when a form was opened: whoever writes to the record meanwhile changes it.
std::string seen_of(const Workplace& place, const Id& record) {
  const std::vector<sync::StoredChange> changes = place.store.changes_of_record(record);
  Id last;
  for (const sync::StoredChange& stored : changes) last = std::max(last, stored.change.header.id);
  return std::to_string(changes.size()) + "-" + last.to_string();
}

FormShape shape_of(const RecordAt& at) { return {*at.kind, at.row.scope, {}, {}, false}; }

bool can_be_edited(const RecordAt& at) {
  const bool own_ways = at.row.kind == kinds::amendment || at.row.kind == kinds::late_work ||
                        at.row.kind == kinds::handover || at.row.kind == kinds::assignment;
  const FormShape shape = shape_of(at);
  return !own_ways && is_of_case(at) && std::ranges::any_of(at.kind->fields, [&](const FieldEntry& field) {
    return is_asked(shape, field);
  });
}

Json amendments_of(const Workplace& place, Naming& naming, const NoteShown& shown) {
  Json rows = Json::array();
  for (const RecordShown& amendment : shown.amendments) {
    rows.push_back(
        {{"who", naming.who(amendment.row.author)}, {"facts", facts_of(place, naming, amendment)}});
  }
  return rows;
}

Result<Screen> show(Visit& visit) {
  const Result<RecordAt> at = record_at(visit);
  if (!at) return at.fault();
  Naming naming(visit.place);
  Screen screen{"record"};
  Json& data = screen.data;
  Result<RecordShown> shown = get(visit.place, at->id);
  if (!shown) return shown.fault();
  data["amendments"] = Json::array();
  if (at->row.kind == kinds::note) {
    const Result<NoteShown> note = show_note(visit.place, at->id);
    if (note) data["amendments"] = amendments_of(visit.place, naming, *note);
  }
  data["has_amendments"] = !data["amendments"].empty();
  add_bar(visit, data, *at);
  const bool voided = shown->voided != sync::VoidState::not_voided;
  const std::string base = "/record/" + at->id.to_string();
  data["title"] =
      at->row.kind == kinds::note ? naming.of(at->id) : label_of(*at->kind) + ": " + naming.of(at->id);
  data["facts"] = facts_of(visit.place, naming, *shown);
  data["state"] = tag_of(shown->state);
  data["author"] = naming.who(shown->row.author);
  data["voided"] = voided;
  data["voided_but"] = shown->voided == sync::VoidState::voided_but_written_to;
  data["back"] = back_of(*at);
  data["edit"] = can_be_edited(*at) && !voided ? base + "/edit" : "";
  data["amend"] = is_of_case(*at) && !voided && at->row.kind != kinds::case_file ? base + "/amend" : "";
  data["void"] = is_of_case(*at) && !voided ? base + "/void" : "";
  data["restore"] = voided ? base + "/restore" : "";
  data["history"] = base + "/history";
  data["why"] = "/why/" + at->id.to_string();
  const CaseFile file(visit.place, at->row.scope);
  const bool open_action = at->row.kind == kinds::action &&
                           std::ranges::any_of(file.of(kinds::action), [&](const CaseFile::Row& row) {
                             return row.id == at->id && !file.is_ended(row);
                           });
  data["finish"] = open_action ? base + "/done" : "";
  data["handover"] = at->row.kind == kinds::handover ? "/handover/" + at->id.to_string() : "";
  return screen;
}

Result<Screen> past(Visit& visit) {
  const Result<RecordAt> at = record_at(visit);
  if (!at) return at.fault();
  const Result<std::vector<HistoryRow>> rows = history(visit.place, at->id);
  if (!rows) return rows.fault();
  Naming naming(visit.place);
  Screen screen{"history"};
  Json& data = screen.data;
  add_bar(visit, data, *at);
  data["title"] = text_of_key("history.title", {{"what", naming.of(at->id)}});
  data["back"] = "/record/" + at->id.to_string();
  data["rows"] = Json::array();
  for (const HistoryRow& row : *rows) {
    if (row.field == nullptr) continue;
    const bool held = row.received.has_value();
    data["rows"].push_back(
        {{"who", naming.who(row.author)},
         {"device", naming.of(row.device)},
         {"when", moment_in_words(visit.place, row.stamp.wall_time())},
         {"received", held ? moment_in_words(visit.place, *row.received) : text_of_key("history.not_yet")},
         {"field", label_of(*at->kind, *row.field)},
         {"value", value_in_words(visit.place, naming, *row.field, row.value).text},
         {"out", row.out}});
  }
  return screen;
}

Screen form_screen(Visit& visit, const FormShape& shape, const FormState& state, Json data) {
  data["groups"] = form_groups(visit.place, shape, state);
  return {.view = "form", .data = std::move(data)};
}

Result<Screen> edit_screen(Visit& visit, const RecordAt& at, const FormState& state, Json data) {
  const Looking looking{sync::AuditAction::consult, at.row.scope, at.id};
  if (Result<void> leave = begin_looking(visit.place, looking); !leave) return leave.fault();
  add_bar(visit, data, at);
  data["title"] = text_of_key("record.edit", {{"kind", label_of(*at.kind)}});
  data["seen"] = seen_of(visit.place, at.id);
  data["act"] = "/record/" + at.id.to_string() + "/edit";
  data["save"] = text_of_key("record.save");
  data["back"] = "/record/" + at.id.to_string();
  return form_screen(visit, shape_of(at), state, std::move(data));
}

Result<Screen> ask_edit(Visit& visit) {
  const Result<RecordAt> at = record_at(visit);
  if (!at) return at.fault();
  if (!can_be_edited(*at)) return Fault::not_found;
  return edit_screen(visit, *at, typed_of(visit.place, shape_of(*at), readable(visit.place, at->id)),
                     Json::object());
}

// Somebody wrote to the record since the form was opened: their values are shown, and nothing of theirs is
// overwritten.
void tell_stale(Visit& visit, Json& data, const RecordAt& at, const FormState& now, const FormState& typed) {
  tell_problem(data, Fault(Fault::stale, label_of(*at.kind)));
  data["theirs"] = Json::array();
  data["stale_shown"] = true;
  for (const FieldEntry& field : at.kind->fields) {
    const auto stands = now.typed.find(field.name);
    const auto wanted = typed.typed.find(field.name);
    if (stands == now.typed.end() || wanted == typed.typed.end() || stands->second == wanted->second)
      continue;
    Naming naming(visit.place);
    std::string words;
    const sync::FieldView view = readable(visit.place, at.id).view(visit.place.catalogue(), field.number);
    for (const Value& value : view.in_force)
      words += (words.empty() ? "" : ", ") + value_in_words(visit.place, naming, field, value).text;
    data["theirs"].push_back({{"label", label_of(*at.kind, field)}, {"value", words}});
  }
}

Result<Screen> do_edit(Visit& visit) {
  const Result<RecordAt> at = record_at(visit);
  if (!at) return at.fault();
  const FormShape shape = shape_of(*at);
  const FormState stood = typed_of(visit.place, shape, readable(visit.place, at->id));
  FormRead read = read_form(visit.place, shape, visit.form, stood);
  Json data = Json::object();
  const std::string there = "/record/" + at->id.to_string();
  for (const auto& [name, words] : read.state.problems) add_problem(data, words, "#f-" + name);
  const bool stale = visit.form.one("seen") != seen_of(visit.place, at->id);
  if (stale) tell_stale(visit, data, *at, stood, read.state);
  if (!stale && read.state.problems.empty()) {
    if (read.writes.empty()) return go_to(there, "nothing");
    const Result<Done> done = perform(visit.place, {.record = at->id, .writes = read.writes});
    if (done) return go_to(there, "kept");
    blame(read.state, data, shape, done.fault());
  }
  Result<Screen> screen = edit_screen(visit, *at, read.state, std::move(data));
  if (screen) screen->status = stale ? 409 : 422;
  return screen;
}

Result<FormShape> shape_to_add(const Visit& visit) {
  const Result<Id> scope = id_at(visit, 0);
  if (!scope) return scope.fault();
  const KindEntry* kind = visit.place.catalogue().find_kind(visit.at[1]);
  if (kind == nullptr || kind->scope != ScopeType::case_file || kind->number == kinds::case_file)
    return Fault::not_found;
  if (!visit.place.store.find_record(*scope)) return Fault::not_found;
  return FormShape{*kind, *scope, {}, {}, true};
}

Result<Screen> add_screen(Visit& visit, const FormShape& shape, const FormState& state, Json data) {
  const Looking looking{sync::AuditAction::consult, shape.scope, {}};
  if (Result<void> leave = begin_looking(visit.place, looking); !leave) return leave.fault();
  data["bar"] = case_bar(CaseFile(visit.place, shape.scope), visit.place, group_of(shape.kind.number));
  data["title"] = text_of_key("record.add", {{"kind", label_of(shape.kind)}});
  data["meaning"] = shape.kind.meaning;
  data["act"] = visit.target.substr(0, visit.target.find('?'));
  data["save"] = text_of_key("record.save");
  data["back"] = "/case/" + shape.scope.to_string() + "/list/" + std::string(group_of(shape.kind.number));
  if (!data.contains("act_id")) {
    const auto now =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_milliseconds(visit.place.clock.now())));
    data["act_id"] = Id::make(now, visit.place.random).to_string();
  }
  return form_screen(visit, shape, state, std::move(data));
}

// What is nearly always so stands in the form already.
FormState usual(const Workplace& place, const FormShape& shape) {
  FormState state;
  const auto put = [&](std::string_view field, const std::string& value) {
    if (shape.kind.find_field(field) != nullptr) state.typed[std::string(field)] = {value};
  };
  const KindNumber kind = shape.kind.number;
  if (kind == kinds::action || kind == kinds::barrier || kind == kinds::crisis) put("status", "open");
  if (kind == kinds::risk) put("status", "current");
  if (kind == kinds::contact_restriction) put("status", "in_force");
  if (kind == kinds::outcome) put("status", "intended");
  if (kind == kinds::action) put("type", "task");
  if (kind == kinds::action) put("owner", place.worker.to_string());
  if (kind == kinds::action) put("owner_side", "worker");
  if (kind == kinds::appointment) put("worker", place.worker.to_string());
  const bool happened = kind == kinds::incident || kind == kinds::progress || kind == kinds::crisis;
  if (happened) put("occurred", place.zone.to_local_text(place.clock.now()));
  if (kind == kinds::risk) put("assessed_on", to_text(place.zone.date_at(place.clock.now())));
  return state;
}

Result<Screen> ask_add(Visit& visit) {
  const Result<FormShape> shape = shape_to_add(visit);
  if (!shape) return shape.fault();
  return add_screen(visit, *shape, usual(visit.place, *shape), Json::object());
}

// What a record of the kind must say before it counts as complete. Somebody who does not know it saves without: the
// form asks once, and stands in nobody's way.
void tell_missing(FormState& state, Json& data, const FormShape& shape) {
  for (const FieldEntry& field : shape.kind.fields) {
    const auto typed = state.typed.find(field.name);
    const bool blank = typed == state.typed.end() || typed->second.empty();
    if (!field.required || !blank || !is_asked(shape, field)) continue;
    state.problems[field.name] = text_of_key("form.required", {{"field", label_of(shape.kind, field)}});
    add_problem(data, state.problems[field.name], "#f-" + field.name);
    data["incomplete"] = true;
  }
}

Result<Screen> do_add(Visit& visit) {
  const Result<FormShape> shape = shape_to_add(visit);
  if (!shape) return shape.fault();
  FormRead read = read_form(visit.place, *shape, visit.form);
  Json data = Json::object();
  const Result<Id> once = Id::parse(visit.form.one("act_id"));
  if (once) data["act_id"] = once->to_string();
  for (const auto& [name, words] : read.state.problems) add_problem(data, words, "#f-" + name);
  if (visit.form.one("act") != "incomplete") tell_missing(read.state, data, *shape);
  if (read.state.problems.empty()) {
    const Result<Done> done = perform(visit.place, {.kind = shape->kind.number,
                                                    .scope = shape->scope,
                                                    .writes = read.writes,
                                                    .id = once ? *once : Id{}});
    if (done) return go_to("/record/" + done->record.to_string(), "kept");
    blame(read.state, data, *shape, done.fault());
  }
  Result<Screen> screen = add_screen(visit, *shape, read.state, std::move(data));
  if (screen) screen->status = 422;
  return screen;
}

// A reason, and more words where it is an amendment: one small form for the acts that need them.
struct WordsAsked {
  std::string key;  // of the texts: "void", "amend"
  bool text = false;
};

Result<Screen> words_screen(Visit& visit, const RecordAt& at, const WordsAsked& asked, Json data) {
  const Looking looking{sync::AuditAction::consult, at.row.scope, at.id};
  if (Result<void> leave = begin_looking(visit.place, looking); !leave) return leave.fault();
  Naming naming(visit.place);
  add_bar(visit, data, at);
  data["title"] = text_of_key(asked.key + ".title", {{"what", naming.of(at.id)}});
  data["explained"] = text_of_key(asked.key + ".explained");
  data["act"] = "/record/" + at.id.to_string() + "/" + asked.key;
  data["save"] = text_of_key(asked.key + ".save");
  data["back"] = "/record/" + at.id.to_string();
  data["asks_text"] = asked.text;
  data["reason"] = visit.form.one("reason");
  data["text"] = visit.form.one("text");
  return Screen{.view = "words", .data = std::move(data), .status = visit.acts ? 422 : 200};
}

Result<Screen> ask_words(Visit& visit, const WordsAsked& asked) {
  const Result<RecordAt> at = record_at(visit);
  if (!at) return at.fault();
  return words_screen(visit, *at, asked, Json::object());
}

template <class Act>
Result<Screen> with_words(Visit& visit, const WordsAsked& asked, Act act) {
  const Result<RecordAt> at = record_at(visit);
  if (!at) return at.fault();
  const Result<Done> done = act(at->id);
  if (done) return go_to("/record/" + at->id.to_string(), asked.key);
  Json data = Json::object();
  const bool missing = done.fault() == Fault::required;
  tell_problem(data, done.fault(), missing && !visit.form.one("reason").empty() ? "#text" : "#reason");
  return words_screen(visit, *at, asked, std::move(data));
}

Result<Screen> ask_void(Visit& visit) { return ask_words(visit, {"void"}); }
Result<Screen> ask_amend(Visit& visit) { return ask_words(visit, {"amend", true}); }
Result<Screen> do_void(Visit& visit) {
  return with_words(visit, {"void"},
                    [&](const Id& id) { return void_record(visit.place, id, visit.form.one("reason")); });
}
Result<Screen> do_amend(Visit& visit) {
  return with_words(visit, {"amend", true}, [&](const Id& id) {
    return amend(visit.place, id, {visit.form.one("reason"), visit.form.one("text")});
  });
}
Result<Screen> do_restore(Visit& visit) {
  const Result<RecordAt> at = record_at(visit);
  if (!at) return at.fault();
  const Result<Done> done = restore_record(visit.place, at->id);
  if (!done) return done.fault();
  return go_to("/record/" + at->id.to_string(), "restore");
}

Result<Screen> do_finish(Visit& visit) {
  const Result<RecordAt> at = record_at(visit);
  if (!at) return at.fault();
  const Result<Done> done = finish_action(visit.place, at->id, {});
  if (!done) return done.fault();
  return go_to("/record/" + at->id.to_string(), "finished");
}

}  // namespace

std::span<const PageEntry> record_pages() {
  static const std::vector<PageEntry> pages{
      {"/record/*", show},
      {"/record/*/history", past},
      {"/record/*/edit", ask_edit},
      {"/record/*/edit", do_edit, true},
      {"/record/*/void", ask_void},
      {"/record/*/void", do_void, true},
      {"/record/*/amend", ask_amend},
      {"/record/*/amend", do_amend, true},
      {"/record/*/restore", do_restore, true},
      {"/record/*/done", do_finish, true},
      {"/case/*/add/*", ask_add},
      {"/case/*/add/*", do_add, true},
  };
  return pages;
}

}  // namespace caseload::client
