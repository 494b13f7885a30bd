#include "common/sqlite/rekey.h"

#include "common/base/durable_file.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/sqlite/notes.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

void make_notes(const std::string& path) {
  Result<Database> database = open_notes(path, test_key());
  REQUIRE(database.ok());
  for (int i = 1; i <= 5; ++i) database->prepare("INSERT INTO note (id, body) VALUES (?, ?)").run(i, "note");
}

}  // namespace

TEST_CASE("a database under another key has all its notes, and the former key opens it no more") {
  const TempFolder folder;
  const std::string path = folder / "notes.db";
  make_notes(path);
  REQUIRE(rekey(path, {.from = test_key(), .to = test_key(50)}).ok());
  CHECK(Database::open(path, test_key()).fault() == Fault::wrong_key);
  Result<Database> database = Database::open(path, test_key(50));
  REQUIRE(database.ok());
  CHECK(count_notes(*database) == 5);
  CHECK_FALSE(file_exists(path + "-rekeying"));
}

TEST_CASE("to do it twice is to do it once") {
  const TempFolder folder;
  const std::string path = folder / "notes.db";
  make_notes(path);
  for (int i = 0; i < 2; ++i) CHECK(rekey(path, {.from = test_key(), .to = test_key(50)}).ok());
  CHECK(Database::open(path, test_key(50)).ok());
}

TEST_CASE("a database that cannot be brought under another key stays as it was, and says why") {
  const TempFolder folder;
  const std::string path = folder / "notes.db";
  CHECK(rekey(path, {.from = test_key(), .to = test_key(50)}).fault() == Fault::absent);
  make_notes(path);
  CHECK(rekey(path, {.from = test_key(60), .to = test_key(50)}).fault() == Fault::wrong_key);
  CHECK(rekey(path, {.from = test_key(), .to = Secret::copy_of("short")}).fault() == Fault::bad_key);
  {
    const Result<Database> open = Database::open(path, test_key());
    CHECK(rekey(path, {.from = test_key(), .to = test_key(50)}).fault() == Fault::in_use);
  }
  replace_file(folder / "plain.db", Bytes(8192, 'x'));
  CHECK(rekey(folder / "plain.db", {.from = test_key(), .to = test_key(50)}).fault() == Fault::wrong_key);
  CHECK(Database::open(path, test_key()).ok());
}

TEST_CASE("a copy that an earlier attempt left does not get in the way") {
  const TempFolder folder;
  const std::string path = folder / "notes.db";
  make_notes(path);
  replace_file(path + "-rekeying", as_bytes("left"));
  replace_file(path + "-rekeying-wal", as_bytes("left too"));
  CHECK(rekey(path, {.from = test_key(), .to = test_key(50)}).ok());
  Result<Database> database = Database::open(path, test_key(50));
  REQUIRE(database.ok());
  CHECK(count_notes(*database) == 5);
}
