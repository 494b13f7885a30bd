#include "common/time/typed_date.h"

#include <array>
#include <charconv>
#include <optional>

namespace caseload {
namespace {

using namespace std::chrono;

constexpr std::size_t letters_max = 64;  // the longest form has 35
constexpr std::array<std::string_view, 7> weekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                   "thursday", "friday", "saturday"};

std::string small(std::string_view text) {
  std::string made(text.substr(0, letters_max));
  for (char& c : made) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return made;
}

std::optional<int> number(std::string_view digits, std::size_t longest) {
  int value = 0;
  if (digits.empty() || digits.size() > longest || digits.front() == '-') return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// 22.11.2026 or 22/11/2026; both signs are the same.
std::optional<Date> numeric_day(std::string_view text) {
  const std::size_t first = text.find_first_of("./");
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = text.find(text[first], first + 1);
  if (second == std::string_view::npos || text.size() - second != 5) return std::nullopt;
  const std::optional<int> d = number(text.substr(0, first), 2);
  const std::optional<int> m = number(text.substr(first + 1, second - first - 1), 2);
  const std::optional<int> y = number(text.substr(second + 1), 4);
  if (!d || !m || !y || *y < year_min) return std::nullopt;
  const year_month_day civil{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
  return civil.ok() ? std::optional(sys_days(civil)) : std::nullopt;
}

std::optional<Duration> time_of_day(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.size() != colon + 3) return std::nullopt;
  const std::optional<int> h = number(text.substr(0, colon), 2);
  const std::optional<int> m = number(text.substr(colon + 1), 2);
  if (!h || !m || *h > 23 || *m > 59) return std::nullopt;
  return hours(*h) + minutes(*m);
}

std::optional<unsigned> weekday_number(std::string_view text) {
  for (unsigned i = 0; i < weekdays.size(); ++i) {
    if (text == weekdays[i] || text == weekdays[i].substr(0, 3)) return i;
  }
  return std::nullopt;
}

Result<Date> nearest(unsigned wanted, Date today, Leaning leaning) {
  const unsigned now = weekday_of(today).c_encoding();
  const unsigned ahead = (wanted + 7 - now) % 7;
  if (ahead == 0) return Fault(Fault::ambiguous, "today, or another date; a weekday is never today");
  return leaning == Leaning::future ? today + days(ahead) : today - days(7 - ahead);
}

Result<Date> day_of(const std::string& text, const TypedWhen& when) {
  const Date today = when.zone.date_at(when.now);
  if (text == "today") return today;
  if (text == "yesterday") return today - days(1);
  if (text == "tomorrow") return today + days(1);
  if (const std::optional<unsigned> weekday = weekday_number(text)) return nearest(*weekday, today, when.leaning);
  if (const std::optional<Date> numeric = numeric_day(text)) return *numeric;
  if (Result<Date> iso = parse_date(text)) return iso;
  return Fault(Fault::bad_date, "today, monday, 22.11.2026 (the day first) or 2026-11-22");
}

}  // namespace

Result<Date> parse_typed_day(std::string_view text, const TypedWhen& when) { return day_of(small(text), when); }

Result<WallTime> parse_typed_moment(std::string_view text, const TypedWhen& when) {
  const std::string typed = small(text);
  if (const Result<WallTime> known = when.zone.parse(text)) return known;
  if (const std::optional<Duration> time = time_of_day(typed)) {
    return when.zone.moment_at(when.zone.date_at(when.now), *time);
  }
  const std::size_t space = typed.find(' ');
  const Result<Date> day = day_of(typed.substr(0, space), when);
  if (!day && day.fault() == Fault::ambiguous) return day.fault();
  const std::optional<Duration> time = space == std::string::npos ? Duration(0) : time_of_day(typed.substr(space + 1));
  if (day && time) return when.zone.moment_at(*day, *time);
  return Fault(Fault::bad_date, "14:30, today 14:30, 22.11.2026 14:30 (the day first) or 2026-11-22 14:30");
}

}  // namespace caseload
