#pragma once

#include <cstddef>

namespace caseload::sync {

// The test program takes all its memory through one counter, so that a test can say how much a reader took.
// Gives the largest piece that was taken at once since forget_memory_taken().
std::size_t memory_taken_at_once();
void forget_memory_taken();

}  // namespace caseload::sync
