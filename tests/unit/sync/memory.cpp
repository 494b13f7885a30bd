#include "tests/unit/sync/memory.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {
std::size_t largest = 0;
}

void* operator new(std::size_t size) {
  largest = std::max(largest, size);
  void* taken = std::malloc(size);
  if (taken == nullptr) throw std::bad_alloc();
  return taken;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {  // what std::stable_sort takes
  largest = std::max(largest, size);
  return std::malloc(size);
}
void operator delete(void* taken) noexcept { std::free(taken); }
void operator delete(void* taken, std::size_t) noexcept { std::free(taken); }

namespace caseload::sync {

std::size_t memory_taken_at_once() { return largest; }
void forget_memory_taken() { largest = 0; }

}  // namespace caseload::sync
