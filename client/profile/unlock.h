#pragma once

#include "client/keys/key_file.h"
#include "client/profile/profile.h"

namespace caseload::client {

// Opening and closing a profile with what its person knows.

constexpr std::chrono::minutes keep_default{10};
constexpr std::uint32_t tries_listed_max = 100;  // in the audit, one by one

// With the passphrase: the key of the database. What was left half done (a new database key) is brought to its end, and
// failed tries stand in the audit before this returns.
// Errors   absent: nothing enrolled here; device_factor; try_later; wrong_passphrase; in_use; damaged; newer_format.
Result<Secret> unlock(const ProfilePlace& place, const Passphrase& passphrase, const ProfileWorld& world);

// Errors   those of unlock(); weak_passphrase. `compromised`: the former one may be known to others, so the
//          database gets a
//          new key too; what was kept unlocked is forgotten.
struct NewPassphrase {
  const Passphrase& former;
  const Passphrase& wanted;
  bool compromised = false;
};
Result<void> change_passphrase(const ProfilePlace& place, const NewPassphrase& change, const ProfileWorld& world);

// A passphrase forgotten, or a device secret lost: `answer` is what the organisation's recovery key made of
// recovery_request().
Result<Bytes> recovery_request(const ProfilePlace& place);
Result<Secret> recover(const ProfilePlace& place, const Secret& answer, const Passphrase& wanted,
                       const ProfileWorld& world);

// Words that a passphrase must not be made of, beside those that everybody tries.
std::vector<std::string> names_to_avoid(const Enrolled& enrolled);

}  // namespace caseload::client
