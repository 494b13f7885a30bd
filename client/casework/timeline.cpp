#include "client/casework/timeline.h"

#include <algorithm>
#include <map>

#include "client/casework/looking.h"
#include "client/casework/notes.h"
#include "common/record/kinds.h"
#include "sync/device/derive.h"
#include "sync/device/late_work.h"

namespace caseload::client {
namespace {

constexpr FieldNumber amends = 16;

// What says most of a record: its first text that must be there, else its first text of all.
const FieldEntry* telling_field(const KindEntry& kind) {
  const FieldEntry* first = nullptr;
  for (const FieldEntry& field : kind.fields) {
    if (field.section == header::section || field.type != ValueType::text) continue;
    if (field.required) return &field;
    if (first == nullptr) first = &field;
  }
  return first;
}

WallTime recorded_at(std::span<const sync::StoredChange> changes, const Id& record) {
  for (const sync::StoredChange& stored : changes) {
    if (stored.change.header.id == record) return stored.change.header.stamp.wall_time();
  }
  return from_milliseconds(static_cast<std::int64_t>(record.milliseconds()));
}

std::optional<WallTime> received_at(std::span<const sync::StoredChange> changes, const Id& record) {
  for (const sync::StoredChange& stored : changes) {
    const bool held = stored.state == sync::ChangeState::accepted;
    if (stored.change.header.id == record && held) return stored.accepted;
  }
  return std::nullopt;
}

struct Source {
  sync::RecordRow row;
  WallTime occurred{};
  const sync::RecordState& state;
  std::span<const sync::StoredChange> changes;
};

TimelineRow row_of(const Workplace& place, const Source& from) {
  TimelineRow row;
  row.id = from.row.record;
  row.scope = from.row.scope;
  row.kind = place.catalogue().find_kind(from.row.kind);
  row.type = type_name(place.catalogue(), from.state);
  row.occurred = from.occurred;
  row.recorded = recorded_at(from.changes, row.id);
  row.received = received_at(from.changes, row.id);
  row.author = from.row.author;
  const FieldEntry* telling = row.kind == nullptr ? nullptr : telling_field(*row.kind);
  if (telling != nullptr) row.text = text_of(place.catalogue(), from.state, telling->number);
  row.state = whereabouts(place, from.state, from.changes);
  row.voided = from.state.void_state(place.catalogue());
  return row;
}

// Everything shown, in the store's order; counts amendments as it passes them.
class Gathering {
 public:
  Gathering(const Workplace& place, const TimelineWanted& wanted) : place_(place), wanted_(wanted) {}

  Timeline gather() {
    Timeline found;
    for (const TimelineEntry& entry : entries(found.more)) add_record(entry);
    add_late();
    add_drafts();
    for (TimelineRow& row : rows_) row.amended = amended_[row.id];
    std::ranges::sort(rows_, {}, [](const TimelineRow& row) { return std::make_pair(row.occurred, row.id); });
    found.rows = std::move(rows_);
    return found;
  }

 private:
  std::vector<TimelineEntry> entries(bool& more) const {
    std::vector<TimelineEntry> all =
        place_.store.timeline({.scope = wanted_.scope,
                               .kind = wanted_.scope ? KindNumber{0} : wanted_.kind,  // amendments are counted too
                               .before = {},
                               .rows_max = timeline_rows_max + 1});
    more = all.size() > timeline_rows_max;
    if (more) all.pop_back();
    return all;
  }

  void add_record(const TimelineEntry& entry) {
    const sync::RecordState state = readable(place_, entry.row.record);
    if (entry.row.kind == kinds::amendment) ++amended_[reference_of(place_.catalogue(), state, amends)];
    add(row_of(place_, {entry.row, entry.occurred, state, place_.store.changes_of_record(entry.row.record)}));
  }

  // Records that are not shown as such, because all of them is late work.
  void add_late() {
    for (const Id& id : sync::late_and_declined(place_.store)) {
      const std::optional<sync::StoredChange> stored = place_.store.find(id);
      const bool begins = stored && stored->change.header.creates() && is_wanted(stored->change.header.scope);
      if (!begins || place_.store.find_record(id)) continue;
      const sync::ChangeHeader& header = stored->change.header;
      sync::RecordState state(header.record, header.kind);
      for (const sync::Part& part : stored->change.parts) {
        if (is_readable(place_, header.kind, part.section)) {
          state.apply(place_.catalogue(), part, sync::origin_of(*stored));
        }
      }
      const sync::RecordRow row{header.record, header.scope, header.kind, header.author};
      add(row_of(place_, {row, entry_of(place_.catalogue(), row, state).occurred, state, {&*stored, 1}}));
    }
  }

  void add_drafts() {
    for (const NoteDraft& draft : note_drafts(place_)) {
      if (!is_wanted(draft.scope) || !is_readable(place_, kinds::note, 1)) continue;
      sync::RecordState state(draft.id, kinds::note);
      for (const FieldValue& write : draft.writes) {
        const FieldEntry* field = place_.catalogue().find_kind(kinds::note)->find_field(write.field);
        if (field == nullptr) continue;
        state.apply(place_.catalogue(), {field->section, {}, {{write.field, write.value, false, {}}}}, {});
      }
      const sync::RecordRow row{draft.id, draft.scope, kinds::note, place_.worker};
      TimelineRow made = row_of(place_, {row, entry_of(place_.catalogue(), row, state).occurred, state, {}});
      made.state = Whereabouts::draft;
      add(std::move(made));
    }
  }

  bool is_wanted(const Id& scope) const { return !wanted_.scope || *wanted_.scope == scope; }

  void add(TimelineRow row) {
    if (wanted_.since && row.occurred < *wanted_.since) return;
    if (wanted_.kind != 0 && (row.kind == nullptr || row.kind->number != wanted_.kind)) return;
    if (!wanted_.type.empty() && row.type != wanted_.type) return;
    rows_.push_back(std::move(row));
  }

  const Workplace& place_;
  const TimelineWanted& wanted_;
  std::vector<TimelineRow> rows_;
  std::map<Id, std::size_t> amended_;
};

}  // namespace

Result<Timeline> timeline(Workplace& place, const TimelineWanted& wanted) {
  CHECK(wanted.scope || wanted.kind != 0, "everything of all cases is no list");
  const bool here = !wanted.scope || place.store.find_record(*wanted.scope) ||
                    place.store.records().coverage_of(*wanted.scope);
  if (!here) return Fault(Fault::not_found, "its case");
  const Looking at{sync::AuditAction::consult, wanted.scope.value_or(Id{}), {}};
  if (Result<void> leave = begin_looking(place, at); !leave) return leave.fault();
  return Gathering(place, wanted).gather();
}

}  // namespace caseload::client
