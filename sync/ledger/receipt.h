#pragma once

#include <optional>
#include <vector>

#include "sync/ledger/acceptance.h"
#include "sync/ledger/statement.h"

namespace caseload::sync {

// Which segment: what its device calls it, and what it says.
struct SegmentName {
  Id device;
  std::uint32_t epoch = 0;
  std::uint64_t number = 0;
  Digest digest{};
  std::uint32_t count = 0;  // of its changes

  friend bool operator==(const SegmentName&, const SegmentName&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, epoch, number, digest, count);
  }
};

// A change that the ledger held already, by another acceptance, and so at an earlier position.
struct KnownChange {
  std::uint32_t index = 0;  // in the segment
  std::uint64_t position = 0;
  WallTime accepted_at{};   // then

  friend bool operator==(const KnownChange&, const KnownChange&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(index, position, moment(accepted_at));
  }
};

// Receipt: signed with the ledger key: the server holds every change of this segment, and this is how each was
// judged.
//
// Shape    each change is in exactly one of: accepted (one acceptance, at first_position and after), late (held
//          as late work, for a person to judge), known (accepted before: offered again after a restore, by a
//          second copy of the device, or in another segment). `known` ascends by index.
// Promise  a receipt that decodes judges every change exactly once. With it the device may let a change leave
//          its outbox.
// Errors   check(): bad_value.
struct Receipt {
  static constexpr std::string_view label = "caseload/receipt/1";
  enum class Judgement { accepted, late, known };

  Id log;
  std::uint32_t restore_epoch = 0;
  SegmentName segment;
  ChangeBits accepted;
  std::uint64_t first_position = 0;  // 0 exactly when nothing is accepted
  WallTime accepted_at{};
  ChangeBits late;
  std::vector<KnownChange> known;
  std::uint64_t head_size = 0;  // this tree head, and every later one of the epoch, contains all of it

  Result<void> check() const;
  Judgement judgement_of(std::size_t index) const;  // Requires index < segment.count.
  std::optional<std::uint64_t> position_of(std::size_t index) const;
  WallTime accepted_at_of(std::size_t index) const;  // without meaning for late work
  std::optional<Acceptance> acceptance() const;  // the ledger's leaf that this receipt speaks of, if any

  friend bool operator==(const Receipt&, const Receipt&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(log, restore_epoch, segment, accepted, first_position, moment(accepted_at), late, known, head_size,
            checked(*this));
  }
};

}  // namespace caseload::sync
