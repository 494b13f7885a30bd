#include <cstdlib>
#include <ctime>
#include <dlfcn.h>

// Preloaded into a program: its calendar is CASELOAD_TEST_DAYS days later than the machine's. What measures durations is
// left alone. For tests of what takes months; no program of ours looks at that variable.
extern "C" __attribute__((visibility("default"))) int clock_gettime(clockid_t clock, timespec* now) noexcept {
  using Call = int(clockid_t, timespec*);
  static Call* const real = reinterpret_cast<Call*>(::dlsym(RTLD_NEXT, "clock_gettime"));
  static const char* const days = std::getenv("CASELOAD_TEST_DAYS");
  const int result = real(clock, now);
  if (clock == CLOCK_REALTIME && days != nullptr) now->tv_sec += 86'400L * std::atol(days);
  return result;
}
