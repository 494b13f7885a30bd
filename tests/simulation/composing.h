#pragma once

#include "sync/merge/compose.h"

namespace caseload::sync {

// What somebody does: fields of one record get values. A record of none is a new one; a scope of none is the record's own.
struct Act {
  KindNumber kind = 0;
  Id scope;
  Id record;
  std::vector<FieldWrite> writes;
};

// By whom, where and when; and which writes of a field its author had seen.
struct Authorship {
  Id author;
  Id id;
  Stamp stamp;
  Known known;
};

// The change as casework would compose it: each field in its section, naming what it replaces.
// Requires fields that the catalogue has.
Change compose_act(const Act& act, const Authorship& by, Random& random);

}  // namespace caseload::sync
