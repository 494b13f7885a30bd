#include "common/base/random.h"

#include <array>

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("the same seed gives the same bytes, on every machine") {
  SeededRandom a(42);
  SeededRandom b(42);
  SeededRandom other(43);
  const auto first = a.bytes<32>();
  CHECK(first == b.bytes<32>());
  CHECK(first != other.bytes<32>());
  // Computed apart from this code: xoshiro256** after splitmix64(42), least significant byte first.
  CHECK(to_hex(first).substr(0, 16) == "16c72e0c2e0b7815");
}

TEST_CASE("a choice below a bound reaches every number and no other") {
  SeededRandom random(7);
  std::array<int, 10> counts{};
  for (int i = 0; i < 10000; ++i) ++counts.at(random.below(10));
  for (const int count : counts) CHECK((count > 850 && count < 1150));
  CHECK(random.below(1) == 0);
}

TEST_CASE("chance happens about as often as asked") {
  SeededRandom random(8);
  int happened = 0;
  for (int i = 0; i < 10000; ++i) happened += random.chance(1, 4) ? 1 : 0;
  CHECK((happened > 2300 && happened < 2700));
  CHECK_FALSE(random.chance(0, 5));
  CHECK(random.chance(5, 5));
}

TEST_CASE("the system's chance does not repeat itself") {
  SystemRandom random;
  CHECK(random.bytes<32>() != random.bytes<32>());
  CHECK(random.bytes<32>() != ByteArray<32>{});
}
