#pragma once

#include <string>

#include "common/base/random.h"
#include "common/base/secret.h"

namespace caseload::client {

inline constexpr std::size_t device_secret_bytes = 32;

// The device secret: what a copy of the data folder does not have.
//
// Shape    32 random bytes in a file of its own, readable by its owner only, in a folder of its owner only,
//          away from the data folder and from every backup. Without it, not even the right passphrase opens
//          anything.
// Promise  make: on the disk before it returns, its folder too. load: follows no link, neither for the file
//          nor for the folder it lies in.
// Errors   load: device_factor: not there, or not 32 bytes; exposed: file or folder belong to somebody else,
//          are open to others, or are not what they should be. make: already_there; exposed as above.
// Attacker who has a copy of the data folder alone cannot try passphrases; who has the whole disk has this
//          too, and only scrypt is left.
Result<Secret> load_device_secret(const std::string& path);
Result<Secret> make_device_secret(const std::string& path, Random& random);

}  // namespace caseload::client
