#pragma once

#include <string>
#include <vector>

#include "common/base/secret.h"
#include "common/time/time.h"

namespace caseload::client {

// The agent: a small process that holds one key where the kernel does not.
//
// Shape    the same program, started anew with words that lead to run_agent(), so that nothing of what its
//          starter had in memory comes with it. It listens on a socket in a folder of its owner only and
//          answers programs of its own user, as the kernel tells it; everybody else hears nothing.
//
//            keep --start--> agent --its time has come, forget, or a signal--> key wiped, process gone
//
// Promise  the key lies in memory that is locked, not dumped, and closed to other processes. At the time,
//          counted asleep or awake, or on forget, it is wiped and the process is gone; forget returns after
//          that.
// Errors   start_agent(): exposed: the folder; too_large: a path too long for a socket; refused by the
//          system: Breakage. agent_key(): locked: no agent, or one that does not answer in time.
// Attacker as for kernel_keyring.h.
struct AgentPlace {
  std::string socket;                // its folder is made if it is not there
  std::vector<std::string> program;  // path, then the words
};
Result<void> start_agent(const AgentPlace& place, const Secret& key, Duration until);
Result<Secret> agent_key(const std::string& socket);
void forget_in_agent(const std::string& socket);

// What the started program calls: orders come from that descriptor. Gives its exit status.
int run_agent(int orders);

inline constexpr std::size_t agent_key_bytes = 32;

}  // namespace caseload::client
