#pragma once

#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "common/record/catalogue.h"

namespace caseload::sync {

constexpr std::size_t rules_max = 512;  // a person reads and signs them, and a LineSet has a bit for each

enum class Level : std::uint8_t { none = 0, see = 1, read = 2, write = 3 };

// What a rule gives or takes. Taking one takes what is above it too; the right to decide stands by itself.
enum class Right : std::uint8_t { see = 1, read = 2, write = 3, decide = 4 };

// A rule gives, takes from one role, or takes from all roles but some.
enum class Verb : std::uint8_t { may, never, nobody_but };

// Conditions as bits of a word, so that "all of them hold" is one operation. Bits from consent_first on stand
// for the names in Rules::consents.
//   assigned     lead or co-worker of the case; of a worker's file, the worker
//   supervising  assigned as supervisor
//   in own unit  the unit for which the role is held is the unit of the scope
//   referred     the case is referred to the viewer or to the viewer's provider, or the viewer is assigned as
//                provider
//   own work     the viewer is the author of the record
//   emergency    the viewer opened the case in an emergency, and it has not ended
using Conditions = std::uint64_t;
namespace condition {
constexpr Conditions any = 0;
constexpr Conditions assigned = 1;
constexpr Conditions supervising = 2;
constexpr Conditions in_own_unit = 4;
constexpr Conditions referred = 8;
constexpr Conditions own_work = 16;
constexpr Conditions emergency = 32;
constexpr unsigned consent_first = 8;
constexpr std::size_t consents_max = 56;
}  // namespace condition

using RoleNumber = std::uint8_t;    // from 1, in the order in which the rules name them
constexpr RoleNumber everyone = 0;  // whoever holds any role that the rules name
constexpr std::size_t roles_max = 64;
constexpr KindNumber every_kind = 0;  // in a target; no kind has this number
constexpr int every_section = -1;
constexpr std::size_t types_max = 500;    // of a kind whose types a rule names, and
constexpr std::size_t markings_max = 15;  // likewise, so that a mask stays small whatever a framework adds

// Target: what a rule is about: one section of a kind, all of them, or everything.
struct Target {
  KindNumber kind = every_kind;
  int section = every_section;
  friend bool operator==(const Target&, const Target&) = default;
};

// One line of the rules. Empty types or markings mean all of them, those nobody knows included. Where a rule
// names some, a code that nobody knows counts as the most protective: nothing that gives covers it, and all
// that takes does.
struct Rule {
  std::uint16_t line = 0;
  bool locked = false;
  Verb verb = Verb::may;
  Right right = Right::see;
  std::vector<RoleNumber> roles;  // one; of nobody_but the exempt ones, ascending
  std::vector<Target> targets;
  std::vector<CodeNumber> types;     // ascending
  std::vector<CodeNumber> markings;  // ascending
  Conditions conditions = condition::any;
  friend bool operator==(const Rule&, const Rule&) = default;
};

// What the rules may be about: the kinds of the catalogue, as far as deciding needs them.
struct KnownKind {
  KindNumber number = 0;
  ScopeType scope = ScopeType::case_file;
  std::vector<SectionNumber> sections;  // ascending, the header among them
  std::vector<CodeNumber> types;        // ascending; 0, for none written, among them
  friend bool operator==(const KnownKind&, const KnownKind&) = default;
};

// RoleLine: where a role is declared.
struct RoleLine {
  std::uint16_t line = 0;
  std::string name;
  friend bool operator==(const RoleLine&, const RoleLine&) = default;
};

// CommentLine: kept, because whoever signs the rules signs their reasons too.
struct CommentLine {
  std::uint16_t line = 0;
  std::string text;  // what follows the '#'
  friend bool operator==(const CommentLine&, const CommentLine&) = default;
};

// Rules: who may do what, as one text says it. rules_text reads and prints them, decide applies them.
//
// Promise  equal rules have equal texts, comments and line numbers included.
struct Rules {
  std::vector<RoleLine> roles;  // RoleNumber 1 is the first
  std::vector<Rule> rules;      // by line, one a line
  std::vector<CommentLine> comments;
  std::vector<std::string> consents;
  std::vector<KnownKind> kinds;      // by number
  std::vector<CodeNumber> markings;  // ascending, those that are known; 0, for none written, among them
  CodeNumber marking_of_none = 0;    // the least protective: what a record without a marking counts as
  std::uint16_t line_count = 0;

  const KnownKind* find_kind(KindNumber number) const;
  friend bool operator==(const Rules&, const Rules&) = default;
};

}  // namespace caseload::sync
