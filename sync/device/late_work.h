#pragma once

#include <map>

#include "common/record/kinds.h"
#include "sync/device/device_store.h"

namespace caseload::sync {

// A device's own late work, and what people decided about it. The office tells its author in the worker's own file
// (kind late_answer), which comes by the feed like everything else, whatever became of the case.

// By change. Of a change that was judged twice, as after a restore, the later answer counts.
std::map<Id, LateDecision> late_answers(const DeviceStore& store, const Catalogue& catalogue);

// What the office holds outside its log, judged or not.
std::vector<Id> late_and_declined(const DeviceStore& store);

// Late work that was declined is so from now on: it waits for nobody. Requires an open transaction.
void take_declined(DeviceStore& store, const Catalogue& catalogue);

}  // namespace caseload::sync
