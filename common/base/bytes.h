#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace caseload {

// Bytes owned, bytes looked at, and so many bytes exactly.
using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;
template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;
using Digest = ByteArray<32>;

inline BytesView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline void append(Bytes& to, BytesView more) { to.insert(to.end(), more.begin(), more.end()); }
inline Bytes to_bytes(BytesView view) { return {view.begin(), view.end()}; }

// Exactly N bytes out of a view. Faults: truncated, trailing_bytes.
template <std::size_t N>
Result<ByteArray<N>> take_exactly(BytesView view) {
  if (view.size() < N) return Fault::truncated;
  if (view.size() > N) return Fault::trailing_bytes;
  ByteArray<N> taken{};
  std::copy(view.begin(), view.end(), taken.begin());
  return taken;
}

// Numbers of fixed width, most significant byte first, so that bytes sort as their numbers do.
void append_u16(Bytes& to, std::uint16_t number);
void append_u32(Bytes& to, std::uint32_t number);
void append_u64(Bytes& to, std::uint64_t number);
std::uint64_t read_big_endian(BytesView upto_eight_bytes);

// Text forms. Reading accepts only what writing gives (hexadecimal: either case).
// Faults: bad_value for a character or length that cannot be.
std::string to_hex(BytesView bytes);
Result<Bytes> from_hex(std::string_view text);

// Base 32 by Crockford: no I, L, O or U, for codes that people read aloud and type. Reading forgives lower case,
// hyphens, spaces, and O, I, L for 0, 1, 1. Leftover bits must be zero.
std::string to_base32(BytesView bytes);
Result<Bytes> from_base32(std::string_view text);

// Whether two secrets are equal, in a time that depends on their length alone.
bool equal_in_constant_time(BytesView a, BytesView b);

}  // namespace caseload
