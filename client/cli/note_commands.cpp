#include <algorithm>
#include <filesystem>
#include <fstream>

#include "client/casework/notes.h"
#include "client/casework/typed.h"
#include "client/cli/answer.h"
#include "client/cli/command.h"
#include "client/cli/editor.h"
#include "common/base/text.h"
#include "common/record/kinds.h"

namespace caseload::client {
namespace {

const KindEntry& note_kind(const Workplace& place) { return *place.catalogue().find_kind(kinds::note); }

// Up to one byte more than a text may have, so that a longer one is refused and not cut.
std::string read_all(std::istream& in) {
  std::string text(value_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Result<std::string> read_text_of(const Call& call) {
  const std::string path = call.option("text-file");
  if (path == "-") return read_all(call.in);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return Fault(Fault::absent, "the text file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fault(Fault::absent, "the text file");
  return read_all(file);
}

Result<std::vector<FieldValue>> fields_of(const Workplace& place, const Call& call) {
  std::vector<std::string> typed;
  for (const char* option : {"type", "occurred"}) {
    if (call.has(option)) typed.push_back(std::string(option) + "=" + call.option(option));
  }
  for (std::string& field : call.all("field")) typed.push_back(std::move(field));
  if (call.has("text-file")) {
    const Result<std::string> text = read_text_of(call);
    if (!text) return text.fault();
    typed.push_back("text=" + *text);
  }
  return read_fields(place, note_kind(place), typed);
}

Result<Answer> signed_or_draft(Workplace& place, const Call& call, const Id& draft) {
  Whereabouts state = Whereabouts::draft;
  if (call.has("sign")) {
    const Result<Done> done = sign_note(place, draft);
    if (!done) return done.fault();
    state = Whereabouts::on_this_device;
  }
  return Answer{{{"id", to_json(draft)}, {"state", to_name(state)}}};
}

constexpr FieldNumber note_text = 16;

std::string words_of(const NoteDraft& draft) {
  for (const FieldValue& write : draft.writes) {
    if (write.field == note_text && write.value.type() == ValueType::text) return write.value.text();
  }
  return {};
}

// Somebody writes at the terminal. What cannot be kept as a note's text is let be where they wrote it.
Result<void> write_by_hand(Workplace& place, const NoteDraft& draft) {
  return write_in_editor(words_of(draft), [&](const std::string& words) -> Result<void> {
    const Result<FieldValue> text = read_field(place, note_kind(place), "text=" + words);
    if (!text) return text.fault();
    const Result<NoteDraft> kept = edit_note(place, draft.id, {&*text, 1});
    return kept ? Result<void>() : kept.fault();
  });
}

bool gives_words(const Call& call) {
  const std::vector<std::string> fields = call.all("field");
  const auto is_text = [](const std::string& typed) { return typed.starts_with("text="); };
  return call.has("text-file") || std::ranges::any_of(fields, is_text);
}

Result<Answer> add(Workplace& place, const Call& call) {
  const Result<Id> scope = find_case_typed(place, call.arguments[0]);
  if (!scope) return scope.fault();
  Result<std::vector<FieldValue>> fields = fields_of(place, call);
  if (!fields) return fields.fault();
  const Result<NoteDraft> draft = begin_note(place, *scope, std::move(*fields));
  if (!draft) return draft.fault();
  if (call.person && !gives_words(call)) {
    const Result<void> written = write_by_hand(place, *draft);
    // Nobody meant to keep a note in which nothing was written.
    if (!written) static_cast<void>(give_up_note(place, draft->id));
    if (!written) return written.fault();
  }
  return signed_or_draft(place, call, draft->id);
}

Result<Answer> edit(Workplace& place, const Call& call) {
  const Result<Id> id = find_typed(place, call.arguments[0]);
  if (!id) return id.fault();
  const Result<std::vector<FieldValue>> fields = fields_of(place, call);
  if (!fields) return fields.fault();
  const Result<NoteDraft> draft = edit_note(place, *id, *fields);
  if (!draft) return draft.fault();
  if (call.person && fields->empty()) {
    if (const Result<void> written = write_by_hand(place, *draft); !written) return written.fault();
  }
  return signed_or_draft(place, call, draft->id);
}

Result<Answer> sign(Workplace& place, const Call& call) {
  const Result<Id> id = find_typed(place, call.arguments[0]);
  if (!id) return id.fault();
  const Result<Done> done = sign_note(place, *id);
  if (!done) return done.fault();
  return Answer{{{"id", to_json(done->record)}, {"state", to_name(Whereabouts::on_this_device)}}};
}

Result<Answer> add_to(Workplace& place, const Call& call) {
  const Result<Id> id = find_typed(place, call.arguments[0]);
  if (!id) return id.fault();
  if (!call.has("text-file")) return Fault(Fault::required, "--text-file F");
  const Result<std::string> text = read_text_of(call);
  if (!text) return text.fault();
  const Result<Done> done = amend(place, *id, {call.option("reason"), *text, call.option("field")});
  if (!done) return done.fault();
  return Answer{{{"id", to_json(done->record)}, {"state", to_name(Whereabouts::on_this_device)}}};
}

Result<Answer> show(Workplace& place, const Call& call) {
  const Result<Id> id = find_typed(place, call.arguments[0]);
  if (!id) return id.fault();
  const Result<NoteShown> shown = show_note(place, *id);
  if (!shown) return shown.fault();
  Answer answer{to_json(place.catalogue(), shown->note), shown->note.state == Whereabouts::needs_you};
  answer.value["amendments"] = Json::array();
  for (const RecordShown& amendment : shown->amendments) {
    answer.value["amendments"].push_back(to_json(place.catalogue(), amendment));
  }
  return answer;
}

Result<Answer> show_draft(Workplace& place, const Call& call) {
  const Result<Id> id = find_typed(place, call.arguments[0]);
  if (!id) return id.fault();
  if (!place.drafts.find(*id)) return Fault(Fault::not_found, "a draft; note show has what is signed");
  return show(place, call);
}

Result<Answer> drafts(Workplace& place, const Call&) {
  Answer answer{Json::array()};
  for (const NoteDraft& draft : note_drafts(place)) {
    answer.value.push_back(
        {{"id", to_json(draft.id)}, {"case", to_json(draft.scope)}, {"saved", to_json(std::optional(draft.saved))}});
  }
  return answer;
}

}  // namespace

std::span<const CommandEntry> note_commands() {
  const OptionEntry text{"text-file", "F", "its words; - reads them from standard input; none: your editor"};
  const OptionEntry field{"field", "NAME=VALUE", "any other field of a note", true};
  const OptionEntry occurred{"occurred", "T", "when it happened; now by itself"};
  const OptionEntry also_sign{"sign", "", "sign it at once"};
  static const std::vector<CommandEntry> table{
      {"note add", "CASE", 1, 1, "a note, as a draft",
       {{"type", "TYPE", "contact, home_visit, phone, letter, assessment, oversight, decision, supervision"},
        occurred, text, field, also_sign}, add},
      {"note edit", "NOTE", 1, 1, "goes on with a draft", {occurred, text, field, also_sign}, edit},
      {"note sign", "NOTE", 1, 1, "signs a draft: its words stay", {}, sign},
      {"note amend", "NOTE", 1, 1, "adds to what is signed",
       {{"reason", "R", "why; must be given"}, text, {"field", "NAME", "of which field it speaks"}}, add_to},
      {"note show", "NOTE", 1, 1, "a note with its amendments", {}, show},
      {"draft list", "", 0, 0, "what is not signed yet", {}, drafts},
      {"draft show", "DRAFT", 1, 1, "a draft, as far as it is written", {}, show_draft},
  };
  return table;
}

}  // namespace caseload::client
