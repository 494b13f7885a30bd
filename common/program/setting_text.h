#pragma once

#include <optional>
#include <string>

#include "common/program/settings.h"

namespace caseload {

// How durations and sizes are written in a settings file; for the files of this room.
std::string quantity_text(SettingType type, std::int64_t number);  // in the largest unit that leaves no rest
std::optional<std::int64_t> read_quantity(SettingType type, std::string_view text);

// "a whole number from 1 to 65535", "one of error, warning, info".
std::string expected_text(const Setting& setting);

}  // namespace caseload
