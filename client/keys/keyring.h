#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/secret.h"
#include "common/time/time.h"

namespace caseload::client {

inline constexpr Duration keep_time_max = std::chrono::minutes(30);  // the most that policies for such work allow

// Where a profile's key is kept between commands. Its fields are the same for every command of one profile.
struct KeepPlace {
  std::string profile;             // what tells it from others: the full path of its folder
  std::string runtime_folder;      // for an agent's socket; gone when the machine stops. Made if it is not there
  std::vector<std::string> agent;  // the program that calls run_agent(), its path first
};

enum class Keeper { kernel, agent };
struct Kept {
  Keeper keeper = Keeper::kernel;
  std::optional<Fault> kernel_refusal{};  // why it is the agent
};

// An unlocked profile, kept so for a time: by the kernel where it does, else by an agent.
//
// Promise  one key for a profile, the last one kept; nothing of an earlier one stays. kept_key: the key,
//          until its time is over or forget(). To keep it on while somebody works, keep it again.
// Errors   keep_unlocked: bad_value: no time, or more than keep_time_max; exposed, too_large: as
//          start_agent(). kept_key: locked.
// Attacker as told in kernel_keyring.h and agent.h.
Result<Kept> keep_unlocked(const KeepPlace& place, const Secret& key, Duration time);
Result<Secret> kept_key(const KeepPlace& place);
void forget(const KeepPlace& place);

}  // namespace caseload::client
