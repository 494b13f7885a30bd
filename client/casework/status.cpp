#include "client/casework/status.h"

#include <algorithm>

#include "client/casework/attention/attention.h"
#include "client/casework/conflicts.h"
#include "client/casework/late/late_work.h"
#include "common/record/kinds.h"

namespace caseload::client {

Status status_but_deadlines(const Workplace& place) {
  const SqlDeviceStore& store = place.store;
  const sync::DeviceState state = store.state();
  Status found;
  found.unsent = store.unsent().size();
  for (const sync::WaitingSegment& segment : store.waiting()) found.waiting += segment.changes.size();
  found.late = store.late().size();
  found.late_to_judge = count_late_asked(place);
  found.drafts = place.drafts.all().size();
  found.conflicts = count_conflicts(place);
  const auto is_here = [&](const Id& id) { return store.find_record(id).has_value(); };
  const std::vector<Id> cases = store.records().of_kind(kinds::case_file);
  found.cases = static_cast<std::size_t>(std::ranges::count_if(cases, is_here));
  for (const auto& [scope, entry] : store.coverage()) found.arriving += entry.backfill ? 1U : 0U;
  if (!state.ledger.heads.empty()) {
    const sync::TreeHead& head = state.ledger.heads.back().body;
    found.last_session = head.at;
    found.tree_size = head.tree.size;
  }
  found.lease = place.lease_now();
  found.lease_until = place.lease.until();
  found.clock_offset = Duration(state.clock_offset_ms);
  return found;
}

Status status(const Workplace& place) {
  Status found = status_but_deadlines(place);
  for (const auto& [scope, attention] : weigh_cases(place)) {
    found.overdue += attention.counts.overdue;
    found.due_soon += attention.counts.soon;
  }
  return found;
}

}  // namespace caseload::client
