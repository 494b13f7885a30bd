#include "client/casework/conflicts.h"

#include <algorithm>

#include "client/casework/looking.h"
#include "common/base/text.h"
#include "common/record/kinds.h"
#include "common/record/names.h"

namespace caseload::client {
namespace {

constexpr FieldNumber amends = 16, amendment_reason = 17, amendment_text = 18, amendment_field = 19;

Conflict conflict_of(const sync::RecordRow& row, const sync::FieldView& view) {
  Conflict conflict{row, view.entry, view.in_force, {}};
  for (const sync::HeldWrite& write : view.standing) {
    const sync::Origin& origin = write.origin;
    ConflictingValue value{origin.change, write.value, origin.author, origin.device, origin.stamp, {}};
    if (!origin.is_pending()) value.received = origin.accepted;
    conflict.values.push_back(std::move(value));
  }
  return conflict;
}

Result<Value> chosen_value(const sync::FieldView& view, const Resolution& resolution) {
  CHECK(resolution.take.has_value() != resolution.value.has_value(), "one value that stands, or another");
  if (resolution.value) return *resolution.value;
  for (const sync::HeldWrite& write : view.standing) {
    if (write.origin.change == *resolution.take) return write.value;
  }
  return Fault(Fault::not_found, "a change whose value stands");
}

Act reason_act(const Workplace& place, const sync::RecordRow& row, const std::string& name, const std::string& reason) {
  return {kinds::amendment, row.scope, {}, {{amends, Value::of_reference(row.record)},
                                            {header::occurred, Value::of_moment(place.clock.now())},
                                            {amendment_reason, Value::of_text(reason)},
                                            {amendment_text, Value::of_text("A conflict was resolved: " + name)},
                                            {amendment_field, Value::of_text(name)}}, {}};
}

}  // namespace

Result<std::vector<Conflict>> conflicts(Workplace& place, const std::optional<Id>& scope) {
  if (scope && !place.store.find_record(*scope)) return Fault(Fault::not_found, "its case");
  const Looking at{sync::AuditAction::consult, scope.value_or(Id{}), {}};
  if (Result<void> leave = begin_looking(place, at); !leave) return leave.fault();
  std::vector<Conflict> open;
  for (const sync::RecordRow& row : place.store.records().of_several_changes()) {
    if (scope && row.scope != *scope) continue;
    for (const sync::FieldView& view : readable(place, row.record).open_conflicts(place.catalogue())) {
      open.push_back(conflict_of(row, view));
    }
  }
  return open;
}

std::size_t count_conflicts(const Workplace& place) {
  const std::vector<sync::RecordRow> rows = place.store.records().of_several_changes();
  return static_cast<std::size_t>(std::ranges::count_if(rows, [&](const sync::RecordRow& row) {
    return !place.store.record(row.record).open_conflicts(place.catalogue()).empty();
  }));
}

Result<Done> resolve(Workplace& place, const Resolution& resolution) {
  const Result<std::string> reason = check_text(resolution.reason, value_bytes_max);
  if (!reason) return reason.fault();
  if (reason->find_first_not_of(" \t\n") == std::string::npos) return Fault(Fault::required, "a reason");
  const std::optional<sync::RecordRow> row = place.store.find_record(resolution.record);
  if (!row) return Fault::not_found;
  const KindEntry* kind = place.catalogue().find_kind(row->kind);
  const FieldEntry* field = kind == nullptr ? nullptr : kind->find_field(resolution.field);
  if (field == nullptr) return Fault::unknown_field;
  const sync::FieldView view = place.store.record(row->record).view(place.catalogue(), field->number);
  if (!view.open) return Fault(Fault::stale, "nobody is asked about " + dotted_name(*kind, *field));
  if (kind->scope != ScopeType::case_file) return Fault(Fault::bad_value, "a record of a case; set the field instead");
  const Result<Value> value = chosen_value(view, resolution);
  if (!value) return value.fault();
  const Act acts[] = {{.record = row->record, .writes = {{field->number, *value}}},
                      reason_act(place, *row, dotted_name(*kind, *field), *reason)};
  const Result<std::vector<Done>> done = perform_together(place, acts);
  if (!done) return done.fault();
  return done->front();
}

}  // namespace caseload::client
