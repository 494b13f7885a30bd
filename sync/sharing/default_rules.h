#pragma once

#include <string_view>

namespace caseload::sync {

// The rules that an office starts with: its six roles, and who may do what. An office edits a copy; the
// locked lines stay (keeps_locked of rules_text.h).
std::string_view default_rules_text();

}  // namespace caseload::sync
