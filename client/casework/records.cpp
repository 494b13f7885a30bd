#include "client/casework/records.h"

#include <algorithm>

#include "client/casework/looking.h"
#include "common/base/text.h"
#include "common/record/kinds.h"

namespace caseload::client {
namespace {

using sync::ChangeState;

struct Found {
  sync::RecordRow row;
  const KindEntry* kind = nullptr;
};

// The record, with leave to read it.
Result<Found> open_record(Workplace& place, const Id& record) {
  const std::optional<sync::RecordRow> row = place.store.find_record(record);
  if (!row) return why_not_here(place, record);
  const KindEntry* kind = place.catalogue().find_kind(row->kind);
  if (kind == nullptr) return Fault::unknown_kind;
  if (Result<void> leave = begin_looking(place, {sync::AuditAction::consult, row->scope, record}); !leave) {
    return leave.fault();
  }
  return Found{*row, kind};
}

bool is_void(const Workplace& place, const Id& record) {
  const sync::FieldView view = place.store.record(record).view(place.catalogue(), header::voided);
  return !view.in_force.empty() && view.in_force.front() == Value::of_boolean(true);
}

}  // namespace

std::string_view to_name(Whereabouts where) {
  switch (where) {
    case Whereabouts::draft: return "draft";
    case Whereabouts::on_this_device: return "on_this_device";
    case Whereabouts::held_by_office: return "held_by_the_server";
    case Whereabouts::late: return "late";
    case Whereabouts::needs_you: return "needs_you";
    case Whereabouts::declined: return "declined";
  }
  return "unknown";
}

Whereabouts whereabouts(const Workplace& place, const sync::RecordState& state,
                        std::span<const sync::StoredChange> changes) {
  const auto any = [&](std::initializer_list<ChangeState> states) {
    return std::ranges::any_of(changes, [&](const sync::StoredChange& change) {
      return std::ranges::find(states, change.state) != states.end();
    });
  };
  if (any({ChangeState::late})) return Whereabouts::late;
  const auto is_declined = [](const sync::StoredChange& change) { return change.state == ChangeState::declined; };
  if (!changes.empty() && std::ranges::all_of(changes, is_declined)) return Whereabouts::declined;
  if (!state.open_conflicts(place.catalogue()).empty()) return Whereabouts::needs_you;
  if (any({ChangeState::unsent, ChangeState::sent, ChangeState::foreign})) return Whereabouts::on_this_device;
  return Whereabouts::held_by_office;
}

Result<RecordShown> get(Workplace& place, const Id& record) {
  const Result<Found> found = open_record(place, record);
  if (!found) return found.fault();
  const sync::RecordState state = readable(place, record);
  RecordShown shown{found->row, found->kind, whereabouts(place, state, place.store.changes_of_record(record)),
                    state.void_state(place.catalogue()), {}};
  for (const FieldEntry& field : found->kind->fields) {
    sync::FieldView view = state.view(place.catalogue(), field.number);
    if (!view.standing.empty()) shown.fields.push_back(std::move(view));
  }
  return shown;
}

Result<std::vector<HistoryRow>> history(Workplace& place, const Id& record) {
  const Result<Found> found = open_record(place, record);
  if (!found) return found.fault();
  std::vector<HistoryRow> rows;
  for (const sync::StoredChange& stored : place.store.changes_of_record(record)) {
    const sync::ChangeHeader& header = stored.change.header;
    HistoryRow row{header.id, header.author, stored.device, header.stamp, {}, stored.state, nullptr, {}, false};
    if (stored.state == ChangeState::accepted) row.received = stored.accepted;
    for (const sync::Part& part : stored.change.parts) {
      if (!is_readable(place, found->kind->number, part.section)) continue;
      for (const sync::Write& write : part.writes) {
        row.field = found->kind->find_field(write.field);
        row.value = write.value;
        row.out = write.out;
        if (row.field != nullptr) rows.push_back(row);
      }
    }
  }
  return rows;
}

Result<Done> void_record(Workplace& place, const Id& record, std::string_view reason) {
  const Result<std::string> said = check_line(reason, value_bytes_max);
  if (!said) return said.fault();
  if (fold_for_search(*said).find_first_not_of(' ') == std::string::npos) return Fault(Fault::required, "a reason");
  if (is_void(place, record)) return Fault(Fault::already_there, "it is void");
  const auto read_to = static_cast<std::int64_t>(place.store.state().cursor);
  return perform(place, {.record = record,
                         .writes = {{header::voided, Value::of_boolean(true)},
                                    {header::void_reason, Value::of_text(*said)},
                                    {header::void_cursor, Value::of_integer(read_to)}}});
}

Result<Done> restore_record(Workplace& place, const Id& record) {
  if (place.store.find_record(record) && !is_void(place, record)) return Fault(Fault::already_there, "it is not void");
  return perform(place, {.record = record, .writes = {{header::voided, Value::of_boolean(false)}}});
}

Result<Done> finish_action(Workplace& place, const Id& action, std::vector<FieldValue> more) {
  const std::optional<sync::RecordRow> row = place.store.find_record(action);
  if (!row) return why_not_here(place, action);
  if (row->kind != kinds::action) return Fault(Fault::unknown_kind, "it is no action");
  const KindEntry& kind = *place.catalogue().find_kind(kinds::action);
  const FieldNumber done_on = kind.find_field("done_on")->number;
  const bool dated = std::ranges::any_of(more, [&](const FieldValue& field) { return field.field == done_on; });
  more.push_back({kind.find_field("status")->number, Value::of_code(number_of(ActionStatus::done))});
  if (!dated) more.push_back({done_on, Value::of_date(place.zone.date_at(place.clock.now()))});
  return perform(place, {.record = action, .writes = std::move(more)});
}

}  // namespace caseload::client
