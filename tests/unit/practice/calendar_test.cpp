#include "common/practice/calendar.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {
Date day(const char* text) { return *parse_date(text); }
}  // namespace

TEST_CASE("an office works from Monday to Friday, but for its holidays") {
  const WorkingDays works = *WorkingDays::parse("2026-12-25 Christmas\n\n2026-12-28\r\n2028-02-29 leap day\n");
  struct Row { const char* day; bool works; };
  for (const Row& row : {Row{"2026-12-24", true}, {"2026-12-25", false}, {"2026-12-26", false}, {"2026-12-27", false},
                         {"2026-12-28", false}, {"2026-12-29", true}, {"2028-02-28", true}, {"2028-02-29", false}, {"2028-03-01", true}}) {
    CAPTURE(row.day);
    CHECK(works.has(day(row.day)) == row.works);
  }
}

TEST_CASE("working days are counted over weekends, holidays, leap days and the turn of the year") {
  const WorkingDays works = *WorkingDays::parse("2026-12-25\n2026-12-28\n2027-01-01");
  struct Row { const char* from; int n; const char* then; };
  for (const Row& row : {Row{"2026-11-20", 3, "2026-11-25"}, {"2026-11-21", 1, "2026-11-23"}, {"2026-11-21", 0, "2026-11-21"},
                         {"2026-12-24", 1, "2026-12-29"}, {"2026-12-31", 1, "2027-01-04"}, {"2028-02-28", 1, "2028-02-29"},
                         {"2026-02-27", 1, "2026-03-02"}, {"2026-03-27", 1, "2026-03-30"}}) {  // clocks change on 29 March
    CAPTURE(row.from);
    CHECK(to_text(works.after(day(row.from), row.n)) == row.then);
  }
}

TEST_CASE("a list of holidays that nobody can mean is refused by its line") {
  for (const char* bad : {"Christmas", "25/12/2026", "2026-02-29", "2026-12-25Christmas", "2026-12-2", " 2026-12-25", "2026-12-25\nboxing day"}) {
    CAPTURE(bad);
    CHECK(WorkingDays::parse(bad).fault() == Fault::bad_line);
  }
  CHECK(WorkingDays::parse("2026-12-25\n\nx").fault().detail() == "line 3 of the holidays");
  std::string many;
  for (int i = 0; i < 2001; ++i) many += to_text(day("2026-01-01") + std::chrono::days(i)) + "\n";
  CHECK(WorkingDays::parse(many).fault() == Fault::too_many);
  CHECK(WorkingDays::parse("").ok());
}

TEST_CASE("a calendar of nothing but holidays does not hold anybody up") {
  std::string all;
  for (int i = 0; i < 2000; ++i) all += to_text(day("2026-01-01") + std::chrono::days(i)) + "\n";
  const WorkingDays never = *WorkingDays::parse(all);
  CHECK(never.after(day("2026-01-01"), 3) > day("2026-12-31"));
}
