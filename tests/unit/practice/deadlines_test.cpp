#include <algorithm>

#include "common/practice/deadlines.h"

#include "common/time/zone.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

Date day(const char* text) { return *parse_date(text); }
Id id(std::uint8_t n) { return Id{{n}}; }

}  // namespace

TEST_CASE("a deadline is overdue the day after it, and soon within three working days") {
  const WorkingDays works = *WorkingDays::parse("2026-12-25\n2026-12-28");
  struct Row {
    const char* today;
    const char* due;
    const char* state;
    int days;
  };
  const Row rows[] = {
      {"2026-11-20", "2026-11-19", "overdue", -1}, {"2026-11-20", "2026-11-20", "today", 0},
      {"2026-11-20", "2026-11-21", "soon", 1},     {"2026-11-20", "2026-11-25", "soon", 5},  // Friday's list has Wednesday's
      {"2026-11-20", "2026-11-26", "later", 6},    {"2026-12-23", "2026-12-30", "soon", 7},  // over Christmas
      {"2026-12-23", "2026-12-31", "later", 8},    {"2028-03-01", "2028-02-29", "overdue", -1},
      {"2027-03-01", "2027-02-28", "overdue", -1}, {"2026-12-31", "2027-01-04", "soon", 4},
      {"2026-01-01", "0001-01-01", "overdue", -739616}, {"2026-01-01", "9999-12-31", "later", 2912442},
  };
  for (const Row& row : rows) {
    CAPTURE(row.today);
    CAPTURE(row.due);
    const Deadline one{DeadlineKind::action, id(1), day(row.due)};
    const std::vector<DueRow> judged = judge_deadlines({&one, 1}, day(row.today), works);
    CHECK(to_name(judged.at(0).state) == row.state);
    CHECK(judged.at(0).days == row.days);
  }
}

TEST_CASE("a moment is due on the day that it falls on there, also at midnight and when clocks change") {
  struct Row {
    const char* zone;
    const char* moment;
    const char* now;
    int days;
  };
  const Row rows[] = {
      {"Pacific/Auckland", "2026-11-22T10:59:59Z", "2026-11-22T10:59:00Z", 0},
      {"Pacific/Auckland", "2026-11-22T11:00:00Z", "2026-11-22T10:59:00Z", 1},  // midnight there
      {"Etc/UTC", "2026-11-22T11:00:00Z", "2026-11-22T10:59:00Z", 0},
      {"Europe/London", "2026-03-29T23:30:00Z", "2026-03-29T22:30:00Z", 1},  // summer time began that day
      {"Europe/London", "2026-10-25T23:30:00Z", "2026-10-25T00:30:00Z", 0},  // a day of 25 hours
      {"America/Los_Angeles", "2028-03-01T07:59:00Z", "2028-02-28T20:00:00Z", 1},  // still 29 February there
  };
  for (const Row& row : rows) {
    CAPTURE(row.moment);
    const Zone zone = *Zone::find(row.zone);
    const Deadline one{DeadlineKind::court, id(1), zone.date_at(*parse_moment(row.moment))};
    CHECK(judge_deadlines({&one, 1}, zone.date_at(*parse_moment(row.now)), {}).at(0).days == row.days);
  }
}

TEST_CASE("silence counts from the last contact, or from the beginning, by tier") {
  struct Row {
    std::optional<Tier> tier;
    const char* due;
  };
  for (const Row& row : {Row{Tier::light, "2026-02-26"}, {Tier::standard, "2026-01-29"}, {Tier::enhanced, "2026-01-15"},
                         {Tier::intensive, "2026-01-08"}, {std::nullopt, "2026-01-29"}, {static_cast<Tier>(0x8001), "2026-01-29"}}) {
    CAPTURE(row.due);
    const ContactFacts spoken{day("2025-01-01"), day("2026-01-01"), {}, row.tier};
    CHECK(to_text(contact_deadlines(id(1), spoken).at(0).due) == row.due);
    const ContactFacts never{day("2026-01-01"), {}, {}, row.tier};
    CHECK(to_text(contact_deadlines(id(1), never).at(0).due) == row.due);
  }
  CHECK(contact_deadlines(id(1), {}).empty());
  const ContactFacts planned{{}, {}, day("2026-03-01"), {}};
  CHECK(contact_deadlines(id(1), planned).at(0) == Deadline{DeadlineKind::contact, id(1), day("2026-03-01")});
}

TEST_CASE("deadlines come in the order of their days, whatever order they were found in, and are counted") {
  std::vector<Deadline> some{{DeadlineKind::action, id(3), day("2026-11-25")}, {DeadlineKind::court, id(2), day("2026-11-25")},
                             {DeadlineKind::review, id(1), day("2026-01-01")}, {DeadlineKind::action, id(1), day("2026-11-25")}};
  const std::vector<DueRow> rows = judge_deadlines(some, day("2026-11-23"), {});
  std::ranges::reverse(some);
  const std::vector<DueRow> again = judge_deadlines(some, day("2026-11-23"), {});
  REQUIRE(rows.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(rows[i].deadline == again[i].deadline);
  CHECK(rows[0].deadline.kind == DeadlineKind::review);
  CHECK(rows[1].deadline.kind == DeadlineKind::court);
  CHECK(rows[2].deadline.record == id(1));
  CHECK(count_due(rows).overdue == 1);
  CHECK(count_due(rows).soon == 3);
}
