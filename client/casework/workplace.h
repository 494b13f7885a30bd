#pragma once

#include <memory>
#include <string>

#include "client/store/audit.h"
#include "client/store/device_store.h"
#include "client/store/drafts.h"
#include "common/time/zone.h"
#include "sync/sharing/lease.h"

namespace caseload::sync {
class CompiledRules;
}

namespace caseload::client {

// The sharing rules as they were compiled last: once for a version of their text, and not once for each act.
struct RulesCompiled {
  std::string text;
  std::shared_ptr<const sync::CompiledRules> rules;
};

// Workplace: one person at work on one unlocked profile; whatever casework needs, handed in.
//
// Shape    references to what the program opened, who the person is, and how long the device may work without contact.
//          Stamps continue from the store's last one, so no clock of its own lives here.
// Threads  one owner, the database's.
struct Workplace {
  SqlDeviceStore& store;
  AuditTrail& audit;
  Drafts& drafts;
  const Clock& clock;
  Zone zone;  // in which people type and read times
  Random& random;
  Id worker;
  Id device;
  sync::Lease lease;
  sync::TimeFloor floor;
  mutable RulesCompiled compiled{};

  const Catalogue& catalogue() const { return store.catalogue(); }
  sync::LeaseVerdict lease_now() const { return judge_lease(lease, floor, clock.now()); }
};

}  // namespace caseload::client
