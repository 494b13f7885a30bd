#pragma once

#include <cstdint>

#include "common/base/bytes.h"

namespace caseload {

// Random: the only source of chance. Whoever needs chance is handed one.
//
// Promise  fill() gives independent, uniform bytes. below(n) is uniform on [0, n).
// Threads  one owner.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound);             // Requires bound > 0.
  bool chance(std::uint32_t of, std::uint32_t out_of);  // true in `of` of `out_of` cases
  template <std::size_t N>
  ByteArray<N> bytes() {
    ByteArray<N> filled{};
    fill(filled);
    return filled;
  }
};

// From the kernel, fit for keys. Throws Breakage where the kernel refuses.
class SystemRandom : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

// The same bytes for the same seed, on every machine. For tests, simulated worlds and reproducible samples; never keys.
// Source   Blackman and Vigna, xoshiro256**, seeded by splitmix64.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void fill(std::span<std::uint8_t> bytes) override;

 private:
  std::uint64_t step();

  std::uint64_t state_[4];
};

}  // namespace caseload
