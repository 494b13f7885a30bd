#pragma once

#include <optional>
#include <string_view>

#include "sync/ledger/change_bits.h"
#include "sync/ledger/fields.h"

namespace caseload::sync {

// Positions count accepted changes, from 1; 0 is "none". The bound leaves room for every sum we make.
constexpr std::uint64_t position_max = std::uint64_t{1} << 62;

// Acceptance: the server's entry for the changes of one segment that it took into the log; a leaf of the
// ledger.
//
// Shape    the accepted changes stand at first_position and after, in the order of their segment, without gaps.
//          A segment has several acceptances when some of its changes were judged later: late work that was
//          released.
// Promise  one leaf hash for each acceptance. Every field is in it: digest, order, positions and time of
//          acceptance.
// Errors   decoding, check(): bad_value for no change at all and for positions outside [1, position_max].
struct Acceptance {
  static constexpr std::string_view label = "caseload/acceptance/1";

  Digest segment{};
  std::uint64_t first_position = 0;
  WallTime accepted_at{};
  ChangeBits accepted;

  Result<void> check() const;
  Digest leaf_hash() const;
  std::uint64_t count() const { return accepted.count(); }
  std::uint64_t end_position() const { return first_position + count(); }  // where the next acceptance begins

  // Of the change with that index in its segment; none if it is not accepted here.
  std::optional<std::uint64_t> position_of(std::size_t index) const;

  friend bool operator==(const Acceptance&, const Acceptance&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(segment, first_position, moment(accepted_at), accepted, checked(*this));
  }
};

}  // namespace caseload::sync
