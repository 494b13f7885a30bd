#include <algorithm>

#include "common/practice/capacity.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {
Id id(std::uint8_t n) { return Id{{n}}; }
}  // namespace

TEST_CASE("work is near its limit beyond 90 %, and over it beyond 110 %") {
  struct Row {
    std::vector<std::int64_t> used;
    std::optional<std::int64_t> available;
    const char* state;
    std::optional<int> percent;
  };
  const Row rows[] = {
      {{}, 100, "within", 0},
      {{90}, 100, "within", 90},
      {{45, 46}, 100, "near", 91},
      {{110}, 100, "near", 110},
      {{111}, 100, "over", 111},
      {{1'101}, 1'000, "over", 110},  // rounded down, and still over
      {{1}, 0, "over", std::nullopt},
      {{}, 0, "within", std::nullopt},
      {{5'000}, std::nullopt, "unknown", std::nullopt},
      {{-50, 10}, 100, "within", 10},
      {{INT64_MAX, INT64_MAX}, 100, "over", 1'000'000},
      {{INT64_MAX}, INT64_MAX, "near", 100},
      {{10}, -1, "over", std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.state);
    const Load load = judge_load(row.used, row.available);
    CHECK(to_name(load.state) == row.state);
    CHECK(load.percent == row.percent);
  }
}

TEST_CASE("a case weighs by its tier") {
  CHECK(case_points(Tier::light) == 1);
  CHECK(case_points(Tier::intensive) == 6);
  CHECK(case_points({}) == case_points(Tier::standard));
  CHECK(case_points(static_cast<Tier>(0x8001)) == case_points(Tier::standard));
}

TEST_CASE("a priority case takes time from the least urgent first, and each is told how much") {
  const std::vector<Share> others{{id(1), 100, 50}, {id(2), 100, 20}, {id(3), 100, 10}};
  struct Row {
    Share first;
    std::int64_t available;
    std::vector<std::pair<int, std::int64_t>> lost;
  };
  const Row rows[] = {
      {{id(9), 100, 90}, 400, {}},
      {{id(9), 100, 90}, 300, {{3, 100}}},
      {{id(9), 150, 90}, 300, {{3, 100}, {2, 50}}},
      {{id(9), 1'000, 90}, 300, {{1, 100}, {2, 100}, {3, 100}}},
      {{id(9), 100, 0}, 250, {{2, 50}, {3, 50}}},  // first whatever its own priority; case 3 had 50 only
      {{id(3), 100, 90}, 300, {}},                 // one of them, raised: all fit
      {{id(3), 200, 90}, 300, {{2, 100}}},
      {{id(9), 0, 90}, 300, {}},
      {{id(9), 100, 90}, 0, {}},  // nobody had any time
      {{id(9), -5, 90}, 300, {}},
      {{id(9), INT64_MAX, 90}, 300, {{1, 100}, {2, 100}, {3, 100}}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.available);
    CAPTURE(row.first.minutes);
    std::vector<std::pair<int, std::int64_t>> lost;
    for (const Displaced& one : displaced_by(row.first, others, row.available)) {
      lost.emplace_back(one.scope.bytes[0], one.minutes);
    }
    CHECK(lost == row.lost);
  }
}

TEST_CASE("what is displaced is never more than what the first case takes, in any order of the rest") {
  std::vector<Share> others{{id(4), 70, 5}, {id(1), 30, 5}, {id(3), 90, 40}, {id(2), 10, 0}};
  for (std::int64_t available = 0; available <= 250; available += 10) {
    const std::vector<Displaced> lost = displaced_by({id(9), 60, 1}, others, available);
    std::int64_t sum = 0;
    for (const Displaced& one : lost) sum += one.minutes;
    CHECK(sum <= 60);
    std::ranges::reverse(others);
    const std::vector<Displaced> again = displaced_by({id(9), 60, 1}, others, available);
    REQUIRE(again.size() == lost.size());
    for (std::size_t i = 0; i < lost.size(); ++i) CHECK(again[i].scope == lost[i].scope);
  }
}
