#include "common/time/typed_date.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

// Sunday the 22nd in UTC; already Monday the 23rd, 01:30, in Auckland.
const WallTime now = *parse_moment("2026-11-22T12:30:00Z");

struct Row {
  const char* typed;
  const char* meant;  // a day, a moment, or the name of a Fault
  const char* zone = "Etc/UTC";
  Leaning leaning = Leaning::future;
};

}  // namespace

TEST_CASE("days are read as people write them, and what could be two days is asked back about") {
  const Row rows[] = {
      {"today", "2026-11-22"},
      {"Today", "2026-11-22"},
      {"today", "2026-11-23", "Pacific/Auckland"},
      {"yesterday", "2026-11-21"},
      {"yesterday", "2026-11-22", "Pacific/Auckland"},
      {"tomorrow", "2026-11-23"},
      {"monday", "2026-11-23"},
      {"MON", "2026-11-23"},
      {"monday", "2026-11-16", "Etc/UTC", Leaning::past},
      {"saturday", "2026-11-28"},
      {"sat", "2026-11-21", "Etc/UTC", Leaning::past},
      {"22.11.2026", "2026-11-22"},
      {"22/11/2026", "2026-11-22"},
      {"2.1.2026", "2026-01-02"},
      {"02/01/2026", "2026-01-02"},
      {"29.2.2028", "2028-02-29"},
      {"2026-11-22", "2026-11-22"},
      {"sunday", "ambiguous"},
      {"sun", "ambiguous", "Etc/UTC", Leaning::past},
      {"monday", "ambiguous", "Pacific/Auckland"},
      {"", "bad_date"},
      {" today", "bad_date"},
      {"today ", "bad_date"},
      {"now", "bad_date"},
      {"su", "bad_date"},
      {"mondays", "bad_date"},
      {"montag", "bad_date"},
      {"29.2.2026", "bad_date"},
      {"11/22/2026", "bad_date"},  // the day stands first
      {"22.11.26", "bad_date"},
      {"22.11", "bad_date"},
      {"22.11.", "bad_date"},
      {"22.11/2026", "bad_date"},
      {"2026/11/22", "bad_date"},
      {"022.11.2026", "bad_date"},
      {"-2.11.2026", "bad_date"},
      {"+2.11.2026", "bad_date"},
      {"0.1.2026", "bad_date"},
      {"1.0.2026", "bad_date"},
      {"1.1.0000", "bad_date"},
      {"2026-02-30", "bad_date"},
      {"2026-1-2", "bad_date"},
      {"２２.11.2026", "bad_date"},
      {"today 14:30", "bad_date"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.typed);
    const Result<Date> day = parse_typed_day(row.typed, {now, *Zone::find(row.zone), row.leaning});
    CHECK((day ? to_text(*day) : std::string(day.fault().name())) == row.meant);
  }
  CHECK(parse_typed_day(std::string(1'000'000, '1'), {now, Zone::utc()}).fault() == Fault::bad_date);
}

TEST_CASE("moments are read as people write them, where they are") {
  const Row rows[] = {
      {"14:30", "2026-11-22T14:30:00.000Z"},
      {"9:05", "2026-11-22T09:05:00.000Z"},
      {"00:00", "2026-11-22T00:00:00.000Z"},
      {"14:30", "2026-11-23T01:30:00.000Z", "Pacific/Auckland"},
      {"yesterday", "2026-11-21T00:00:00.000Z"},
      {"Yesterday 23:59", "2026-11-21T23:59:00.000Z"},
      {"mon 8:00", "2026-11-16T08:00:00.000Z", "Etc/UTC", Leaning::past},
      {"22.11.2026 14:05", "2026-11-22T01:05:00.000Z", "Pacific/Auckland"},
      {"1/3/2026 10:00", "2026-03-01T10:00:00.000Z"},
      {"29.3.2026 01:30", "2026-03-29T01:00:00.000Z", "Europe/London"},  // the hour that clocks skip
      {"2026-11-22", "2026-11-21T11:00:00.000Z", "Pacific/Auckland"},
      {"2026-11-22 14:05", "2026-11-22T14:05:00.000Z"},
      {"2026-11-22 9:05", "2026-11-22T09:05:00.000Z"},
      {"2026-11-22T14:05:00+02:00", "2026-11-22T12:05:00.000Z"},
      {"sunday 10:00", "ambiguous"},
      {"", "bad_date"},
      {"24:00", "bad_date"},
      {"12:60", "bad_date"},
      {"12:5", "bad_date"},
      {"123:05", "bad_date"},
      {"-1:05", "bad_date"},
      {"2pm", "bad_date"},
      {"14.30", "bad_date"},
      {"today  14:30", "bad_date"},
      {"today 14:30 ", "bad_date"},
      {"14:30 today", "bad_date"},
      {"today 14:30 15:30", "bad_date"},
      {"22.11.2026 ", "bad_date"},
      {"2026-11-22T14", "bad_date"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.typed);
    const Result<WallTime> moment = parse_typed_moment(row.typed, {now, *Zone::find(row.zone), row.leaning});
    CHECK((moment ? to_text(*moment) : std::string(moment.fault().name())) == row.meant);
  }
}
