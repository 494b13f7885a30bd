#pragma once

#include <optional>
#include <vector>

#include "sync/sharing/mask.h"

namespace caseload::sync {

// A cell in which two masks differ in what may be held: a part is held where it may at least be read.
struct CellChange {
  KindNumber kind = 0;
  SectionNumber section = 0;
  std::optional<CodeNumber> type;     // nothing: every type that neither mask lists
  std::optional<CodeNumber> marking;  // the same
  bool own_work = false;
  bool gained = false;  // otherwise lost

  friend bool operator==(const CellChange&, const CellChange&) = default;
};

// What moving from one mask to another gives and takes.
//
// Promise  exact: an object's cell is in it if, and only if, it may be read under one mask and not under the
//          other. Empty if nothing needs to be sent or withdrawn, though rights to write, or lines, may
//          differ.
std::vector<CellChange> difference(const Mask& before, const Mask& after);

// The mask of just what is gained: what `after` decides in the gained cells, and nothing anywhere else. What
// is lost is gained the other way round.
Mask gained(const Mask& before, const Mask& after);

}  // namespace caseload::sync
