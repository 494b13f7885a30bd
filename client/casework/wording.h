#pragma once

#include <string>
#include <string_view>

#include "common/base/fault.h"

namespace caseload::client {

// Wording: each Fault told to a person.
//
// Shape    what happened · what is safe · what to do now. The Fault's own detail (a field, a limit, a line of the
//          rules) follows what happened; it is ours, so it may be shown.
// Promise  every code of the closed list has words of its own.
struct Wording {
  std::string happened;
  std::string kept;
  std::string remedy;
};
Wording wording_of(const Fault& fault);

// The words of a code as they stand in the table; nothing of a number that is in no list.
struct WordingRow {
  Fault::Code code;
  std::string_view happened;
  std::string_view kept;
  std::string_view remedy;
};
const WordingRow* find_wording(Fault::Code code);

}  // namespace caseload::client
