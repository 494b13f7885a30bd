#pragma once

#include "common/time/time.h"
#include "sync/ledger/change.h"

namespace caseload::sync {

// Where a change stands, as its device sees it.
enum class ChangeState : std::uint8_t {
  unsent = 1,    // in no segment yet
  sent = 2,      // in a durable segment that has no receipt yet
  accepted = 3,  // in the office's log, at a position
  late = 4,      // held by the office for a person to judge; out of the records here
  foreign = 5,   // somebody else's, accepted once, lost by the office when it was restored: kept until it is back
  declined = 6,  // late work that a person declined: its author's to read, in no record
};
constexpr bool is_listed(ChangeState s) { return s >= ChangeState::unsent && s <= ChangeState::declined; }
constexpr bool is_out_of_records(ChangeState s) { return s == ChangeState::late || s == ChangeState::declined; }

// Where a change stands, without what it says.
struct ChangePlace {
  ChangeState state = ChangeState::unsent;
  Id device;                    // whose segment it came in; this device's for its own
  std::uint64_t position = 0;   // of an accepted one
  WallTime accepted{};          // likewise
  std::uint64_t leaf = 0;       // likewise: of its acceptance in the ledger, or a later one
  std::uint32_t epoch = 0;      // of the segment it came in
  std::uint64_t number = 0;     // likewise
};

struct StoredChange : ChangePlace {
  Change change;
};

}  // namespace caseload::sync
