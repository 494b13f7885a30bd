#include "common/time/time.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace std::chrono_literals;

TEST_CASE("moments are written in UTC to the millisecond and read back") {
  const WallTime moment = *parse_moment("2026-11-22T09:05:07.250Z");
  CHECK(to_text(moment) == "2026-11-22T09:05:07.250Z");
  CHECK(to_milliseconds(moment) == 1795338307250);
  CHECK(to_text(from_milliseconds(-1)) == "1969-12-31T23:59:59.999Z");
  CHECK(to_text(from_milliseconds(0)) == "1970-01-01T00:00:00.000Z");
}

TEST_CASE("any offset and fraction of a second is understood") {
  const WallTime expected = *parse_moment("2026-11-22T09:05:07.250Z");
  for (const char* text : {"2026-11-22T22:05:07.250+13:00", "2026-11-22t09:05:07.25z", "2026-11-22 09:05:07.250999999Z",
                           "2026-11-21T23:35:07.25-09:30"}) {
    CAPTURE(text);
    CHECK(*parse_moment(text) == expected);
  }
}

TEST_CASE("what is no moment is refused") {
  for (const char* text : {"", "2026", "2026-11-22", "2026-11-22T09:05Z", "2026-11-22T09:05:07", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
                           "2025-02-29T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T23:60:00Z", "2026-11-22T23:59:60Z",
                           "2026-11-22T23:59:59.Z", "2026-11-22T23:59:59.1234567890Z", "2026-11-22T23:59:59Z ", " 2026-11-22T23:59:59Z",
                           "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00",
                           "2026-11-22T09:05:07+24:00", "2026-11-22T09:05:07+0100", "-026-11-22T09:05:07Z", "2026-1-22T09:05:07Z",
                           "2026-11-22X09:05:07Z", "\xef\xbc\x92\x30\x32\x36-11-22T09:05:07Z"}) {
    CAPTURE(text);
    CHECK(parse_moment(text).fault() == Fault::bad_date);
  }
}

TEST_CASE("days are read strictly") {
  CHECK(to_text(*parse_date("2024-02-29")) == "2024-02-29");
  CHECK(to_text(*parse_date("0001-01-01")) == "0001-01-01");
  CHECK(to_text(*parse_date("9999-12-31")) == "9999-12-31");
  for (const char* text : {"2025-02-29", "1900-02-29", "2026-00-10", "2026-10-00", "2026-4-1", "01/02/2003", "2026-10-32", "0000-01-01", "2026-10-10Z"}) {
    CAPTURE(text);
    CHECK(parse_date(text).fault() == Fault::bad_date);
  }
}

TEST_CASE("a month later is in the month after, never beyond it") {
  struct Row { const char* from; int months; const char* to; };
  for (const Row& row : {Row{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-01-15", 13, "2027-02-15"},
                         {"2026-03-31", -1, "2026-02-28"}, {"2026-12-31", 2, "2027-02-28"}, {"2026-01-01", 0, "2026-01-01"}}) {
    CAPTURE(row.from);
    CHECK(to_text(add_months(*parse_date(row.from), row.months)) == row.to);
  }
}

TEST_CASE("ages count birthdays") {
  const auto age = [](const char* birth, const char* day) { return years_between(*parse_date(birth), *parse_date(day)); };
  CHECK(age("2000-06-15", "2026-06-14") == 25);
  CHECK(age("2000-06-15", "2026-06-15") == 26);
  CHECK(age("2004-02-29", "2026-02-28") == 21);
  CHECK(age("2004-02-29", "2026-03-01") == 22);
}

TEST_CASE("weekdays are those of the calendar") {
  CHECK(weekday_of(*parse_date("2026-11-22")) == std::chrono::Sunday);
  CHECK(weekday_of(*parse_date("1970-01-01")) == std::chrono::Thursday);
}

TEST_CASE("a clock that is set back does not shorten what is being waited for") {
  ManualClock clock(*parse_moment("2026-11-22T09:00:00Z"));
  const Duration before = clock.steady();
  clock.advance(5min);
  clock.set(*parse_moment("1970-01-01T00:00:00Z"));
  CHECK(clock.steady() - before == 5min);
  CHECK(to_milliseconds(clock.now()) == 0);
}

TEST_CASE("the system's clock stands in our century") {
  const SystemClock clock;
  CHECK(clock.now() > *parse_moment("2024-01-01T00:00:00Z"));
  CHECK(clock.steady() <= clock.steady());
}
