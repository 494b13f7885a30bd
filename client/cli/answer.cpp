#include "client/cli/answer.h"

#include "client/casework/typed.h"

namespace caseload::client {

Json to_json(const Catalogue& catalogue, const FieldEntry& field, const Value& value) {
  switch (value.type()) {
    case ValueType::none: return nullptr;
    case ValueType::integer: return value.integer();
    case ValueType::boolean: return value.boolean();
    default: return to_typed(catalogue, field, value);
  }
}

Json to_json(const Priority& priority) {
  Json reasons = Json::array();
  for (const PriorityReason& reason : priority.reasons) {
    reasons.push_back({{"points", reason.points}, {"criterion", to_name(reason.criterion)}, {"words", reason.words}});
  }
  return {{"score", priority.score}, {"policy_version", priority.policy_version}, {"reasons", reasons}};
}

Json to_json(std::span<const DueRow> deadlines) {
  Json rows = Json::array();
  for (const DueRow& row : deadlines) {
    rows.push_back({{"what", to_name(row.deadline.kind)}, {"record", to_json(row.deadline.record)},
                    {"due", to_text(row.deadline.due)}, {"state", to_name(row.state)}, {"days", row.days}});
  }
  return rows;
}

Json to_json(const Catalogue& catalogue, const RecordShown& record) {
  Json fields = Json::object();
  Json conflicts = Json::object();
  for (const sync::FieldView& view : record.fields) {
    Json values = Json::array();
    for (const Value& value : view.in_force) values.push_back(to_json(catalogue, *view.entry, value));
    const bool many = view.entry->policy == MergePolicy::set || values.size() > 1;
    fields[view.entry->name] = many ? values : values.empty() ? Json() : values.front();
    if (!view.open) continue;
    Json standing = Json::array();
    for (const sync::HeldWrite& write : view.standing) standing.push_back(to_json(catalogue, *view.entry, write.value));
    conflicts[view.entry->name] = standing;
  }
  return {{"id", to_json(record.row.record)}, {"kind", record.kind->name},        {"case", to_json(record.row.scope)},
          {"author", to_json(record.row.author)}, {"state", to_name(record.state)},
          {"void", record.voided != sync::VoidState::not_voided}, {"fields", fields}, {"conflicts", conflicts}};
}

}  // namespace caseload::client
