#include <array>
#include <csignal>
#include <thread>
#include <unistd.h>

#include "client/casework/status.h"
#include "client/link/schedule.h"
#include "client/link/sync_runner.h"
#include "client/main/device_place.h"
#include "client/profile/wipe.h"
#include "client/store/attachments.h"
#include "common/program/terminal.h"

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

Result<LinkSetting> link_of(OpenProfile& profile, const Call& call) {
  Result<TlsContext> tls = TlsContext::device(profile.tls());
  if (!tls) return tls.fault();
  const Enrolled& enrolled = profile.enrolled();
  LinkSetting setting{*tls, {enrolled.office.authority}, Endpoint(enrolled.host, enrolled.port)};
  setting.watch = call.has("watch");
  return setting;
}

struct Totals {
  std::uint64_t refused = 0;
  std::uint64_t rounds = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  Duration took{0};
  sync::SessionReport report;
  void add(const SyncOutcome& outcome) {
    bytes_sent += outcome.bytes_sent;
    bytes_received += outcome.bytes_received;
    took += outcome.took;
    ++rounds;
    report.pushed += outcome.report.pushed;
    report.accepted += outcome.report.accepted;
    report.late += outcome.report.late;
    report.received += outcome.report.received;
    report.withdrawn += outcome.report.withdrawn;
    report.repaired += outcome.report.repaired;
    report.greeting = outcome.report.greeting;
  }
};

Reply reply_of(OpenProfile& profile, const Totals& totals) {
  const Status now = status(profile.workplace());
  const sync::SessionReport& report = totals.report;
  Reply reply{Json{{"pushed", report.pushed},
                   {"accepted", report.accepted},
                   {"late", report.late},
                   {"refused", totals.refused},
                   {"received", report.received},
                   {"withdrawn", report.withdrawn},
                   {"backfilled", report.repaired},
                   {"conflicts", now.conflicts},
                   {"tree_size", now.tree_size},
                   {"bytes_sent", totals.bytes_sent},
                   {"bytes_received", totals.bytes_received},
                   {"ms", totals.took.count()}}};
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

// The order is carried out at once; what the person is told is that it was.
Result<void> wipe_here(DevicePlace& place, const OpenProfile& profile) {
  const Wiping wiping{place.place(), place.keep_place(), something_waits(profile)};
  place.close();
  return wipe_profile(wiping, place.world());
}

// One session; what it asks to be done at once (something was withdrawn meanwhile, a restore was learned) is done.
Result<Reply> synchronise(DevicePlace& place, OpenProfile& profile, const LinkSetting& setting, bool shows_progress) {
  SyncRunner runner(profile.store(), Catalogue::built_in(), profile.trust(), place.world().clock);
  SqlAttachmentStore attachments(profile.database());
  runner.use(attachments);
  const Terminal terminal = Terminal::of(STDERR_FILENO);
  SyncHooks hooks;
  hooks.after_round = [&](const sync::SessionReport&) { static_cast<void>(profile.store().clean_up()); };
  if (shows_progress && terminal.is_terminal()) {
    hooks.progress = [&](const SyncProgress& now) {
      terminal.write("\r  sent " + std::to_string(now.report.pushed) + ", received " +
                     std::to_string(now.report.received) + " changes\x1b[K");
    };
  }
  Schedule schedule(place.world().random);
  Totals totals;
  constexpr int at_once_max = 4;
  for (int round = 0; round < at_once_max; ++round) {
    const SyncOutcome outcome = runner.run(setting, hooks);
    if (hooks.progress) terminal.write("\r\x1b[K");
    totals.add(outcome);
    profile.refresh();
    SessionEnd end{outcome.fault, {}, outcome.report.repaired > 0};
    if (outcome.office_spoke) end.greeting = outcome.report.greeting;
    const Verdict verdict = verdict_of(end);
    if (verdict == Verdict::again) continue;
    if (outcome.fault) return *outcome.fault;
    if (outcome.report.greeting == sync::Greeting::wipe) {
      if (Result<void> wiped = wipe_here(place, profile); !wiped) return wiped.fault();
    }
    if (outcome.report.greeting != sync::Greeting::active) return fault_of(outcome.report.greeting);
    break;
  }
  return reply_of(profile, totals);
}

Result<Reply> plan(OpenProfile& profile) {
  const Status now = status(profile.workplace());
  Json cases = Json::array();
  for (const auto& [scope, entry] : profile.store().coverage()) {
    if (entry.backfill) cases.push_back(to_json(scope));
  }
  return Reply{Json{{"to_send", now.unsent + now.waiting},
                    {"purge_receipts", profile.store().purge_receipts().size()},
                    {"arriving", cases},
                    {"late", now.late},
                    {"office", profile.enrolled().host + ":" + std::to_string(profile.enrolled().port)}}};
}

Result<Reply> sync_profile(DevicePlace& place, const Call& call) {
  const Result<OpenProfile*> profile = place.open();
  if (!profile) return profile.fault();
  if (call.has("plan")) return plan(**profile);
  const Result<LinkSetting> setting = link_of(**profile, call);
  if (!setting) return setting.fault();
  return synchronise(place, **profile, *setting, true);
}

const std::array entries = {
    DeviceEntry{{"sync",
                 "",
                 0,
                 0,
                 "one session with the office: sends, receives, lets go",
                 {{"watch", "", "stays, and hears of what is accepted"},
                  {"plan", "", "says what would travel, and does nothing"}}},
                sync_profile},
};

}  // namespace

std::span<const DeviceEntry> sync_commands() { return entries; }

}  // namespace caseload::client
