#include "sync/ledger/holdings.h"

#include <set>

#include "sync/session/messages.h"
#include "tests/unit/sync/change_samples.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;
using Pairs = std::set<std::pair<Id, SectionNumber>>;

Holdings of(const Pairs& pairs) {
  Holdings held;
  for (const auto& [change, section] : pairs) held.add(change, section);
  return held;
}

}  // namespace

TEST_CASE("nothing held is zero, and everything taken away again too") {
  Holdings held;
  CHECK(held.count() == 0);
  CHECK(held.digest() == Digest{});
  held.add(numbered(1), 1);
  CHECK(held.digest() != Digest{});
  held.add(numbered(2), 0);
  held.remove(numbered(1), 1);
  CHECK(held == of({{numbered(2), SectionNumber{0}}}));
  held.remove(numbered(2), 0);
  CHECK(held == Holdings{});
}

TEST_CASE("another change, another section, and the two of them swapped are other holdings") {
  const Holdings one = of({{numbered(1), SectionNumber{1}}, {numbered(2), SectionNumber{2}}});
  CHECK(one.digest() != of({{numbered(1), SectionNumber{2}}, {numbered(2), SectionNumber{1}}}).digest());
  CHECK(one.digest() != of({{numbered(1), SectionNumber{1}}, {numbered(3), SectionNumber{2}}}).digest());
  CHECK(one.digest() != of({{numbered(1), SectionNumber{1}}}).digest());
}

TEST_CASE("law: holdings are equal exactly when the pairs are, in whatever order they came and went") {
  SeededRandom random(21);
  for (int i = 0; i < 3000; ++i) {
    Pairs pairs;
    Holdings held;
    for (int step = 0; step < 20; ++step) {
      const std::pair<Id, SectionNumber> pair{numbered(static_cast<std::uint32_t>(random.below(5))),
                                              static_cast<SectionNumber>(random.below(3))};
      if (pairs.insert(pair).second) {
        held.add(pair.first, pair.second);
      } else {
        pairs.erase(pair);
        held.remove(pair.first, pair.second);
      }
    }
    REQUIRE(held == of(pairs));
    REQUIRE(held.count() == pairs.size());
    Pairs other = pairs;
    const std::pair<Id, SectionNumber> one{numbered(static_cast<std::uint32_t>(random.below(5))),
                                           static_cast<SectionNumber>(random.below(3))};
    if (!other.insert(one).second) other.erase(one);
    REQUIRE(of(other).digest() != held.digest());
  }
}

TEST_CASE("what is held counts once for each change and place, in any order")  {
  const auto content = [](const std::vector<std::pair<std::uint8_t, std::uint64_t>>& changes) {
    HeldContent held;
    for (const auto& [first, position] : changes) held.add(Digest{first}, position);
    return held.digest();
  };
  CHECK(content({}) == Digest{});
  CHECK(content({{1, 7}, {2, 8}}) == content({{2, 8}, {1, 7}}));
  std::set<Digest> different{content({{1, 7}, {2, 8}}), content({{1, 8}, {2, 7}}), content({{1, 7}}), content({{1, 7}, {2, 9}}),
                             content({{1, 7}, {3, 8}}), content({{1, 7}, {1, 7}}), content({})};
  CHECK(different.size() == 7);
}

TEST_CASE("a statement's digest tells scopes, counts and digests apart") {
  const ScopeHoldings one{numbered(1), true, 2, Digest{3}};
  const std::vector<std::vector<ScopeHoldings>> all = {{},
                                                       {one},
                                                       {one, one},
                                                       {{numbered(2), true, 2, Digest{3}}},
                                                       {{numbered(1), false, 2, Digest{3}}},
                                                       {{numbered(1), true, 3, Digest{3}}},
                                                       {{numbered(1), true, 2, Digest{4}}}};
  std::set<Digest> digests;
  for (const std::vector<ScopeHoldings>& holdings : all)
    digests.insert(digest_of(std::span<const ScopeHoldings>(holdings)));
  CHECK(digests.size() == all.size());
}

}  // namespace caseload::sync
