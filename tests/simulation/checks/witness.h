#pragma once

#include <map>
#include <set>
#include <string>

#include "tests/simulation/office.h"
#include "tests/simulation/reference.h"

namespace caseload::sync {

// Violation: an invariant does not hold. The number is that of hazards.md, 2.2.
struct Violation {
  std::string invariant;
  std::string what;
};

inline void demand(bool holds, const char* invariant, const std::string& what) {
  if (!holds) throw Violation{invariant, what};
}

// Witness: what has happened in the world, remembered apart from everybody in it.
struct Witness {
  struct Made {
    Change change;
    Digest digest{};
    std::string by;         // the laptop, or "office"
    bool left_author = false;  // its author's disk was lost, or put back to before it
    bool copy_gone = false;    // and nobody else had it: only the office can still have it
  };

  Witness(const Office& office);
  void made_by(const std::string& laptop, const Change& change);

  std::set<Id> cloned;         // devices of which there is more than one copy
  Reference reference;
  std::map<Id, Made> made;
  std::set<Id> released;
  std::uint64_t position = 0;  // up to here the office's log is in the reference
  std::size_t rules = 0;       // that the reference goes by
  std::uint32_t restores = 0;  // of the office
  std::set<Salt> salts;        // I13: of every part ever made, each another
};

}  // namespace caseload::sync
