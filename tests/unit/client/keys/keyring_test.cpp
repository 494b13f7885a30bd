#include "client/keys/keyring.h"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/keys/agent.h"
#include "client/keys/hardening.h"
#include "client/keys/kernel_keyring.h"
#include "common/base/durable_file.h"
#include "tests/support/temp_folder.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::minutes;

namespace {

constexpr int patience_ms = 20'000;  // for a process that is about to end; only a failing test waits so long

Secret key(std::uint8_t filled) { return Secret::copy_of(Bytes(32, filled)); }

template <class T>
std::string outcome(const Result<T>& result) {
  return result ? "done" : std::string(result.fault().name());
}

// A profile's place of its own, so that tests at the same time do not meet in the kernel. Nothing stays kept
// after it.
struct Place {
  TempFolder folder{};
  KeepPlace keep{.profile = folder / "profile", .runtime_folder = folder / "run", .agent = {KEYS_AGENT}};
  std::string socket = folder / "run/socket";

  ~Place() {
    forget(keep);
    forget_in_agent(socket);
  }
  Result<void> start(std::uint8_t filled, Duration time) {
    return start_agent({.socket = socket, .program = keep.agent}, key(filled), time_since_start() + time);
  }
};

int connected_to(const std::string& path) {
  const int asking = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return ::connect(asking, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? asking : -1;
}

// The process behind a socket.
class Holder {
 public:
  explicit Holder(const std::string& path) {
    const int asking = connected_to(path);
    REQUIRE(asking >= 0);
    ucred other{};
    socklen_t size = sizeof other;
    REQUIRE(::getsockopt(asking, SOL_SOCKET, SO_PEERCRED, &other, &size) == 0);
    pid = other.pid;
    file_ = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    REQUIRE(file_ >= 0);
    ::close(asking);
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() { ::close(file_); }

  bool ends() const {
    pollfd ended{file_, POLLIN, 0};
    return ::poll(&ended, 1, patience_ms) == 1;
  }
  std::string told(const std::string& name) const {
    std::ifstream file("/proc/" + std::to_string(pid) + "/" + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  pid_t pid = 0;

 private:
  int file_ = -1;
};

// From here on the kernel refuses keys to this process and its children, as a container's does.
void refuse_keys(int error) {
  const auto number = static_cast<std::uint32_t>(offsetof(seccomp_data, nr));
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_add_key, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_keyctl, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{.len = 5, .filter = program};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) ::_exit(90);
}

// Runs in a process of its own; gives the number of the first thing that did not hold, or 0.
int in_process(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

}  // namespace

TEST_CASE("an unlocked profile stays so until it is locked, kept by the kernel where it keeps keys, else by an agent") {
  Place place;
  CHECK(outcome(kept_key(place.keep)) == "locked");
  const Result<Kept> kept = keep_unlocked(place.keep, key(1), minutes(10));
  REQUIRE(kept.ok());
  const Result<void> works = kernel_keeps_keys();
  CHECK((kept->keeper == Keeper::kernel) == works.ok());
  CHECK(kept->kernel_refusal.has_value() == !works.ok());
  if (!works) MESSAGE("the kernel keeps no keys here: " << works.fault().to_string());
  CHECK(kept_key(place.keep)->equals(key(1)));
  REQUIRE(keep_unlocked(place.keep, key(2), minutes(30)).ok());
  CHECK(kept_key(place.keep)->equals(key(2)));
  forget(place.keep);
  CHECK(outcome(kept_key(place.keep)) == "locked");
  forget(place.keep);
}

TEST_CASE("profiles on one machine do not open each other") {
  Place one;
  Place other;
  REQUIRE(keep_unlocked(one.keep, key(1), minutes(1)).ok());
  CHECK(outcome(kept_key(other.keep)) == "locked");
  REQUIRE(keep_unlocked(other.keep, key(2), minutes(1)).ok());
  forget(other.keep);
  CHECK(kept_key(one.keep)->equals(key(1)));
}

TEST_CASE("nothing is kept for no time, or for longer than policies allow") {
  Place place;
  for (const Duration time : {Duration(0), Duration(-1), Duration(minutes(31)), Duration::max(), Duration::min()}) {
    CHECK(outcome(keep_unlocked(place.keep, key(1), time)) == "bad_value");
  }
  CHECK(outcome(kept_key(place.keep)) == "locked");
}

TEST_CASE("the kernel's key has its end, counted asleep or awake, and is nobody else's") {
  Place place;
  const std::string name = "caseload-test:" + place.folder.path();
  const Duration now = time_since_start();
  const Result<void> kept = keep_in_kernel(name, key(3), now + minutes(10));
  if (!kept) {
    MESSAGE("the kernel keeps no keys here: " << kept.fault().to_string());
    CHECK(outcome(kept) == "absent");
    CHECK(outcome(kernel_key(name, now)) == "locked");
    return;
  }
  CHECK(kernel_key(name, now)->equals(key(3)));
  std::ifstream keys("/proc/keys");
  std::string mine;
  for (std::string line; std::getline(keys, line);) mine = line.find(name) != std::string::npos ? line : mine;
  CHECK(mine.find(" 3b2b0000 ") != std::string::npos);  // rights: possessor, user, and none for group and others
  CHECK((mine.find(" 9m ") != std::string::npos || mine.find(" 10m ") != std::string::npos));  // the kernel's own end
  CHECK(kernel_key(name, now + minutes(10) - milliseconds(1)).ok());
  CHECK(outcome(kernel_key(name, now + minutes(10))) == "locked");  // whatever the kernel's wall clock says
  CHECK(outcome(kernel_key(name, now)) == "locked");                // and it is gone for good
}

TEST_CASE("where the kernel refuses, that is said, and the agent keeps the key") {
  const std::pair<int, const char*> rows[] = {{EPERM, "EPERM"}, {ENOSYS, "ENOSYS"}, {EDQUOT, "EDQUOT"}, {EACCES, "EACCES"}};
  for (const auto& [error, name] : rows) {
    CAPTURE(name);
    Place place;
    const int wrong = in_process([&, error = error, name = name] {
      refuse_keys(error);
      if (kernel_keeps_keys()) return 1;
      const Result<Kept> kept = keep_unlocked(place.keep, key(4), minutes(1));
      if (!kept || kept->keeper != Keeper::agent || !kept->kernel_refusal) return 2;
      if (kept->kernel_refusal->detail().find(name) == std::string::npos) return 3;
      const Result<Secret> found = kept_key(place.keep);
      if (!found || !found->equals(key(4))) return 4;
      forget(place.keep);
      return kept_key(place.keep) ? 5 : 0;
    });
    CHECK(wrong == 0);
  }
}

TEST_CASE("an agent gives its key until it is told to forget, and is then gone") {
  Place place;
  REQUIRE(place.start(5, minutes(10)).ok());
  struct stat about {};
  REQUIRE(::stat(place.socket.c_str(), &about) == 0);
  CHECK((about.st_mode & 077) == 0);
  const Holder holder(place.socket);
  for (int i = 0; i < 3; ++i) CHECK(agent_key(place.socket)->equals(key(5)));
  forget_in_agent(place.socket);
  CHECK(holder.ends());
  CHECK(outcome(agent_key(place.socket)) == "locked");
  CHECK_FALSE(file_exists(place.socket));
}

TEST_CASE("an agent ends by itself at its time, and when it is told to by a signal") {
  Place place;
  REQUIRE(place.start(5, milliseconds(300)).ok());
  {
    const Holder holder(place.socket);
    CHECK(holder.ends());
  }
  CHECK(outcome(agent_key(place.socket)) == "locked");
  for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGKILL}) {
    REQUIRE(place.start(6, minutes(10)).ok());  // in place of the socket that the one before left
    const Holder holder(place.socket);
    CHECK(agent_key(place.socket)->equals(key(6)));
    ::kill(holder.pid, signal);
    CHECK(holder.ends());
    CHECK(outcome(agent_key(place.socket)) == "locked");
  }
}

TEST_CASE("an agent has nothing of who started it, and nobody sees into it") {
  Place place;
  const std::string precious = place.folder / "precious";
  replace_file(precious, as_bytes("precious"));
  const int open = ::open(precious.c_str(), O_RDONLY);  // NOLINT: left open for children, to see that it does not get there
  REQUIRE(::setenv("CASELOAD_TEST_CANARY", "canary", 1) == 0);
  REQUIRE(place.start(7, minutes(10)).ok());
  ::unsetenv("CASELOAD_TEST_CANARY");
  const Holder holder(place.socket);
  CHECK(holder.told("environ").empty());
  CHECK(holder.told("limits").find("Max core file size        0                    0") != std::string::npos);
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc/" + std::to_string(holder.pid) + "/fd")) {
    std::error_code gone;
    CHECK(fs::read_symlink(entry.path(), gone) != precious);
  }
  ::close(open);
  CHECK(fs::read_symlink("/proc/" + std::to_string(holder.pid) + "/cwd") == "/");
}

TEST_CASE("another user who gets as far as the socket hears nothing") {
  if (::geteuid() != 0) {
    MESSAGE("nobody but root can try to be somebody else");
    return;
  }
  Place place;
  REQUIRE(place.start(8, minutes(10)).ok());
  for (const std::string& path : {place.folder.path(), place.folder / "run", place.socket}) {
    REQUIRE(::chmod(path.c_str(), 0777) == 0);
  }
  CHECK(in_process([&] {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) return 1;
    const int asking = connected_to(place.socket);
    if (asking < 0) return 2;
    std::uint8_t heard = 0;
    static_cast<void>(::send(asking, "k", 1, MSG_NOSIGNAL));
    return ::recv(asking, &heard, 1, 0) > 0 ? 3 : 0;
  }) == 0);
  REQUIRE(::chmod((place.folder / "run").c_str(), 0700) == 0);
  CHECK(agent_key(place.socket)->equals(key(8)));
}

TEST_CASE("a key that is kept anew, by the kernel or not, leaves no agent with an earlier one") {
  Place place;
  REQUIRE(in_process([&] {
    refuse_keys(EPERM);
    return keep_unlocked(place.keep, key(1), minutes(10)) ? 0 : 1;
  }) == 0);
  const fs::directory_iterator first(place.keep.runtime_folder);
  const Holder earlier(first->path());
  CHECK(kept_key(place.keep)->equals(key(1)));
  REQUIRE(keep_unlocked(place.keep, key(2), minutes(10)).ok());
  CHECK(earlier.ends());
  CHECK(kept_key(place.keep)->equals(key(2)));
}

TEST_CASE("an agent is not put off by who asks nonsense, or asks nothing and goes") {
  Place place;
  REQUIRE(place.start(8, minutes(10)).ok());
  for (const char* said : {"", "x", "kk", "\n", "GET / HTTP/1.1\r\n\r\n"}) {
    const int asking = connected_to(place.socket);
    REQUIRE(asking >= 0);
    static_cast<void>(::send(asking, said, std::strlen(said), MSG_NOSIGNAL));
    ::close(asking);
  }
  CHECK(agent_key(place.socket)->equals(key(8)));
}

TEST_CASE("an agent is not started where others could reach it, nor asked there") {
  Place place;
  fs::create_directory(place.folder / "run");
  ::chmod((place.folder / "run").c_str(), 0755);
  CHECK(outcome(place.start(9, minutes(1))) == "exposed");
  CHECK(outcome(start_agent({.socket = place.folder / std::string(200, 's'), .program = place.keep.agent}, key(9),
                            time_since_start() + minutes(1))) == "too_large");
  ::chmod((place.folder / "run").c_str(), 0700);
  REQUIRE(place.start(9, minutes(1)).ok());
  ::chmod((place.folder / "run").c_str(), 0755);
  CHECK(outcome(agent_key(place.socket)) == "locked");
  ::chmod((place.folder / "run").c_str(), 0700);
  CHECK(agent_key(place.socket).ok());
}

TEST_CASE("a program that is no agent is noticed, not believed") {
  Place place;
  const std::vector<std::string> programs[] = {
      {"/bin/true"}, {place.folder / "none"}, {place.folder.path()}, {"/bin/sh", "-c", "exec 0<&-; exec /bin/sleep 1000"}};
  for (const std::vector<std::string>& program : programs) {
    place.keep.agent = program;
    CHECK_THROWS_AS(static_cast<void>(place.start(1, minutes(1))), Breakage);
  }
  CHECK(outcome(agent_key(place.socket)) == "locked");
}

TEST_CASE("a hardened process leaves no core dump, and nobody looks into it") {
  CHECK(in_process([] {
    harden_process();
    rlimit core{1, 1};
    if (::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) return 1;
    return ::getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0 ? 0 : 2;
  }) == 0);
}
