#include "common/base/result.h"

#include <memory>
#include <string>
#include <type_traits>

#include "tests/support/test.h"

using namespace caseload;

namespace {
Result<int> half(int number) {
  if (number % 2 != 0) return Fault(Fault::bad_value, "odd");
  return number / 2;
}
Result<void> even(int number) {
  if (number % 2 != 0) return Fault::bad_value;
  return {};
}
Result<std::unique_ptr<int>> owned() { return std::make_unique<int>(5); }
}  // namespace

TEST_CASE("a result holds a value or a fault, never both") {
  CHECK(*half(8) == 4);
  CHECK(half(7).fault() == Fault::bad_value);
  CHECK(half(7).fault().detail() == "odd");
  CHECK(half(8).ok());
  CHECK_FALSE(half(7).ok());
  CHECK(even(2).ok());
  CHECK(even(3).fault() == Fault::bad_value);
}

TEST_CASE("a value that cannot be copied can be taken out") {
  std::unique_ptr<int> taken = *owned();
  CHECK(*taken == 5);
}

TEST_CASE("a result of a fault can be a value too, but never by accident") {
  static_assert(!std::is_convertible_v<Result<int>, bool>);
  static_assert(!std::is_convertible_v<Result<int>, int>);
  static_assert(std::is_convertible_v<Fault::Code, Result<std::string>>);
  CHECK(Result<std::string>(Fault::locked).fault() == Fault::locked);
}
