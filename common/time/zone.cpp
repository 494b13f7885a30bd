#include "common/time/zone.h"

#include <exception>

#include <date/tz.h>

namespace caseload {
namespace {

constexpr std::size_t minutes_form = 16;  // YYYY-MM-DD hh:mm
constexpr std::size_t seconds_form = 19;  // YYYY-MM-DD hh:mm:ss

date::local_days to_local(Date day) { return date::local_days(day.time_since_epoch()); }

}  // namespace

Zone Zone::utc() { return Zone(date::locate_zone("Etc/UTC")); }

Zone Zone::of_this_machine() {
  try {
    return Zone(date::current_zone());
  } catch (const std::exception&) {
    return utc();
  }
}

Result<Zone> Zone::find(std::string_view name) {
  try {
    return Zone(date::locate_zone(std::string(name)));
  } catch (const std::exception&) {
    return Fault(Fault::bad_name, "a time zone such as Pacific/Auckland");
  }
}

Date Zone::date_at(WallTime moment) const {
  return Date(std::chrono::floor<std::chrono::days>(zone_->to_local(moment)).time_since_epoch());
}

WallTime Zone::start_of(Date day) const { return moment_at(day, Duration(0)); }

WallTime Zone::moment_at(Date day, Duration since_midnight) const {
  return zone_->to_sys(to_local(day) + since_midnight, date::choose::earliest);
}

Result<WallTime> Zone::parse(std::string_view text) const {
  if (text.size() == 10) {
    Result<Date> day = parse_date(text);
    if (!day) return day.fault();
    return start_of(*day);
  }
  if (text.size() != minutes_form && text.size() != seconds_form) return parse_moment(text);
  // A local time is read as if it were UTC, and then moved to where it is.
  std::string as_utc(text);
  if (text.size() == minutes_form) as_utc += ":00";
  Result<WallTime> read = parse_moment(as_utc + 'Z');
  if (!read) return read.fault();
  const Date day = std::chrono::floor<std::chrono::days>(*read);
  return moment_at(day, *read - day);
}

std::string Zone::to_local_text(WallTime moment) const {
  const WallTime shown(zone_->to_local(moment).time_since_epoch());
  std::string text = to_text(shown).substr(0, minutes_form);
  text[10] = ' ';
  return text;
}

std::string Zone::name() const { return zone_->name(); }

}  // namespace caseload
