#include "client/main/watch.h"

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include "common/base/check.h"

namespace caseload::client {
namespace {

// SIGINT and SIGTERM, while somebody waits for the office: they end the waiting instead of the process.
class EndSignal {
 public:
  EndSignal() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR2}) sigaddset(&signals_, signal);
    CHECK(::pthread_sigmask(SIG_BLOCK, &signals_, &before_) == 0, "signals can be blocked");
    thread_ = std::thread([this] { run(); });
  }
  ~EndSignal() {
    static_cast<void>(::pthread_kill(thread_.native_handle(), SIGUSR2));
    thread_.join();
    static_cast<void>(::pthread_sigmask(SIG_SETMASK, &before_, nullptr));
  }
  EndSignal(const EndSignal&) = delete;
  EndSignal& operator=(const EndSignal&) = delete;

  // Whom it cancels, from now on; nobody.
  void reaches(SyncRunner* runner) {
    const std::lock_guard lock(mutex_);
    runner_ = runner;
    if (came_ && runner_ != nullptr) runner_->cancel();
  }
  bool came() const {
    const std::lock_guard lock(mutex_);
    return came_;
  }
  bool came_within(Duration wait) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, wait, [this] { return came_; });
  }

 private:
  void run() {
    int signal = 0;
    if (::sigwait(&signals_, &signal) != 0 || signal == SIGUSR2) return;
    const std::lock_guard lock(mutex_);
    came_ = true;
    if (runner_ != nullptr) runner_->cancel();
    changed_.notify_all();
  }

  sigset_t signals_{};
  sigset_t before_{};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool came_ = false;
  SyncRunner* runner_ = nullptr;
  std::thread thread_;  // last: it uses all of the above
};

void add(sync::SessionReport& to, const sync::SessionReport& round) {
  to.pushed += round.pushed;
  to.accepted += round.accepted;
  to.late += round.late;
  to.received += round.received;
  to.withdrawn += round.withdrawn;
  to.repaired += round.repaired;
  to.greeting = round.greeting;
}

// Both sides may close a line at rest without a word: who watches has lost it all the same.
SessionEnd end_of(const Meeting& meeting) {
  SessionEnd end = meeting.end;
  if (!end.fault && verdict_of(end) == Verdict::done) end.fault = Fault(Fault::closed);
  return end;
}

}  // namespace

Result<Meeting> watch_office(OpenProfile& profile, const SyncHooks& hooks, const ProfileWorld& world,
                             const ToldOfLoss& told) {
  EndSignal signal;
  std::optional<Schedule> schedule(std::in_place, world.random);
  Meeting all;
  bool was_well = false;
  MeetingWith with{.watch = true, .hooks = hooks, .under_way = [&](SyncRunner* runner) { signal.reaches(runner); }};
  with.hooks.after_round = [&](const sync::SessionReport& round) {
    add(all.report, round);
    was_well = was_well || round.complete;
    if (hooks.after_round) hooks.after_round(round);
  };
  for (;;) {
    was_well = false;
    const Result<Meeting> one = meet_office(profile, with, world);
    if (!one) return one.fault();
    all.bytes_sent += one->bytes_sent;
    all.bytes_received += one->bytes_received;
    all.took += one->took;
    all.end = end_of(*one);
    if (signal.came()) return all;
    const Verdict verdict = verdict_of(all.end);
    const bool passes = verdict == Verdict::later || verdict == Verdict::again;
    all.fault = passes ? std::nullopt : one->fault;
    if (!passes) return all;
    if (was_well) schedule.emplace(world.random);  // a line that was good is not waited for as one that never was
    const Duration wait = *schedule->after(all.end);
    told(all.end.fault.value_or(Fault(Fault::closed)), wait);
    if (signal.came_within(wait)) return all;
  }
}

}  // namespace caseload::client
