#include "common/time/time.h"

#include <array>
#include <charconv>

#include "common/base/check.h"

namespace caseload {
namespace {

using namespace std::chrono;

std::string digits(long long number, std::size_t width) {
  std::string text = std::to_string(number);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

// Reads fixed-width decimal numbers and single characters from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool number(std::size_t width, int& into) {
    if (rest_.size() < width) return false;
    for (const char c : rest_.substr(0, width)) {
      if (c < '0' || c > '9') return false;
    }
    std::from_chars(rest_.data(), rest_.data() + width, into);
    rest_.remove_prefix(width);
    return true;
  }

  bool one_of(std::string_view accepted, char& found) {
    if (rest_.empty() || accepted.find(rest_.front()) == std::string_view::npos) return false;
    found = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }

  bool literal(char c) {
    char found = 0;
    return one_of(std::string_view(&c, 1), found);
  }

  std::string_view digits_only() {
    std::size_t size = 0;
    while (size < rest_.size() && rest_[size] >= '0' && rest_[size] <= '9') ++size;
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool scan_date(Scanner& scanner, Date& day) {
  int y = 0;
  int m = 0;
  int d = 0;
  if (!scanner.number(4, y) || !scanner.literal('-') || !scanner.number(2, m) || !scanner.literal('-')) return false;
  if (!scanner.number(2, d) || y < year_min) return false;
  const year_month_day civil(year(y), month(static_cast<unsigned>(m)), std::chrono::day(static_cast<unsigned>(d)));
  if (!civil.ok()) return false;
  day = sys_days(civil);
  return true;
}

bool scan_time(Scanner& scanner, Duration& since_midnight) {
  int h = 0;
  int m = 0;
  int s = 0;
  if (!scanner.number(2, h) || !scanner.literal(':') || !scanner.number(2, m) || !scanner.literal(':')) return false;
  if (!scanner.number(2, s) || h > 23 || m > 59 || s > 59) return false;
  since_midnight = hours(h) + minutes(m) + seconds(s);
  if (!scanner.literal('.')) return true;
  const std::string_view fraction = scanner.digits_only();
  if (fraction.empty() || fraction.size() > 9) return false;
  int thousandths = 0;
  for (std::size_t i = 0; i < 3; ++i) thousandths = thousandths * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  since_midnight += Duration(thousandths);
  return true;
}

bool scan_offset(Scanner& scanner, Duration& east) {
  char sign = 0;
  if (!scanner.one_of("Zz+-", sign)) return false;
  east = Duration(0);
  if (sign == 'Z' || sign == 'z') return true;
  int h = 0;
  int m = 0;
  if (!scanner.number(2, h) || !scanner.literal(':') || !scanner.number(2, m) || h > 23 || m > 59) return false;
  east = hours(h) + minutes(m);
  if (sign == '-') east = -east;
  return true;
}

const WallTime first_moment = Date(year(year_min) / January / 1);
const WallTime end_of_moments = Date(year(year_max + 1) / January / 1);

}  // namespace

std::string to_text(Date day) {
  const year_month_day civil(day);
  return digits(static_cast<int>(civil.year()), 4) + '-' + digits(static_cast<unsigned>(civil.month()), 2) + '-' +
         digits(static_cast<unsigned>(civil.day()), 2);
}

std::string to_text(WallTime moment) {
  const Date day = floor<days>(moment);
  const hh_mm_ss<Duration> time(moment - day);
  return to_text(day) + 'T' + digits(time.hours().count(), 2) + ':' + digits(time.minutes().count(), 2) + ':' +
         digits(time.seconds().count(), 2) + '.' + digits(time.subseconds().count(), 3) + 'Z';
}

Result<Date> parse_date(std::string_view text) {
  Scanner scanner(text);
  Date day{};
  if (!scan_date(scanner, day) || !scanner.at_end()) return Fault(Fault::bad_date, "a day is written YYYY-MM-DD");
  return day;
}

Result<WallTime> parse_moment(std::string_view text) {
  Scanner scanner(text);
  Date day{};
  Duration since_midnight{};
  Duration east{};
  char separator = 0;
  const bool read = scan_date(scanner, day) && scanner.one_of("Tt ", separator) && scan_time(scanner, since_midnight) &&
                    scan_offset(scanner, east) && scanner.at_end();
  if (!read) return Fault(Fault::bad_date, "a moment is written YYYY-MM-DDThh:mm:ssZ");
  const WallTime moment = day + since_midnight - east;
  if (moment < first_moment || moment >= end_of_moments) return Fault(Fault::bad_date, "years 1 to 9999");
  return moment;
}

Date add_months(Date day, int months_later) {
  const year_month_day civil(day);
  const year_month later = year_month(civil.year(), civil.month()) + months(months_later);
  const year_month_day same_day = later / civil.day();
  return same_day.ok() ? sys_days(same_day) : sys_days(later / last);
}

std::chrono::weekday weekday_of(Date day) { return std::chrono::weekday(day); }

int years_between(Date birth, Date day) {
  const year_month_day born(birth);
  const year_month_day today(day);
  const int years = static_cast<int>(today.year()) - static_cast<int>(born.year());
  const bool before_birthday = today.month() / today.day() < born.month() / born.day();
  return before_birthday ? years - 1 : years;
}

WallTime SystemClock::now() const { return floor<Duration>(system_clock::now()); }
Duration SystemClock::steady() const { return floor<Duration>(steady_clock::now().time_since_epoch()); }

}  // namespace caseload
