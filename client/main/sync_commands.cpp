#include <array>
#include <csignal>
#include <thread>
#include <unistd.h>

#include "client/casework/status.h"
#include "client/main/session_totals.h"
#include "client/store/attachments.h"
#include "common/program/terminal.h"

namespace caseload::client {
namespace {

Result<LinkSetting> link_of(OpenProfile& profile, const Call& call) {
  Result<TlsContext> tls = TlsContext::device(profile.tls());
  if (!tls) return tls.fault();
  const Enrolled& enrolled = profile.enrolled();
  LinkSetting setting{*tls, {enrolled.office.authority}, Endpoint(enrolled.host, enrolled.port)};
  setting.watch = call.has("watch");
  return setting;
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
  SessionTotals totals;
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
    if (Result<void> obeyed = obey(outcome.report.greeting, place, profile); !obeyed) return obeyed.fault();
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
