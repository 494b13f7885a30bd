#pragma once

#include <string>

#include "common/base/secret.h"
#include "common/time/time.h"

namespace caseload::client {

// A key in the kernel's keyring of this user.
//
// Shape    type "user", in the user keyring, which every login of that user reaches; its content is the
//          moment it ends, then the key. Moments are counted since the machine was started, time asleep
//          included.
// Promise  keep: the key has its rights and its end before it gets its place, so that a kill at any point
//          leaves none that stays for ever. kernel_key: nothing after its end, whatever was done to the wall
//          clock, by which alone the kernel would go. forget: what the kernel held is wiped.
// Errors   keep: absent, with the name of what the kernel said, where it keeps no keys for us (containers
//          often forbid it). kernel_key: locked.
// Attacker another user cannot see it. A program of the same user can have it while it is there: keeping a
//          key between commands gives that up, to the agent no less.
// Source   keyrings(7), keyctl(2).
Result<void> keep_in_kernel(const std::string& name, const Secret& key, Duration until);
Result<Secret> kernel_key(const std::string& name, Duration now);
void forget_in_kernel(const std::string& name);

// Whether the kernel keeps keys for us: tried with a key that says nothing. Errors as keep_in_kernel.
Result<void> kernel_keeps_keys();

// Since the machine was started, time asleep included.
Duration time_since_start();

}  // namespace caseload::client
