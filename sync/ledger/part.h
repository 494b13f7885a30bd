#pragma once

#include <vector>

#include "common/base/id.h"
#include "common/codec/codec.h"
#include "common/record/value.h"

namespace caseload::sync {

constexpr std::size_t writes_max = 256;           // in one part: a form has no more fields
constexpr std::size_t replaces_max = 256;         // beyond that a conflict is settled in steps
constexpr std::size_t part_bytes_max = 2U << 20;  // one value of 1 MiB, and whatever else a form holds beside it

using Salt = ByteArray<16>;
using SaltSeed = ByteArray<16>;

// Write: one field gets one value, by somebody who had seen certain earlier writes of it.
//
// Shape    write := field value replaces*; replaces sorted, each id once. In a field of the policy `set` the value is
//          an element, and `out` says that it leaves; the top bit of the value's tag carries that.
struct Write {
  FieldNumber field = 0;
  Value value;
  bool out = false;
  std::vector<Id> replaces;  // changes whose write of this field (this element) was known and is now settled

  template <class Archive>
  void save(Archive& archive) const {
    archive(field, static_cast<std::uint8_t>(value.tag() | (out ? out_bit : 0)), value.bytes(), replaces);
  }
  template <class Archive>
  void load(Archive& archive) {
    std::uint8_t tag = 0;
    std::string bytes;
    archive(field, tag, bytes, replaces);
    out = (tag & out_bit) != 0;
    value = Value::of_tag(static_cast<std::uint8_t>(tag & ~out_bit), std::move(bytes));
  }
  friend bool operator==(const Write&, const Write&) = default;

 private:
  static constexpr std::uint8_t out_bit = 0x80;
};

// Part: a change's writes of one section; what sharing passes or withholds whole.
struct Part {
  SectionNumber section = 0;
  Salt salt{};
  std::vector<Write> writes;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(section, salt, writes);
  }
  friend bool operator==(const Part&, const Part&) = default;
};

// What follows is defined in change.cpp. The digest is the part's name in the header of its change; without the salt
// nobody can confirm a guess at what it says.
Digest digest_of(const Part& part);
Salt salt_of(const SaltSeed& seed, SectionNumber section);

// Whether the part keeps the rules of its own form: ascending and unique writes and replaces; limits; known types in
// their one form. It looks at nothing else. Faults: bad_change, too_large, and those of Value::check_form.
Result<void> check_form(const Part& part);

}  // namespace caseload::sync
