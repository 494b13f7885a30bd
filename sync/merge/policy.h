#pragma once

#include <span>
#include <vector>

#include "common/record/catalogue.h"
#include "common/time/hybrid_clock.h"

namespace caseload::sync {

// Origin: what merging knows of the change that a write belongs to.
struct Origin {
  Id change;
  Id author;
  Id device;
  Stamp stamp;
  std::uint64_t position = 0;  // in the office's log; 0 while no receipt says that it was accepted
  WallTime accepted{};         // when; without meaning at position 0

  bool is_pending() const { return position == 0; }

  template <class Archive>
  void save(Archive& archive) const {
    archive(change, author, device, stamp, position, to_milliseconds(accepted));
  }
  template <class Archive>
  void load(Archive& archive) {
    std::int64_t milliseconds = 0;
    archive(change, author, device, stamp, position, milliseconds);
    accepted = from_milliseconds(milliseconds);
  }
  friend bool operator==(const Origin&, const Origin&) = default;
};

// HeldWrite: a write as it stands in a field.
struct HeldWrite {
  Origin origin;
  Value value;
  bool out = false;  // of an element of a set

  template <class Archive>
  void serialize(Archive& archive) {
    archive(origin, value, out);
  }
  friend bool operator==(const HeldWrite&, const HeldWrite&) = default;
};

// When a write counts: at its stamp, but never after the office accepted it. A fast clock so wins back at most to the
// moment of its acceptance; a pending write keeps its rank when it is accepted, because acceptance times only rise.
Stamp effective_time(const Origin& origin);

// Whether a comes before b: by effective time, then stamp, then change id, so that no two writes tie.
bool earlier(const HeldWrite& a, const HeldWrite& b);

// What is in force while several writes stand, and whether a person is asked.
//
// Shape    in_force points into `standing`; one write, except where `safest` finds several equally severe, and nothing
//          where `standing` is empty.
struct Settled {
  std::vector<const HeldWrite*> in_force;
  bool open = false;
};

// How protective a value is, from 0 to 255; the catalogue's severity for codes, 255 for what nobody knows.
using SeverityOf = std::uint8_t (*)(const void* context, const Value& value);
struct Severity {
  SeverityOf of = nullptr;
  const void* context = nullptr;
};

// One pure function for each policy; `settle` picks. Requires the standing writes of one field (one element of a set).
Settled settle_latest(std::span<const HeldWrite> standing);
Settled settle_ask(std::span<const HeldWrite> standing);
Settled settle_safest(std::span<const HeldWrite> standing, Severity severity);
Settled settle_once(std::span<const HeldWrite> standing);
Settled settle_set(std::span<const HeldWrite> standing);
Settled settle(MergePolicy policy, std::span<const HeldWrite> standing, Severity severity);

}  // namespace caseload::sync
