#pragma once

#include <bitset>
#include <span>
#include <vector>

#include "sync/sharing/rules.h"
#include "sync/sharing/viewer.h"

namespace caseload::sync {

// Decision: what one viewer may do with one object, and the lines of the rules that say so.
//
// Shape    `line` is where the level comes from: the line that took something away, else the line that gave,
//          else 0: no rule allows anything. `locked`: that line is, so no office can loosen it. `decide_line`
//          is the same for the right to decide.
struct Decision {
  Level level = Level::none;
  bool may_decide = false;
  bool locked = false;
  std::uint16_t line = 0;
  std::uint16_t decide_line = 0;

  friend auto operator<=>(const Decision&, const Decision&) = default;
};

// decide: the one place where sharing is decided.
//
// Promise  total: an answer for any facts. Nothing is allowed without a rule; whatever kind, section, role or
//          type of scope the rules do not know gets nothing. `may` only ever adds, `never` and `nobody but`
//          only ever take, in any order of the lines. A viewer of several roles may do what any of them
//          gives, and never what is taken from one of them. `nobody but` makes the lines of other roles give
//          less than the right it names; a line for everyone is the line of no role that it could exempt.
// Header   to see a record is to read its header: the header of a record of which anything is seen is at
//          least read, and written where the viewer wrote the record and may write any of it.
// Decide   who may not read cannot decide.
// Note     a change is judged by the facts before it and by those after it: its own writes of type and
//          marking count.
Decision decide(const Rules& rules, const ViewerFacts& viewer, const ScopeFacts& scope,
                const ObjectFacts& object);

// A line that covers an object and concerns one of the viewer's roles, for people.
struct ExplainedLine {
  std::uint16_t line = 0;
  Verb verb = Verb::may;
  Right right = Right::see;
  bool locked = false;
  bool decides = false;                 // the decision names it
  Conditions missing = condition::any;  // what keeps it from holding; any: it holds

  bool holds() const { return missing == condition::any; }
};

// The decision with every line that had a part in it, or would have had if its conditions were met, by line.
// For a header, the lines that show its record through other sections are among them.
struct Explanation {
  Decision decision;
  std::vector<ExplainedLine> lines;
};
Explanation explain(const Rules& rules, const ViewerFacts& viewer, const ScopeFacts& scope,
                    const ObjectFacts& object);

// The rules, by their index, that hold for a viewer on a scope whatever the object: role held and conditions
// met, own work left aside. Scopes of one type with the same set have the same mask. Empty for who is not
// active.
using LineSet = std::bitset<rules_max>;
LineSet lines_that_hold(const Rules& rules, const ViewerFacts& viewer, const ScopeFacts& scope);

// Whether a rule is about an object, whoever looks. Requires a kind that the rules know.
bool covers(const Rules& rules, const Rule& rule, const ObjectFacts& object);

// The decisions for all sections of a record at once, in the order of KnownKind::sections, of which the first
// is the header. `covering` has the indexes of the rules that cover each.
std::vector<Decision> decide_sections(const Rules& rules,
                                      std::span<const std::vector<std::uint16_t>> covering,
                                      const LineSet& holding, bool own_work);

}  // namespace caseload::sync
