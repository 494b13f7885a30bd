#include "common/net/beside.h"

#include <atomic>
#include <stdexcept>
#include <thread>

#include "tests/support/test.h"

namespace caseload {

TEST_CASE("what is done beside runs on another thread, and both are done afterwards") {
  Beside beside;
  for (int i = 0; i < 100; ++i) {
    std::thread::id here, there;
    beside.both([&] { here = std::this_thread::get_id(); }, [&] { there = std::this_thread::get_id(); });
    CHECK(here == std::this_thread::get_id());
    CHECK(there != std::thread::id());
    CHECK(there != here);
  }
}

TEST_CASE("a fault of the work or of what goes on beside it passes when both are done") {
  Beside beside;
  std::atomic<bool> done = false;
  const auto throws = [] { throw std::runtime_error("broke"); };
  const auto is_slow = [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    done = true;
  };
  CHECK_THROWS_AS(beside.both(throws, is_slow), std::runtime_error);
  CHECK(done);
  done = false;
  CHECK_THROWS_AS(beside.both(is_slow, throws), std::runtime_error);
  CHECK(done);
  beside.both([] {}, [] {});
}

}  // namespace caseload
