#include "client/casework/rights.h"

#include <algorithm>

#include "client/casework/looking.h"
#include "common/record/kinds.h"
#include "sync/device/derive.h"
#include "sync/sharing/compiled_rules.h"
#include "sync/sharing/rules_text.h"

namespace caseload::client {
namespace {

constexpr std::string_view rules_text_field = "text";

sync::ViewerFacts viewer(const Workplace& place) {
  sync::ViewerFacts facts;
  facts.worker = place.worker;
  const sync::RecordState worker = place.store.record(place.worker);
  facts.provider = reference_of(place.catalogue(), worker, worker_facts::provider);
  const std::string role = role_name(place);
  if (role.empty()) return facts;
  for (const Value& unit : worker.view(place.catalogue(), worker_facts::units).in_force) {
    if (unit.type() == ValueType::reference) facts.memberships.push_back({unit.reference(), role});
  }
  if (facts.memberships.empty()) facts.memberships.push_back({Id{}, role});
  return facts;
}

std::string line_text(const Catalogue& catalogue, const Result<sync::Rules>& rules, std::uint16_t line) {
  if (!rules || line == 0) return {};
  for (const sync::Rule& rule : rules->rules) {
    if (rule.line == line) return print_rule(*rules, rule, catalogue);
  }
  return {};
}

class Explained {
 public:
  Explained(const Workplace& place, const sync::Mask& mask, Why& why)
      : catalogue_(place.catalogue()), mask_(mask), why_(why), rules_(held_rules(place)) {}

  void add(const KindEntry& kind, sync::ObjectFacts object, bool even_nothing) {
    for (const SectionEntry& section : kind.sections) {
      object.section = section.number;
      const sync::Decision decision = mask_.look_up(object);
      if (decision.level == sync::Level::none && !even_nothing) continue;
      why_.level = std::max(why_.level, decision.level);
      why_.rights.push_back({kind.name + "." + section.name, decision, line_text(catalogue_, rules_, decision.line)});
    }
  }

 private:
  const Catalogue& catalogue_;
  const sync::Mask& mask_;
  Why& why_;
  Result<sync::Rules> rules_;
};

Result<std::string> held_rules_text(const Workplace& place) {
  std::optional<Id> latest;
  for (const Id& id : place.store.records().of_kind(kinds::sharing_rules)) {
    if (place.store.find_record(id) && (!latest || *latest < id)) latest = id;
  }
  const KindEntry* kind = place.catalogue().find_kind(kinds::sharing_rules);
  const FieldEntry* field = kind == nullptr ? nullptr : kind->find_field(rules_text_field);
  if (!latest || field == nullptr) return Fault(Fault::absent, "the sharing rules");
  return text_of(place.catalogue(), place.store.record(*latest), field->number);
}

Result<std::shared_ptr<const sync::CompiledRules>> compiled_rules(const Workplace& place) {
  const Result<std::string> text = held_rules_text(place);
  if (!text) return text.fault();
  if (place.compiled.rules == nullptr || place.compiled.text != *text) {
    Result<sync::Rules> rules = sync::parse_rules(*text, place.catalogue());
    if (!rules) return rules.fault();
    place.compiled = {*text, std::make_shared<const sync::CompiledRules>(std::move(*rules))};
  }
  return place.compiled.rules;
}

}  // namespace

Result<sync::Rules> held_rules(const Workplace& place) {
  const Result<std::string> text = held_rules_text(place);
  if (!text) return text.fault();
  return sync::parse_rules(*text, place.catalogue());
}

std::string role_name(const Workplace& place) {
  const sync::RecordState worker = place.store.record(place.worker);
  const Id role = reference_of(place.catalogue(), worker, worker_facts::role);
  return role.is_none() ? std::string() : text_of(place.catalogue(), place.store.record(role), role_facts::name);
}

Result<sync::Mask> mask_to_be(const Workplace& place, const sync::RecordState& root) {
  const Result<std::shared_ptr<const sync::CompiledRules>> rules = compiled_rules(place);
  if (!rules) return rules.fault();
  sync::ScopeFacts scope;
  scope.scope = root.record();
  scope.unit = reference_of(place.catalogue(), root, case_facts::unit);
  scope.assignments.push_back({place.worker, AssignmentRole::lead});
  return (*rules)->mask(viewer(place), scope);
}

Result<sync::Mask> mask_on(const Workplace& place, const Id& scope) {
  if (const auto entry = place.store.records().coverage_of(scope)) return entry->mask;
  const std::optional<sync::RecordRow> root = place.store.find_record(scope);
  const bool begun_here = root && root->author == place.worker && root->kind == kinds::case_file;
  if (!begun_here) return Fault(Fault::not_found, "its case");
  return mask_to_be(place, place.store.record(scope));
}

bool may_begin(const Workplace& place, const Id& scope, KindNumber number) {
  const Result<sync::Mask> mask = mask_on(place, scope);
  const KindEntry* kind = place.catalogue().find_kind(number);
  return mask && kind != nullptr && std::ranges::all_of(kind->sections, [&](const SectionEntry& section) {
    return mask->look_up({number, section.number, 0, 0, true}).level == sync::Level::write;
  });
}

std::string told(const Catalogue& catalogue, const sync::ObjectFacts& object, std::uint16_t line) {
  const KindEntry* kind = catalogue.find_kind(object.kind);
  const SectionEntry* section = kind == nullptr ? nullptr : kind->find_section(object.section);
  const std::string where = section == nullptr ? "it" : kind->name + "." + section->name;
  if (line == 0) return where + ": no line of the sharing rules allows it";
  return where + ": line " + std::to_string(line) + " of the sharing rules";
}

Why why(const Workplace& place, const Id& scope_or_record) {
  Why why;
  const std::optional<sync::RecordRow> row = place.store.find_record(scope_or_record);
  const Id scope = row ? row->scope : scope_or_record;
  const std::optional<sync::CoverageEntry> entry = place.store.records().coverage_of(scope);
  why.arriving = entry && entry->backfill.has_value();
  const Result<sync::Mask> mask = mask_on(place, scope);
  why.here = row.has_value() || entry.has_value();
  why.begun_here = why.here && !entry;
  if (!mask) return why;
  Explained explained(place, *mask, why);
  if (row && row->record != scope) {
    const KindEntry* kind = place.catalogue().find_kind(row->kind);
    const std::optional<sync::RecordFacts> facts = record_facts(place.store, place.catalogue(), row->record);
    if (kind == nullptr || !facts) return why;
    explained.add(*kind, {facts->kind, 0, facts->type, facts->marking, facts->author == place.worker}, true);
    return why;
  }
  for (const KindEntry& kind : place.catalogue().kinds()) explained.add(kind, {kind.number, 0, 0, 0, true}, false);
  return why;
}

}  // namespace caseload::client
