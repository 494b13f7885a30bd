#include "common/time/hybrid_clock.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace std::chrono_literals;

namespace {
const WallTime morning = *parse_moment("2026-11-22T09:00:00Z");
}

TEST_CASE("stamps never go back, even when the wall clock steps back") {
  ManualClock wall(morning);
  HybridClock clock(wall, Stamp{});
  Stamp last{};
  for (const Duration step : {0ms, 0ms, 5ms, -3600000ms, 0ms, 1ms, 7200000ms}) {
    wall.set(wall.now() + step);
    const Stamp next = clock.next();
    CHECK(next > last);
    last = next;
  }
  CHECK(last.wall_time() == wall.now());
}

TEST_CASE("a stamp exceeds every stamp that was followed") {
  ManualClock wall(morning);
  HybridClock clock(wall, Stamp{});
  const Stamp seen = Stamp::at(morning + 30min);
  CHECK(clock.follow(seen).ok());
  CHECK(clock.next() > seen);
}

TEST_CASE("a clock ten years fast is not followed") {
  ManualClock wall(morning);
  HybridClock clock(wall, Stamp{});
  const Stamp before = clock.next();
  CHECK(clock.follow(Stamp::at(morning + std::chrono::years(10))).fault() == Fault::clock_ahead);
  CHECK(clock.follow(Stamp::at(morning + drift_max + 1ms)).fault() == Fault::clock_ahead);
  CHECK(clock.last() == before);
  CHECK(clock.follow(Stamp::at(morning + drift_max)).ok());
}

TEST_CASE("a clock before 1970 still gives rising stamps") {
  ManualClock wall(*parse_moment("1931-01-01T00:00:00Z"));
  HybridClock clock(wall, Stamp{});
  const Stamp first = clock.next();
  CHECK(clock.next() > first);
  CHECK(to_milliseconds(first.wall_time()) == 0);
}

TEST_CASE("after a restart stamps go on where they were") {
  ManualClock wall(morning);
  const Stamp last = HybridClock(wall, Stamp{}).next();
  wall.set(morning - 24h);
  CHECK(HybridClock(wall, last).next() > last);
}
