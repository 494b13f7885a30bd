#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "sync/sharing/mask.h"

namespace caseload::sync {

// CompiledRules: rules prepared once for a version, so that masks are made quickly.
//
// Promise  mask(viewer, scope) looks up what decide(rules, viewer, scope, …) decides. A mask depends on the
//          type of the scope and on the lines that hold, and on nothing else: whoever makes many keeps them
//          by these two.
// Threads  a value; read from any thread.
class CompiledRules {
 public:
  explicit CompiledRules(Rules rules);

  const Rules& rules() const { return rules_; }
  Mask mask(const ViewerFacts& viewer, const ScopeFacts& scope) const;
  Mask mask(ScopeType type, const LineSet& holding) const;

 private:
  // The rules that cover each section of a record, for own work or others'.
  struct Sheet {
    bool own_work = false;
    std::vector<std::vector<std::uint16_t>> covering;
    friend bool operator==(const Sheet&, const Sheet&) = default;
  };
  struct Block {
    std::size_t kind = 0;              // in rules_.kinds
    std::vector<CodeNumber> types;     // those worth telling apart: none if no rule names types of this kind
    std::vector<CodeNumber> markings;  // the same
    std::vector<Sheet> sheets;         // each once
    std::vector<std::size_t> places;   // the sheet of every own, type and marking, as in RowSource
  };

  Block compile(std::size_t kind) const;
  Sheet sheet(const KnownKind& kind, ObjectFacts object) const;

  Rules rules_;
  std::vector<Block> blocks_;
};

// MadeMasks: masks of rules that stay as they are meanwhile, each made once: a viewer's thousands of scopes need a
// dozen.
//
// Promise  mask(viewer, scope) == rules.mask(viewer, scope).
// Threads  one owner.
class MadeMasks {
 public:
  explicit MadeMasks(const CompiledRules& rules) : rules_(rules) {}

  const Mask& mask(const ViewerFacts& viewer, const ScopeFacts& scope);

 private:
  const CompiledRules& rules_;
  std::map<ScopeType, std::unordered_map<LineSet, Mask>> made_;
};

}  // namespace caseload::sync
