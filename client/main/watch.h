#pragma once

#include "client/main/synchronise.h"

namespace caseload::client {

// Stays with the office until SIGINT or SIGTERM: sessions that watch, one after the other. A line that is lost is
// looked
// for again as client/link/schedule has it; `told` hears of it, and how long that will be.
//
// Promise  a signal ends the session at its next rest, and what was received is kept.
// Errors   of the Meeting, as meet_office(): what will not pass by itself, and an order to wipe, end it. None where a
//          signal did.
// Threads  the caller's, which waits; from then on the two signals are not its affair until this returns.
using ToldOfLoss = std::function<void(const Fault& why, Duration wait)>;
Result<Meeting> watch_office(OpenProfile& profile, const SyncHooks& hooks, const ProfileWorld& world,
                             const ToldOfLoss& told);

}  // namespace caseload::client
