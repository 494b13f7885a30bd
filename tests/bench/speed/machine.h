#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace caseload::bench {

// What this machine is and how busy it was, by name, for whoever compares figures that were taken elsewhere.
std::vector<std::pair<std::string, std::string>> machine_facts();

// Of this process so far, all its threads; and of another with its children, those too that have gone.
double processor_seconds();
double processor_seconds_of_family(pid_t parent);

std::size_t peak_kib();  // memory of this process at its peak

// What something took: by the clock on the wall, and of the processor in this process.
struct Cost {
  double seconds = 0;
  double processor = 0;
};
Cost cost_of(const std::function<void()>& work);

}  // namespace caseload::bench
