#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "common/base/fault.h"

namespace caseload::server {

// What the service has done since it began, for whoever measures. Numbers only: nothing says whose.
struct ServiceCounts {
  std::uint64_t connections = 0;       // accepted, whatever became of them
  std::uint64_t connections_open = 0;
  std::uint64_t turned_away = 0;       // before a word was said: too many
  std::uint64_t sessions = 0;          // begun
  std::uint64_t sessions_open = 0;
  std::uint64_t sessions_well = 0;     // ended as they should
  std::uint64_t watching = 0;          // of the open ones
  std::uint64_t wakes = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t messages_in = 0;
  std::uint64_t operations = 0;        // carried out by the writer, durable
  std::uint64_t commits = 0;           // batches: operations per commit is what sharing them saves
  std::uint64_t queue_length = 0;      // of the writer, at this moment
  std::map<Fault::Code, std::uint64_t> refused;  // connections and sessions that ended early, by why
};

// Counters: the one place where they are kept.
//
// Threads  any.
class Counters {
 public:
  template <class F>
  void update(const F& change) {
    const std::lock_guard<std::mutex> lock(mutex_);
    change(counts_);
  }
  void refused(const Fault& fault) {
    update([&](ServiceCounts& counts) { ++counts.refused[fault.code()]; });
  }
  ServiceCounts now() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return counts_;
  }

 private:
  mutable std::mutex mutex_;
  ServiceCounts counts_;
};

}  // namespace caseload::server
