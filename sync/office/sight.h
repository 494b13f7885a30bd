#pragma once

#include <map>
#include <optional>
#include <vector>

#include "sync/office/reach.h"

namespace caseload::sync {

// Sight: which sections a session's device may see of records.
//
// Promise  as the log stands at the session's last position. The facts of each record are read once, however many of
//          its changes are asked for.
// Threads  one owner.
class Sight {
 public:
  explicit Sight(const ReachContext& with) : with_(with), facts_(with.store, with.catalogue, {with.now, with.upto}) {}

  std::vector<SectionNumber> seen(const Mask& mask, const Id& record);
  // Beyond what the device held by the mask of before. Requires an entry with a backfill.
  std::vector<SectionNumber> newly_seen(const CoverageEntry& entry, const Id& record);

 private:
  const ReachContext& with_;
  OfficeFacts facts_;
  std::map<Id, std::optional<RecordFacts>> records_;
};

// Whether it moves the visibility of a record that was there before.
bool moves_visibility(const Change& change);

}  // namespace caseload::sync
