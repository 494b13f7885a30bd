#pragma once

#include <optional>

#include "server/store/sql.h"
#include "sync/office/office_store.h"

namespace caseload::server {

// DeviceTable: devices, with what each holds, and custody.
//
// Shape    a device's coverage is kept apart: it is up to megabytes, and seldom changes when the rest does.
// Promise  as ServerStore says. What sessions ask of a device stays in memory; forget() when what was written is taken
//          back, or another moment is read.
// Errors   Breakage. A coverage beyond the limits of a session is our own mistake: no session gives one.
// Threads  that of its connection.
class DeviceTable {
 public:
  explicit DeviceTable(Sql& sql) : sql_(sql) {}

  std::optional<sync::OfficeDevice> find(const Id& device) const;
  void put(const sync::OfficeDevice& device);
  std::vector<sync::OfficeDevice> all() const;
  sync::Coverage coverage(const Id& device) const;
  std::optional<sync::Look> look(const Id& device) const;
  void put_look(const Id& device, const sync::Look& look);
  void put_coverage(const Id& device, const sync::Coverage& coverage);

  std::vector<sync::CustodyRow> custody(const Id& device) const;
  std::vector<sync::CustodyRow> holders_of(const Id& scope) const;
  void put_custody(const sync::CustodyRow& row);
  void erase_custody(const Id& device, const Id& scope);

  void forget() {
    devices_.clear();
    looks_.clear();
    coverages_.clear();
    custody_.clear();
  }

 private:
  std::vector<sync::CustodyRow> custody_rows(std::string_view text, const Id& id) const;

  Sql& sql_;
  mutable Kept<Id, std::optional<sync::OfficeDevice>> devices_{1'000};
  mutable Kept<Id, std::optional<sync::Look>> looks_{200};
  mutable Kept<Id, sync::Coverage> coverages_{60};  // of a MiB at most, and mostly of some KiB
  mutable Kept<Id, std::vector<sync::CustodyRow>> custody_{60};
};

}  // namespace caseload::server
