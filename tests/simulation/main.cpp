#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <unistd.h>

#include "tests/simulation/run.h"

// caseload_simulation: worlds of one office and a few laptops, one seed each, until the seeds or the time run out.

namespace caseload::sync {
namespace {

struct Wish {
  std::uint64_t first = 1;
  std::uint64_t seeds = 2000;
  std::uint64_t seconds = 0;  // 0: no limit
  bool verbose = false;
  bool one = false;
  bool shrinks = true;
  bool survey = false;
  std::string regressions;
  std::string scenario;
};

struct Found {
  std::uint64_t count = 0;
  std::uint64_t first = 0;
};

// Whatever stops the program, the seed is known.
volatile std::uint64_t seed_now = 0;
void on_abort(int) {
  char text[64] = "stopped by a CHECK in seed ";
  char digits[24];
  std::size_t count = 0;
  for (std::uint64_t left = seed_now; left > 0 || count == 0; left /= 10) digits[count++] = static_cast<char>('0' + left % 10);
  std::size_t length = std::strlen(text);
  while (count > 0) text[length++] = digits[--count];
  text[length++] = '\n';
  static_cast<void>(!write(STDOUT_FILENO, text, length));
  _exit(3);
}

int report(const Scenario& scenario, const Violation& violation, const Wish& wish) {
  std::cout << "\nseed " << scenario.seed << ": " << violation.invariant << ": " << violation.what << "\n";
  if (!wish.shrinks) return 1;
  const Scenario smallest = shrink(scenario, violation);
  const Outcome outcome = run_scenario(smallest, true);
  std::cout << "  shrunk from " << scenario.steps.size() << " steps to " << smallest.steps.size() << "\n";
  for (const std::string& line : outcome.story) std::cout << "    " << line << "\n";
  if (outcome.violation) std::cout << "  " << outcome.violation->invariant << ": " << outcome.violation->what << "\n";
  std::cout << "  --scenario '" << smallest.to_text() << "'\n";
  return 1;
}

int run_one(const Scenario& scenario, const Wish& wish) {
  seed_now = scenario.seed;
  const Outcome outcome = run_scenario(scenario, wish.verbose);
  for (const std::string& line : outcome.story) std::cout << "  " << line << "\n";
  if (outcome.violation) return report(scenario, *outcome.violation, wish);
  return 0;
}

// name | scenario | what the user saw
int run_regressions(const Wish& wish) {
  std::ifstream in(wish.regressions);
  std::size_t count = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t first = line.find(" | ");
    const std::size_t second = line.find(" | ", first + 3);
    const Result<Scenario> scenario = first == std::string::npos ? Result<Scenario>(Fault::bad_line)
                                                                 : Scenario::parse(std::string_view(line).substr(first + 3, second - first - 3));
    if (!scenario) {
      std::cout << "not a regression: " << line << "\n";
      return 2;
    }
    ++count;
    if (run_one(*scenario, wish) != 0) {
      std::cout << "  regression: " << line.substr(0, first) << "\n";
      return 1;
    }
  }
  std::cout << count << " regressions hold\n";
  return 0;
}

int run_seeds(const Wish& wish) {
  std::cout << "first seed " << wish.first << std::endl;
  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  std::uint64_t done = 0;
  std::map<std::string, Found> broken;
  for (; done < wish.seeds && (wish.seconds == 0 || elapsed() < static_cast<double>(wish.seconds)); ++done) {
    seed_now = wish.first + done;
    const Scenario scenario = Scenario::from_seed(seed_now);
    const Outcome outcome = run_scenario(scenario, false);
    if (outcome.violation && wish.survey) {
      Found& found = broken[outcome.violation->invariant + ": " + outcome.violation->what];
      if (found.count++ == 0) found.first = seed_now;
      continue;
    }
    if (outcome.violation) {
      std::cout << "after " << done + 1 << " seeds, " << elapsed() << " s";
      return report(scenario, *outcome.violation, wish);
    }
    if (done % 50 == 0 && run_scenario(scenario, false).trace != outcome.trace) {
      std::cout << "seed " << seed_now << ": not the same twice\n";
      return 1;
    }
    if (terminal && done % 20 == 0) std::cout << '\r' << done << " seeds " << std::flush;
  }
  for (const auto& [what, found] : broken) std::cout << found.count << " x, first in seed " << found.first << ": " << what << "\n";
  if (!broken.empty()) return 1;
  const double rate = static_cast<double>(done) / elapsed();
  std::cout << (terminal ? "\r" : "") << done << " seeds hold; " << rate << " a second; a seed fails in less than 1 of "
            << static_cast<double>(done) / 3.0 << " cases, at 95 % confidence\n";
  return 0;
}

int usage() {
  std::cout << "caseload_simulation [--first SEED] [--seeds N] [--seconds T] [--seed SEED] [--scenario TEXT]\n"
               "                    [--regressions FILE] [--verbose] [--as-is] [--survey]\n"
               "  --seeds 2000   worlds to run, from --first 1\n"
               "  --seconds 0    stop after this time; 0: never\n"
               "  --seed         one world, with --verbose its story\n"
               "  --as-is        do not shrink what fails\n"
               "  --survey       go on after a failure, and count them\n";
  return 2;
}

}  // namespace
}  // namespace caseload::sync

int main(int count, char** words) {
  using namespace caseload::sync;
  std::signal(SIGABRT, on_abort);
  std::signal(SIGSEGV, on_abort);
  Wish wish;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto number = [&] { return i + 1 < count ? std::stoull(words[++i]) : 0; };
    if (word == "--first") wish.first = number();
    else if (word == "--seeds") wish.seeds = number();
    else if (word == "--seconds") wish.seconds = number();
    else if (word == "--verbose") wish.verbose = true;
    else if (word == "--survey") wish.survey = true;
    else if (word == "--as-is") wish.shrinks = false;
    else if (word == "--regressions" && i + 1 < count) wish.regressions = words[++i];
    else if (word == "--scenario" && i + 1 < count) wish.scenario = words[++i];
    else if (word == "--seed") {
      wish.first = number();
      wish.one = true;
    } else return usage();
  }
  if (!wish.scenario.empty()) {
    const caseload::Result<Scenario> scenario = Scenario::parse(wish.scenario);
    return scenario ? run_one(*scenario, wish) : usage();
  }
  if (wish.one) return run_one(Scenario::from_seed(wish.first), wish);
  if (!wish.regressions.empty()) {
    if (const int failed = run_regressions(wish); failed != 0) return failed;
  }
  return run_seeds(wish);
}
