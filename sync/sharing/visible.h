#pragma once

#include <vector>

#include "sync/merge/merge.h"
#include "sync/sharing/mask.h"

namespace caseload::sync {

// What decides which sections of a record somebody sees: the facts of now, never those of a single change, so that
// whoever sees one write of a field sees all of them.
struct RecordFacts {
  Id record;
  Id scope;
  KindNumber kind = 0;
  CodeNumber type = 0;
  CodeNumber marking = 0;
  Id author;  // of the change that created it

  friend bool operator==(const RecordFacts&, const RecordFacts&) = default;
};

// Type and marking as they are in force. Where several markings are equally severe, the first of them.
RecordFacts facts_of(const RecordState& state, const Catalogue& catalogue, const Id& scope, const Id& author);

// The sections that the mask lets this worker read, ascending. Office and device ask this one function.
std::vector<SectionNumber> visible_sections(const Mask& mask, const RecordFacts& record, const Id& worker,
                                            const Catalogue& catalogue);

}  // namespace caseload::sync
