#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/bench/speed/device.h"

namespace caseload::bench {

// Watching: a device that stays connected, on a thread of its own, and has met the office once.
//
// Promise  with_store() gives its store while no round uses it. A round is told when everything of it is durable.
class Watching {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  struct Round {
    Moment began{};  // its first step on this device
    Moment ended{};
    std::uint64_t bytes_before = 0;  // that went both ways until it began; TLS adds 22 to each of its records
    std::uint64_t received = 0;      // changes
  };

  Watching(Device& device, client::LinkSetting setting);
  ~Watching();
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

  void with_store(const std::function<void()>& work);
  // A round because there is something new here, or might be; waits for its end. Gives when it was asked for, as the
  // beginning.
  Round again();
  // Waits until that many changes have come since the last call; gives the last round of those.
  Round await_received(std::uint64_t wanted);

 private:
  Round await_round(std::size_t wanted);
  void step(const std::function<void()>& act);
  void stepped(const client::SyncProgress& so_far);
  void ended(std::uint64_t received);

  Device& device_;
  client::SyncRunner runner_;
  std::mutex store_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Round> rounds_;
  std::optional<Round> now_;
  bool first_step_ = false;
  std::size_t seen_ = 0;     // rounds that were looked at for what they received
  bool over_ = false;
  std::thread thread_;
};

}  // namespace caseload::bench
