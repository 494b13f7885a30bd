#pragma once

#include <string>
#include <utility>
#include <vector>

namespace caseload::bench {

struct Curve {
  std::string name;
  std::vector<std::pair<double, double>> points;  // across, up; all above zero
  bool is_goal = false;                           // what the others should be below
};

// Plot: some curves over one number, both axes in powers of ten: what grows with its square stands twice as steep as
// what grows with it, and what does not grow lies flat.
struct Plot {
  std::string title;
  std::string across;  // what the axes count, with its unit
  std::string up;
  std::vector<Curve> curves{};
};

// As an SVG that needs nothing else. Requires a point at least.
std::string svg_of(const Plot& plot);

}  // namespace caseload::bench
