#include "client/cli/editor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <linux/magic.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "common/base/check.h"
#include "common/record/value.h"

extern char** environ;

namespace caseload::client {
namespace {

namespace fs = std::filesystem;

constexpr const char* folder_start = "caseload-note-";
constexpr auto left_hours_max = std::chrono::hours(24);  // words that could not be taken are kept so long, at least
constexpr int no_such_command = 127;                     // what a shell says

bool is_in_memory(const std::string& folder) {
  struct statfs facts {};
  return ::statfs(folder.c_str(), &facts) == 0 && (facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC);
}

Result<std::string> place_in_memory() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  const std::string candidates[] = {runtime == nullptr ? "" : runtime, "/dev/shm"};
  for (const std::string& candidate : candidates) {
    if (!candidate.empty() && is_in_memory(candidate) && ::access(candidate.c_str(), W_OK) == 0) return candidate;
  }
  return Fault(Fault::absent, "a folder in memory for the editor; use --text-file -");
}

void overwrite(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return;
  constexpr std::array<char, 4096> zeros{};
  struct stat facts {};
  off_t left = ::fstat(descriptor, &facts) == 0 ? facts.st_size : 0;
  while (left > 0) {
    const auto piece = std::min(zeros.size(), static_cast<std::size_t>(left));
    const ssize_t wrote = ::write(descriptor, zeros.data(), piece);
    if (wrote <= 0) break;
    left -= wrote;
  }
  ::close(descriptor);
}

void wipe(const fs::path& folder) {
  std::error_code ignored;
  for (fs::recursive_directory_iterator at(folder, ignored), end; at != end; at.increment(ignored)) {
    if (at->is_regular_file(ignored) && !at->is_symlink(ignored)) overwrite(at->path());
  }
  fs::remove_all(folder, ignored);
}

// What a broken machine or a refused text left behind, once it is a day old.
void wipe_what_was_left(const std::string& place) {
  std::error_code ignored;
  for (fs::directory_iterator at(place, ignored), end; at != end; at.increment(ignored)) {
    struct stat facts {};
    const bool ours = at->path().filename().string().starts_with(folder_start) &&
                      ::lstat(at->path().c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == ::getuid();
    if (!ours) continue;
    const auto age = fs::file_time_type::clock::now() - at->last_write_time(ignored);
    if (age > left_hours_max) wipe(at->path());
  }
}

// A folder of one's own in memory; wiped at its end, unless it holds the only copy of somebody's words.
class WritingPlace {
 public:
  explicit WritingPlace(const std::string& place) : folder_(place + "/" + folder_start + "XXXXXX") {
    if (::mkdtemp(folder_.data()) == nullptr) throw breakage_from_errno(errno, "a folder in memory");
  }
  ~WritingPlace() {
    if (!only_copy_) wipe(folder_);
  }
  WritingPlace(const WritingPlace&) = delete;
  WritingPlace& operator=(const WritingPlace&) = delete;

  const std::string& folder() const { return folder_; }
  std::string file() const { return folder_ + "/note.txt"; }
  void set_only_copy(bool only) { only_copy_ = only; }

  void put(const std::string& words) const {
    const int descriptor = ::open(file().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) throw breakage_from_errno(errno, "a file in memory");
    std::size_t done = 0;
    while (done < words.size()) {
      const ssize_t wrote = ::write(descriptor, words.data() + done, words.size() - done);
      if (wrote <= 0) break;
      done += static_cast<std::size_t>(wrote);
    }
    const int why = errno;
    ::close(descriptor);
    if (done < words.size()) throw breakage_from_errno(why, "a file in memory");
  }

  // As the editor left it, perhaps under another inode; up to one byte more than a text may have.
  std::string take() const {
    const int descriptor = ::open(file().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) return {};
    std::string words(value_bytes_max + 1, '\0');
    std::size_t done = 0;
    while (done < words.size()) {
      const ssize_t got = ::read(descriptor, words.data() + done, words.size() - done);
      if (got <= 0) break;
      done += static_cast<std::size_t>(got);
    }
    ::close(descriptor);
    words.resize(done);
    words.erase(words.find_last_not_of('\n') + 1);
    return words;
  }

 private:
  std::string folder_;
  bool only_copy_ = false;
};

// The surroundings of the editor: its home and every place where it might keep something is the folder.
std::vector<std::string> surroundings(const std::string& folder) {
  constexpr std::array<std::string_view, 8> places{
      "HOME", "TMPDIR", "TMP", "TEMP", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"};
  std::vector<std::string> all;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view one(*at);
    const std::string_view name = one.substr(0, one.find('='));
    const bool replaced = std::find(places.begin(), places.end(), name) != places.end();
    if (!replaced && name != "VIMINIT" && name != "EXINIT") all.emplace_back(one);
  }
  for (const std::string_view name : places) all.push_back(std::string(name) + "=" + folder);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// Keys that interrupt belong to the editor while it runs.
class InterruptsIgnored {
 public:
  InterruptsIgnored() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGINT, &ignore, &interrupt_);
    ::sigaction(SIGQUIT, &ignore, &quit_);
  }
  ~InterruptsIgnored() {
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGQUIT, &quit_, nullptr);
  }
  InterruptsIgnored(const InterruptsIgnored&) = delete;
  InterruptsIgnored& operator=(const InterruptsIgnored&) = delete;

 private:
  struct sigaction interrupt_ {};
  struct sigaction quit_ {};
};

std::string editor_command() {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    const char* command = std::getenv(name);
    if (command != nullptr && *command != '\0') return command;
  }
  return "nano";
}

// Runs it as a shell would, for it may have options. The exit status; -1 where it could not be started.
int run_editor(const WritingPlace& place) {
  std::vector<std::string> words{"sh", "-c", editor_command() + " \"$1\"", "caseload", place.file()};
  std::vector<std::string> around = surroundings(place.folder());
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addchdir_np(&actions, place.folder().c_str());
  ::posix_spawnattr_init(&attributes);
  sigset_t own;
  ::sigemptyset(&own);
  ::sigaddset(&own, SIGINT);
  ::sigaddset(&own, SIGQUIT);
  ::posix_spawnattr_setsigdefault(&attributes, &own);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const InterruptsIgnored quiet;
  pid_t editor = 0;
  const std::vector<char*> arguments = pointers(words);
  const std::vector<char*> environment = pointers(around);
  const int failed =
      ::posix_spawn(&editor, "/bin/sh", &actions, &attributes, arguments.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0) return -1;
  int status = 0;
  while (::waitpid(editor, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

Result<void> write_in_editor(const std::string& before, const TakeWords& take) {
  const Result<std::string> memory = place_in_memory();
  if (!memory) return memory.fault();
  wipe_what_was_left(*memory);
  WritingPlace place(*memory);
  place.put(before);
  const int status = run_editor(place);
  if (status < 0 || status == no_such_command) return Fault(Fault::absent, "an editor; set EDITOR");
  const std::string words = place.take();
  const bool written = words.find_first_not_of(" \t\r\n") != std::string::npos && words != before;
  if (!written) return Fault(Fault::cancelled, "nothing was written");
  place.set_only_copy(true);
  if (status != 0) return Fault(Fault::cancelled, "the editor failed; the words are in " + place.file());
  const Result<void> taken = take(words);
  if (!taken) return Fault(taken.fault().code(), taken.fault().detail() + "; the words are in " + place.file());
  place.set_only_copy(false);
  return {};
}

}  // namespace caseload::client
