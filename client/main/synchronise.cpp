#include "client/main/synchronise.h"

#include "client/store/attachments.h"

namespace caseload::client {
namespace {

constexpr int at_once_max = 4;

Fault fault_of(sync::Greeting greeting) {
  switch (greeting) {
    case sync::Greeting::suspended:
      return Fault::suspended;
    case sync::Greeting::lost:
      return Fault::lost;
    case sync::Greeting::expired:
      return Fault::certificate_expired;
    case sync::Greeting::upgrade:
      return Fault::upgrade_needed;
    case sync::Greeting::wipe:
      return Fault::wipe;
    default:
      return Fault::twin;
  }
}

void add(Meeting& meeting, const SyncOutcome& outcome) {
  meeting.bytes_sent += outcome.bytes_sent;
  meeting.bytes_received += outcome.bytes_received;
  meeting.took += outcome.took;
  meeting.report.pushed += outcome.report.pushed;
  meeting.report.accepted += outcome.report.accepted;
  meeting.report.late += outcome.report.late;
  meeting.report.received += outcome.report.received;
  meeting.report.withdrawn += outcome.report.withdrawn;
  meeting.report.repaired += outcome.report.repaired;
  meeting.report.greeting = outcome.report.greeting;
}

}  // namespace

Result<Meeting> meet_office(OpenProfile& profile, const MeetingWith& with, const ProfileWorld& world) {
  Result<TlsContext> tls = TlsContext::device(profile.tls());
  if (!tls) return tls.fault();
  const Enrolled& enrolled = profile.enrolled();
  LinkSetting setting{*tls, {enrolled.office.authority}, Endpoint(enrolled.host, enrolled.port)};
  setting.watch = with.watch;
  SyncRunner runner(profile.store(), Catalogue::built_in(), profile.trust(), world.clock);
  SqlAttachmentStore attachments(profile.database());
  runner.use(attachments);
  const auto alone = [&](const std::function<void()>& act) {
    if (with.hooks.with_store)
      with.hooks.with_store(act);
    else
      act();
  };
  SyncHooks hooks = with.hooks;
  hooks.after_round = [&](const sync::SessionReport& report) {
    alone([&] { static_cast<void>(profile.store().clean_up()); });
    if (with.hooks.after_round) with.hooks.after_round(report);
  };
  if (with.under_way) with.under_way(&runner);
  Meeting meeting;
  for (int round = 0; round < at_once_max; ++round) {
    const SyncOutcome outcome = runner.run(setting, hooks);
    add(meeting, outcome);
    alone([&] { profile.refresh(); });
    meeting.end = SessionEnd{outcome.fault, {}, outcome.report.repaired > 0};
    if (outcome.office_spoke) meeting.end.greeting = outcome.report.greeting;
    if (verdict_of(meeting.end) == Verdict::again) continue;
    meeting.fault = outcome.fault;
    if (!outcome.fault && outcome.report.greeting != sync::Greeting::active)
      meeting.fault = fault_of(outcome.report.greeting);
    break;
  }
  if (with.under_way) with.under_way(nullptr);
  return meeting;
}

}  // namespace caseload::client
