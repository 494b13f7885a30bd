#include "server/report/reader.h"

#include <algorithm>

#include "server/office/late_opening.h"
#include "sync/sharing/visible.h"

namespace caseload::server {
namespace {

const Catalogue& catalogue() { return Catalogue::built_in(); }

// The field's entry and the one value in force.
struct Found {
  const FieldEntry* entry = nullptr;
  std::optional<Value> value;
};

Found find(const sync::RecordState& record, std::string_view field) {
  const KindEntry* kind = catalogue().find_kind(record.kind());
  const FieldEntry* entry = kind == nullptr ? nullptr : kind->find_field(field);
  if (entry == nullptr) return {};
  sync::FieldView view = record.view(catalogue(), entry->number);
  if (view.in_force.size() != 1) return {entry, std::nullopt};
  return {entry, std::move(view.in_force.front())};
}

}  // namespace

std::string words_of(const FieldEntry& field, const Value& value) {
  switch (value.type()) {
    case ValueType::text: return value.text();
    case ValueType::integer: return std::to_string(value.integer());
    case ValueType::boolean: return value.boolean() ? "yes" : "no";
    case ValueType::date: return to_text(value.date());
    case ValueType::moment: return to_text(value.moment());
    case ValueType::reference: return value.reference().short_form();
    case ValueType::code: {
      const CodeList* list = catalogue().find_code_list(field.code_list);
      const CodeEntry* code = list == nullptr ? nullptr : list->find(value.code());
      return code == nullptr ? "" : code->name;
    }
    default: return "";
  }
}

std::string words_in(const sync::RecordState& record, std::string_view field) {
  const Found found = find(record, field);
  return found.value ? words_of(*found.entry, *found.value) : "";
}

std::optional<Date> date_in(const sync::RecordState& record, std::string_view field) {
  const Found found = find(record, field);
  if (!found.value || found.value->type() != ValueType::date) return std::nullopt;
  return found.value->date();
}

std::optional<WallTime> moment_in(const sync::RecordState& record, std::string_view field) {
  const Found found = find(record, field);
  if (!found.value || found.value->type() != ValueType::moment) return std::nullopt;
  return found.value->moment();
}

CodeNumber code_in(const sync::RecordState& record, std::string_view field) {
  const Found found = find(record, field);
  return found.value && found.value->type() == ValueType::code ? found.value->code() : CodeNumber{0};
}

Id link_in(const sync::RecordState& record, std::string_view field) {
  const Found found = find(record, field);
  return found.value && found.value->type() == ValueType::reference ? found.value->reference() : Id{};
}

ReportReader::ReportReader(const Office& office, const Id& as) : office_(office), as_(as) {
  for (const UnitRow& row : units(office)) units_[row.id] = row.name;
  for (const WorkerRow& row : workers(office)) workers_[row.id] = row.name;
  if (as_.is_none()) return;
  sync::OfficeDevice device;
  device.worker = as_;
  viewer_ = office.facts().viewer(device);
}

std::string ReportReader::name_in(const Names& names, const Id& id) {
  const auto found = names.find(id);
  return found == names.end() ? (id.is_none() ? "" : id.short_form()) : found->second;
}

Date ReportReader::today() const { return std::chrono::floor<std::chrono::days>(office_.clock().now()); }

std::optional<sync::RecordState> ReportReader::readable(const Id& record, const Case& of) const {
  const sync::OfficeFacts facts = office_.facts();
  const std::optional<sync::RecordFacts> about = facts.record(record);
  if (!about) return std::nullopt;
  sync::RecordState state = facts.state(record);
  if (state.void_state(catalogue()) == sync::VoidState::voided) return std::nullopt;
  if (as_.is_none()) return state;
  const std::vector<SectionNumber> seen = visible_sections(of.mask, *about, as_, catalogue());
  if (seen.empty()) return std::nullopt;
  for (const SectionEntry& section : catalogue().find_kind(about->kind)->sections) {
    if (!std::ranges::binary_search(seen, section.number)) state.drop(catalogue(), section.number);
  }
  return state;
}

ReportReader::Case ReportReader::look_at(const Id& scope) const {
  const sync::ScopeFacts about = office_.facts().scope(scope);
  Case one;
  one.id = scope;
  one.unit = about.unit;
  one.assignments = about.assignments;
  if (!as_.is_none()) one.mask = office_.self().rules.mask(viewer_, about);
  std::optional<sync::RecordState> state = readable(scope, one);
  one.is_told = state.has_value();
  if (!state) return one;
  one.state = std::move(*state);
  const CodeNumber status = code_in(one.state, "status");
  if (status != 0) one.status = static_cast<CaseStatus>(status);
  return one;
}

std::vector<ReportReader::Case> ReportReader::cases(const Id& unit) const {
  std::vector<Case> found;
  for (const Id& scope : office_.store().scopes()) {
    const std::optional<sync::OfficeChange> root = office_.store().find(scope);
    if (!root || root->position == 0 || root->change.header.kind != kinds::case_file) continue;
    Case one = look_at(scope);
    const bool of_unit = unit.is_none() || one.unit == unit;
    if (of_unit && one.is_told && link_in(one.state, "merged_into").is_none()) found.push_back(std::move(one));
  }
  return found;
}

std::vector<ReportReader::Waiting> ReportReader::late_work(const Id& unit) const {
  std::vector<Waiting> found;
  for (const OpenLateWork& open : open_late_work(office_.store())) {
    Case of = look_at(open.scope);
    std::optional<sync::RecordState> work = readable(open.record, of);
    if (work && (unit.is_none() || of.unit == unit)) found.push_back({std::move(of), std::move(*work)});
  }
  return found;
}

std::vector<ReportReader::Entry> ReportReader::records(const Case& of, KindNumber kind) const {
  std::vector<Entry> found;
  for (const Id& id : office_.store().records_of(of.id, kind)) {
    std::optional<sync::RecordState> state = readable(id, of);
    const std::optional<sync::OfficeChange> created = office_.store().find(id);
    if (state && created) found.push_back({id, std::move(*state), created->change.header.stamp.wall_time(),
                                         created->change.header.author});
  }
  return found;
}

std::string ReportReader::name_of_case(const Case& one) const {
  const std::string name = words_in(one.state, "name");
  return name.empty() ? one.id.short_form() : name;
}

std::string ReportReader::leads_of(const Case& one) const {
  std::string names;
  for (const sync::AssignmentFact& assignment : one.assignments) {
    if (assignment.as == AssignmentRole::lead) names += (names.empty() ? "" : ", ") + name_of_worker(assignment.worker);
  }
  return names;
}

}  // namespace caseload::server
