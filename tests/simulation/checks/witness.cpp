#include "tests/simulation/checks/witness.h"

namespace caseload::sync {

Witness::Witness(const Office& office)
    : reference(Catalogue::built_in(), rules_variants().front().compiled.rules(), office.own_device) {}

void Witness::made_by(const std::string& laptop, const Change& change) {
  made.emplace(change.header.id, Made{change, digest_of(change.header), laptop, false});
}

}  // namespace caseload::sync
