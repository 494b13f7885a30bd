#include "common/sqlite/database.h"

#include <fstream>
#include <sys/stat.h>

#include "common/base/durable_file.h"
#include "common/sqlite/scan.h"
#include "common/sqlite/startup.h"
#include "common/sqlite/transaction.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/sqlite/notes.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

constexpr std::string_view canary = "CANARY-marigold-4711";
constexpr std::size_t page = 4096;

Bytes content_of(const std::string& path) { return *read_file(path, 100 << 20); }

void overwrite(const std::string& path, std::size_t offset, BytesView bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(offset));
  file.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
}

// A closed database of some twenty pages.
std::string make_notes(const TempFolder& folder, const Secret& key) {
  const std::string path = folder / "notes.db";
  Result<Database> made = open_notes(path, key);
  Transaction transaction(*made);
  Statement insert = made->prepare("INSERT INTO note (body) VALUES (?)");
  for (int i = 0; i < 40; ++i) insert.run(std::string(canary) + std::string(1500, 'x'));
  transaction.commit();
  return path;
}

}  // namespace

TEST_CASE("this program is linked to SQLCipher") { CHECK(require_sqlcipher().ok()); }

TEST_CASE("what is kept is there again, and nothing of it is on the disk in clear") {
  const TempFolder folder;
  const Secret key = test_key();
  const std::string path = folder / "notes.db";
  {
    Result<Database> database = open_notes(path, key);
    REQUIRE(database.ok());
    database->prepare("INSERT INTO note (body) VALUES (?)").run(canary);
    for (const std::string& file : {path, path + "-wal"}) {
      CHECK(as_text(content_of(file)).find(canary) == std::string_view::npos);
      CHECK(as_text(content_of(file)).find("SQLite format 3") == std::string_view::npos);
      struct stat about {};
      CHECK(::stat(file.c_str(), &about) == 0);
      CHECK((about.st_mode & 0777) == 0600);
    }
    REQUIRE(database->empty_log().ok());
    CHECK(find_in_pages(*database, as_bytes(canary))->size() == 1);
  }
  Result<Database> again = Database::open(path, key);
  REQUIRE(again.ok());
  CHECK(count_notes(*again) == 1);
  CHECK(again->check().ok());
}

TEST_CASE("each reason not to open has its own name") {
  const TempFolder folder;
  const Secret key = test_key();
  const std::string path = make_notes(folder, key);

  CHECK(fault_of(Database::open(folder / "other.db", key)) == Fault::absent);
  CHECK(fault_of(Database::open(folder / "no/such/folder.db", key)) == Fault::absent);
  CHECK(fault_of(Database::open(path, test_key(8))) == Fault::wrong_key);
  CHECK(fault_of(Database::open(path, Secret(31))) == Fault::bad_key);
  CHECK(fault_of(Database::open(path, Secret())) == Fault::bad_key);
  {
    const Result<Database> first = Database::open(path, key);
    REQUIRE(first.ok());
    CHECK(fault_of(Database::open(path, key)) == Fault::in_use);
    CHECK(fault_of(open_notes(path, key)) == Fault::in_use);
    CHECK(fault_of(first->open_beside(test_key(8))) == Fault::wrong_key);
  }
  CHECK(Database::open(path, key).ok());
}

TEST_CASE("a file that is no database of ours is told apart from a wrong key") {
  const TempFolder folder;
  const Secret key = test_key();
  const Bytes whole = content_of(make_notes(folder, key));
  REQUIRE(whole.size() > 10 * page);
  const std::string path = folder / "changed.db";
  const auto with = [&](std::size_t offset, std::size_t size) {
    Bytes changed = whole;
    for (std::size_t i = offset; i < offset + size; ++i) changed[i] ^= 0x5a;
    replace_file(path, changed);
    return fault_of(Database::open(path, key));
  };
  CHECK(with(16, 1) == Fault::damaged);
  CHECK(with(100, 1) == Fault::damaged);
  CHECK(with(page - 1, 1) == Fault::damaged);
  CHECK(with(16, 5 * page) == Fault::damaged);
  CHECK(with(0, 16) == std::nullopt);  // the only bytes that nothing needs

  Bytes plain = to_bytes(as_bytes(std::string_view("SQLite format 3\0", 16)));
  plain.resize(2 * page);
  const std::vector<std::pair<Bytes, Fault::Code>> strangers{
      {{}, Fault::damaged},
      {Bytes(1, 'x'), Fault::damaged},
      {Bytes(page - 1, 'x'), Fault::damaged},
      {to_bytes(BytesView(whole).first(page / 2)), Fault::damaged},
      {plain, Fault::not_encrypted},
      {Bytes(4 * page, 'x'), Fault::wrong_key},
  };
  for (const auto& [content, expected] : strangers) {
    replace_file(path, content);
    CAPTURE(content.size());
    CHECK(fault_of(Database::open(path, key)) == expected);
    CHECK(content_of(path) == content);
  }
}

TEST_CASE("a check finds one changed byte on any page") {
  const TempFolder folder;
  const Secret key = test_key();
  const std::string path = make_notes(folder, key);
  const Bytes whole = content_of(path);
  for (std::size_t number = 1; number < whole.size() / page; ++number) {
    CAPTURE(number);
    replace_file(path, whole);
    const std::size_t offset = number * page + number * 97 % page;
    overwrite(path, offset, Bytes{static_cast<std::uint8_t>(whole[offset] ^ 1)});
    Result<Database> database = Database::open(path, key);
    CHECK((!database.ok() || fault_of(database->check()) == Fault::damaged));
  }
}

TEST_CASE("reading a damaged page breaks the connection for good") {
  const TempFolder folder;
  const Secret key = test_key();
  const std::string path = make_notes(folder, key);
  overwrite(path, 12 * page + 5, Bytes(8, 0));
  Result<Database> database = Database::open(path, key);
  REQUIRE(database.ok());
  const auto read_all = [&] {
    Statement all = database->prepare("SELECT sum(length(body)) FROM note");
    all.select();
    all.step();
  };
  CHECK_THROWS_AS(read_all(), Breakage);
  CHECK_THROWS_AS(read_all(), Breakage);
  CHECK_THROWS_AS(database->run_script("SELECT 1"), Breakage);
  CHECK_THROWS_AS(static_cast<void>(database->empty_log()), Breakage);
}

TEST_CASE("two connections of one program: the reader keeps its moment while the writer goes on") {
  const TempFolder folder;
  const Secret key = test_key();
  Result<Database> writer = open_notes(folder / "notes.db", key, {.busy_ms_max = 0});
  Result<Database> reader = writer->open_beside(key, {.read_only = true});
  REQUIRE(reader.ok());
  {
    const Snapshot moment(*reader);
    writer->prepare("INSERT INTO note (body) VALUES ('later')").run();
    CHECK(count_notes(*reader) == 0);
    CHECK(fault_of(writer->empty_log()) == Fault::in_use);
  }
  CHECK(count_notes(*reader) == 1);
  CHECK(writer->empty_log().ok());
}

TEST_CASE("a backup is a database of its own, under its own key") {
  const TempFolder folder;
  const Secret key = test_key();
  const Secret other = test_key(99);
  const std::string path = make_notes(folder, key);
  Result<Database> database = Database::open(path, key);
  REQUIRE(database->backup_to(folder / "copy.db", other).ok());
  CHECK(fault_of(database->backup_to(folder / "copy.db", other)) == Fault::already_there);
  CHECK(fault_of(database->backup_to(folder / "bad.db", Secret(5))) == Fault::bad_key);
  CHECK_FALSE(file_exists(folder / "bad.db"));

  CHECK(fault_of(Database::open(folder / "copy.db", key)) == Fault::wrong_key);
  Result<Database> copy = Database::open(folder / "copy.db", other);
  REQUIRE(copy.ok());
  CHECK(count_notes(*copy) == 40);
  CHECK(copy->check().ok());
  CHECK(as_text(content_of(folder / "copy.db")).find(canary) == std::string_view::npos);
}

TEST_CASE("a deleted note is gone from every page once the index forgets and the log is emptied") {
  for (const bool thorough : {true, false}) {
    CAPTURE(thorough);
    const TempFolder folder;
    const Secret key = test_key();
    Result<Database> database = open_notes(folder / "notes.db", key);
    database->run_script("CREATE VIRTUAL TABLE words USING fts5(body, content='', contentless_delete=1)");
    if (thorough) database->run_script("INSERT INTO words (words, rank) VALUES ('secure-delete', 1)");
    database->prepare("INSERT INTO note (id, body) VALUES (1, ?)").run("zyxwvutcanary");
    database->prepare("INSERT INTO words (rowid, body) VALUES (1, ?)").run("zyxwvutcanary");
    CHECK(find_in_pages(*database, as_bytes("zyxwvutcanary")).fault() == Fault::in_use);
    REQUIRE(database->empty_log().ok());
    CHECK_FALSE(find_in_pages(*database, as_bytes("zyxwvutcanary"))->empty());

    database->run_script("DELETE FROM note WHERE id = 1; DELETE FROM words WHERE rowid = 1");
    if (thorough) database->run_script("INSERT INTO words (words) VALUES ('optimize')");
    REQUIRE(database->empty_log().ok());
    CHECK(find_in_pages(*database, as_bytes("zyxwvutcanary"))->empty() == thorough);
  }
}

TEST_CASE("what moving rows left on a page is wiped, and the rows are untouched") {
  const TempFolder folder;
  Result<Database> database = open_notes(folder / "notes.db", test_key());
  REQUIRE(database.ok());
  database->run_script("CREATE TABLE moved (id BLOB PRIMARY KEY, size INTEGER)");
  SeededRandom random(3);
  std::vector<ByteArray<16>> ids;
  for (int i = 0; i < 2'000; ++i) {
    ids.push_back(random.bytes<16>());
    database->prepare("INSERT INTO moved (id, size) VALUES (?, ?)").run(ids.back(), i);
  }
  for (std::size_t i = 0; i < ids.size(); i += 2) database->prepare("DELETE FROM moved WHERE id = ?").run(ids[i]);
  const auto left = [&] {
    REQUIRE(database->empty_log().ok());
    std::size_t pages = 0;
    for (std::size_t i = 0; i < ids.size(); i += 2) pages += find_in_pages(*database, ids[i])->size();
    return pages;
  };
  CHECK(left() > 0);
  CHECK(*wipe_page_gaps(*database) > 0);
  CHECK(left() == 0);
  CHECK(*wipe_page_gaps(*database) == 0);
  CHECK(database->check().ok());
  Statement count = database->prepare("SELECT count(*) FROM moved");
  count.select();
  REQUIRE(count.step());
  CHECK(count.integer(0) == 1'000);
}

TEST_CASE("a joined transaction is a part of the one that is open, or one of its own") {
  const TempFolder folder;
  Result<Database> database = open_notes(folder / "notes.db", test_key());
  REQUIRE(database.ok());
  const auto keep = [&](bool finish) {
    JoinedTransaction joined(*database);
    database->prepare("INSERT INTO note (body) VALUES ('x')").run();
    if (finish) joined.commit();
  };
  keep(true);
  CHECK(count_notes(*database) == 1);
  keep(false);
  CHECK(count_notes(*database) == 1);
  CHECK_FALSE(database->in_transaction());
  {
    const Transaction outer(*database);
    CHECK(database->in_transaction());
    keep(true);
    CHECK(count_notes(*database) == 2);
  }
  CHECK(count_notes(*database) == 1);
}
