#include "client/casework/notes.h"

#include <algorithm>

#include "client/casework/looking.h"
#include "client/store/names.h"
#include "common/base/text.h"
#include "common/codec/codec.h"
#include "common/record/kinds.h"

namespace caseload::client {
namespace {

constexpr FieldNumber amends = 16, amendment_reason = 17, amendment_text = 18, amendment_field = 19;
constexpr std::size_t amendments_max = 10'000;  // of one case

bool is_set(const Workplace& place, FieldNumber field) {
  const KindEntry* kind = place.catalogue().find_kind(kinds::note);
  const FieldEntry* entry = kind == nullptr ? nullptr : kind->find_field(field);
  return entry != nullptr && entry->policy == MergePolicy::set;
}

std::optional<NoteDraft> read_draft(const std::optional<SavedDraft>& saved) {
  if (!saved || saved->kind != kinds::note) return std::nullopt;
  return NoteDraft{saved->id, saved->scope, saved->saved, decode_own<std::vector<FieldValue>>(saved->content)};
}

Result<NoteDraft> keep_draft(Workplace& place, NoteDraft draft) {
  draft.saved = place.clock.now();
  const SavedDraft saved{draft.id, draft.scope, kinds::note, draft.saved, encode(draft.writes)};
  if (Result<void> kept = place.drafts.keep(saved); !kept) return kept.fault();
  return draft;
}

Act act_of(const NoteDraft& draft) { return {kinds::note, draft.scope, {}, draft.writes, draft.id}; }

bool has(const std::vector<FieldValue>& writes, FieldNumber field) {
  return std::ranges::any_of(writes, [&](const FieldValue& write) { return write.field == field; });
}

// A field has one value, a set an element once; what goes out of a set that nobody has seen was never in it.
void put(const Workplace& place, std::vector<FieldValue>& writes, const FieldValue& wanted) {
  const bool set = is_set(place, wanted.field);
  std::erase_if(writes, [&](const FieldValue& write) {
    return write.field == wanted.field && (!set || write.value == wanted.value);
  });
  if (!wanted.out && !wanted.value.is_none()) writes.push_back(wanted);
}

// As a note that could be signed: with words that somebody is still to write.
Act as_if_written(NoteDraft draft) {
  for (const FieldNumber field : {FieldNumber{16}, FieldNumber{32}, FieldNumber{35}}) {
    std::erase_if(draft.writes, [&](const FieldValue& write) { return write.field == field; });
    draft.writes.push_back({field, Value::of_text("still to be written")});
  }
  return act_of(draft);
}

// A draft as a note is shown: what it says, and nothing of who read what.
RecordShown show_draft(const Workplace& place, const NoteDraft& draft) {
  RecordShown shown;
  shown.row = {draft.id, draft.scope, kinds::note, place.worker};
  shown.kind = place.catalogue().find_kind(kinds::note);
  shown.state = Whereabouts::draft;
  for (const FieldEntry& field : shown.kind->fields) {
    sync::FieldView view;
    view.entry = &field;
    for (const FieldValue& write : draft.writes) {
      if (write.field == field.number) view.in_force.push_back(write.value);
    }
    if (!view.in_force.empty()) shown.fields.push_back(std::move(view));
  }
  return shown;
}

Result<std::vector<RecordShown>> amendments_of(Workplace& place, const sync::RecordRow& note) {
  std::vector<RecordShown> amendments;
  const TimelineQuery all{.scope = note.scope, .kind = kinds::amendment, .before = {}, .rows_max = amendments_max};
  for (const TimelineEntry& entry : place.store.timeline(all)) {
    const sync::RecordState state = place.store.record(entry.row.record);
    if (reference_of(place.catalogue(), state, amends) != note.record) continue;
    Result<RecordShown> shown = get(place, entry.row.record);
    if (!shown) return shown.fault();
    amendments.push_back(std::move(*shown));
  }
  std::ranges::reverse(amendments);
  return amendments;
}

}  // namespace

Result<NoteDraft> begin_note(Workplace& place, const Id& scope, std::vector<FieldValue> writes) {
  const auto now = std::max<std::int64_t>(0, to_milliseconds(place.clock.now()));
  NoteDraft draft{Id::make(static_cast<std::uint64_t>(now), place.random), scope, {}, {}};
  if (!has(writes, header::type)) return Fault(Fault::required, "note.header.type");
  if (Result<void> values = check_values(place, {kinds::note, scope, {}, writes, {}}); !values) return values.fault();
  for (const FieldValue& write : writes) put(place, draft.writes, write);
  if (Result<void> may = check(place, as_if_written(draft)); !may) return may.fault();
  return keep_draft(place, std::move(draft));
}

Result<NoteDraft> edit_note(Workplace& place, const Id& id, std::span<const FieldValue> writes) {
  std::optional<NoteDraft> draft = read_draft(place.drafts.find(id));
  if (!draft) return Fault(Fault::not_found, "a draft");
  const KindEntry* kind = place.catalogue().find_kind(kinds::note);
  for (const FieldValue& write : writes) {
    const FieldEntry* field = kind->find_field(write.field);
    if (field == nullptr) return Fault(Fault::unknown_field, kind->name);
    if (Result<void> checked = place.catalogue().check(*kind, *field, write.value); !checked) return checked.fault();
    put(place, draft->writes, write);
  }
  return keep_draft(place, std::move(*draft));
}

Result<void> give_up_note(Workplace& place, const Id& draft) {
  if (!place.drafts.find(draft)) return Fault(Fault::not_found, "a draft");
  place.drafts.remove(draft);
  return {};
}

std::vector<NoteDraft> note_drafts(const Workplace& place) {
  std::vector<NoteDraft> drafts;
  for (const SavedDraft& saved : place.drafts.all()) {
    if (std::optional<NoteDraft> draft = read_draft(saved)) drafts.push_back(std::move(*draft));
  }
  return drafts;
}

Result<Done> sign_note(Workplace& place, const Id& id) {
  const std::optional<NoteDraft> draft = read_draft(place.drafts.find(id));
  if (!draft) {
    const std::optional<sync::StoredChange> signed_before = place.store.find(id);
    const bool ours = signed_before && signed_before->change.header.kind == kinds::note &&
                      signed_before->change.header.author == place.worker;
    if (!ours) return Fault(Fault::not_found, "a draft");
    return Done{id, signed_before->change.header.record, signed_before->change.header.scope};
  }
  Act act = act_of(*draft);
  if (!has(act.writes, header::occurred)) {
    const auto begun = static_cast<std::int64_t>(draft->id.milliseconds());
    act.writes.push_back({header::occurred, Value::of_moment(from_milliseconds(begun))});
  }
  std::erase_if(act.writes, [](const FieldValue& write) { return write.field == header::signed_off; });
  act.writes.push_back({header::signed_off, Value::of_boolean(true)});
  const Result<std::vector<Done>> done = perform_together(place, {&act, 1}, [&] { place.drafts.remove(id); });
  if (!done) return done.fault();
  return done->front();
}

Result<Done> amend(Workplace& place, const Id& record, const Amendment& amendment) {
  const std::optional<sync::RecordRow> row = place.store.find_record(record);
  if (!row) return Fault::not_found;
  Act act{kinds::amendment, row->scope, {}, {{amends, Value::of_reference(record)},
                                             {header::occurred, Value::of_moment(place.clock.now())}}, {}};
  const struct {
    FieldNumber field;
    const std::string& text;
    std::string_view name;
  } texts[] = {{amendment_reason, amendment.reason, "amendment.content.reason"},
               {amendment_text, amendment.text, "amendment.content.text"},
               {amendment_field, amendment.field, {}}};
  for (const auto& [field, text, name] : texts) {
    const bool blank = text.find_first_not_of(" \t\n") == std::string::npos;
    if (blank && !name.empty()) return Fault(Fault::required, std::string(name));
    if (blank) continue;
    const Result<std::string> checked = check_text(text, value_bytes_max);
    if (!checked) return checked.fault();
    act.writes.push_back({field, Value::of_text(*checked)});
  }
  return perform(place, act);
}

Result<NoteShown> show_note(Workplace& place, const Id& id) {
  if (const std::optional<NoteDraft> draft = read_draft(place.drafts.find(id))) {
    const Looking at{sync::AuditAction::consult, draft->scope, id};
    if (Result<void> leave = begin_looking(place, at); !leave) return leave.fault();
    return NoteShown{show_draft(place, *draft), {}};
  }
  Result<RecordShown> note = get(place, id);
  if (!note) return note.fault();
  if (note->row.kind != kinds::note) return Fault(Fault::unknown_kind, "it is no note");
  Result<std::vector<RecordShown>> amendments = amendments_of(place, note->row);
  if (!amendments) return amendments.fault();
  return NoteShown{std::move(*note), std::move(*amendments)};
}

}  // namespace caseload::client
