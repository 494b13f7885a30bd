#include "common/sqlite/statement.h"

#include <limits>

#include "common/sqlite/transaction.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/sqlite/notes.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

struct World {
  TempFolder folder;
  Secret key = test_key();
  Database database = *open_notes(folder / "notes.db", key);
};

}  // namespace

TEST_CASE("values of every type come back as they went in") {
  World world;
  world.database.run_script("CREATE TABLE v (n INTEGER, t TEXT, b BLOB) STRICT");
  const std::string long_text(100'000, 'm');
  const std::vector<std::string> texts{"", "Māori", std::string("with\0nul", 8), "'; DROP TABLE v; --", long_text};
  const std::vector<Bytes> blobs{{}, {0}, Bytes(70'000, 0xff)};
  const std::vector<std::int64_t> numbers{0, -1, std::numeric_limits<std::int64_t>::min(),
                                          std::numeric_limits<std::int64_t>::max()};
  Statement insert = world.database.prepare("INSERT INTO v VALUES (?, ?, ?)");
  Statement find = world.database.prepare("SELECT n, t, b FROM v WHERE n = ? AND t = ? AND b = ?");
  for (const std::int64_t number : numbers) {
    for (const std::string& text : texts) {
      for (const Bytes& blob : blobs) {
        insert.run(number, text, blob);
        find.select(number, text, blob);
        REQUIRE(find.step());
        CHECK(find.integer(0) == number);
        CHECK(find.text(1) == text);
        CHECK(to_bytes(find.blob(2)) == blob);
        CHECK_FALSE(find.step());
      }
    }
  }
  world.database.run_script("DELETE FROM v");
  insert.run(nullptr, std::optional<std::string>(), std::optional<Bytes>(Bytes{1}));
  insert.run(true, std::string_view(), BytesView());
  Statement all = world.database.prepare("SELECT n, t, b FROM v ORDER BY rowid");
  all.select();
  REQUIRE(all.step());
  CHECK((all.is_null(0) && all.is_null(1) && !all.is_null(2)));
  REQUIRE(all.step());
  CHECK(all.integer(0) == 1);
  CHECK_FALSE(all.is_null(1));
  CHECK(all.text(1).empty());
  CHECK_FALSE(all.is_null(2));
  CHECK(all.blob(2).empty());
}

TEST_CASE("an Id is kept as its bytes") {
  World world;
  world.database.run_script("CREATE TABLE i (id BLOB PRIMARY KEY) STRICT");
  SeededRandom random(4);
  const Id id = Id::make(1'800'000'000'000, random);
  world.database.prepare("INSERT INTO i VALUES (?)").run(id);
  Statement find = world.database.prepare("SELECT id FROM i");
  find.select();
  REQUIRE(find.step());
  CHECK(find.id(0) == id);
}

TEST_CASE("a statement may be asked again before its rows are over, and asked for twice at once") {
  World world;
  for (int i = 1; i <= 3; ++i) world.database.prepare("INSERT INTO note (body) VALUES (?)").run(std::to_string(i));
  CHECK(world.database.last_row_id() == 3);
  const std::string_view sql = "SELECT body FROM note WHERE id >= ? ORDER BY id";
  Statement outer = world.database.prepare(sql);
  Statement inner = world.database.prepare(sql);
  outer.select(1);
  REQUIRE(outer.step());
  inner.select(2);
  REQUIRE(inner.step());
  CHECK(outer.text(0) == "1");
  CHECK(inner.text(0) == "2");
  outer.select(3);
  REQUIRE(outer.step());
  CHECK(outer.text(0) == "3");
  CHECK_FALSE(outer.step());
}

TEST_CASE("values given to select need not live as long as its rows") {
  World world;
  world.database.prepare("INSERT INTO note (body) VALUES ('a body long enough to be on the heap')").run();
  Statement find = world.database.prepare("SELECT id FROM note WHERE body = ?");
  auto wanted = std::make_unique<std::string>("a body long enough to be on the heap");
  find.select(*wanted);
  wanted.reset();
  CHECK(find.step());
}

TEST_CASE("a transaction is kept only when committed") {
  World world;
  {
    Transaction given_up(world.database);
    world.database.prepare("INSERT INTO note (body) VALUES ('given up')").run();
  }
  CHECK(count_notes(world.database) == 0);
  {
    Transaction kept(world.database);
    world.database.prepare("INSERT INTO note (body) VALUES ('kept')").run();
    CHECK(world.database.changes() == 1);
    kept.commit();
  }
  CHECK(count_notes(world.database) == 1);
}

TEST_CASE("a second writer of the same program is refused and may try again") {
  World world;
  Result<Database> second = world.database.open_beside(world.key, {.busy_ms_max = 0});
  REQUIRE(second.ok());
  {
    Transaction first(world.database);
    const auto write = [&] { const Transaction refused(*second); };
    CHECK_THROWS_AS(write(), Breakage);
  }
  Transaction again(*second);
  again.commit();
}
