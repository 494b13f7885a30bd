#pragma once

#include <condition_variable>
#include <thread>

#include "client/link/schedule.h"
#include "client/main/device_place.h"
#include "client/main/synchronise.h"
#include "client/web/sitting.h"

namespace caseload::client {

// DeviceSitting: the profile of this device behind the page, and its way to the office in the background.
//
// Shape    open from the start where somebody unlocked it a moment ago. A session runs when it is asked for, when it
//          has just been unlocked, and when the schedule says so; never while locked. `by_itself` false: only when
//          asked for.
// Promise  locking ends a session at its next rest; a line that is still being opened holds it for some seconds more:
//          then the screen is locked, nothing is shown, and the keys go as soon as the session has ended. Writes of
//          one's own wait for a session only while the store is in its hands.
class DeviceSitting final : public Sitting {
 public:
  DeviceSitting(DevicePlace& place, bool by_itself);
  ~DeviceSitting() override;

  std::mutex& mutex() override { return mutex_; }
  Workplace* workplace() override;
  Result<void> unlock(const Secret& typed) override;
  void lock() override;
  void begin_sync() override;
  SyncNow sync_now() override;
  std::string office() const override { return office_; }

 private:
  void opened(OpenProfile& profile);
  void carry(const std::stop_token& stop);
  void meet();
  void close();  // Requires mutex_

  DevicePlace& place_;
  const bool by_itself_;
  std::mutex mutex_;  // the profile
  OpenProfile* profile_ = nullptr;
  std::string office_;

  std::mutex sync_mutex_;  // what follows; taken after mutex_, if both
  std::condition_variable_any changed_;
  bool locked_ = true;
  bool asked_ = false;
  SyncRunner* runner_ = nullptr;
  SyncNow now_;
  Duration next_{0};  // by the steady clock; nothing: none is planned
  bool planned_ = false;
  Schedule schedule_;
  std::jthread courier_;  // the last member: it ends before the others
};

}  // namespace caseload::client
