#include "client/casework/handover/pack.h"

#include <algorithm>

#include "client/casework/looking.h"
#include "client/casework/notes.h"
#include "common/codec/codec.h"
#include "common/crypto/hash.h"
#include "common/practice/completeness.h"

namespace caseload::client {
namespace {

constexpr std::size_t records_max = 100'000;     // of one kind in one case
constexpr std::string_view digest_label = "caseload/handover pack/1";

std::vector<TimelineEntry> all_of(const Workplace& place, const Id& scope, KindNumber kind) {
  return place.store.timeline({.scope = scope, .kind = kind, .before = {}, .rows_max = records_max});
}

bool counts(const Workplace& place, const sync::RecordState& state) {
  return state.void_state(place.catalogue()) != sync::VoidState::voided;
}

std::vector<Id> open_risks(const Workplace& place, const Id& scope) {
  const FieldNumber status = place.catalogue().find_kind(kinds::risk)->find_field("status")->number;
  std::vector<Id> risks;
  for (const TimelineEntry& entry : all_of(place, scope, kinds::risk)) {
    const sync::RecordState state = readable(place, entry.row.record);
    const bool ended = code_of(place.catalogue(), state, status) == number_of(RiskStatus::ended);
    if (counts(place, state) && !ended) risks.push_back(entry.row.record);
  }
  std::ranges::sort(risks);
  return risks;
}

std::vector<Id> last_contacts(const Workplace& place, const Id& scope) {
  std::vector<Id> contacts;
  for (const TimelineEntry& entry : all_of(place, scope, kinds::note)) {
    const sync::RecordState state = readable(place, entry.row.record);
    const bool contact = is_contact(code_of(place.catalogue(), state, header::type));
    if (contact && counts(place, state)) contacts.push_back(entry.row.record);
    if (contacts.size() == pack_contacts_max) break;
  }
  return contacts;
}

std::size_t open_conflicts(const Workplace& place, const Id& scope) {
  const std::vector<sync::RecordRow> rows = place.store.records().of_several_changes();
  return static_cast<std::size_t>(std::ranges::count_if(rows, [&](const sync::RecordRow& row) {
    return row.scope == scope && !place.store.record(row.record).open_conflicts(place.catalogue()).empty();
  }));
}

std::size_t not_receipted(const Workplace& place, const Id& scope) {
  std::vector<Id> changes = place.store.unsent();
  for (const sync::WaitingSegment& segment : place.store.waiting()) {
    changes.insert(changes.end(), segment.changes.begin(), segment.changes.end());
  }
  return static_cast<std::size_t>(std::ranges::count_if(changes, [&](const Id& change) {
    const std::optional<sync::StoredChange> stored = place.store.find(change);
    return stored && stored->change.header.scope == scope;
  }));
}

std::string line(std::size_t number, std::string_view what) { return std::to_string(number) + " " + std::string(what); }

}  // namespace

std::string Pack::digest() const {
  std::vector<std::pair<Id, std::int64_t>> open;
  for (const DueRow& row : due) {
    const std::int64_t day = row.deadline.due.time_since_epoch().count();
    open.emplace_back(row.deadline.record, day * 256 + static_cast<std::int64_t>(row.deadline.kind));
  }
  Bytes bytes;
  append(bytes, as_bytes(digest_label));
  append(bytes, encode(open));
  append(bytes, encode(risks));
  append(bytes, encode(contacts));
  return to_hex(sha256(bytes));
}

Pack make_pack(const Workplace& place, const Id& scope) {
  Pack pack;
  std::map<Id, Attention> weighed = weigh_cases(place, scope);
  if (const auto found = weighed.find(scope); found != weighed.end()) pack.due = std::move(found->second.due);
  pack.risks = open_risks(place, scope);
  pack.contacts = last_contacts(place, scope);
  pack.conflicts = open_conflicts(place, scope);
  pack.unsent = not_receipted(place, scope);
  const std::vector<NoteDraft> drafts = note_drafts(place);
  const auto here = [&](const NoteDraft& draft) { return draft.scope == scope; };
  pack.drafts = static_cast<std::size_t>(std::ranges::count_if(drafts, here));
  return pack;
}

std::string agenda_of(const Pack& pack) {
  const DueCounts counts = count_due(pack.due);
  std::string agenda =
      "1. Safety: " + line(pack.risks.size(), "risks that have not ended; what raises and lowers them.\n");
  agenda += "2. Deadlines: " + line(counts.overdue, "overdue, ") +
            line(counts.soon, "due within three working days, ") + line(pack.due.size(), "open in all.\n");
  agenda += "3. The last " + line(pack.contacts.size(), "contacts, and what was promised in them.\n");
  agenda += "4. What people disagree about: " + line(pack.conflicts, "records.\n");
  return agenda + "5. What the client was told of the change, and who introduces the new worker.";
}

}  // namespace caseload::client
