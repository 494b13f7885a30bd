#pragma once

#include "common/time/zone.h"

namespace caseload {

// Days and moments as people write them, beside the forms of Zone::parse.
//
// Shape    today, yesterday, tomorrow · a weekday by its English name, in full or by three letters · 22.11.2026 and
//          22/11/2026, the day always first · YYYY-MM-DD. A moment: one of these, a time (14:30, 9:05), or both with a
//          space between; a time alone is today's, a day alone is its first moment; or RFC 3339. Capitals do not
//          matter.
// Promise  a weekday is the nearest such day in the direction asked for, and never today.
// Errors   bad_date: none of these, or no such day; a year of two digits. ambiguous: today's own weekday, which is
//          said as
//          today, or as a date.
enum class Leaning : std::uint8_t { past, future };
struct TypedWhen {
  WallTime now{};
  Zone zone;
  Leaning leaning = Leaning::future;
};
Result<Date> parse_typed_day(std::string_view text, const TypedWhen& when);
Result<WallTime> parse_typed_moment(std::string_view text, const TypedWhen& when);

}  // namespace caseload
