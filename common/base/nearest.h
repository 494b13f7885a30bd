#pragma once

#include <span>
#include <string_view>

namespace caseload {

constexpr std::size_t nearest_bytes_max = 64;  // comparing costs the square, and nobody slips in a longer word

// The candidate that somebody who typed `name` most likely meant: fewest letters changed, left out, put in or exchanged
// with their neighbour. A third of the letters may be wrong, and one in any case; beyond that, and for an empty name,
// nothing is returned. Of equally near ones, the first. What is returned is the candidate, so a Fault may repeat it.
std::string_view find_nearest(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace caseload
