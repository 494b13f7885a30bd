#include "client/main/synchronise.h"

#include "client/casework/status.h"
#include "client/store/attachments.h"

namespace caseload::client {
namespace {

constexpr int at_once_max = 4;

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

Result<LinkSetting> link_of(const OpenProfile& profile, bool watch) {
  Result<TlsContext> tls = TlsContext::device(profile.tls());
  if (!tls) return tls.fault();
  const Enrolled& enrolled = profile.enrolled();
  LinkSetting setting{*tls, {enrolled.office.authority}, Endpoint(enrolled.host, enrolled.port)};
  setting.watch = watch;
  return setting;
}

}  // namespace

std::optional<Fault> fault_of(sync::Greeting greeting) {
  switch (greeting) {
    case sync::Greeting::active: return std::nullopt;
    case sync::Greeting::suspended: return Fault(Fault::suspended);
    case sync::Greeting::lost: return Fault(Fault::lost);
    case sync::Greeting::expired: return Fault(Fault::certificate_expired);
    case sync::Greeting::upgrade: return Fault(Fault::upgrade_needed);
    case sync::Greeting::wipe: return Fault(Fault::wipe);
    case sync::Greeting::twin: return Fault(Fault::twin);
  }
  return Fault(Fault::twin);
}

Reply reply_of(OpenProfile& profile, const Meeting& meeting) {
  const Status now = status(profile.workplace());
  const sync::SessionReport& report = meeting.report;
  Reply reply{Json{{"pushed", report.pushed},
                   {"accepted", report.accepted},
                   {"late", report.late},
                   {"refused", 0},  // what an office of ours refuses ends the session, and is a Fault
                   {"received", report.received},
                   {"withdrawn", report.withdrawn},
                   {"backfilled", report.repaired},
                   {"conflicts", now.conflicts},
                   {"tree_size", now.tree_size},
                   {"bytes_sent", meeting.bytes_sent},
                   {"bytes_received", meeting.bytes_received},
                   {"ms", meeting.took.count()}}};
  reply.needs_somebody = report.late > 0 || now.conflicts > 0 || report.repaired > 0;
  if (report.late > 0) {
    reply.remark =
        std::to_string(report.late) +
        " of your changes are late work: the office has them, and a person decides. Nothing of them is lost.";
  }
  if (report.repaired > 0) {
    reply.remark += (reply.remark.empty() ? "" : "\n") + std::to_string(report.repaired) +
                    " of your cases were here otherwise than the office counts them, and were fetched anew. That does "
                    "not happen by itself: tell your administrator, who can hold the office's log against its ledger.";
  }
  return reply;
}

Result<Meeting> meet_office(OpenProfile& profile, const MeetingWith& with, const ProfileWorld& world) {
  Result<LinkSetting> setting = link_of(profile, with.watch);
  if (!setting) return setting.fault();
  SyncRunner runner(profile.store(), Catalogue::built_in(), profile.trust(), world.clock);
  SqlAttachmentStore attachments(profile.database());
  runner.use(attachments);
  const auto alone = [&](const std::function<void()>& act) {
    if (with.hooks.with_store) with.hooks.with_store(act);
    else act();
  };
  bool renewed = false;
  SyncHooks hooks = with.hooks;
  hooks.after_round = [&](const sync::SessionReport& report) {
    alone([&] { static_cast<void>(profile.store().clean_up()); });
    // One that is not ours is left alone: the former stays, and the next session offers another.
    if (!report.certificate.empty()) alone([&] { renewed = profile.renew(report.certificate).ok(); });
    if (with.hooks.after_round) with.hooks.after_round(report);
  };
  if (with.under_way) with.under_way(&runner);
  Meeting meeting;
  for (int round = 0; round < at_once_max; ++round) {
    renewed = false;
    const SyncOutcome outcome = runner.run(*setting, hooks);
    add(meeting, outcome);
    alone([&] { profile.refresh(); });
    meeting.end = SessionEnd{outcome.fault, {}, outcome.report.repaired > 0};
    if (outcome.office_spoke) meeting.end.greeting = outcome.report.greeting;
    if (verdict_of(meeting.end) == Verdict::again) continue;
    meeting.fault = outcome.fault ? outcome.fault : fault_of(outcome.report.greeting);
    const bool comes_again = renewed && outcome.report.greeting == sync::Greeting::expired;
    if (!comes_again) break;
    setting = link_of(profile, with.watch);
    if (!setting) break;
  }
  if (with.under_way) with.under_way(nullptr);
  return meeting;
}

}  // namespace caseload::client
