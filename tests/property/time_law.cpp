#include "common/time/time.h"

#include "common/time/hybrid_clock.h"
#include "tests/property/law.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

// Moments of the years that our calendar has: mostly of our time, some of any.
WallTime any_moment() {
  constexpr std::int64_t year = 31'556'952'000;
  return from_milliseconds(*rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 130 * year),
                                           rc::gen::inRange<std::int64_t>(-1968 * year, 8028 * year)));
}

Date any_day() { return std::chrono::floor<std::chrono::days>(any_moment()); }

}  // namespace

TEST_CASE("stamps rise whatever the wall clock does, and whatever stamps of others are followed") {
  CHECK(holds("HybridClock", [](std::uint64_t seed) {
    ManualClock wall(any_moment());
    HybridClock clock(wall, Stamp{seed >> 1});
    Stamp last = clock.last();
    const int steps = *rc::gen::inRange(1, 60);
    for (int step = 0; step < steps; ++step) {
      switch (*rc::gen::inRange(0, 4)) {
        case 0:
          wall.set(any_moment());
          break;
        case 1:
          wall.advance(Duration(*rc::gen::inRange(0, 3)));
          break;
        case 2: {
          const Stamp seen{*rc::gen::arbitrary<std::uint64_t>()};
          const bool ahead = seen.wall_time() > wall.now() + drift_max;
          if (clock.follow(seen).ok())
            RC_ASSERT(!ahead && clock.last() >= seen);
          else
            RC_ASSERT(ahead && clock.last() == last);
          break;
        }
        default: {
          const Stamp given = clock.next();
          RC_ASSERT(given > last);
          last = given;
        }
      }
      RC_ASSERT(clock.last() >= last);
      last = clock.last();
    }
  }));
}

TEST_CASE("moments and days survive being written and read") {
  CHECK(holds("texts of time", [] {
    const WallTime moment = any_moment();
    const Date day = any_day();
    RC_ASSERT(parse_moment(to_text(moment)).value() == moment);
    RC_ASSERT(parse_date(to_text(day)).value() == day);
  }));
}

TEST_CASE("texts of moments and days are ordered as what they say") {
  CHECK(holds("order of texts", [] {
    const WallTime one = any_moment();
    const WallTime other = any_moment();
    RC_ASSERT((one < other) == (to_text(one) < to_text(other)));
  }));
}

TEST_CASE("some months later is that month, the same day or its last") {
  CHECK(holds("add_months", [] {
    using namespace std::chrono;
    const year_month_day from(any_day());
    const int count = *rc::gen::inRange(-600, 600);
    const Date added = add_months(sys_days(from), count);
    const year_month_day to(added);
    const year_month wanted = year_month(from.year(), from.month()) + months(count);
    RC_ASSERT(year_month(to.year(), to.month()) == wanted);
    RC_ASSERT(to.day() ==
              std::min(from.day(), year_month_day_last(wanted.year(), month_day_last(wanted.month())).day()));
    RC_ASSERT((count >= 0) == (added >= sys_days(from)));
  }));
}

TEST_CASE("somebody is a year older on each birthday, and never between") {
  CHECK(holds("years_between", [] {
    const Date birth = any_day();
    const Date day = birth + std::chrono::days(*rc::gen::inRange(0, 40'000));
    const int years = years_between(birth, day);
    const int tomorrow = years_between(birth, day + std::chrono::days(1));
    RC_ASSERT(years >= 0);
    RC_ASSERT(tomorrow == years || tomorrow == years + 1);
    const std::chrono::year_month_day born(birth);
    const std::chrono::year_month_day next(day + std::chrono::days(1));
    const bool leapling = born.month() == std::chrono::February && born.day() == std::chrono::day(29);
    const bool birthday = leapling && !next.year().is_leap()
                              ? next.month() == std::chrono::March && next.day() == std::chrono::day(1)
                              : next.month() == born.month() && next.day() == born.day();
    RC_ASSERT((tomorrow == years + 1) == birthday);
  }));
}
