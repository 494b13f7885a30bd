#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace caseload {

// Time is what <chrono> says it is, in milliseconds, and always handed in: only SystemClock asks the machine.
//
// WallTime  a moment, as milliseconds since 1970 UTC, leap seconds not counted
// Duration  a length of time in milliseconds
// Date      a civil day, without a place; day arithmetic is that of the calendar
using Duration = std::chrono::milliseconds;
using WallTime = std::chrono::sys_time<Duration>;
using Date = std::chrono::sys_days;

constexpr int year_min = 1;
constexpr int year_max = 9999;

// Texts. Moments are written in RFC 3339, in UTC, to the millisecond; days as YYYY-MM-DD.
// Reading a moment accepts any offset and up to nine digits of a second (what is finer than a millisecond is cut).
// Errors   bad_date: no such day (29 February 2025), no such time, outside years 1 to 9999, or another form.
std::string to_text(WallTime moment);
std::string to_text(Date day);
Result<WallTime> parse_moment(std::string_view text);
Result<Date> parse_date(std::string_view text);

// The day `months` later, or the last of that month where the day does not exist (31 January and a month: 28 or 29
// February), so that a deadline never slips into the month after.
Date add_months(Date day, int months);
std::chrono::weekday weekday_of(Date day);

// Years completed between birth and day; for ages. Somebody born on 29 February is a year older on 1 March.
int years_between(Date birth, Date day);

inline WallTime from_milliseconds(std::int64_t since_1970) { return WallTime(Duration(since_1970)); }
inline std::int64_t to_milliseconds(WallTime moment) { return moment.time_since_epoch().count(); }

// Clock: where the present comes from.
//
// Promise  steady() never goes back; now() may jump, as wall clocks do.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;
  virtual Duration steady() const = 0;  // since some fixed moment; for deadlines and idle times
};

class SystemClock : public Clock {
 public:
  WallTime now() const override;
  Duration steady() const override;
};

// For tests and simulated worlds: stands still until told. set() may step back; steady() then stays.
class ManualClock : public Clock {
 public:
  explicit ManualClock(WallTime start) : now_(start) {}
  WallTime now() const override { return now_; }
  Duration steady() const override { return steady_; }
  void advance(Duration by) {
    now_ += by;
    steady_ += by;
  }
  void set(WallTime moment) { now_ = moment; }

 private:
  WallTime now_;
  Duration steady_{0};
};

}  // namespace caseload
