#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/faults.h"

namespace caseload::faults {

// A sweep: one scenario under every fault of the world, at every point.
//
// Shape    a child process does the work in a copy of what was prepared, and acknowledges over a pipe what it
//          holds to be safe; after its fault the parent judges whether that was true. Folders hold files, no
//          further folders.
// Use      link fault_shim; a test calls expect_no_loss().
using Numbers = std::set<int>;
using Acknowledge = std::function<void(int)>;

struct Scenario {
  std::string name;
  std::function<void(const std::string& folder)> prepare;
  std::function<void(const std::string& folder, const Acknowledge&)> work;
  // What is wrong, or nothing.
  std::function<std::string(const std::string& folder, const Numbers& acknowledged)> judge;
};

struct Tally {
  std::uint64_t points = 0;    // places where something can fail
  int runs = 0;
  std::vector<std::string> wrong;
};

// Fails the test for everything that any fault leaves wrong. With a stride only every so many points are tried, others for
// each kind of fault; CASELOAD_FAULT_POINTS=all in the environment tries them all.
void expect_no_loss(const Scenario& scenario, std::uint64_t stride = 1);
Tally explore(const Scenario& scenario, const std::vector<Plan>& plans, std::uint64_t stride = 1);

// Runs `work` in a process of its own. Gives the status it ended with, and fills in what it acknowledged.
int in_child(const std::function<void(const Acknowledge&)>& work, Numbers& acknowledged);

void ignoring_breakage(const std::function<void()>& work);

}  // namespace caseload::faults
