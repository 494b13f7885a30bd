#include "common/base/durable_file.h"

#include <filesystem>
#include <sys/stat.h>

#include "common/base/random.h"
#include "tests/support/temp_folder.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

Fault::Code fault_of(const Result<Bytes>& result) { return result ? Fault::Code{} : result.fault().code(); }

}  // namespace

TEST_CASE("a file is read back as it was put there, for its owner alone") {
  const TempFolder folder;
  const std::string path = folder / "key";
  for (const std::size_t size : {0U, 1U, 100'000U, 7U}) {
    const Bytes content(size, 'k');
    replace_file(path, content);
    CHECK(*read_file(path, 100'000) == content);
    struct stat about {};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777) == 0600);
  }
  CHECK_FALSE(file_exists(path + ".part"));
}

TEST_CASE("a name is reserved only where nothing has it") {
  const TempFolder folder;
  REQUIRE(reserve_file(folder / "new").ok());
  struct stat about {};
  REQUIRE(::stat((folder / "new").c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  CHECK(about.st_size == 0);
  std::filesystem::create_symlink("nowhere", folder / "link");
  CHECK(reserve_file(folder / "new").fault() == Fault::already_there);
  CHECK(reserve_file(folder / "link").fault() == Fault::already_there);
  CHECK(reserve_file(folder.path()).fault() == Fault::already_there);
  CHECK(reserve_file(folder / "none/new").fault() == Fault::absent);
  CHECK(reserve_file(folder / "new/below").fault() == Fault::absent);
}

TEST_CASE("what cannot be read says why, at once") {
  const TempFolder folder;
  replace_file(folder / "ten", Bytes(10, 'x'));
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(fault_of(read_file(folder / "none", 10)) == Fault::absent);
  CHECK(fault_of(read_file(folder / "ten/below", 10)) == Fault::absent);
  CHECK(fault_of(read_file(folder / "ten", 9)) == Fault::too_large);
  CHECK(fault_of(read_file(folder.path(), 10)) == Fault::bad_value);
  CHECK(fault_of(read_file(folder / "pipe", 10)) == Fault::bad_value);
  CHECK(fault_of(read_file("/dev/zero", 10)) == Fault::bad_value);
  CHECK(read_file(folder / "ten", 10).ok());
}

TEST_CASE("a replacement that fails leaves the old file and no leftovers") {
  const TempFolder folder;
  const std::string path = folder / "taken";
  std::filesystem::create_directory(path);
  replace_file(path + "/inside", as_bytes("kept"));
  CHECK_THROWS_AS(replace_file(path, as_bytes("new")), Breakage);
  CHECK(*read_file(path + "/inside", 10) == to_bytes(as_bytes("kept")));
  CHECK_FALSE(file_exists(path + ".part"));
  CHECK_THROWS_AS(replace_file(folder / "no/such/folder", as_bytes("x")), Breakage);
  CHECK_THROWS_AS(move_into_place(folder / "none", path), Breakage);
}

TEST_CASE("an earlier attempt's leftover does not get in the way, even as a link to elsewhere") {
  const TempFolder folder;
  replace_file(folder / "precious", as_bytes("precious"));
  std::filesystem::create_symlink(folder / "precious", folder / "key.part");
  replace_file(folder / "key", as_bytes("new"));
  CHECK(*read_file(folder / "precious", 10) == to_bytes(as_bytes("precious")));
  CHECK(*read_file(folder / "key", 10) == to_bytes(as_bytes("new")));
}

TEST_CASE("writing a file over itself changes nothing in it") {
  const TempFolder folder;
  Bytes content(3'000'000);
  SeededRandom(5).fill(content);
  replace_file(folder / "log", content);
  rewrite_in_place(folder / "log");
  rewrite_in_place(folder / "none");
  CHECK(*read_file(folder / "log", content.size()) == content);
  CHECK_FALSE(file_exists(folder / "none"));
}

TEST_CASE("a file taken away is gone, and one that never was is no trouble") {
  const TempFolder folder;
  replace_file(folder / "old", as_bytes("x"));
  remove_file(folder / "old");
  remove_file(folder / "old");
  CHECK_FALSE(file_exists(folder / "old"));
  CHECK_THROWS_AS(remove_file(folder.path()), Breakage);
}
