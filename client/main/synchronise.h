#pragma once

#include "client/link/sync_runner.h"
#include "client/profile/profile.h"

namespace caseload::client {

// Meeting: how the office was met: a session, and at once another where the first prepared one (something was withdrawn
// meanwhile, a restore was learned).
struct Meeting {
  sync::SessionReport report;  // of all its sessions together
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  Duration took{0};
  SessionEnd end;                // of the last one: for a schedule
  std::optional<Fault> fault{};  // why it ended early, or how the device stands: wipe, suspended, lost …
};

// With what it is met.
struct MeetingWith {
  bool watch = false;
  SyncHooks hooks{};  // after_round: beside cleaning the store, which is done here
  std::function<void(SyncRunner*)>
      under_way{};  // given before the first session, none after the last: to cancel it
};

// For whoever has a profile open: the command, and the page.
// Threads  the caller's, which waits; with_store of the hooks is used for whatever touches the profile.
// Errors   those of TlsContext::device(). A wipe that was ordered is the caller's to carry out, with the
//          profile closed.
Result<Meeting> meet_office(OpenProfile& profile, const MeetingWith& with, const ProfileWorld& world);

}  // namespace caseload::client
