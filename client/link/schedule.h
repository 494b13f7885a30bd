#pragma once

#include <optional>

#include "common/base/random.h"
#include "common/time/time.h"
#include "sync/session/greet.h"

namespace caseload::client {

// What the end of a session asks for.
//
//   done     as it should be: the next one when there is something, or at the usual time
//   again    at once: the session has prepared the next (a withdrawal meanwhile, a restore that was learned)
//   later    what fails now may go later, without anybody: the line, the office's load
//   person   it will fail the same way until somebody has done something: told, and tried seldom
//   never    the office has ended this device, or what it says cannot be trusted: until somebody decides
enum class Verdict { done, again, later, person, never };

// How a session ended: why it ended early, if it did, and where the office said that the device stands, if it spoke.
struct SessionEnd {
  std::optional<Fault> fault;
  std::optional<sync::Greeting> greeting;
  bool repairs = false;  // scopes begin again: another session is wanted
};
Verdict verdict_of(const SessionEnd& end);

// How long to wait for what.
struct ScheduleLimits {
  Duration retry_min{1'000};    // no two tries of one device within it, whatever chance says
  Duration retry_first{5'000};  // the first wait is below it; each failure doubles it
  Duration retry_max{std::chrono::minutes(15)};
  Duration usual{std::chrono::minutes(15)};  // between sessions that end well
  Duration person{std::chrono::hours(1)};    // between tries that need somebody
  unsigned agains_max = 3;                   // "at once" in a row; then as `later`
};

// Schedule: when to try again, from how sessions ended. Pure: chance is handed in, and no clock is asked.
//
// Promise  waits are spread evenly from retry_min to a bound that doubles with each failure (full jitter), so that
//          devices that lost the office together do not come back together. A session that ends well begins anew.
// Threads  one owner.
// Source   M. Brooker, "Exponential Backoff and Jitter", 2015.
class Schedule {
 public:
  explicit Schedule(Random& random, const ScheduleLimits& limits = {}) : random_(random), limits_(limits) {}

  // How long to wait after a session that ended so; nothing where none is to be tried.
  std::optional<Duration> after(const SessionEnd& end);

 private:
  Duration backoff();
  Duration spread(Duration upto);
  Duration chance(Duration upto);

  Random& random_;
  ScheduleLimits limits_;
  unsigned failures_ = 0;
  unsigned agains_ = 0;
};

}  // namespace caseload::client
