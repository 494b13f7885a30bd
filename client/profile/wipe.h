#pragma once

#include "client/keys/keyring.h"
#include "client/profile/profile.h"

namespace caseload::client {

// wipe_profile: what the office orders for a device that is out of its person's hands.
//
// Shape    what was kept unlocked is forgotten; then every key slot but the organisation's recovery slot is
//          destroyed, in both copies; then the device secret; and where nothing of the person's waits, the key file,
//          the identity and the database too. What waits (unsent changes, late work, drafts) stays, closed: the
//          organisation opens it.
// Promise  cut anywhere, the next contact or the same call brings it to its end. From the first step on no passphrase
//          opens anything. Nothing of another profile is touched.
// Errors   those of KeyFile::open(): nothing to destroy, or damaged. Breakage where the disk refuses.
struct Wiping {
  ProfilePlace place;
  KeepPlace kept;
  bool something_waits = false;
};
Result<void> wipe_profile(const Wiping& wiping, const ProfileWorld& world);

// Whether anything of the person's is on this device alone.
bool something_waits(const OpenProfile& profile);

}  // namespace caseload::client
