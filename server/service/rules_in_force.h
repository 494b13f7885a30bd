#pragma once

#include <string>

#include "sync/office/office_store.h"
#include "sync/sharing/compiled_rules.h"

namespace caseload::server {

// RulesInForce: the office's sharing rules, as its log has them; before it has any, the default ones.
//
// Promise  rules() stays the same object, so that whoever holds a reference sees new rules from the next operation on.
//          Rules that cannot be read leave those before them in force: an office never shares by half-understood ones.
// Threads  the writer's.
class RulesInForce {
 public:
  RulesInForce(const Catalogue& catalogue, const Id& office_scope);

  const sync::CompiledRules& rules() const { return rules_; }
  // After a commit that may have moved them. Faults: those of parse_rules, for new ones that cannot be read.
  Result<void> read(const sync::OfficeStore& store, WallTime now);

 private:
  const Catalogue& catalogue_;
  Id office_scope_;
  std::string text_;
  sync::CompiledRules rules_;
};

}  // namespace caseload::server
