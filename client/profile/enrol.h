#pragma once

#include "client/profile/unlock.h"
#include "common/net/tls_stream.h"

namespace caseload::client {

constexpr TimeLimit enrol_limit{30'000};  // for each answer of the office

struct Enrolment {
  ProfilePlace place;
  Endpoint server;
  const Secret& code;
  const Passphrase& passphrase;
  bool again = false;  // though the profile is enrolled, and its certificate not known to have run out
};

// Enrols this profile: the device's half of sync/enrolment.
//
// Promise  keys, database and recovery slot are on the disk before the office hears of them. Cut off anywhere, it
//          is done
//          again with the same code and the same passphrase, and comes to the same device.
//          A profile whose certificate has run out, or of which a person says so (a second copy of it was at work), is
//          enrolled anew: another device to the office, with its own keys; what waits here is sent under that name.
//          Until its last step the former identity is in use, and no step loses anything.
// Errors   already_there: this profile is enrolled; other_log, not_for_me: the code is of another office, or another
//          person's, and is not used up; bad_proof: what answers does not know the code: it is not the
//          office;
//          bad_code, replayed, lease_ended, try_later: as sync/enrolment; weak_passphrase; wrong_passphrase: the
//          enrolment was begun with another; and those of the connection.
asio::awaitable<Result<Enrolled>> enrol(Enrolment wanted, ProfileWorld world);

}  // namespace caseload::client
