#include "tests/simulation/checks/witness.h"

namespace caseload::sync {

Witness::Witness(const Office& office)
    : reference(Catalogue::built_in(), rules_variants().front().compiled.rules(), office.own_device) {}

void Witness::made_by(const std::string& laptop, const Change& change) {
  if (!made.emplace(change.header.id, Made{change, digest_of(change.header), laptop, false, false}).second) return;
  for (const Part& part : change.parts) demand(salts.insert(part.salt).second, "I13", "two parts with one salt");
}

}  // namespace caseload::sync
