#include "client/keys/device_secret.h"

#include <filesystem>
#include <functional>
#include <sys/stat.h>

#include "client/keys/private_folder.h"
#include "common/base/durable_file.h"
#include "tests/support/temp_folder.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
namespace fs = std::filesystem;

namespace {

unsigned mode_of(const std::string& path) {
  struct stat about {};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  return about.st_mode & 0777U;
}

std::string outcome(const Result<Secret>& secret) { return secret ? "a secret" : std::string(secret.fault().name()); }

}  // namespace

TEST_CASE("a device secret is made once, for its owner alone, and loaded as it was made") {
  const TempFolder folder;
  SystemRandom random;
  const std::string path = folder / "state/caseload/device";
  const Result<Secret> made = make_device_secret(path, random);
  REQUIRE(made.ok());
  CHECK(mode_of(path) == 0600);
  CHECK(mode_of(folder / "state/caseload") == 0700);
  CHECK(mode_of(folder / "state") == 0700);
  CHECK(load_device_secret(path)->equals(*made));
  CHECK(outcome(make_device_secret(path, random)) == "already_there");
  CHECK(load_device_secret(path)->equals(*made));
  const Result<Secret> another = make_device_secret(folder / "state/other/device", random);
  CHECK_FALSE(another->equals(*made));
}

TEST_CASE("a device secret that is missing, open to others or not what it seems is refused, each with its reason") {
  struct Row {
    const char* what;
    std::function<void(const std::string& state)> spoil;
    std::string outcome;
  };
  const auto remake = [](const std::string& state, std::size_t size) { replace_file(state + "/device", Bytes(size, 1)); };
  const Row rows[] = {
      {"as it should be", [](const std::string&) {}, "a secret"},
      {"gone", [](const std::string& state) { fs::remove(state + "/device"); }, "device_factor"},
      {"its folder gone", [](const std::string& state) { fs::remove_all(state); }, "device_factor"},
      {"empty", [&](const std::string& state) { remake(state, 0); }, "device_factor"},
      {"a byte short", [&](const std::string& state) { remake(state, 31); }, "device_factor"},
      {"a byte long", [&](const std::string& state) { remake(state, 33); }, "device_factor"},
      {"read by the group", [](const std::string& state) { ::chmod((state + "/device").c_str(), 0640); }, "exposed"},
      {"read by all", [](const std::string& state) { ::chmod((state + "/device").c_str(), 0604); }, "exposed"},
      {"a folder open to all", [](const std::string& state) { ::chmod(state.c_str(), 0755); }, "exposed"},
      {"a folder entered by the group", [](const std::string& state) { ::chmod(state.c_str(), 0710); }, "exposed"},
      {"a link to one", [](const std::string& state) {
         fs::rename(state + "/device", state + "/elsewhere");
         fs::create_symlink(state + "/elsewhere", state + "/device");
       }, "exposed"},
      {"a link to nothing", [](const std::string& state) {
         fs::remove(state + "/device");
         fs::create_symlink(state + "/nowhere", state + "/device");
       }, "exposed"},
      {"in a folder that is a link", [](const std::string& state) {
         fs::rename(state, state + "-elsewhere");
         fs::create_directory_symlink(state + "-elsewhere", state);
       }, "exposed"},
      {"a folder", [](const std::string& state) {
         fs::remove(state + "/device");
         fs::create_directory(state + "/device");
       }, "exposed"},
      {"a pipe that nobody writes to", [](const std::string& state) {
         fs::remove(state + "/device");
         ::mkfifo((state + "/device").c_str(), 0600);
       }, "exposed"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const TempFolder folder;
    SeededRandom random(1);
    REQUIRE(make_device_secret(folder / "state/device", random).ok());
    row.spoil(folder / "state");
    CHECK(outcome(load_device_secret(folder / "state/device")) == row.outcome);
  }
}

TEST_CASE("no device secret is put into a folder that others may look into") {
  const TempFolder folder;
  SeededRandom random(1);
  fs::create_directory(folder / "open");
  ::chmod((folder / "open").c_str(), 0755);
  CHECK(outcome(make_device_secret(folder / "open/device", random)) == "exposed");
  CHECK_FALSE(file_exists(folder / "open/device"));
  replace_file(folder / "file", as_bytes("x"));
  CHECK_THROWS_AS(static_cast<void>(make_device_secret(folder / "file/below/device", random)), Breakage);
}
