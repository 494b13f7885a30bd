#pragma once

#include <optional>
#include <vector>

#include "sync/merge/merge.h"
#include "sync/sharing/mask.h"

namespace caseload::sync {

// What decides which sections of a record somebody sees: the facts of now, never those of a single change, so that
// whoever sees one write of a field sees all of them.
// What the changes held in a late_work record write, as its header says: alike for all of them.
struct HeldFacts {
  KindNumber kind = 0;
  CodeNumber type = 0;
  std::uint32_t sections = 0;  // a bit for each
  Id author;                   // of the record that they write to

  friend bool operator==(const HeldFacts&, const HeldFacts&) = default;
};

struct RecordFacts {
  Id record;
  Id scope;
  KindNumber kind = 0;
  CodeNumber type = 0;
  CodeNumber marking = 0;
  Id author;  // of the change that created it
  std::optional<HeldFacts> held{};  // of a late_work record

  friend bool operator==(const RecordFacts&, const RecordFacts&) = default;
};

// Type and marking as they are in force. Where several markings are equally severe, the first of them.
RecordFacts facts_of(const RecordState& state, const Catalogue& catalogue, const Id& scope, const Id& author);

// The sections that the mask lets this worker read, ascending. Office and device ask this one function. What late work
// says is read by those alone who may write late_work there and read every part of what is held, by its own marking.
std::vector<SectionNumber> visible_sections(const Mask& mask, const RecordFacts& record, const Id& worker,
                                            const Catalogue& catalogue);

}  // namespace caseload::sync
