#include "client/main/device_sitting.h"

#include "client/profile/wipe.h"

namespace caseload::client {
namespace {

constexpr std::chrono::seconds look_every{1};        // whether the schedule's time has come
constexpr std::chrono::seconds part_seconds_max{2};  // that locking waits for a session to end

}  // namespace

DeviceSitting::DeviceSitting(DevicePlace& place, bool by_itself)
    : place_(place), by_itself_(by_itself), schedule_(place.world().random) {
  // Nobody unlocked it: then the page asks.
  if (const Result<OpenProfile*> profile = place_.open()) opened(**profile);
  courier_ = std::jthread([this](const std::stop_token& stop) { carry(stop); });
}

DeviceSitting::~DeviceSitting() {
  lock();
  courier_.request_stop();
  changed_.notify_all();
}

void DeviceSitting::opened(OpenProfile& profile) {
  const std::lock_guard lock(sync_mutex_);
  profile_ = &profile;
  office_ = profile.enrolled().host + ":" + std::to_string(profile.enrolled().port);
  locked_ = false;
  asked_ = by_itself_;
}

Workplace* DeviceSitting::workplace() {
  const std::lock_guard lock(sync_mutex_);
  return locked_ || profile_ == nullptr ? nullptr : &profile_->workplace();
}

Result<void> DeviceSitting::unlock(const Secret& typed) {
  {
    std::unique_lock lock(sync_mutex_);
    changed_.wait(lock, [&] { return !locked_ || !now_.under_way; });
    if (!locked_) return {};
  }
  const std::lock_guard lock(mutex_);
  if (profile_ != nullptr) close();
  const Result<Passphrase> passphrase = Passphrase::read(typed.view());
  if (!passphrase) return passphrase.fault();
  const Result<Secret> key = client::unlock(place_.place(), *passphrase, place_.world());
  if (!key) return key.fault();
  const Result<OpenProfile*> profile = place_.open_with(*key);
  if (!profile) return profile.fault();
  opened(**profile);
  changed_.notify_all();
  return {};
}

void DeviceSitting::lock() {
  {
    std::unique_lock lock(sync_mutex_);
    locked_ = true;
    asked_ = false;
    planned_ = false;
    if (runner_ != nullptr) runner_->cancel();
    changed_.wait_for(lock, part_seconds_max, [&] { return !now_.under_way; });
    forget(place_.keep_place());
    if (now_.under_way) return;  // the courier closes the profile when the session has ended
  }
  const std::lock_guard lock(mutex_);
  close();
}

void DeviceSitting::close() {
  profile_ = nullptr;
  place_.close();
}

void DeviceSitting::begin_sync() {
  const std::lock_guard lock(sync_mutex_);
  if (!locked_) asked_ = true;
  changed_.notify_all();
}

SyncNow DeviceSitting::sync_now() {
  const std::lock_guard lock(sync_mutex_);
  SyncNow now = now_;
  now.under_way = now_.under_way || asked_;
  if (planned_) now.next_try = place_.world().clock.now() + (next_ - place_.world().clock.steady());
  return now;
}

void DeviceSitting::carry(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(sync_mutex_);
      const auto wanted = [&] { return asked_ || (planned_ && place_.world().clock.steady() >= next_); };
      changed_.wait_for(lock, stop, look_every, wanted);
      if (stop.stop_requested() || locked_ || !wanted()) continue;
      asked_ = false;
      planned_ = false;
      now_ = SyncNow{};
      now_.under_way = true;
    }
    meet();
    std::unique_lock lock(sync_mutex_);
    const bool locked = locked_;
    lock.unlock();
    if (locked) {
      const std::lock_guard profile_lock(mutex_);
      close();
    }
    lock.lock();
    now_.under_way = false;
    changed_.notify_all();
  }
}

void DeviceSitting::meet() {
  MeetingWith with;
  with.hooks.with_store = [this](const std::function<void()>& act) {
    const std::lock_guard lock(mutex_);
    act();
  };
  with.hooks.progress = [this](const SyncProgress& now) {
    const std::lock_guard lock(sync_mutex_);
    now_.pushed = now.report.pushed;
    now_.received = now.report.received;
    now_.bytes = now.bytes_sent + now.bytes_received;
  };
  with.under_way = [this](SyncRunner* runner) {
    const std::lock_guard lock(sync_mutex_);
    runner_ = runner;
    if (runner != nullptr && locked_) runner->cancel();
  };
  std::optional<Result<Meeting>> met;
  try {
    met = meet_office(*profile_, with, place_.world());
  } catch (const Breakage&) {
    with.under_way(nullptr);
    met = Result<Meeting>(Fault(Fault::damaged, "the disk or the database failed"));
  }
  if (*met && (*met)->fault && *(*met)->fault == Fault::wipe) {
    const std::lock_guard lock(mutex_);
    const bool waits = something_waits(*profile_);
    profile_ = nullptr;
    static_cast<void>(place_.wipe(waits));
  }
  const std::lock_guard lock(sync_mutex_);
  now_.ended = place_.world().clock.now();
  if (!*met) now_.fault = met->fault();
  if (!*met) return;
  const Meeting& meeting = **met;
  now_.fault = meeting.fault;
  now_.pushed = meeting.report.pushed;
  now_.received = meeting.report.received;
  now_.accepted = meeting.report.accepted;
  now_.late = meeting.report.late;
  now_.withdrawn = meeting.report.withdrawn;
  if (profile_ == nullptr) locked_ = true;
  const std::optional<Duration> wait = schedule_.after(meeting.end);
  planned_ = by_itself_ && wait && !locked_;
  if (planned_) next_ = place_.world().clock.steady() + *wait;
}

}  // namespace caseload::client
