#pragma once

#include "sync/office/facts.h"

namespace caseload::sync {

// judge: whether the office takes a change into its log, or holds it for a person.
//
// Gives    nothing to say: accepted. Otherwise the reason for which it becomes late work:
//            suspended      the device may push, and a person looks at all of it
//            not_allowed    the author may not write this now; or it decides a conflict of protection downwards
//            held           it builds on something that is itself held
//            not_found      it writes to a record that the office does not have in this scope
//            already_there  a second write to a field that is written once
//            unknown_kind, unknown_field, wrong_section, bad_value … what the catalogue does not know or allow
// Promise  a change is judged whole, by the facts before it and after it, and by nothing but the log and these
//          arguments.
// Requires a whole change whose form was checked, of a segment that verified.
struct Judging {
  const OfficeStore& store;
  const Catalogue& catalogue;
  MadeMasks& masks;
  const OfficeDevice& device;
  WallTime now;
};
Result<void> judge(const Judging& with, const Change& change);

}  // namespace caseload::sync
