#include <filesystem>

#include "tests/end_to_end/programs.h"
#include "tests/support/private_postgres.h"

#include "tests/support/test.h"

namespace caseload::programs {
namespace {

namespace fs = std::filesystem;

// Lena leads the north; the office's store is in a PostgreSQL.
struct Large : Town {
  std::string database;
  std::string unit;
  std::string scope;
  explicit Large(const std::string& name = PrivatePostgres::instance().new_database())
      : Town(as_address(PrivatePostgres::instance().where(name))), database(name), unit(add_unit("North")) {
    hire("Lena Mori", "manager", unit);
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
  std::uint64_t last_position() { return office({"ledger", "head"}).json().at("last_position"); }
};

TEST_CASE("two servers on one PostgreSQL: one is killed, the other takes its place within seconds, nothing is lost") {
  Large town;
  town.stand_by();
  for (int round = 0; round < 2; ++round) {
    town.note("Before the power cut, round " + std::to_string(round));
    CHECK(town.meet("lena").json().at("accepted") == 1);
    const std::uint64_t acknowledged = town.last_position();
    town.note("While nobody is there.");
    town.kill_office();
    const Said absent = town.as("lena", {"status"});
    CHECK(absent.json().at("unsent") == 1);
    const auto killed = std::chrono::steady_clock::now();
    town.take_over();
    CHECK(std::chrono::steady_clock::now() - killed < std::chrono::seconds(10));
    const Said met = town.meet("lena");
    REQUIRE_MESSAGE(met.code == 0, met.out, met.err);
    CHECK(met.json().at("accepted") == 1);
    fs::rename(town.folder() / "office", town.folder() / "gone");
    fs::rename(town.folder() / "second", town.folder() / "office");
    fs::remove_all(town.folder() / "gone");
    CHECK(town.last_position() == acknowledged + 1);
    CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
    town.stand_by();
  }
}

TEST_CASE("a server that waits for its turn ends when it is told to, and a command there says who is at work") {
  Large town;
  town.stand_by();
  town.kill_office();
  town.take_over();
  town.close();
  CHECK_FALSE(town.is_open());
  town.open();
  CHECK(town.meet("lena").code == 0);
}

TEST_CASE("an office in PostgreSQL is backed up into a file, and restored from it: into a file or into a PostgreSQL") {
  Large town;
  town.note("Kept.");
  CHECK(town.meet("lena").json().at("accepted") == 1);
  const std::string backups = town.folder() / "backups";
  fs::create_directory(backups);
  const Said backup = town.office({"backup", "--to", backups});
  REQUIRE_MESSAGE(backup.code == 0, backup.out, backup.err);
  const std::uint64_t before = town.last_position();
  for (const bool in_file : {true, false}) {
    CAPTURE(in_file);
    if (town.is_open()) town.kill_office();
    fs::remove_all(town.folder() / "office");
    const std::string place = in_file ? "sqlite" : as_address(PrivatePostgres::instance().where(PrivatePostgres::instance().new_database()));
    const Said said = town.office({"restore", "--from", backup.json().at("backup"), "--recovery-key",
                                   town.folder() / "recovery.key", "--store", place});
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    CHECK(said.json().at("last_position") == before);
    CHECK(fs::exists(town.folder() / "office/office.db") == in_file);
    town.open();
    CHECK(town.meet("lena").code == 0);
    town.note("After it was restored.");
    CHECK(town.meet("lena").code == 0);
    CHECK(town.as("lena", {"status"}).json().at("unsent") == 0);
    CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
  }
}

TEST_CASE("a database where an office is takes no second one, and what is no place is refused before anything is made") {
  Large town;
  town.kill_office();
  const auto found = [&](const std::string& data, const std::string& place) {
    return town.office({"--data", town.folder() / data, "init", "--name", "Other", "--store", place, "--recovery-out",
                        town.folder() / (data + ".key")});
  };
  const Said second = found("other", as_address(PrivatePostgres::instance().where(town.database)));
  CHECK(second.code == 3);
  CHECK(second.json().at("error") == "already_there");
  const Said wrong = found("wrong", "mysql://here");
  CHECK(wrong.code == 3);
  CHECK(wrong.json().at("error") == "bad_value");
  CHECK_FALSE(fs::exists(town.folder() / "wrong"));
  const Said nowhere = found("nowhere", "postgresql:///none?host=/nowhere");
  CHECK(nowhere.code == 3);
  CHECK(nowhere.json().at("error") == "unreachable");
}

}  // namespace
}  // namespace caseload::programs
