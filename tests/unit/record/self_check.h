#pragma once

#include <string>
#include <vector>

#include "common/record/catalogue.h"

namespace caseload::tests {

// Everything that is wrong with a catalogue's tables, one sentence each; nothing, if they are sound.
std::vector<std::string> self_check(const Catalogue& catalogue);

}  // namespace caseload::tests
