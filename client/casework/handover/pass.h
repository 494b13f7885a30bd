#pragma once

#include "client/casework/cases.h"
#include "client/casework/handover/handover.h"

namespace caseload::client {

// One handover as it stands here, and the acts that pass its case on.
struct HandoverHere {
  HandoverRow row;
  std::string digest;  // of the pack that was offered
};

// Nothing is audited: that is the caller's. Requires a record of the kind `handover`.
HandoverHere read_handover(const Workplace& place, const Id& handover);

// Errors: not_found, unknown_kind.
Result<HandoverHere> find_handover(const Workplace& place, const Id& handover);

HandoverPart part_in(const Workplace& place, const HandoverRow& row);

// The acts that make the receiver lead of the case. Errors: already_there: they are; required: over_capacity_reason.
Result<std::vector<Act>> acts_to_move(Workplace& place, const HandoverRow& row, std::string_view over_capacity_reason);

}  // namespace caseload::client
