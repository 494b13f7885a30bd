#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sync/sharing/rules.h"

namespace caseload::sync {

constexpr std::size_t rules_bytes_max = 64U << 10;  // seven times the default rules
constexpr std::size_t rules_lines_max = 2000;      // comments and empty lines among them
constexpr std::size_t rule_line_bytes_max = 1000;  // a line longer than any screen hides its end
constexpr std::size_t rule_problems_max = 100;     // told at once; more is another kind of file

// Rules as text: one rule a line, for an information officer to read, sign and version.
//
// Shape    line       := [ declaration | rule ] [ '#' comment ]
//          declaration := 'role' NAME
//          rule       := [ 'locked:' ] who what target+ [ 'type' NAME+ ] [ 'marking' NAME+ ] [ conditions ]
//          who what   := WHO 'may' ( see | read | write | decide )              WHO: a role, or everyone
//                      | WHO 'never' ( sees | reads | writes | decides )
//                      | 'nobody but' ROLE ( 'or' ROLE )* ( sees | reads | writes | decides )
//          target     := kind '.' section | kind '.*' | '*'
//          conditions := ( 'if' condition | 'in own unit' ) ( 'and' condition )*
//          condition  := assigned | supervising | in own unit | referred | own work | emergency
//                      | consent NAME | any
//          A `may` names its condition, so that one forgotten opens nothing; `if any` is for what is always
//          so. `locked:` stands before `never` and `nobody but` only; `nobody but` has no condition; `any`
//          stands alone.
// Promise  read_rules(print_rules(rules)) == rules, line numbers and comments included; what prints alike is
//          one version.
// Errors   each says "line N, column M", what was expected and, of the words that are known here, the nearest
//          one. It never repeats what the file says. bad_line: not of this shape; bad_name: a word that is
//          not known; bad_rule: of this shape, but not allowed; already_there: said twice; too_large,
//          too_many: a limit; text_…: not text.
struct RuleProblem {
  std::uint16_t line = 0;
  std::uint16_t column = 0;  // from 1, in bytes
  Fault fault;
};

// What was read, and everything that is wrong with it, by line. Rules with problems are for nobody's use.
struct RulesReading {
  Rules rules;
  std::vector<RuleProblem> problems;
};
RulesReading read_rules(std::string_view text, const Catalogue& catalogue);

// The same for those who need only rules that are right: the first problem is the Fault.
Result<Rules> parse_rules(std::string_view text, const Catalogue& catalogue);

// The text in its one form, line for line. Requires rules read with this catalogue or one that it extends.
std::string print_rules(const Rules& rules, const Catalogue& catalogue);
std::string print_rule(const Rules& rules, const Rule& rule, const Catalogue& catalogue);

// One condition of a word, for people: "assigned", "consent service".
std::vector<std::string> print_conditions(const Rules& rules, Conditions conditions);

// The version of the rules: a digest of the printed text.
Digest version_of(const Rules& rules, const Catalogue& catalogue);

// Whether an office's rules keep every locked line of those they replace. Faults: not_allowed, naming the
// line of `before` that is missing.
Result<void> keeps_locked(const Rules& before, const Rules& after, const Catalogue& catalogue);

}  // namespace caseload::sync
