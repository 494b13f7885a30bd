#include "common/practice/calendar.h"

#include "common/base/check.h"

namespace caseload {
namespace {

constexpr std::size_t day_letters = 10;   // YYYY-MM-DD
constexpr int free_days_in_a_row_max = 400;  // a calendar that names a year of holidays does not hold us up

}  // namespace

Result<WorkingDays> WorkingDays::parse(std::string_view holidays) {
  WorkingDays days;
  for (std::size_t number = 1; !holidays.empty(); ++number) {
    const std::size_t end = std::min(holidays.find('\n'), holidays.size());
    const std::string_view line = holidays.substr(0, end);
    holidays.remove_prefix(std::min(end + 1, holidays.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const Result<Date> day = parse_date(line.substr(0, day_letters));
    const bool ends = line.size() <= day_letters || line[day_letters] == ' ' || line[day_letters] == '\r';
    if (!day || !ends) return Fault(Fault::bad_line, "line " + std::to_string(number) + " of the holidays");
    days.holidays_.insert(*day);
    if (days.holidays_.size() > holidays_max) return Fault(Fault::too_many, "holidays");
  }
  return days;
}

bool WorkingDays::has(Date day) const {
  const std::chrono::weekday weekday = weekday_of(day);
  return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday && !holidays_.contains(day);
}

Date WorkingDays::after(Date day, int n) const {
  CHECK(n >= 0, "working days are counted forward");
  for (int free = 0; n > 0 && free < free_days_in_a_row_max;) {
    day += std::chrono::days(1);
    const bool works = has(day);
    n -= works ? 1 : 0;
    free = works ? 0 : free + 1;
  }
  return day;
}

}  // namespace caseload
