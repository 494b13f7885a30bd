#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/end_to_end/programs.h"

#include "tests/support/test.h"

namespace caseload::programs {
namespace {

namespace fs = std::filesystem;

// Lena leads the north; backups go to a folder of their own.
struct Kept : Town {
  std::string unit = add_unit("North");
  std::string lena = hire("Lena Mori", "manager", unit);
  std::string backups = folder() / "backups";
  std::string scope;

  Kept() {
    fs::create_directory(backups);
    open();
    join("lena", "Lena Mori");
    CHECK(meet("lena").code == 0);
    const Said said = as("lena", {"case", "add", "--name", "Ruth Example", "--unit", unit});
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    scope = said.json().at("id");
    CHECK(meet("lena").code == 0);
  }
  void note(const std::string& words) {
    const Said said = as("lena", {"note", "add", scope, "--type", "phone", "--text-file", "-", "--sign"}, words);
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
  }
  Json back_up() {
    const Said said = office({"backup", "--to", backups});
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    return said.json();
  }
  // The machine is gone, with its disk.
  void lose_office() {
    kill_office();
    fs::remove_all(folder() / "office");
  }
  Said restore(const std::string& from) {
    return office({"restore", "--from", from, "--recovery-key", folder() / "recovery.key"});
  }
};

std::string error_of(const Said& said) { return said.json().is_object() ? said.json().value("error", "") : said.out; }

TEST_CASE("H12 the office's disk is lost: it is restored, and a device offers again what came after the backup") {
  Kept town;
  town.note("Before the backup.");
  CHECK(town.meet("lena").code == 0);
  const Json backup = town.back_up();
  town.note("After the backup.");
  CHECK(town.meet("lena").json().at("accepted") == 1);
  const Json before = town.office({"ledger", "head"}).json();
  town.lose_office();
  const Said said = town.restore(backup.at("backup"));
  REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
  CHECK(said.json().at("restore_epoch") == 1);
  CHECK(said.json().at("last_position") == backup.at("last_position"));
  town.open();
  CHECK(town.meet("lena").code == 0);
  CHECK(town.meet("lena").code == 0);
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 0);
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
  const Json after = town.office({"ledger", "head"}).json();
  CHECK(after.at("restore_epoch") == 1);
  CHECK(after.at("last_position") == before.at("last_position"));
  // And the office works on: a new person, who reads the note that only Lena's device had.
  town.hire("Mara Silva", "manager", town.unit);
  town.join("mara", "Mara Silva");
  CHECK(town.meet("mara").code == 0);
  CHECK(town.as("mara", {"timeline", town.scope}).json().dump().find("After the backup.") != std::string::npos);
}

TEST_CASE("the same old backup is restored twice, and devices follow both times") {
  Kept town;
  const std::string backup = town.back_up().at("backup");
  for (int round = 1; round <= 2; ++round) {
    town.note("Round " + std::to_string(round));
    CHECK(town.meet("lena").code == 0);
    town.lose_office();
    const Said said = town.restore(backup);
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    CHECK(said.json().at("restore_epoch") == round);
    town.open();
    CHECK(town.meet("lena").code == 0);
  }
  CHECK(town.meet("lena").code == 0);
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 0);
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
}

TEST_CASE("H18 a backup made while devices write is whole, and each stands beside those before it") {
  Kept town;
  std::thread writer([&town] {
    for (int i = 0; i < 4; ++i) {
      town.note("While it is copied, " + std::to_string(i));
      town.meet("lena");
    }
  });
  std::vector<std::string> made;
  for (int i = 0; i < 2; ++i) {
    Said said = town.office({"backup", "--to", town.backups});
    while (said.code != 0 && error_of(said) == "already_there") said = town.office({"backup", "--to", town.backups});  // within one second
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    made.push_back(said.json().at("backup"));
  }
  writer.join();
  CHECK(made[0] != made[1]);
  town.close();
  for (const std::string& backup : made) {
    fs::remove_all(town.folder() / "office");
    const Said said = town.restore(backup);
    CHECK_MESSAGE(said.code == 0, said.out, said.err);
  }
}

TEST_CASE("a restore refuses what is no whole backup, another key, and a folder with an office, and nothing is left of it") {
  Kept town;
  const std::string backup = town.back_up().at("backup");
  CHECK(error_of(town.restore(backup)) == "already_there");
  CHECK(error_of(town.office({"backup", "--to", town.folder() / "not_mounted"})) == "absent");
  CHECK(error_of(town.office({"backup"})) == "required");
  const std::string plain_copy = town.folder() / "plain";
  fs::create_directory(plain_copy);
  fs::copy(town.folder() / "office/office.db", plain_copy + "/office.db");
  town.lose_office();
  CHECK(error_of(town.restore(plain_copy)) == "not_found");
  CHECK(error_of(town.restore(town.backups)) == "not_found");
  for (const char* file : {"office.db", "keys.sealed", "manifest"}) {
    CAPTURE(file);
    const std::string altered = town.folder() / "altered";
    fs::remove_all(altered);
    fs::copy(backup, altered);
    std::fstream bytes(altered + "/" + file, std::ios::in | std::ios::out | std::ios::binary);
    const auto middle = static_cast<std::streamoff>(fs::file_size(altered + "/" + file) / 2);
    bytes.seekg(middle);
    const int byte = bytes.get();
    bytes.seekp(middle);
    bytes.put(static_cast<char>(byte ^ 1));
    bytes.close();
    CHECK(error_of(town.restore(altered)) == "damaged");
    CHECK_FALSE(fs::exists(town.folder() / "office"));
    CHECK_FALSE(fs::exists(town.folder() / "office.restoring"));
  }
  Town other;
  CHECK(error_of(town.office({"restore", "--from", backup, "--recovery-key", other.folder() / "recovery.key"})) == "not_for_me");
  CHECK(error_of(town.office({"restore", "--from", backup, "--recovery-key", town.folder() / "passphrase"})) == "damaged");
  CHECK(town.restore(backup).code == 0);
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
}

TEST_CASE("a device that was lost after the backup stays lost when the office is restored") {
  Kept town;
  const std::string old = town.back_up().at("backup");
  const Json devices = town.office({"device", "list"}).json();
  for (const Json& row : devices) {
    if (row.at("worker") == "Lena Mori") CHECK(town.office({"device", "lost", row.at("id")}).code == 0);
  }
  Said newer = town.office({"backup", "--to", town.backups});
  while (newer.code != 0 && error_of(newer) == "already_there") newer = town.office({"backup", "--to", town.backups});
  CHECK(newer.code == 0);
  town.lose_office();
  CHECK(town.restore(old).code == 0);
  town.open();
  CHECK(error_of(town.meet("lena")) == "lost");
}

TEST_CASE("a drill shows that the office can be restored, and leaves it and its folder as they were") {
  Kept town;
  const Json head = town.office({"ledger", "head"}).json();
  const Said said = town.office({"drill"});
  REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
  CHECK(said.json().at("ledger_size") == head.at("size"));
  CHECK(said.json().at("restore_ms").get<int>() >= 0);
  CHECK(town.office({"ledger", "head"}).json() == head);
  CHECK_FALSE(fs::exists(town.folder() / "office/drill"));
  CHECK(town.meet("lena").code == 0);
  town.close();
  CHECK(town.office({"drill", "--in", town.folder() / "tmp"}).code == 0);
  CHECK(fs::is_empty(town.folder() / "tmp"));
}

}  // namespace
}  // namespace caseload::programs
