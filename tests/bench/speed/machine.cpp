#include "tests/bench/speed/machine.h"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace caseload::bench {
namespace {

// What stands behind a name in a file of "name : value" lines.
std::string line_of(const char* file, const std::string& name) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    const std::size_t begin = line.find_first_not_of(" \t:", name.size());
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

std::string first_line(const char* file) {
  std::ifstream lines(file);
  std::string line;
  std::getline(lines, line);
  return line;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", std::gmtime(&now));
  return text;
}

double in_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// The numbers of a process behind its name, as proc(5) counts them: its parent first.
std::vector<long> numbers_of(const std::filesystem::path& process) {
  const std::string line = first_line((process / "stat").c_str());
  const std::size_t name_end = line.rfind(')');
  std::vector<long> numbers;
  if (name_end == std::string::npos || name_end + 4 > line.size()) return numbers;
  std::istringstream rest(line.substr(name_end + 4));
  for (long number = 0; rest >> number;) numbers.push_back(number);
  return numbers;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> machine_facts() {
  utsname system{};
  ::uname(&system);
  const std::string load = first_line("/proc/loadavg");
  return {{"date", today()},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"processor", line_of("/proc/cpuinfo", "model name")},
          {"memory", std::to_string(std::strtoul(line_of("/proc/meminfo", "MemTotal").c_str(), nullptr, 10) / 1024) + " MiB"},
          {"kernel", std::string(system.sysname) + " " + system.release},
          {"compiler", std::string("g++ ") + __VERSION__},
          {"load at the begin", load.substr(0, load.find(' '))}};
}

double processor_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

double processor_seconds_of_family(pid_t parent) {
  constexpr std::size_t its_parent = 0, own = 10, of_the_gone = 12;  // user's and system's, one after the other
  long ticks = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const long process = std::strtol(entry.path().filename().c_str(), nullptr, 10);
    const std::vector<long> numbers = process > 0 ? numbers_of(entry.path()) : std::vector<long>();
    if (numbers.size() < of_the_gone + 2) continue;
    if (process != parent && numbers[its_parent] != parent) continue;
    ticks += numbers[own] + numbers[own + 1];
    if (process == parent) ticks += numbers[of_the_gone] + numbers[of_the_gone + 1];
  }
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::size_t peak_kib() { return std::strtoul(line_of("/proc/self/status", "VmHWM").c_str(), nullptr, 10); }

Cost cost_of(const std::function<void()>& work) {
  const double processor = processor_seconds();
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return {took.count(), processor_seconds() - processor};
}

}  // namespace caseload::bench
