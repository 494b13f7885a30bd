#include <algorithm>

#include "common/crypto/hash.h"
#include "sync/sharing/rules_text.h"
#include "sync/sharing/rules_words.h"

namespace caseload::sync {
namespace {

std::string_view role_name(const Rules& rules, RoleNumber role) {
  return role == everyone ? std::string_view("everyone") : std::string_view(rules.roles[role - 1U].name);
}

std::string print_target(const Target& target, const Catalogue& catalogue) {
  if (target.kind == every_kind) return "*";
  const KindEntry* kind = catalogue.find_kind(target.kind);
  CHECK(kind != nullptr, "rules printed with another catalogue than they were read with");
  if (target.section == every_section) return kind->name + ".*";
  const SectionEntry* section = kind->find_section(static_cast<SectionNumber>(target.section));
  CHECK(section != nullptr, "rules printed with another catalogue than they were read with");
  return kind->name + "." + section->name;
}

std::string print_codes(std::string_view clause, const std::vector<CodeNumber>& codes, const CodeList* list) {
  std::string text;
  for (const CodeNumber code : codes) {
    const CodeEntry* entry = find_code(list, code);
    CHECK(entry != nullptr, "rules printed with another catalogue than they were read with");
    text += (text.empty() ? " " + std::string(clause) + " " : " ") + entry->name;
  }
  return text;
}

std::string print_who(const Rules& rules, const Rule& rule) {
  const auto word = std::find_if(right_words.begin(), right_words.end(),
                                 [&](const RightWord& each) { return each.right == rule.right; });
  if (rule.verb == Verb::may)
    return std::string(role_name(rules, rule.roles.front())) + " may " + std::string(word->gives);
  if (rule.verb == Verb::never)
    return std::string(role_name(rules, rule.roles.front())) + " never " + std::string(word->takes);
  std::string text = "nobody but ";
  for (std::size_t i = 0; i < rule.roles.size(); ++i)
    text += (i == 0 ? "" : " or ") + std::string(role_name(rules, rule.roles[i]));
  return text + " " + std::string(word->takes);
}

std::string print_clause(const Rules& rules, const Rule& rule) {
  if (rule.conditions == condition::any) return rule.verb == Verb::may ? " if any" : "";
  std::string text;
  for (const std::string& each : print_conditions(rules, rule.conditions))
    text += (text.empty() ? "" : " and ") + each;
  return (text.starts_with("in own unit") ? " " : " if ") + text;
}

}  // namespace

std::vector<std::string> print_conditions(const Rules& rules, Conditions conditions) {
  std::vector<std::string> texts;
  for (const ConditionWord& word : condition_words)
    if ((conditions & word.bit) != 0) texts.emplace_back(word.text);
  for (std::size_t i = 0; i < rules.consents.size(); ++i)
    if ((conditions >> (condition::consent_first + i) & 1) != 0)
      texts.push_back("consent " + rules.consents[i]);
  return texts;
}

std::string print_rule(const Rules& rules, const Rule& rule, const Catalogue& catalogue) {
  std::string text = (rule.locked ? "locked: " : "") + print_who(rules, rule);
  for (const Target& target : rule.targets) text += " " + print_target(target, catalogue);
  text += print_codes("type", rule.types, type_list(catalogue, rule.targets.front().kind));
  text += print_codes("marking", rule.markings, marking_list(catalogue));
  return text + print_clause(rules, rule);
}

std::string print_rules(const Rules& rules, const Catalogue& catalogue) {
  std::vector<std::string> lines(rules.line_count);
  for (const RoleLine& role : rules.roles) lines[role.line - 1U] = "role " + role.name;
  for (const Rule& rule : rules.rules) lines[rule.line - 1U] = print_rule(rules, rule, catalogue);
  for (const CommentLine& comment : rules.comments) {
    std::string& line = lines[comment.line - 1U];
    line += (line.empty() ? "#" : "  #") + comment.text;
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

Digest version_of(const Rules& rules, const Catalogue& catalogue) {
  const std::string labelled = "caseload/rules/1" + print_rules(rules, catalogue);
  return sha256(as_bytes(labelled));
}

Result<void> keeps_locked(const Rules& before, const Rules& after, const Catalogue& catalogue) {
  std::vector<std::string> kept;
  for (const Rule& rule : after.rules)
    if (rule.locked) kept.push_back(print_rule(after, rule, catalogue));
  for (const Rule& rule : before.rules) {
    if (!rule.locked ||
        std::find(kept.begin(), kept.end(), print_rule(before, rule, catalogue)) != kept.end())
      continue;
    return Fault(Fault::not_allowed,
                 "locked line " + std::to_string(rule.line) + " of the rules in force is missing");
  }
  return {};
}

}  // namespace caseload::sync
