#pragma once

#include <cstddef>

#include "common/base/bytes.h"
#include "common/codec/reader_types.h"
#include "common/codec/writer.h"

namespace caseload {

// encode, decode: values to canonical bytes and back.
//
// Shape    integers as shortest base-128 varints (signed: zigzag); lengths before what they count; fields in the order
//          of `serialize`; no names, no padding. A type takes part by an ordinary member
//              template <class Archive> void serialize(Archive& archive) { archive(first, second); }
// Promise  one byte sequence for each value: decode(encode(v)) == v, and encode(decode(b)) == b for all b it accepts.
// Errors   truncated, not_canonical, trailing_bytes, too_many, too_deep, bad_value. None takes memory beyond
//          what the bytes themselves can fill.
template <class T>
Bytes encode(const T& value) {
  Bytes bytes;
  Writer writer(bytes);
  writer(value);
  return bytes;
}

template <class T>
Result<T> decode(BytesView bytes, ReadLimits limits = {}) {
  return read_all(bytes, limits, [](Reader& reader) {
    T value{};
    reader(value);
    return value;
  });
}

}  // namespace caseload
