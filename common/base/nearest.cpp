#include "common/base/nearest.h"

#include <algorithm>
#include <array>

namespace caseload {
namespace {

using Row = std::array<std::size_t, nearest_bytes_max + 1>;

// Optimal string alignment: three rows of the table are enough, because an exchange looks back two letters.
std::size_t slips_between(std::string_view a, std::string_view b) {
  Row before{};
  Row above{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, above[j] + 1, row[j - 1] + 1});
      const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    above = row;
  }
  return above[b.size()];
}

}  // namespace

std::string_view find_nearest(std::string_view name, std::span<const std::string_view> candidates) {
  std::string_view nearest;
  if (name.empty() || name.size() > nearest_bytes_max) return nearest;
  std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > nearest_bytes_max) continue;
    const std::size_t slips = slips_between(name, candidate);
    if (slips >= least) continue;
    least = slips;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace caseload
