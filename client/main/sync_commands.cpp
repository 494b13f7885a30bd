#include <array>
#include <unistd.h>

#include "client/casework/status.h"
#include "client/main/device_place.h"
#include "client/main/watch.h"
#include "client/profile/wipe.h"
#include "common/program/terminal.h"

namespace caseload::client {
namespace {

// With its progress on a terminal. An order to wipe is carried out at once, and then told.
Result<Reply> synchronise(DevicePlace& place, OpenProfile& profile, bool watch) {
  const Terminal terminal = Terminal::of(STDERR_FILENO);
  MeetingWith with;
  if (terminal.is_terminal()) {
    with.hooks.progress = [&](const SyncProgress& now) {
      terminal.write("\r  sent " + std::to_string(now.report.pushed) + ", received " +
                     std::to_string(now.report.received) + " changes\x1b[K");
    };
  }
  const auto told = [&](const Fault& why, Duration wait) {
    terminal.write("No line to the office (" + std::string(why.name()) + "). It is tried again in " +
                   std::to_string(wait.count() / 1000) + " s.\n");
  };
  const Result<Meeting> meeting = watch ? watch_office(profile, with.hooks, place.world(), told)
                                        : meet_office(profile, with, place.world());
  if (terminal.is_terminal()) terminal.write("\r\x1b[K");
  if (!meeting) return meeting.fault();
  if (meeting->fault && *meeting->fault == Fault::wipe) {
    const bool waits = something_waits(profile);
    if (Result<void> wiped = place.wipe(waits); !wiped) return wiped.fault();
  }
  if (meeting->fault) return *meeting->fault;
  return reply_of(profile, *meeting);
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
  return synchronise(place, **profile, call.has("watch"));
}

const std::array entries = {
    DeviceEntry{{"sync",
                 "",
                 0,
                 0,
                 "one session with the office: sends, receives, lets go",
                 {{"watch", "", "stays, hears of what is accepted, and comes back when the line was lost"},
                  {"plan", "", "says what would travel, and does nothing"}}},
                sync_profile},
};

}  // namespace

std::span<const DeviceEntry> sync_commands() { return entries; }

}  // namespace caseload::client
