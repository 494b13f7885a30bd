#include "client/link/schedule.h"

#include <set>

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using sync::Greeting;

namespace {

const SessionEnd well{{}, Greeting::active, false};
const SessionEnd no_line{Fault(Fault::unreachable), {}, false};
const SessionEnd taken_away{Fault(Fault::stale), Greeting::active, false};

}  // namespace

TEST_CASE("what the end of a session asks for") {
  struct Row {
    const char* what;
    SessionEnd end;
    Verdict verdict;
  };
  for (const Row& row : {
           Row{"as it should be", well, Verdict::done},
           Row{"a scope begins again", {{}, Greeting::active, true}, Verdict::again},
           Row{"something was withdrawn meanwhile", taken_away, Verdict::again},
           Row{"the office was restored", {Fault(Fault::restored), Greeting::active, false}, Verdict::again},
           Row{"numbers that were used before we were put back", {Fault(Fault::twin), Greeting::active, false}, Verdict::again},
           Row{"nobody listens", no_line, Verdict::later},
           Row{"too slow", {Fault(Fault::timed_out), {}, false}, Verdict::later},
           Row{"cut in the middle", {Fault(Fault::closed), Greeting::active, false}, Verdict::later},
           Row{"an office that stops or is full", {Fault(Fault::try_later), {}, false}, Verdict::later},
           Row{"a newer session of our own", {Fault(Fault::cancelled), Greeting::active, false}, Verdict::later},
           Row{"a hotel's page", {Fault(Fault::not_tls), {}, false}, Verdict::person},
           Row{"a proxy that wants a password", {Fault(Fault::not_allowed), {}, false}, Verdict::person},
           Row{"a refused certificate", {Fault(Fault::tls_refused), {}, false}, Verdict::person},
           Row{"an expired one", {{}, Greeting::expired, false}, Verdict::person},
           Row{"suspended", {{}, Greeting::suspended, false}, Verdict::person},
           Row{"suspended, and cut", {Fault(Fault::closed), Greeting::suspended, false}, Verdict::person},
           Row{"too old", {{}, Greeting::upgrade, false}, Verdict::person},
           Row{"a copy of us", {{}, Greeting::twin, false}, Verdict::person},
           Row{"too much late work", {Fault(Fault::quota), Greeting::active, false}, Verdict::person},
           Row{"lost", {{}, Greeting::lost, false}, Verdict::never},
           Row{"to be wiped", {Fault(Fault::closed), Greeting::wipe, false}, Verdict::never},
           Row{"another office's ledger", {Fault(Fault::other_log), Greeting::active, false}, Verdict::never},
           Row{"two histories", {Fault(Fault::ledger_mismatch), Greeting::active, false}, Verdict::never},
           Row{"a proof that does not hold", {Fault(Fault::bad_proof), Greeting::active, false}, Verdict::never},
           Row{"not our office", {Fault(Fault::bad_certificate), {}, false}, Verdict::never},
           Row{"what no office sends", {Fault(Fault::unexpected_message), Greeting::active, false}, Verdict::never},
       }) {
    CHECK_MESSAGE(verdict_of(row.end) == row.verdict, row.what);
  }
}

TEST_CASE("waits are spread below a bound that doubles, and never shorter than the least") {
  const ScheduleLimits limits;
  SeededRandom random(11);
  for (int device = 0; device < 200; ++device) {
    Schedule schedule(random, limits);
    Duration bound = limits.retry_first;
    for (int failure = 0; failure < 12; ++failure) {
      const std::optional<Duration> wait = schedule.after(no_line);
      REQUIRE(wait);
      CHECK(*wait >= limits.retry_min);
      CHECK(*wait <= bound);
      bound = std::min(bound * 2, limits.retry_max);
    }
  }
}

TEST_CASE("devices that lost the office together come back apart, over all of the time that there is") {
  const ScheduleLimits limits;
  SeededRandom random(12);
  std::set<std::int64_t> seconds;
  for (int device = 0; device < 2'000; ++device) {
    Schedule schedule(random, limits);
    for (int failure = 0; failure < 8; ++failure) static_cast<void>(schedule.after(no_line));
    seconds.insert(*schedule.after(no_line) / Duration(10'000));
  }
  CHECK(seconds.size() > 80);  // of the 90 that fifteen minutes have
}

TEST_CASE("a session that ends well begins the waits anew") {
  const ScheduleLimits limits;
  SeededRandom random(13);
  Schedule schedule(random, limits);
  for (int failure = 0; failure < 10; ++failure) static_cast<void>(schedule.after(no_line));
  const Duration usual = *schedule.after(well);
  CHECK(usual <= limits.usual);
  CHECK(usual >= limits.usual * 3 / 4);
  CHECK(*schedule.after(no_line) <= limits.retry_first);
}

TEST_CASE("what asks for another session at once gets it, but not for ever") {
  const ScheduleLimits limits;
  SeededRandom random(14);
  Schedule schedule(random, limits);
  for (unsigned i = 0; i < limits.agains_max; ++i) CHECK(schedule.after(taken_away) == limits.retry_min);
  Duration longest{0};
  for (int i = 0; i < 20; ++i) longest = std::max(longest, *schedule.after(taken_away));
  CHECK(longest > limits.retry_first);
  CHECK(schedule.after(well).has_value());
  CHECK(schedule.after(taken_away) == limits.retry_min);
}

TEST_CASE("where nothing may be tried, nothing is, and where somebody is needed, seldom") {
  const ScheduleLimits limits;
  SeededRandom random(15);
  Schedule schedule(random, limits);
  CHECK(!schedule.after({Fault(Fault::other_log), Greeting::active, false}));
  CHECK(*schedule.after({Fault(Fault::tls_refused), {}, false}) >= limits.person * 3 / 4);
}
