#pragma once

#include "client/store/device_store.h"
#include "tests/end_to_end/running_office.h"
#include "tests/simulation/office.h"

namespace caseload::bench {

// The fields that are written, by name.
constexpr FieldNumber case_name = 20, note_text = 16, note_place = 25, note_follow_up = 31, worker_name = 21;

// Somebody new; gives the worker.
Id hire(sync::Office& office, const std::string& role, const Id& unit, Random& random);

// Device: a worker's device on a real database, enrolled at an office that has not opened yet.
//
// Requires open() before anything is kept or fetched.
// Threads  one owner.
class Device {
 public:
  Device(sync::Office& office, const Id& worker, const std::string& path, Random& random);

  void open(std::size_t cache_bytes = 64 << 20);

  // What its user does, inside in_one_act(): a new record, and fields of one that is here.
  Id begin(KindNumber kind, const Id& scope, std::vector<sync::FieldWrite> writes);
  void write(const Id& record, std::vector<sync::FieldWrite> writes);
  Id note(const Id& scope, const std::string& text);
  void in_one_act(const std::function<void()>& work);

  // A session with the office, which must end well.
  client::SyncOutcome meet(const client::LinkSetting& setting);

  std::uint64_t file_bytes();
  const Id& id() const { return state_.device; }
  const Id& worker() const { return state_.worker; }
  client::SqlDeviceStore& store() { return *store_; }
  const sync::DeviceTrust& trust() const { return *trust_; }
  const Clock& clock() const { return clock_; }

 private:
  Id keep_act(const sync::Act& act, const sync::RecordState& seen);

  sync::DeviceState state_;  // as enrolled
  std::string path_;
  ManualClock clock_;
  SeededRandom random_;
  std::unique_ptr<Signer> key_;
  std::unique_ptr<sync::DeviceTrust> trust_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<client::SqlDeviceStore> store_;
  std::optional<HybridClock> stamps_;
};

}  // namespace caseload::bench
