#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/office/office.h"

namespace caseload::server {

// The directory as administrators see it: units, workers, devices. Each act is one of the office's own device, in the
// name of the worker who did it.
struct UnitRow {
  Id id;
  std::string name;
  Id parent;
};
struct WorkerRow {
  Id id;
  std::string name;
  std::string role;
  std::vector<Id> units;
  bool active = true;
};
struct DeviceRow {
  Id id;
  Id worker;
  std::string label;
  std::string machine;
  Standing standing = Standing::active;
  bool wipe = false;
  bool twin = false;
  std::uint64_t late = 0;
  std::uint64_t lease_number = 0;
  WallTime lease_granted{};
};

std::vector<UnitRow> units(const Office& office);
std::vector<WorkerRow> workers(const Office& office);
std::vector<DeviceRow> devices(const Office& office);

// By name, or any unambiguous beginning of the identifier. Faults: not_found; ambiguous.
Result<Id> find_unit(const Office& office, std::string_view wanted);
Result<Id> find_worker(const Office& office, std::string_view wanted);
Result<Id> find_device(const Office& office, std::string_view wanted);
Result<Id> find_provider(const Office& office, std::string_view wanted);

struct NewWorker {
  std::string name;
  std::string role;
  std::vector<Id> units;
  Id provider{};
};
// Errors   bad_name: a role that the rules do not know; required; those of administer().
Result<Id> add_unit(Office& office, const Id& as, const std::string& name, const Id& parent);
Result<Id> add_provider(Office& office, const Id& as, const std::string& name);
Result<Id> add_worker(Office& office, const Id& as, const NewWorker& worker);
Result<void> set_role(Office& office, const Id& as, const Id& worker, const std::string& role);
Result<void> move_worker(Office& office, const Id& as, const Id& worker, const std::vector<Id>& units);

// What becomes of a device. A suspended one may hand over what it has; a lost one hears nothing; `wipe` tells it to
// destroy its keys. Standing is a change of its record, and what the next session reads.
struct DeviceOrder {
  Standing standing = Standing::active;
  bool wipe = false;
};
Result<void> order_device(Office& office, const Id& as, const Id& device, const DeviceOrder& order);

}  // namespace caseload::server
