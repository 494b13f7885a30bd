#include "common/time/zone.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace std::chrono_literals;

TEST_CASE("a moment falls on different days in different places") {
  const WallTime moment = *parse_moment("2026-11-22T12:30:00Z");
  CHECK(to_text(Zone::utc().date_at(moment)) == "2026-11-22");
  CHECK(to_text(Zone::find("Pacific/Auckland")->date_at(moment)) == "2026-11-23");
  CHECK(to_text(Zone::find("Pacific/Honolulu")->date_at(moment)) == "2026-11-22");
}

TEST_CASE("what people type is a time where they are") {
  const Zone auckland = *Zone::find("Pacific/Auckland");
  struct Row { const char* typed; const char* meant; };
  for (const Row& row : {Row{"2026-11-22 14:05", "2026-11-22T01:05:00.000Z"}, {"2026-06-22 14:05", "2026-06-22T02:05:00.000Z"},
                         {"2026-11-22", "2026-11-21T11:00:00.000Z"}, {"2026-11-22 14:05:09", "2026-11-22T01:05:09.000Z"},
                         {"2026-11-22T14:05:00Z", "2026-11-22T14:05:00.000Z"}}) {
    CAPTURE(row.typed);
    CHECK(to_text(*auckland.parse(row.typed)) == row.meant);
  }
  for (const char* typed : {"", "yesterday", "2026-11-22 25:00", "2026-11-22 14", "2026-02-30", "22/11/2026", "2026-11-22 1:05", "2026-11-22T14:05+1"}) {
    CAPTURE(typed);
    CHECK(auckland.parse(typed).fault() == Fault::bad_date);
  }
}

TEST_CASE("the hour that clocks skip and the hour they repeat both have a moment") {
  const Zone london = *Zone::find("Europe/London");
  CHECK(to_text(*london.parse("2026-03-29 01:30")) == "2026-03-29T01:00:00.000Z");  // skipped: where clocks jump to
  CHECK(to_text(*london.parse("2026-10-25 01:30")) == "2026-10-25T00:30:00.000Z");  // repeated: the first time round
  CHECK(london.to_local_text(*parse_moment("2026-07-01T09:00:00Z")) == "2026-07-01 10:00");
}

TEST_CASE("every day has a first moment that lies on that day, also where midnight is skipped") {
  for (const char* name : {"Etc/UTC", "Pacific/Auckland", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo", "America/Havana"}) {
    const Zone zone = *Zone::find(name);
    for (Date day = *parse_date("2015-01-01"); day < *parse_date("2019-01-01"); day += std::chrono::days(1)) {
      const WallTime start = zone.start_of(day);
      if (zone.date_at(start) != day || zone.date_at(start - 1ms) >= day) FAIL_CHECK(name << " " << to_text(day));
    }
  }
}

TEST_CASE("a zone that nobody knows is refused") {
  for (const char* name : {"", "Auckland", "pacific/auckland", "../../etc/passwd", "UTC+25"}) {
    CAPTURE(name);
    CHECK(Zone::find(name).fault() == Fault::bad_name);
  }
}
