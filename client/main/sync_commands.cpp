#include <array>
#include <unistd.h>

#include "client/casework/status.h"
#include "client/main/device_place.h"
#include "client/main/synchronise.h"
#include "client/profile/wipe.h"
#include "common/program/terminal.h"

namespace caseload::client {
namespace {

Reply reply_of(OpenProfile& profile, const Meeting& meeting) {
  const Status now = status(profile.workplace());
  const sync::SessionReport& report = meeting.report;
  Reply reply{Json{{"pushed", report.pushed},
                   {"accepted", report.accepted},
                   {"late", report.late},
                   {"refused", 0},
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

// One meeting, with its progress on a terminal. An order to wipe is carried out at once, and then told.
Result<Reply> synchronise(DevicePlace& place, OpenProfile& profile, bool watch) {
  const Terminal terminal = Terminal::of(STDERR_FILENO);
  MeetingWith with{.watch = watch};
  if (terminal.is_terminal()) {
    with.hooks.progress = [&](const SyncProgress& now) {
      terminal.write("\r  sent " + std::to_string(now.report.pushed) + ", received " +
                     std::to_string(now.report.received) + " changes\x1b[K");
    };
  }
  const Result<Meeting> meeting = meet_office(profile, with, place.world());
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
                 {{"watch", "", "stays, and hears of what is accepted"},
                  {"plan", "", "says what would travel, and does nothing"}}},
                sync_profile},
};

}  // namespace

std::span<const DeviceEntry> sync_commands() { return entries; }

}  // namespace caseload::client
