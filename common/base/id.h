#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

#include "common/base/bytes.h"
#include "common/base/random.h"

namespace caseload {

// Id: the name of a change, a record, a scope, a worker, a device.
//
// Shape    16 bytes, a UUID of version 7: 48 bits of milliseconds, 74 random bits. Ids sort by the time they were made.
//          One type for all: a record's id is the id of the change that creates it, and a scope's that of its record.
// Promise  made from the system's chance, two ids are never equal. The all-zero Id means "none".
// Source   RFC 9562.
struct Id {
  ByteArray<16> bytes{};

  bool is_none() const { return *this == Id{}; }
  std::uint64_t milliseconds() const { return read_big_endian(BytesView(bytes).first(6)); }
  std::string to_string() const;   // 0195f3c2-8a10-7c31-9d2e-5b1f00aa7e42
  std::string short_form() const;  // the last 12 digits, all chance: what people see and type
  static Result<Id> parse(std::string_view text);          // with or without hyphens. Faults: bad_value.
  static Id make(std::uint64_t milliseconds, Random& random);

  friend auto operator<=>(const Id&, const Id&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(bytes);
  }
};

}  // namespace caseload

template <>
struct std::hash<caseload::Id> {
  // The last eight bytes are chance, so they are already a hash.
  std::size_t operator()(const caseload::Id& id) const noexcept {
    return static_cast<std::size_t>(caseload::read_big_endian(caseload::BytesView(id.bytes).last(8)));
  }
};
