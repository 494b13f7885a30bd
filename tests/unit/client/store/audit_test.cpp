#include "client/store/audit.h"
#include "tests/unit/client/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

sync::AuditEntry entry(sync::AuditAction action, std::string reason = "") {
  sync::AuditEntry made;
  made.at = from_milliseconds(1'790'000'000'000);
  made.role = "caseworker";
  made.action = action;
  made.reason = std::move(reason);
  return made;
}

}  // namespace

TEST_CASE("an entry is on the disk when its number is given") {
  StoreOnDisk disk;
  CHECK(AuditTrail(disk.database()).size() == 0);
  CHECK(*AuditTrail(disk.database()).append(entry(sync::AuditAction::search)) == 1);
  CHECK(*AuditTrail(disk.database()).append(entry(sync::AuditAction::login_failed)) == 2);
  disk.open();
  AuditTrail trail(disk.database());
  CHECK(trail.size() == 2);
  const std::vector<AuditRow> rows = trail.entries(1, 10);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].entry == entry(sync::AuditAction::search));
  CHECK(rows[1].entry == entry(sync::AuditAction::login_failed));
  CHECK(rows[0].digest != rows[1].digest);
  CHECK(trail.entries(2, 10).size() == 1);
  CHECK(trail.entries(3, 10).empty());
  CHECK(trail.entries(1, 1).size() == 1);
  CHECK(*trail.append(entry(sync::AuditAction::consult)) == 3);
  CHECK(trail.check().ok());
}

TEST_CASE("an entry that says nothing, or too much, is refused and not kept") {
  StoreOnDisk disk;
  AuditTrail trail(disk.database());
  sync::AuditEntry nobody = entry(sync::AuditAction::consult);
  nobody.role.clear();
  CHECK(trail.append(nobody).fault() == Fault::bad_value);
  CHECK(trail.append(entry(sync::AuditAction::consult, "Ruth Example")).fault() == Fault::bad_value);
  CHECK(trail.append(entry(sync::AuditAction::consult, std::string(65, 'a'))).fault() == Fault::too_large);
  CHECK(trail.size() == 0);
}

TEST_CASE("an entry that was altered, left out or put in is found, wherever it stands") {
  const std::string spoils[] = {
      "UPDATE audit SET entry = (SELECT entry FROM audit WHERE number = 5) WHERE number = 3",
      "UPDATE audit SET digest = zeroblob(32) WHERE number = 1",
      "DELETE FROM audit WHERE number = 2",
      "DELETE FROM audit WHERE number = 1",
      "INSERT INTO audit SELECT 0, entry, digest FROM audit WHERE number = 1",
      "INSERT INTO audit SELECT 7, entry, digest FROM audit WHERE number = 6",
      "UPDATE audit SET number = 9 WHERE number = 6",
  };
  for (const std::string& spoil : spoils) {
    CAPTURE(spoil);
    StoreOnDisk disk;
    AuditTrail trail(disk.database());
    for (int i = 0; i < 6; ++i) REQUIRE(trail.append(entry(i == 4 ? sync::AuditAction::export_out : sync::AuditAction::consult)).ok());
    CHECK(trail.check().ok());
    disk.database().run_script("DROP TRIGGER audit_is_not_rewritten; DROP TRIGGER audit_is_not_shortened;");
    disk.database().run_script(spoil);
    const Result<void> checked = trail.check();
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.fault() == Fault::damaged);
  }
}
