#pragma once

#include <stdexcept>

#include "server/backup/back_up.h"
#include "server/backup/kept_apart.h"
#include "server/backup/restore.h"
#include "server/office/directory.h"
#include "server/office/ledger_check.h"
#include "sync/transaction.h"
#include "tests/support/temp_folder.h"

namespace caseload::server {

// SmallOffice: an office in a folder, open, as a program has it.
struct SmallOffice {
  explicit SmallOffice(const std::string& path) : folder(path) {}

  // Founds one here. Its recovery key is what is made of it.
  static RecoveryKey found(const std::string& path) {
    SystemRandom random;
    RecoveryKey recovery = RecoveryKey::generate(random);
    const DataFolder folder(path);
    Result<void> made = folder.make();
    Result<OfficeKeys> keys = OfficeKeys::generate("Harbour Office", recovery, start, random);
    if (!made || !keys) throw std::runtime_error("an office cannot be founded");
    {
      Result<std::unique_ptr<ServerStore>> store = folder.open_store(keys->database);
      if (!store) throw std::runtime_error(store.fault().to_string());
      const ManualClock clock(start);
      Office office(**store, *keys, clock, random);
      if (Result<void> founded = office.found("Alex Administrator"); !founded) throw std::runtime_error(founded.fault().to_string());
    }
    folder.keep_keys(*keys);
    return recovery;
  }
  void open() {
    keys = std::make_unique<OfficeKeys>(std::move(*folder.open_keys()));
    Result<std::unique_ptr<ServerStore>> opened = folder.open_store(keys->database);
    if (!opened) throw std::runtime_error(opened.fault().to_string());
    store = std::move(*opened);
    office = std::make_unique<Office>(*store, *keys, clock, random);
  }
  void close() {
    office.reset();
    store.reset();
    keys.reset();
  }
  OfficeNow now() const { return {*store, *keys, clock}; }
  Id add(const std::string& name) { return *add_unit(*office, keys->administrator, name, {}); }
  bool is_whole() const { return check_ledger(*office).problems.empty(); }

  static constexpr WallTime start = Date(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(9);
  DataFolder folder;
  ManualClock clock{start};
  SystemRandom random;
  std::unique_ptr<OfficeKeys> keys;
  std::unique_ptr<ServerStore> store;
  std::unique_ptr<Office> office;
};

}  // namespace caseload::server
