#pragma once

#include "client/link/sync_runner.h"
#include "client/profile/profile.h"
#include "common/command/answer.h"

namespace caseload::client {

// Meeting the office: a session, and at once another where the first prepared one (something was withdrawn meanwhile, a
// restore was learned, a certificate that had run out was renewed). A new certificate is kept at once. For whoever
// has a profile open: the command, and the page.
struct Meeting {
  sync::SessionReport report;     // of all its sessions together
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  Duration took{0};
  SessionEnd end;                 // of the last one: for a schedule
  std::optional<Fault> fault{};   // why it ended early, or how the device stands: wipe, suspended, lost …
};
std::optional<Fault> fault_of(sync::Greeting greeting);  // none where the device stands well

// As `sync` and `bundle` tell it.
Reply reply_of(OpenProfile& profile, const Meeting& meeting);

// With what it is met.
struct MeetingWith {
  bool watch = false;
  SyncHooks hooks{};                              // after_round: beside cleaning the store, which is done here
  std::function<void(SyncRunner*)> under_way{};   // given before the first session, none after the last: to cancel it
};

// Threads  the caller's, which waits; with_store of the hooks is used for whatever touches the profile.
// Errors   those of TlsContext::device(). A wipe that was ordered is the caller's to carry out, with the profile
//          closed.
Result<Meeting> meet_office(OpenProfile& profile, const MeetingWith& with, const ProfileWorld& world);

}  // namespace caseload::client
