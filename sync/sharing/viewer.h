#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "common/record/catalogue.h"
#include "common/record/kinds.h"

namespace caseload::sync {

// The facts that rules look at. Whoever makes them (the office from its directory and the records of the
// scope) states what holds now: whatever has ended or not begun is left out, and `next_change` says when that
// will next be different. Until somebody is assigned to a new case, its author counts as its lead, or nobody
// could begin one without the office.

// One role, held in one unit. Who has two of them acts in each by itself.
struct Membership {
  Id unit;
  std::string role;
};

struct ViewerFacts {
  Id worker;
  Id provider;                           // none for the office's own people
  Standing standing = Standing::active;  // of the device; anything else is given nothing
  std::vector<Membership> memberships;
  std::optional<WallTime> next_change;
};

struct AssignmentFact {
  Id worker;
  AssignmentRole as = AssignmentRole::lead;
};

struct ScopeFacts {
  Id scope;
  ScopeType type = ScopeType::case_file;
  bool merged = false;  // into another one, which decides
  Id unit;   // whose case, worker or unit this is; none for the office
  Id owner;  // of a worker's file: the worker
  std::vector<AssignmentFact> assignments;
  std::vector<Id> referrals;          // providers and workers to whom the case is referred
  std::vector<std::string> consents;  // by name, as the client gave them
  std::vector<Id> emergency;          // workers who opened the case in an emergency
  std::optional<WallTime> next_change;
};

// What is looked at: the records of one kind, note type and marking, in one section.
struct ObjectFacts {
  KindNumber kind = 0;
  SectionNumber section = 0;
  CodeNumber type = 0;  // header::type, 0 where none was written
  CodeNumber marking =
      0;                  // header::marking, 0 where none was written: then it counts as the least protective
  bool own_work = false;  // the viewer is the author of the record

  friend bool operator==(const ObjectFacts&, const ObjectFacts&) = default;
};

// When what a viewer may do on a scope must be asked again at the latest, though nobody changes anything.
inline std::optional<WallTime> next_expiry(const ViewerFacts& viewer, const ScopeFacts& scope) {
  if (!viewer.next_change || !scope.next_change)
    return viewer.next_change ? viewer.next_change : scope.next_change;
  return std::min(*viewer.next_change, *scope.next_change);
}

}  // namespace caseload::sync
