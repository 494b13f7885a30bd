#pragma once

#include <bitset>

#include "common/codec/codec.h"

namespace caseload::sync {

// What one signature covers: enough that its cost vanishes, few enough that a lost connection repeats little.
constexpr std::size_t segment_changes_max = 256;

// ChangeBits: some of the changes of one segment.
//
// Shape    on the wire: a length and up to 32 bytes, change i being bit i % 8 (from the lowest) of byte i / 8.
//          The last byte is never zero, so that one set has one form; the empty set has no bytes.
// Errors   reading: too_large, not_canonical.
class ChangeBits {
 public:
  ChangeBits() = default;
  static ChangeBits first(std::size_t count);  // Requires count <= segment_changes_max.

  void add(std::size_t index) { bits_.set(index); }
  bool has(std::size_t index) const { return index < segment_changes_max && bits_.test(index); }
  bool empty() const { return bits_.none(); }
  std::size_t count() const { return bits_.count(); }
  std::size_t count_before(std::size_t index) const { return (bits_ << (segment_changes_max - index)).count(); }

  friend ChangeBits operator|(ChangeBits a, const ChangeBits& b) { return ChangeBits(a.bits_ | b.bits_); }
  friend ChangeBits operator&(ChangeBits a, const ChangeBits& b) { return ChangeBits(a.bits_ & b.bits_); }
  friend bool operator==(const ChangeBits&, const ChangeBits&) = default;

  void save(Writer& to) const;
  void load(Reader& from);

 private:
  explicit ChangeBits(const std::bitset<segment_changes_max>& bits) : bits_(bits) {}

  std::bitset<segment_changes_max> bits_;
};

}  // namespace caseload::sync
