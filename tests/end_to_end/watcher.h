#pragma once

#include <condition_variable>

#include "tests/end_to_end/running_office.h"

namespace caseload {

// Watcher: somebody's device that watches, on a thread of its own, until it is dismissed or the office goes.
class Watcher {
 public:
  Watcher(const RunningOffice& office, sync::Laptop& who) : Watcher(who, office.link(who.identity.device)) {}
  Watcher(sync::Laptop& who, client::LinkSetting setting)
      : trust_(who.trust()), runner_(who.store, Catalogue::built_in(), trust_, who.clock) {
    setting.watch = true;
    thread_ = std::thread([this, setting] {
      client::SyncHooks hooks;
      hooks.after_round = [this](const sync::SessionReport&) { count_round(); };
      outcome_ = runner_.run(setting, hooks);
      count_round();
    });
  }
  ~Watcher() { dismiss(); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // Whether that many rounds were complete in time; a session's end counts as one.
  bool await_rounds(int wanted) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return rounds_ >= wanted; });
  }
  int rounds() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return rounds_;
  }
  void again() { runner_.again(); }
  // How it ended, by itself or, if need be, because it was told to.
  const client::SyncOutcome& dismiss() {
    runner_.cancel();
    return end();
  }
  const client::SyncOutcome& end() {
    if (thread_.joinable()) thread_.join();
    return outcome_;
  }

 private:
  void count_round() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++rounds_;
    changed_.notify_all();
  }

  sync::DeviceTrust trust_;
  client::SyncRunner runner_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int rounds_ = 0;
  client::SyncOutcome outcome_;
  std::thread thread_;
};

}  // namespace caseload
