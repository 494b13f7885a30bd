#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include <cereal/cereal.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>

#include "common/base/bytes.h"

namespace caseload {

template <class T>
concept WireInteger = std::integral<T> && !std::same_as<T, bool>;
template <class T>
concept WireByte = std::same_as<T, char> || std::same_as<T, unsigned char>;

// Writer: a cereal archive of canonical bytes. Use encode() of codec.h; this class is for what is written in pieces.
class Writer : public cereal::OutputArchive<Writer, cereal::AllowEmptyClassElision> {
 public:
  explicit Writer(Bytes& to) : OutputArchive(this), to_(to) {}

  void raw(BytesView bytes) { append(to_, bytes); }
  void varint(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) to_.push_back(static_cast<std::uint8_t>(number | 0x80));
    to_.push_back(static_cast<std::uint8_t>(number));
  }

 private:
  Bytes& to_;
};

template <class T>
void prologue(Writer&, const T&) {}
template <class T>
void epilogue(Writer&, const T&) {}

}  // namespace caseload

namespace cereal {

template <caseload::WireInteger T>
void save(caseload::Writer& to, const T& value) {
  if constexpr (std::is_signed_v<T>) {
    const auto wide = static_cast<std::int64_t>(value);
    to.varint(static_cast<std::uint64_t>(wide) << 1 ^ static_cast<std::uint64_t>(wide >> 63));
  } else {
    to.varint(value);
  }
}

template <std::same_as<bool> T>
void save(caseload::Writer& to, const T& value) {
  to.varint(value ? 1 : 0);
}

template <class T>
void save(caseload::Writer& to, const NameValuePair<T>& pair) {
  to(pair.value);
}

template <class T>
void save(caseload::Writer& to, const SizeTag<T>& size) {
  to.varint(size.size);
}

inline void save(caseload::Writer& to, const std::string& text) {
  to.varint(text.size());
  to.raw(caseload::as_bytes(text));
}

inline void save(caseload::Writer& to, const caseload::Bytes& bytes) {
  to.varint(bytes.size());
  to.raw(bytes);
}

template <std::size_t N>
void save(caseload::Writer& to, const caseload::ByteArray<N>& bytes) {
  to.raw(bytes);
}

template <class K, class V>
void save(caseload::Writer& to, const std::map<K, V>& map) {
  to.varint(map.size());
  for (const auto& [key, value] : map) to(key, value);
}

}  // namespace cereal

CEREAL_REGISTER_ARCHIVE(caseload::Writer)
