#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace caseload::client {

// How a table writes days and times: "%d/%m/%Y", "%d.%m.%Y %H:%M".
//
// Shape    %d %m day and month, one digit or two · %Y the year, four · %H hour, one or two · %M %S minute and second,
//          two. Everything else stands for itself. Years of two digits are not read: nobody knows of which century.
// Errors   check_date_form(): bad_value, which says what is missing. by_date_form(): bad_date.
Result<void> check_date_form(std::string_view form);

// The same day, or day and time, as people type it here: "2026-11-22", "2026-11-22 14:05:00". Whether there is such a
// day is for who reads that. Requires a checked form.
Result<std::string> by_date_form(std::string_view form, std::string_view text);

}  // namespace caseload::client
