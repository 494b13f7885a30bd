#pragma once

#include <string>
#include <vector>

#include "server/office/office.h"

namespace caseload::server {

// What other rules would give and take, before anybody is given anything: today's facts, both rules, every worker
// who is
// active and every case.
//
// Shape    counted by role and by what: "note.narrative" may be read, no more be read, written … in how many
//          cases, by how
//          many workers. Cases by identifier, for whoever looks further; nobody's client is named.
// Promise  exact in what may be read, whatever a record's type, marking and author. Rights to write and to decide are
//          those on records of no type and no marking, of others.
struct RulesEffect {
  std::string role;
  std::string what;     // kind.section
  std::string becomes;  // read, not_read, written, not_written, decided, not_decided
  std::size_t cases = 0;
  std::size_t workers = 0;

  friend bool operator==(const RulesEffect&, const RulesEffect&) = default;
};
struct CaseEffect {
  Id scope;
  std::string role;
  std::size_t gains = 0;   // sections, of which something may be read that could not
  std::size_t losses = 0;
};
struct RulesSimulation {
  std::size_t cases = 0;    // looked at
  std::size_t workers = 0;  // likewise
  std::vector<RulesEffect> effects;    // by role and what
  std::vector<CaseEffect> cases_moved;  // by case and role
};
// Errors   none. Threads: that of the office's store, or of a snapshot's.
RulesSimulation simulate_rules(const Office& office, const sync::Rules& wanted);

}  // namespace caseload::server
