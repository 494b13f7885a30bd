#include "client/keys/tries.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

TryMoment moment(Duration wall, Duration steady) { return {from_milliseconds(1'795'000'000'000) + wall, steady}; }

}  // namespace

TEST_CASE("three tries are free, then the wait doubles up to a quarter of an hour") {
  const std::pair<std::uint32_t, Duration> rows[] = {
      {0, seconds(0)},  {1, seconds(0)},  {2, seconds(0)},  {3, seconds(30)},  {4, minutes(1)},          {5, minutes(2)},
      {6, minutes(4)},  {7, minutes(8)},  {8, minutes(15)}, {9, minutes(15)},  {1000, minutes(15)},      {4'294'967'295U, minutes(15)}};
  for (const auto& [failed, wait] : rows) {
    CAPTURE(failed);
    CHECK(wait_after(failed) == wait);
  }
}

TEST_CASE("time counts as gone by only when it certainly has") {
  struct Row {
    const char* what;
    Duration wall;
    Duration steady;
    Duration between;
  };
  const Row rows[] = {
      {"both clocks agree", seconds(20), seconds(20), seconds(20)},
      {"the wall clock was set forward", hours(10), seconds(5), seconds(5)},
      {"the wall clock was set back", -hours(10), seconds(5), seconds(5)},
      {"the machine slept, its steady clock with it", hours(2), seconds(5), seconds(5)},
      {"the machine was started anew", minutes(3), -hours(90), minutes(3)},
      {"started anew with a clock that lost its time", -hours(500'000), -hours(90), seconds(0)},
  };
  const TryMoment last = moment(Duration(0), hours(100));
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(time_between(last, moment(row.wall, hours(100) + row.steady)) == row.between);
  }
}

TEST_CASE("nobody waits longer than the longest wait of working time, whatever the clocks do") {
  const TryMoment last = moment(Duration(0), hours(1));
  for (const Duration wall : {Duration(-hours(400'000)), Duration(0), Duration(hours(400'000))}) {
    CHECK(wait_left(50, last, moment(wall, hours(1))) <= wait_max);
    CHECK(wait_left(50, moment(wall, hours(1)), moment(wall + wait_max, hours(1) + wait_max)) == Duration(0));
  }
  CHECK(knows_nothing_of(last, moment(-minutes(1), minutes(1))));
  CHECK_FALSE(knows_nothing_of(last, moment(-minutes(1), hours(2))));
  CHECK_FALSE(knows_nothing_of(last, moment(minutes(1), minutes(1))));
}
