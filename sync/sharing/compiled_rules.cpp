#include "sync/sharing/compiled_rules.h"

#include <algorithm>
#include <limits>

namespace caseload::sync {
namespace {

// A code that nobody knows, to ask what such codes are given.
CodeNumber unknown_code(const std::vector<CodeNumber>& known) {
  CodeNumber code = std::numeric_limits<CodeNumber>::max();
  while (std::binary_search(known.begin(), known.end(), code)) --code;
  return code;
}

bool is_about(const Rule& rule, KindNumber kind) {
  return std::any_of(rule.targets.begin(), rule.targets.end(),
                     [&](const Target& target) { return target.kind == every_kind || target.kind == kind; });
}

}  // namespace

CompiledRules::CompiledRules(Rules rules) : rules_(std::move(rules)) {
  for (std::size_t kind = 0; kind < rules_.kinds.size(); ++kind) blocks_.push_back(compile(kind));
}

CompiledRules::Sheet CompiledRules::sheet(const KnownKind& kind, ObjectFacts object) const {
  Sheet sheet{object.own_work, std::vector<std::vector<std::uint16_t>>(kind.sections.size())};
  for (std::size_t s = 0; s < kind.sections.size(); ++s) {
    object.section = kind.sections[s];
    for (std::size_t i = 0; i < rules_.rules.size(); ++i)
      if (covers(rules_, rules_.rules[i], object)) sheet.covering[s].push_back(static_cast<std::uint16_t>(i));
  }
  return sheet;
}

CompiledRules::Block CompiledRules::compile(std::size_t index) const {
  const KnownKind& kind = rules_.kinds[index];
  Block block;
  block.kind = index;
  for (const Rule& rule : rules_.rules) {
    if (!is_about(rule, kind.number)) continue;
    if (!rule.types.empty()) block.types = kind.types;
    if (!rule.markings.empty()) block.markings = rules_.markings;
  }
  for (const bool own : {false, true})
    for (std::size_t t = 0; t <= block.types.size(); ++t)
      for (std::size_t m = 0; m <= block.markings.size(); ++m) {
        const CodeNumber type = t == 0 ? unknown_code(kind.types) : block.types[t - 1];
        const CodeNumber marking = m == 0 ? unknown_code(rules_.markings) : block.markings[m - 1];
        Sheet made = sheet(kind, {kind.number, header::section, type, marking, own});
        const auto known = std::find(block.sheets.begin(), block.sheets.end(), made);
        block.places.push_back(static_cast<std::size_t>(known - block.sheets.begin()));
        if (known == block.sheets.end()) block.sheets.push_back(std::move(made));
      }
  return block;
}

Mask CompiledRules::mask(const ViewerFacts& viewer, const ScopeFacts& scope) const {
  return mask(scope.type, lines_that_hold(rules_, viewer, scope));
}

Mask CompiledRules::mask(ScopeType type, const LineSet& holding) const {
  std::vector<MaskRow> rows;
  for (const Block& block : blocks_) {
    const KnownKind& kind = rules_.kinds[block.kind];
    if (kind.scope != type) continue;
    std::vector<std::vector<Decision>> decided;
    for (const Sheet& sheet : block.sheets)
      decided.push_back(decide_sections(rules_, sheet.covering, holding, sheet.own_work));
    std::vector<std::vector<Decision>> sheets;
    for (const std::size_t place : block.places) sheets.push_back(decided[place]);
    rows.push_back(make_row({kind.number, kind.sections, block.types, block.markings, sheets}));
  }
  return Mask(std::move(rows));
}

const Mask& MadeMasks::mask(const ViewerFacts& viewer, const ScopeFacts& scope) {
  const LineSet holding = lines_that_hold(rules_.rules(), viewer, scope);
  const auto [at, is_new] = made_[scope.type].try_emplace(holding);
  if (is_new) at->second = rules_.mask(scope.type, holding);
  return at->second;
}

}  // namespace caseload::sync
