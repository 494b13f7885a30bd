#include "common/base/random.h"

#include <bit>
#include <cerrno>
#include <sys/random.h>

namespace caseload {

std::uint64_t Random::next() { return read_big_endian(bytes<8>()); }

std::uint64_t Random::below(std::uint64_t bound) {
  CHECK(bound > 0, "a choice among none");
  // What lies above the greatest multiple of bound would favour small numbers: it is drawn again.
  const std::uint64_t excess = (UINT64_MAX % bound + 1) % bound;
  for (;;) {
    const std::uint64_t drawn = next();
    if (drawn <= UINT64_MAX - excess) return drawn % bound;
  }
}

bool Random::chance(std::uint32_t of, std::uint32_t out_of) { return below(out_of) < of; }

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno != EINTR) throw breakage_from_errno(errno, "asking the kernel for random bytes");
    if (got > 0) bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

SeededRandom::SeededRandom(std::uint64_t seed) : state_{} {
  for (std::uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    word = mixed ^ (mixed >> 31);
  }
}

std::uint64_t SeededRandom::step() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

void SeededRandom::fill(std::span<std::uint8_t> bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    const std::uint64_t word = step();
    for (std::size_t k = i; k < bytes.size() && k < i + 8; ++k)
      bytes[k] = static_cast<std::uint8_t>(word >> (8 * (k - i)));
  }
}

}  // namespace caseload
