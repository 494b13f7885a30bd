#pragma once

#include <algorithm>

#include "common/base/random.h"
#include "common/base/secret.h"

// How published vectors are written in these tests: hexadecimal text.
namespace caseload {

inline Bytes hex(std::string_view digits) { return from_hex(digits).value(); }
inline Secret secret(std::string_view digits) { return Secret::copy_of(hex(digits)); }
template <std::size_t N>
ByteArray<N> hex_array(std::string_view digits) {
  return take_exactly<N>(hex(digits)).value();
}

inline void flip_bit(std::span<std::uint8_t> bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
}

// Gives the bytes that a vector prescribes, where the code asks for chance.
class PrescribedRandom : public Random {
 public:
  explicit PrescribedRandom(Bytes bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<std::uint8_t> wanted) override {
    CHECK(wanted.size() == bytes_.size(), "the vector prescribes exactly what is asked for");
    std::copy(bytes_.begin(), bytes_.end(), wanted.begin());
  }

 private:
  Bytes bytes_;
};

}  // namespace caseload
