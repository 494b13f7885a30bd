#include "common/sqlite/migrate.h"

#include "common/base/durable_file.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/sqlite/notes.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

std::string first_author(Database& database) {
  Statement find = database.prepare("SELECT author FROM note ORDER BY id");
  find.select();
  return find.step() ? std::string(find.text(0)) : std::string();
}

}  // namespace

TEST_CASE("the .sql files of the tests are compiled in, each with its number and digest") {
  const std::span<const Migration> list = note_migrations();
  REQUIRE(list.size() == 2);
  CHECK(list[0].number == 1);
  CHECK(list[0].name == "001_first");
  CHECK(list[1].sql.find("'not; known'") != std::string_view::npos);
  CHECK(list[0].digest.size() == 64);
  CHECK(list[0].digest != list[1].digest);
}

TEST_CASE("a database goes forward with what it holds, and stays there") {
  const TempFolder folder;
  const Secret key = test_key();
  const std::string path = folder / "notes.db";
  {
    Result<Database> old = open_notes(path, key);
    REQUIRE(old.ok());
    old->prepare("INSERT INTO note (body) VALUES ('kept through the change')").run();
  }
  for (int i = 0; i < 2; ++i) {
    Result<Database> now = open_migrated(path, key, note_migrations());
    REQUIRE(now.ok());
    CHECK(count_notes(*now) == 1);
    CHECK(first_author(*now) == "not; known");
    CHECK(now->check().ok());
  }
  CHECK_FALSE(file_exists(path + "-migrating"));
  CHECK_FALSE(file_exists(path + "-wal"));
}

TEST_CASE("an older program leaves a newer database alone") {
  const TempFolder folder;
  const Secret key = test_key();
  const std::string path = folder / "notes.db";
  REQUIRE(open_migrated(path, key, note_migrations()).ok());
  const Bytes before = *read_file(path, 1 << 20);
  CHECK(fault_of(open_notes(path, key)) == Fault::newer_format);
  CHECK(*read_file(path, 1 << 20) == before);
}

TEST_CASE("a database with another history is refused") {
  const TempFolder folder;
  const Secret key = test_key();
  const std::string path = folder / "notes.db";
  REQUIRE(open_notes(path, key).ok());
  Migration rewritten[] = {note_migrations()[0], note_migrations()[1]};
  rewritten[0].digest = rewritten[1].digest;
  CHECK(fault_of(open_migrated(path, key, rewritten)) == Fault::bad_migration);

  const std::vector<std::string> tampering{
      "PRAGMA user_version = 0", "PRAGMA user_version = -3", "PRAGMA user_version = 2",
      "PRAGMA user_version = 1; UPDATE applied_migration SET number = 5",
      "DELETE FROM applied_migration", "DROP TABLE applied_migration"};
  for (const std::string& change : tampering) {
    CAPTURE(change);
    {
      Result<Database> database = Database::open(path, key);
      REQUIRE(database.ok());
      database->run_script(change);
    }
    CHECK(fault_of(open_migrated(path, key, note_migrations())) == Fault::bad_migration);
  }
}

TEST_CASE("a migration that leaves links to nothing is not swapped in") {
  const TempFolder folder;
  const Secret key = test_key();
  const std::string path = folder / "notes.db";
  {
    Result<Database> old = open_notes(path, key);
    old->run_script("INSERT INTO note VALUES (1, 'a'); "
                    "CREATE TABLE tag (note INTEGER REFERENCES note) STRICT; INSERT INTO tag VALUES (1)");
  }
  const Migration bad[] = {note_migrations()[0], {2, "002_bad", "DELETE FROM note", "0"}};
  CHECK(fault_of(open_migrated(path, key, bad)) == Fault::damaged);
  Result<Database> old = open_notes(path, key);
  REQUIRE(old.ok());
  CHECK(count_notes(*old) == 1);
}

TEST_CASE("leftovers of a migration that was cut short are cleaned away") {
  const TempFolder folder;
  const Secret key = test_key();
  const std::string path = folder / "notes.db";
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) replace_file(path + "-migrating" + suffix, as_bytes("x"));
  CHECK(open_migrated(path, key, note_migrations()).ok());
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) CHECK_FALSE(file_exists(path + "-migrating" + suffix));
}

TEST_CASE("a log without its database is not thrown away") {
  const TempFolder folder;
  const Secret key = test_key();
  const std::string path = folder / "notes.db";
  replace_file(path + "-wal", as_bytes("somebody's notes"));
  CHECK(fault_of(open_notes(path, key)) == Fault::damaged);
  CHECK(file_exists(path + "-wal"));
  CHECK_FALSE(file_exists(path));
}
