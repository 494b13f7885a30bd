#pragma once

#include <optional>
#include <string_view>

#include "common/record/kinds.h"

namespace caseload {

// Handing a case over: who may take which step. A case passes only when its receiver has acknowledged it.
//
//   prepared ─ offer ─> offered ─ accept ──> acknowledged ─ move ─> acknowledged, and the receiver leads the case
//                        ├─ decline ─> declined
//   prepared, offered, acknowledged and not moved ─ cancel ─> cancelled

enum class HandoverStep : std::uint8_t { offer, accept, decline, cancel, move };

// Who somebody is to a handover: the one who gives, the one who receives, somebody who may assign cases; or several of
// these at once.
struct HandoverPart {
  bool gives = false;
  bool receives = false;
  bool assigns = false;
};

// The status after the step.
// Errors   not_allowed: somebody else takes this step, and the detail says who; stale: it stands where there is no such
//          step; already_there: it has been taken. The part is judged first.
Result<HandoverStatus> step(HandoverStatus at, HandoverStep wanted, const HandoverPart& part);

}  // namespace caseload
