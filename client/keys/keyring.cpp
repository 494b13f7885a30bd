#include "client/keys/keyring.h"

#include "client/keys/agent.h"
#include "client/keys/kernel_keyring.h"
#include "common/crypto/hash.h"

namespace caseload::client {
namespace {

// Short enough for a socket's path, and says nothing of whose profile it is.
std::string tag_of(const KeepPlace& place) {
  return to_hex(BytesView(sha256(as_bytes(place.profile))).first(8));
}

std::string name_of(const KeepPlace& place) { return "caseload:" + tag_of(place); }

std::string socket_of(const KeepPlace& place) { return place.runtime_folder + "/" + tag_of(place); }

}  // namespace

Result<Kept> keep_unlocked(const KeepPlace& place, const Secret& key, Duration time) {
  if (time <= Duration(0) || time > keep_time_max) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(keep_time_max).count();
    return Fault(Fault::bad_value, "a time of at most " + std::to_string(minutes) + " minutes");
  }
  forget(place);
  const Duration until = time_since_start() + time;
  const Result<void> in_kernel = keep_in_kernel(name_of(place), key, until);
  if (in_kernel) return Kept{};
  const Result<void> started = start_agent({.socket = socket_of(place), .program = place.agent}, key, until);
  if (!started) return started.fault();
  return Kept{.keeper = Keeper::agent, .kernel_refusal = in_kernel.fault()};
}

Result<Secret> kept_key(const KeepPlace& place) {
  Result<Secret> key = kernel_key(name_of(place), time_since_start());
  return key ? std::move(key) : agent_key(socket_of(place));
}

void forget(const KeepPlace& place) {
  forget_in_kernel(name_of(place));
  forget_in_agent(socket_of(place));
}

}  // namespace caseload::client
