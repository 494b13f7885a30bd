#include "server/service/rules_in_force.h"

#include "sync/office/facts.h"
#include "sync/sharing/default_rules.h"
#include "sync/sharing/rules_text.h"

namespace caseload::server {
namespace {

constexpr FieldNumber rules_text_field = 18;

sync::CompiledRules compile_default(const Catalogue& catalogue) {
  Result<sync::Rules> rules = sync::parse_rules(sync::default_rules_text(), catalogue);
  CHECK(rules.ok(), "the default rules are rules");
  return sync::CompiledRules(*std::move(rules));
}

}  // namespace

RulesInForce::RulesInForce(const Catalogue& catalogue, const Id& office_scope)
    : catalogue_(catalogue), office_scope_(office_scope), text_(sync::default_rules_text()),
      rules_(compile_default(catalogue)) {}

Result<void> RulesInForce::read(const sync::OfficeStore& store, WallTime now) {
  const std::vector<Id> versions = store.records_of(office_scope_, kinds::sharing_rules);
  if (versions.empty()) return {};
  const sync::RecordState newest = sync::OfficeFacts(store, catalogue_, {now}).state(versions.back());
  const sync::FieldView written = newest.view(catalogue_, rules_text_field);
  if (written.in_force.empty() || written.in_force.front().text() == text_) return {};
  text_ = written.in_force.front().text();
  Result<sync::Rules> rules = sync::parse_rules(text_, catalogue_);
  if (!rules) return rules.fault();
  rules_ = sync::CompiledRules(*std::move(rules));
  return {};
}

}  // namespace caseload::server
