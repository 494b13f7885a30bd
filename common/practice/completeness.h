#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/record/catalogue.h"

namespace caseload {

// What a record must say before it counts, and what it cannot say: facts in, findings out.

// One value of a record as it would be after an act; `written`: by this act, and not before.
struct FieldFact {
  FieldNumber field = 0;
  Value value;
  bool written = true;
};

// Finding: one thing that is missing, or that cannot be.
//
// Shape    the field that somebody looks at; what kind of failure it is; and, for bad_value, why, in words that follow
//          the field's name: "before plan.content.starts". `must`: it stands in the way; otherwise it is advice.
struct Finding {
  const FieldEntry* field = nullptr;
  Fault::Code code = Fault::required;
  std::string why{};
  bool must = true;
};

constexpr std::size_t weighty_letters_min = 6;  // of impact and rationale: "n/a", "none" and "…" say nothing

// What a note lacks before it can be signed.
//
// Promise  type and text are demanded of every note; impact_on_person and rationale, in at least weighty_letters_min
//          letters, of oversight, decision and supervision. Advice: the result, where the client was met or reached.
// Requires the kind `note`.
std::vector<Finding> lacks_to_sign(const KindEntry& note, std::span<const FieldFact> facts);

// What contradicts itself or the calendar: an end before its start, a birth in the future. Only what the act writes is
// looked at, so that an old mistake stops nobody from writing something else.
std::vector<Finding> contradictions(const KindEntry& kind, std::span<const FieldFact> facts, Date today);

// Whether the field, a day, tells of something that has happened.
bool lies_in_the_past(const KindEntry& kind, const FieldEntry& field);

// A note of the client having been met, called or written to.
bool is_contact(CodeNumber note_type);

}  // namespace caseload
