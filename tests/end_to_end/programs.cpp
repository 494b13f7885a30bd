#include "tests/end_to_end/programs.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace caseload::programs {
namespace {

constexpr int open_milliseconds_max = 20'000;  // two busy processors with sanitisers

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> made;
  for (const std::string& word : words) made.push_back(const_cast<char*>(word.c_str()));
  made.push_back(nullptr);
  return made;
}

struct Pipe {
  int ends[2] = {-1, -1};
  Pipe() {
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(int which) {
    if (ends[which] >= 0) ::close(ends[which]);
    ends[which] = -1;
  }
};

struct Child {
  pid_t process = 0;
  Pipe in{};
  Pipe out{};
  Pipe err{};
};

void start(Child& child, const std::vector<std::string>& words, const std::vector<std::string>& environment) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, child.in.ends[0], 0);
  posix_spawn_file_actions_adddup2(&actions, child.out.ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, child.err.ends[1], 2);
  std::vector<char*> arguments = pointers(words), variables = pointers(environment);
  const int failed = ::posix_spawn(&child.process, words[0].c_str(), &actions, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + words[0]);
  child.in.close_end(0);
  child.out.close_end(1);
  child.err.close_end(1);
}

// Both streams as they come, until both are closed.
void collect(Child& child, Said& said) {
  pollfd waits[2] = {{child.out.ends[0], POLLIN, 0}, {child.err.ends[0], POLLIN, 0}};
  std::string* texts[2] = {&said.out, &said.err};
  char buffer[65536];
  int open = 2;
  while (open > 0) {
    ::poll(waits, 2, -1);
    for (int i = 0; i < 2; ++i) {
      if (waits[i].fd < 0 || waits[i].revents == 0) continue;
      const ssize_t got = ::read(waits[i].fd, buffer, sizeof buffer);
      if (got > 0) texts[i]->append(buffer, static_cast<std::size_t>(got));
      if (got > 0) continue;
      waits[i].fd = -1;
      --open;
    }
  }
}

// Sanitisers want to be loaded first, and are content without it.
void preload(std::vector<std::string>& environment, const std::string& library) {
  const auto variable = [&](const std::string& name, const std::string& value, const std::string& between) {
    const auto set = std::ranges::find_if(environment, [&](const std::string& one) { return one.starts_with(name + "="); });
    if (set == environment.end()) environment.push_back(name + "=" + value);
    else *set += between + value;
  };
  variable("LD_PRELOAD", library, ":");
  variable("ASAN_OPTIONS", "verify_asan_link_order=0", ":");
}

// What it says goes to `named`.said, what it complains of to `log`.
int start_beside(const std::vector<std::string>& words, const std::vector<std::string>& variables, const std::string& named,
                 const std::string& log) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, (named + ".said").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  std::vector<char*> arguments = pointers(words), pointers_to_variables = pointers(variables);
  int process = 0;
  const int failed = ::posix_spawn(&process, words[0].c_str(), &actions, nullptr, arguments.data(), pointers_to_variables.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + words[0]);
  return process;
}

}  // namespace

Said run_program(const std::vector<std::string>& words, const std::vector<std::string>& environment, const std::string& input) {
  ::signal(SIGPIPE, SIG_IGN);
  Child child;
  start(child, words, environment);
  if (!input.empty() && ::write(child.in.ends[1], input.data(), input.size()) < 0) throw std::runtime_error("input");
  child.in.close_end(1);
  Said said;
  collect(child, said);
  int status = 0;
  ::waitpid(child.process, &status, 0);
  said.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return said;
}

Town::Town(const std::string& store) {
  for (const char* name : {"run", "devices", "tmp", "state"}) std::filesystem::create_directory(folder_ / name);
  std::filesystem::permissions(folder_ / "run", std::filesystem::perms::owner_all);
  write("passphrase", passphrase + "\n");
  const Said said = office({"init", "--name", "Harbour Office", "--founder", "Alex Administrator", "--store", store, "--recovery-out",
                            folder_ / "recovery.key"});
  if (said.code != 0) throw std::runtime_error("an office cannot be founded: " + said.out + said.err);
}

Town::~Town() {
  if (is_open()) close();
  if (second_ > 0) {
    process_ = second_;
    close();
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "devices"))
    run(CASELOAD_DEVICE, {"--home", entry.path().string(), "lock"}, "");
}

std::vector<std::string> Town::environment(const std::string& data) const {
  const char* path = std::getenv("PATH");
  std::vector<std::string> all{"CASELOAD_DATA=" + (folder_ / data), "XDG_STATE_HOME=" + (folder_ / "state"),
                               "XDG_RUNTIME_DIR=" + (folder_ / "run"), "HOME=" + folder_.path(), "TMPDIR=" + (folder_ / "tmp"),
                               "TZ=UTC", std::string("PATH=") + (path == nullptr ? "" : path)};
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* set = std::getenv(name)) all.push_back(std::string(name) + "=" + set);
  }
  if (days_ != 0) {
    preload(all, CASELOAD_CLOCK_SHIM);
    all.push_back("CASELOAD_TEST_DAYS=" + std::to_string(days_));
  }
  return all;
}

Said Town::dying(const std::string& who, int nth, std::vector<std::string> words) {
  words.insert(words.begin(), {"--home", home(who), "--json"});
  return run(CASELOAD_DEVICE, std::move(words), "", "kind=kill nth=" + std::to_string(nth) + " prefix=" + home(who));
}

void Town::days_later(int days) {
  days_ += days;
  if (!is_open()) return;
  close();
  open();
}

Said Town::run(const std::string& program, std::vector<std::string> words, const std::string& input, const std::string& fault) {
  words.insert(words.begin(), program);
  std::vector<std::string> all = environment();
  if (!fault.empty()) {
    preload(all, CASELOAD_FAULT_SHIM);
    all.push_back("CASELOAD_FAULT=" + fault);
  }
  return run_program(words, all, input);
}

Said Town::office(std::vector<std::string> words, const std::string& input) {
  words.insert(words.begin(), "--json");
  return run(CASELOAD_SERVER, std::move(words), input);
}

Said Town::as(const std::string& who, std::vector<std::string> words, const std::string& input) {
  words.insert(words.begin(), {"--home", home(who), "--json"});
  return run(CASELOAD_DEVICE, std::move(words), input);
}

int Town::start_server(const std::string& data) {
  std::vector<std::string> words{CASELOAD_SERVER, "--json", "serve", "--listen", address_};
  words.insert(words.end(), serve_options.begin(), serve_options.end());
  std::vector<std::string> variables = environment(data);
  variables.insert(variables.end(), serve_variables.begin(), serve_variables.end());
  return start_beside(words, variables, folder_ / data, folder_ / "office.log");
}

int Town::leave_running(const std::string& who, std::vector<std::string> words) {
  words.insert(words.begin(), {CASELOAD_DEVICE, "--home", home(who), "--json"});
  return start_beside(words, environment(), folder_ / who, folder_ / (who + ".log"));
}

Said Town::stop(const std::string& who, int process) {
  ::kill(process, SIGTERM);
  int status = 0;
  ::waitpid(process, &status, 0);
  const auto content = [](const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), content(folder_ / (who + ".said")),
          content(folder_ / (who + ".log"))};
}

// A second line, where it waited first.
Json Town::first_line(const std::string& data, int process) {
  for (int waited = 0; waited < open_milliseconds_max; waited += 10) {
    std::ifstream file(folder_ / (data + ".said"));
    Json last;
    for (std::string line; std::getline(file, line) && !file.eof();) last = Json::parse(line);
    if (last.is_object() && (process_ > 0 || last.contains("listening"))) return last;
    if (::waitpid(process, nullptr, WNOHANG) == process) throw NotOpened("the office ended before it opened");
    ::poll(nullptr, 0, 10);
  }
  throw std::runtime_error("the office does not open");
}

void Town::listens(const Json& said) {
  address_ = said.at("listening").get<std::string>();
  http = said.value("http", "");
}

void Town::open() {
  const int process = start_server("office");
  try {
    listens(first_line("office", process));
  } catch (const NotOpened&) {
    throw;
  } catch (...) {
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
    throw;
  }
  process_ = process;
}

void Town::stand_by() {
  const std::string second = folder_ / "second";
  std::filesystem::create_directory(second);
  std::filesystem::permissions(second, std::filesystem::perms::owner_all);
  for (const char* file : {"keys", "store"}) std::filesystem::copy_file(std::filesystem::path(folder_ / "office") / file, std::filesystem::path(second) / file);
  second_ = start_server("second");
  if (!first_line("second", second_).contains("waiting")) throw std::runtime_error("the second server does not wait");
}

void Town::take_over() {
  listens(first_line("second", second_));
  process_ = std::exchange(second_, 0);
}

void Town::close() {
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

void Town::kill_office() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

bool Town::tries_to_open() {
  try {
    open();
  } catch (const NotOpened&) {
    return false;
  }
  return true;
}

bool Town::office_died() {
  if (::waitpid(process_, nullptr, WNOHANG) == process_) process_ = 0;
  return !is_open();
}

std::string Town::add_unit(const std::string& name) { return office({"unit", "add", name}).json().at("id"); }

std::string Town::hire(const std::string& name, const std::string& role, const std::string& unit) {
  return office({"worker", "add", "--name", name, "--role", role, "--unit", unit}).json().at("id");
}

std::string Town::invite(const std::string& name) { return office({"invite", name, "--device", "laptop"}).json().at("code"); }

Said Town::enrol(const std::string& who, const std::string& code) {
  return as(who, {"--passphrase-file", folder_ / "passphrase", "enrol", "--server", address_, "--code", code});
}

void Town::join(const std::string& who, const std::string& name) {
  const Said said = enrol(who, invite(name));
  if (said.code != 0) throw std::runtime_error(who + " cannot join: " + said.out + said.err);
  const Said opened = as(who, {"--passphrase-file", folder_ / "passphrase", "unlock", "--for", "30"});
  if (opened.code != 0) throw std::runtime_error(who + " cannot unlock: " + opened.out + opened.err);
}

std::string Town::write(const std::string& name, const std::string& content) {
  const std::string path = folder_ / name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

std::vector<std::string> find_in_clear(const std::string& folder, const std::vector<std::string>& texts) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    for (const std::string& text : texts) {
      if (content.find(text) != std::string::npos) found.push_back(entry.path().string() + ": " + text);
    }
  }
  return found;
}

std::string as_address(const std::string& where) {
  std::map<std::string, std::string> parts;
  for (std::size_t at = 0; at < where.size();) {
    const std::size_t end = std::min(where.find(' ', at), where.size());
    const std::string part = where.substr(at, end - at);
    parts[part.substr(0, part.find('='))] = part.substr(part.find('=') + 1);
    at = end + 1;
  }
  return "postgresql:///" + parts.at("dbname") + "?host=" + parts.at("host") + "&user=" + parts.at("user");
}

}  // namespace caseload::programs
