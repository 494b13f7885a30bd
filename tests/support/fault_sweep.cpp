#include "tests/support/fault_sweep.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/check.h"
#include "tests/support/temp_folder.h"

#include "tests/support/test.h"

namespace caseload::faults {
namespace {

struct Run {
  int status = 0;
  std::string wrong;
};

Run run_once(const Scenario& scenario, const std::string& prepared, Plan plan) {
  const TempFolder folder;
  std::filesystem::copy(prepared, folder.path());
  plan.prefix = folder.path();
  Numbers acknowledged;
  Run run;
  run.status = in_child([&](const Acknowledge& acknowledge) {
    arm(plan);
    scenario.work(folder.path(), acknowledge);
    if (plan.track) cut_power();
  }, acknowledged);
  if (run.status != 0 && run.status != died) {
    run.wrong = "ended with " + std::to_string(run.status);
    return run;
  }
  try {
    run.wrong = scenario.judge(folder.path(), acknowledged);
  } catch (const std::exception& broken) {
    run.wrong = std::string("judging: ") + broken.what();
  }
  return run;
}

std::uint64_t count_points(const Scenario& scenario, const std::string& prepared) {
  const TempFolder folder;
  std::filesystem::copy(prepared, folder.path());
  Numbers points;
  in_child([&](const Acknowledge& acknowledge) {
    arm({.prefix = folder.path()});
    scenario.work(folder.path(), [](int) {});
    acknowledge(static_cast<int>(counted()));
  }, points);
  REQUIRE(points.size() == 1);
  return static_cast<std::uint64_t>(*points.begin());
}

const std::vector<Plan> every_fault{
    {.kind = Kind::kill},
    {.kind = Kind::torn},
    {.kind = Kind::power, .seed = 1000},
    {.kind = Kind::power, .seed = 2000},
    {.kind = Kind::eio},
    {.kind = Kind::eio, .sticky = true},
    {.kind = Kind::enospc},
    {.kind = Kind::enospc, .sticky = true},
    {.kind = Kind::eio, .seed = 3000, .track = true},  // and then the power is cut: at the end,
    {.kind = Kind::enospc, .seed = 4000, .track = true},
    {.kind = Kind::eio, .seed = 5000, .power_after = 4},  // or soon
    {.kind = Kind::eio, .seed = 6000, .power_after = 9},
    {.kind = Kind::eio, .seed = 7000, .power_after = 16},
    {.kind = Kind::eio, .seed = 7000, .power_after = 25},
};

}  // namespace

int in_child(const std::function<void(const Acknowledge&)>& work, Numbers& acknowledged) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    work([&](int number) {
      if (::write(ends[1], &number, sizeof number) != sizeof number) ::_exit(1);
    });
    ::_exit(0);
  }
  ::close(ends[1]);
  for (int number = 0; ::read(ends[0], &number, sizeof number) == sizeof number;) acknowledged.insert(number);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void ignoring_breakage(const std::function<void()>& work) {
  try {
    work();
  } catch (const Breakage&) {
  }
}

Tally explore(const Scenario& scenario, const std::vector<Plan>& plans, std::uint64_t stride) {
  const TempFolder prepared;
  arm({.prefix = std::filesystem::temp_directory_path()});  // nothing fails here, but syncs cost no time
  scenario.prepare(prepared.path());
  Tally tally;
  tally.points = count_points(scenario, prepared.path());
  for (std::size_t kind = 0; kind < plans.size(); ++kind) {
    Plan plan = plans[kind];
    for (plan.nth = 1 + kind % stride; plan.nth <= tally.points; plan.nth += stride, ++plan.seed) {
      const Run run = run_once(scenario, prepared.path(), plan);
      ++tally.runs;
      if (run.wrong.empty()) continue;
      tally.wrong.push_back(scenario.name + ", kind " + std::to_string(static_cast<int>(plan.kind)) + " at " +
                            std::to_string(plan.nth) + ", seed " + std::to_string(plan.seed) + ": " + run.wrong);
    }
  }
  std::printf("%s: %d faults at %d points\n", scenario.name.c_str(), tally.runs, static_cast<int>(tally.points));
  return tally;
}

void expect_no_loss(const Scenario& scenario, std::uint64_t stride) {
  const char* wanted = std::getenv("CASELOAD_FAULT_POINTS");
  if (wanted != nullptr && std::string_view(wanted) == "all") stride = 1;
  const Tally tally = explore(scenario, every_fault, stride);
  CHECK(tally.points > 3);
  for (const std::string& wrong : tally.wrong) FAIL_CHECK(wrong);
}

}  // namespace caseload::faults
