#pragma once

#include <string>

#include "common/base/id.h"
#include "common/base/random.h"

namespace caseload::client {

// ProfilePlace: where one worker's profile lies on this machine.
//
// Shape    home     the data folder: key file, encrypted database, identity. Backups may copy it.
//          state    the device secret, away from home and from every backup
//          runtime  the agent's socket; gone when the machine stops
//          machine  a number that all profiles of this person's account on this machine have in common
// Errors   find_profile(): bad_value: a home that is no absolute path and cannot be made one.
struct ProfilePlace {
  std::string home;
  std::string state;
  std::string runtime;
  std::string machine_file;

  std::string database() const { return home + "/caseload.db"; }
  std::string identity() const { return home + "/identity"; }
  std::string next_identity() const { return home + "/identity-next"; }  // while it is enrolled anew
  std::string device_secret() const { return state + "/device"; }
};

// `home` as it was given; empty: CASELOAD_HOME, or the one below the folder for a person's data.
Result<ProfilePlace> find_profile(const std::string& home);

// The machine's number; made where there is none yet. Faults: damaged; exposed.
Result<Id> machine_of(const ProfilePlace& place, Random& random);

}  // namespace caseload::client
