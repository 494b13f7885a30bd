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
};

// Enrols this profile: the device's half of sync/enrolment.
//
// Promise  keys, database and recovery slot are on the disk before the office hears of them. Cut off anywhere, it
//          is done
//          again with the same code and the same passphrase, and comes to the same device.
// Errors   already_there: this profile is enrolled; bad_proof: what answers does not know the code: it is not the
//          office;
//          bad_code, replayed, lease_ended, try_later: as sync/enrolment; weak_passphrase; wrong_passphrase: the
//          enrolment was begun with another; and those of the connection.
asio::awaitable<Result<Enrolled>> enrol(Enrolment wanted, ProfileWorld world);

}  // namespace caseload::client
