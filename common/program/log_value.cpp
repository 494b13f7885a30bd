#include "common/program/log_value.h"

#include <algorithm>
#include <bit>

#include "common/base/check.h"

namespace caseload {
namespace {

std::uint64_t little_endian(BytesView eight) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) number = number << 8 | eight[i];
  return number;
}

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void take(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

// SipHash-2-4 of exactly sixteen bytes.
std::uint64_t siphash(const ByteArray<16>& message, BytesView key) {
  const std::uint64_t k0 = little_endian(key.first(8));
  const std::uint64_t k1 = little_endian(key.last(8));
  SipState state{0x736f6d6570736575 ^ k0, 0x646f72616e646f6d ^ k1, 0x6c7967656e657261 ^ k0, 0x7465646279746573 ^ k1};
  state.take(little_endian(BytesView(message).first(8)));
  state.take(little_endian(BytesView(message).last(8)));
  state.take(std::uint64_t{message.size()} << 56);
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace

LogTag::LogTag(std::string_view text) : size_(text.size()) {
  CHECK(text.size() <= text_.size(), "a tag of at most sixteen letters");
  std::copy(text.begin(), text.end(), text_.begin());
}

LogTag LogTag::device(const Id& device) { return LogTag(device.short_form()); }

LogTag LogTag::hashed(const Id& id, const Secret& key) {
  CHECK(key.size() == 16, "a tag key of 16 bytes");
  Bytes hash;
  append_u64(hash, siphash(id.bytes, key.view()));
  return LogTag(to_hex(hash));
}

LogValue::Quoted LogValue::quoted(std::string_view plain) {
  Quoted quoted;
  quoted.text.append("\"").append(plain).append("\"");
  return quoted;
}

}  // namespace caseload
