#include "client/link/schedule.h"

#include <algorithm>

namespace caseload::client {
namespace {

constexpr unsigned doublings_max = 20;  // beyond any retry_max, and no overflow

Verdict verdict_of(sync::Greeting greeting) {
  switch (greeting) {
    case sync::Greeting::active: return Verdict::done;
    case sync::Greeting::suspended:
    case sync::Greeting::expired:
    case sync::Greeting::upgrade:
    case sync::Greeting::twin: return Verdict::person;
    case sync::Greeting::lost:
    case sync::Greeting::wipe: return Verdict::never;
  }
  return Verdict::never;
}

Verdict verdict_of(const Fault& fault) {
  switch (fault.code()) {
    case Fault::stale:
    case Fault::restored: return Verdict::again;
    // The numbers of a laptop put back from an image are used up: its next contact is granted others. What a copy of it
    // means for a person, the greeting says.
    case Fault::twin: return Verdict::again;
    // The line, the office's load, a newer session of our own; and what a cut leaves of a message.
    case Fault::unreachable:
    case Fault::timed_out:
    case Fault::closed:
    case Fault::try_later:
    case Fault::cancelled:
    case Fault::truncated:
    case Fault::out_of_order: return Verdict::later;
    // Somebody stands between, or asks for a password: a hotel's network, until its page is answered.
    case Fault::not_tls:
    case Fault::wrong_protocol:
    case Fault::not_allowed:
    case Fault::too_large:
    // Certificates, standing, quotas, versions: an administrator's.
    case Fault::tls_refused:
    case Fault::certificate_expired:
    case Fault::not_found:
    case Fault::quota:
    case Fault::suspended:
    case Fault::upgrade_needed:
    case Fault::clock_ahead:
    case Fault::clock_back: return Verdict::person;
    // What is left are proofs that do not hold and messages that no office of ours sends.
    default: return Verdict::never;
  }
}

}  // namespace

Verdict verdict_of(const SessionEnd& end) {
  if (end.greeting) {
    const Verdict standing = verdict_of(*end.greeting);
    if (standing != Verdict::done) return standing;
  }
  if (end.fault) return verdict_of(*end.fault);
  return end.repairs ? Verdict::again : Verdict::done;
}

std::optional<Duration> Schedule::after(const SessionEnd& end) {
  const Verdict verdict = verdict_of(end);
  if (verdict != Verdict::again) agains_ = 0;
  if (verdict != Verdict::later && verdict != Verdict::again) failures_ = 0;
  switch (verdict) {
    case Verdict::done: return spread(limits_.usual);
    case Verdict::again: return agains_++ < limits_.agains_max ? limits_.retry_min : backoff();
    case Verdict::later: return backoff();
    case Verdict::person: return spread(limits_.person);
    case Verdict::never: return std::nullopt;
  }
  return std::nullopt;
}

Duration Schedule::backoff() {
  const Duration doubled = limits_.retry_first * (Duration::rep{1} << std::min(failures_, doublings_max));
  ++failures_;
  return limits_.retry_min + chance(std::min(doubled, limits_.retry_max) - limits_.retry_min);
}

// From three quarters of it to the whole, so that those who met the office together drift apart.
Duration Schedule::spread(Duration upto) { return upto - chance(upto / 4); }

Duration Schedule::chance(Duration upto) {
  if (upto <= Duration(0)) return Duration(0);
  return Duration(static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(upto.count()) + 1)));
}

}  // namespace caseload::client
