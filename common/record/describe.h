#pragma once

#include <string>

#include "common/record/catalogue.h"

namespace caseload {

// The documentation of the data, as Markdown: every kind with its fields, and every code list. The same catalogue gives
// the same text, byte for byte.
std::string describe(const Catalogue& catalogue);

}  // namespace caseload
