#pragma once

#include <algorithm>

#include "common/codec/reader.h"

// What a Reader reads of the language's own types, each the mirror of what a Writer writes. Beyond the errors of
// Reader: bad_value for a number that its type cannot hold, not_canonical for a map whose keys do not rise. cereal
// looks for these in its own namespace.
namespace cereal {

template <caseload::WireInteger T>
void load(caseload::Reader& from, T& value) {
  const std::uint64_t number = from.varint();
  if constexpr (std::is_signed_v<T>) {
    const auto wide = static_cast<std::int64_t>(number >> 1 ^ (~(number & 1) + 1));
    if (!std::in_range<T>(wide)) throw caseload::ReadStop(caseload::Fault::bad_value);
    value = static_cast<T>(wide);
  } else {
    if (!std::in_range<T>(number)) throw caseload::ReadStop(caseload::Fault::bad_value);
    value = static_cast<T>(number);
  }
}

template <std::same_as<bool> T>
void load(caseload::Reader& from, T& value) {
  const std::uint64_t number = from.varint();
  if (number > 1) throw caseload::ReadStop(caseload::Fault(caseload::Fault::bad_value, "neither yes nor no"));
  value = number == 1;
}

template <class T>
void load(caseload::Reader& from, NameValuePair<T>& pair) {
  from(pair.value);
}

template <class T>
void load(caseload::Reader& from, SizeTag<T>& size) {
  size.size = static_cast<std::remove_reference_t<T>>(from.elements());
}

inline void load(caseload::Reader& from, std::string& text) { text = caseload::as_text(from.raw(from.length())); }

inline void load(caseload::Reader& from, caseload::Bytes& bytes) {
  bytes = caseload::to_bytes(from.raw(from.length()));
}

template <std::size_t N>
void load(caseload::Reader& from, caseload::ByteArray<N>& bytes) {
  const caseload::BytesView taken = from.raw(N);
  std::copy(taken.begin(), taken.end(), bytes.begin());
}

template <class T>
  requires(!caseload::WireByte<T>)
void load(caseload::Reader& from, std::vector<T>& elements) {
  const std::size_t count = from.elements();
  elements.clear();
  elements.reserve(std::min<std::size_t>(count, 4096 / sizeof(T) + 1));
  for (std::size_t i = 0; i < count; ++i) from(elements.emplace_back());
}

// Keys strictly ascending, or there would be several byte sequences for one map.
template <class K, class V>
void load(caseload::Reader& from, std::map<K, V>& map) {
  map.clear();
  for (std::size_t count = from.elements(); count > 0; --count) {
    K key{};
    V value{};
    from(key, value);
    if (!map.empty() && !(map.rbegin()->first < key)) throw caseload::ReadStop(caseload::Fault::not_canonical);
    map.emplace_hint(map.end(), std::move(key), std::move(value));
  }
}

}  // namespace cereal
