#include "sync/merge/survivor.h"

#include <map>

#include "tests/unit/sync/change_samples.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

// "1>2 2>3": case 1 was merged into 2, and 2 into 3.
class Merges {
 public:
  explicit Merges(std::string_view text) {
    for (std::size_t i = 0; i + 2 < text.size(); i += 4) into_[digit(text[i])] = digit(text[i + 2]);
  }
  Survivor of(char from) const {
    return find_survivor(digit(from), [&](const Id& id) { return into_.contains(id) ? into_.at(id) : Id{}; });
  }
  static Id digit(char letter) { return numbered(static_cast<std::uint32_t>(letter - '0')); }

 private:
  std::map<Id, Id> into_;
};

}  // namespace

TEST_CASE("chains end at a survivor, a cycle at its smallest case, which asks") {
  struct Row {
    std::string_view merges;
    char from;
    char survivor;
    bool asks;
  };
  const Row
      rows[] =
          {
              {"", '1', '1', false},           {"1>2", '1', '2', false},
              {"1>2", '2', '2', false},        {"1>2 2>3", '1', '3', false},
              {"2>1 3>1", '3', '1', false},    {"1>1", '1', '1', true},
              {"1>2 2>1", '1', '1', true},     {"1>2 2>1", '2', '1', true},
              {"2>3 3>4 4>2", '3', '2', true}, {"2>3 3>4 4>2", '4', '2', true},
              {"1>3 3>4 4>3", '1', '3', true},  // the smallest of the cycle, not of the way to it
              {"5>2 2>9 9>2", '5', '2', true},
          };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.merges));
    CAPTURE(row.from);
    const Survivor found = Merges(row.merges).of(row.from);
    CHECK(found.scope == Merges::digit(row.survivor));
    CHECK(found.asks == row.asks);
  }
}

TEST_CASE("a chain longer than anybody's is cut, and asks") {
  const auto chain = [](std::uint32_t cases) {
    std::uint32_t steps = 0;
    const Survivor found = find_survivor(numbered(1), [&](const Id& id) {
      ++steps;
      const std::uint32_t at = static_cast<std::uint32_t>(read_big_endian(BytesView(id.bytes).last(4)));
      return at < cases ? numbered(at + 1) : Id{};
    });
    CHECK(steps <= merge_chain_max + 1);
    return found;
  };
  CHECK(chain(merge_chain_max).scope == numbered(merge_chain_max));
  CHECK_FALSE(chain(merge_chain_max).asks);
  CHECK(chain(1000).asks);
}

TEST_CASE("law: every case of a cycle, and every case that leads to it, has one survivor") {
  SeededRandom random(5);
  for (int i = 0; i < 2000; ++i) {
    std::map<Id, Id> into;
    for (std::uint32_t n = 1; n <= 12; ++n) {
      if (random.chance(9, 10))
        into[numbered(n)] = numbered(static_cast<std::uint32_t>(1 + random.below(12)));
    }
    const auto next = [&](const Id& id) { return into.contains(id) ? into.at(id) : Id{}; };
    for (std::uint32_t n = 1; n <= 12; ++n) {
      const Survivor mine = find_survivor(numbered(n), next);
      if (next(numbered(n)).is_none())
        REQUIRE(mine.scope == numbered(n));
      else
        REQUIRE(mine.scope == find_survivor(next(numbered(n)), next).scope);
      REQUIRE(mine.asks == !next(mine.scope).is_none());
    }
  }
}

}  // namespace caseload::sync
