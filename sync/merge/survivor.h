#pragma once

#include <functional>
#include <vector>

#include "common/base/id.h"

namespace caseload::sync {

// Which case survives when cases were merged: `merged_into` on the loser names the case it became part of.
//
// Promise  chains end at a survivor. A cycle, which two offices can make without knowing of each other, is settled at
//          its smallest id on every device alike, and asks a person. Undo is clearing the field: nothing else was
//          moved.
// Limits   chains of more than 64 are cut there, and ask a person too.
struct Survivor {
  Id scope;
  bool asks = false;  // a cycle, or a chain too long
};

constexpr std::size_t merge_chain_max = 64;

// merged_into(case) is none where the case was not merged.
Survivor find_survivor(const Id& scope, const std::function<Id(const Id&)>& merged_into);

}  // namespace caseload::sync
