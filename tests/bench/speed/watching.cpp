#include "tests/bench/speed/watching.h"

namespace caseload::bench {

Watching::Watching(Device& device, client::LinkSetting setting)
    : device_(device), runner_(device.store(), Catalogue::built_in(), device.trust(), device.clock()) {
  setting.watch = true;
  thread_ = std::thread([this, setting] {
    client::SyncHooks hooks;
    hooks.with_store = [this](const std::function<void()>& act) { step(act); };
    hooks.progress = [this](const client::SyncProgress& so_far) { stepped(so_far); };
    hooks.after_round = [this](const sync::SessionReport& report) { ended(report.received); };
    runner_.run(setting, hooks);
    const std::lock_guard<std::mutex> lock(mutex_);
    over_ = true;
    changed_.notify_all();
  });
  seen_ = 1;
  await_round(1);
}

Watching::~Watching() {
  runner_.cancel();
  thread_.join();
}

void Watching::with_store(const std::function<void()>& work) {
  const std::lock_guard<std::mutex> lock(store_);
  work();
}

Watching::Round Watching::again() {
  const Moment asked = std::chrono::steady_clock::now();
  const std::size_t before = [&] {
    const std::lock_guard<std::mutex> lock(mutex_);
    return rounds_.size();
  }();
  runner_.again();
  Round round = await_round(before + 1);
  round.began = asked;
  return round;
}

Watching::Round Watching::await_received(std::uint64_t wanted) {
  std::uint64_t received = 0;
  Moment began{};
  for (;;) {
    Round round = await_round(seen_ + 1);
    ++seen_;
    if (received == 0) began = round.began;
    received += round.received;
    round.began = began;
    if (received >= wanted) return round;
  }
}

Watching::Round Watching::await_round(std::size_t wanted) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return over_ || rounds_.size() >= wanted; });
  CHECK(rounds_.size() >= wanted, "a session that watches goes on");
  return rounds_[wanted - 1];
}

void Watching::step(const std::function<void()>& act) {
  if (!now_) {
    now_ = Round{std::chrono::steady_clock::now(), {}, 0, 0};
    first_step_ = true;
  }
  const std::lock_guard<std::mutex> lock(store_);
  act();
}

// After the first step of a round all bytes of the one before have gone, and none of its own.
void Watching::stepped(const client::SyncProgress& so_far) {
  if (std::exchange(first_step_, false)) now_->bytes_before = so_far.bytes_sent + so_far.bytes_received;
}

void Watching::ended(std::uint64_t received) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!now_) now_ = Round{std::chrono::steady_clock::now(), {}, 0, 0};
  now_->ended = std::chrono::steady_clock::now();
  now_->received = received;
  rounds_.push_back(*std::exchange(now_, std::nullopt));
  changed_.notify_all();
}

}  // namespace caseload::bench
