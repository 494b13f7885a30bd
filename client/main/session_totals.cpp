#include "client/main/session_totals.h"

#include "client/casework/status.h"
#include "client/profile/wipe.h"

namespace caseload::client {
namespace {

Fault fault_of(sync::Greeting greeting) {
  switch (greeting) {
    case sync::Greeting::suspended: return Fault::suspended;
    case sync::Greeting::lost: return Fault::lost;
    case sync::Greeting::expired: return Fault::certificate_expired;
    case sync::Greeting::upgrade: return Fault::upgrade_needed;
    case sync::Greeting::wipe: return Fault::wipe;
    default: return Fault::twin;
  }
}

}  // namespace

void SessionTotals::add(const SyncOutcome& outcome) {
  bytes_sent += outcome.bytes_sent;
  bytes_received += outcome.bytes_received;
  took += outcome.took;
  report.pushed += outcome.report.pushed;
  report.accepted += outcome.report.accepted;
  report.late += outcome.report.late;
  report.received += outcome.report.received;
  report.withdrawn += outcome.report.withdrawn;
  report.repaired += outcome.report.repaired;
  report.greeting = outcome.report.greeting;
}

Reply reply_of(OpenProfile& profile, const SessionTotals& totals) {
  const Status now = status(profile.workplace());
  const sync::SessionReport& report = totals.report;
  Reply reply{Json{{"pushed", report.pushed},
                   {"accepted", report.accepted},
                   {"late", report.late},
                   {"refused", 0},  // what an office of ours refuses ends the session, and is a Fault
                   {"received", report.received},
                   {"withdrawn", report.withdrawn},
                   {"backfilled", report.repaired},
                   {"conflicts", now.conflicts},
                   {"tree_size", now.tree_size},
                   {"bytes_sent", totals.bytes_sent},
                   {"bytes_received", totals.bytes_received},
                   {"ms", totals.took.count()}}};
  reply.needs_somebody = report.late > 0 || now.conflicts > 0;
  if (report.late > 0) {
    reply.remark =
        std::to_string(report.late) +
        " of your changes are late work: the office has them, and a person decides. Nothing of them is lost.";
  }
  return reply;
}

Result<void> obey(sync::Greeting greeting, DevicePlace& place, const OpenProfile& profile) {
  if (greeting == sync::Greeting::active) return {};
  if (greeting == sync::Greeting::wipe) {
    const Wiping wiping{place.place(), place.keep_place(), something_waits(profile)};
    place.close();
    if (Result<void> wiped = wipe_profile(wiping, place.world()); !wiped) return wiped;
  }
  return fault_of(greeting);
}

}  // namespace caseload::client
