#pragma once

#include "tests/simulation/checks/witness.h"

namespace caseload::sync {

// OfficeChecks: what must hold of the office after everything it commits.
//
//   I3   a change has at most one position, and positions have no gaps
//   I6   a record's first change comes before the others; what is replaced, before what replaces it
//   I7   the log and the ledger grow, but for a restore; a head's time too
//   I9   every head contains all earlier ones of its restore epoch
//   I10  what is accepted was written by its device's worker, who had the right to it by the reference
class OfficeChecks {
 public:
  OfficeChecks(const Office& office, Witness& witness) : office_(office), witness_(witness) {}

  void look();      // after any step that may have reached the office's store
  void restored();  // the office was put back to a backup

 private:
  void take_accepted(const OfficeChange& accepted);
  bool had_right(const OfficeChange& accepted, const Change& change, bool after) const;
  void look_at_head();

  const Office& office_;
  Witness& witness_;
  std::uint64_t operations_ = 0;
  std::optional<TreeHead> head_;
};

}  // namespace caseload::sync
