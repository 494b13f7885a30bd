#pragma once

#include <set>
#include <string_view>

#include "common/time/time.h"

namespace caseload {

constexpr std::size_t holidays_max = 2'000;  // a hundred years of twenty

// WorkingDays: on which days an office works: Monday to Friday, but for its holidays.
//
// Shape    of parse(): a line a holiday, YYYY-MM-DD and after a space whatever people call it; blank lines are let be.
// Errors   bad_line: a line that begins with no day; its number is the detail. too_many: beyond holidays_max.
class WorkingDays {
 public:
  WorkingDays() = default;
  static Result<WorkingDays> parse(std::string_view holidays);

  bool has(Date day) const;
  // The n-th working day after `day`; n = 0 is the day itself, whatever it is. Requires n >= 0.
  Date after(Date day, int n) const;

 private:
  std::set<Date> holidays_;
};

}  // namespace caseload
