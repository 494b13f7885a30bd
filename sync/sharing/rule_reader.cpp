#include "sync/sharing/rule_reader.h"

#include <algorithm>

#include "common/base/nearest.h"
#include "sync/sharing/rules_words.h"

namespace caseload::sync {
namespace {

constexpr std::size_t name_bytes_max = 40;
constexpr auto reserved =
    std::to_array<std::string_view>({"role", "everyone", "nobody", "but", "or", "locked", "may", "never",
                                     "type", "marking", "if", "and", "in", "any"});
constexpr auto clause_words = std::to_array<std::string_view>({"type", "marking", "if", "in"});

template <class All, class One>
bool contains(const All& all, const One& one) {
  return std::find(std::begin(all), std::end(all), one) != std::end(all);
}

template <class Entries>
Candidates names_of(const Entries& entries) {
  Candidates names;
  for (const auto& entry : entries) names.push_back(entry.name);
  return names;
}

}  // namespace

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= name_bytes_max && is_letter(text.front()) &&
         !contains(reserved, text) && std::all_of(text.begin(), text.end(), [&](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
         });
}

bool Complaints::add(Fault::Code code, std::size_t column, const std::string& what) {
  const std::string where = "line " + std::to_string(line_) + ", column " + std::to_string(column) + ": ";
  if (to_.size() < rule_problems_max)
    to_.push_back({line_, static_cast<std::uint16_t>(column), Fault(code, where + what)});
  return false;
}

bool Complaints::unknown(const Word& word, const std::string& what, const Candidates& known) {
  const std::string_view nearest = find_nearest(word.text, known);
  return add(Fault::bad_name, word.column,
             nearest.empty() ? what : what + "; nearest: " + std::string(nearest));
}

bool RuleReader::read(const WordLine& line) {
  line_ = &line;
  at_ = 0;
  rule_ = {};
  rule_.line = line.number;
  rule_.locked = take("locked:");
  if (!read_who() || !read_targets() || !read_types() || !read_markings() || !read_conditions()) return false;
  if (!at_end()) return expected("the end of the line");
  rules_.rules.push_back(rule_);
  return true;
}

bool RuleReader::take(std::string_view text) {
  if (at_end() || here().text != text) return false;
  ++at_;
  return true;
}

// Several words, of which the first alone tells what is meant.
bool RuleReader::take_all(std::string_view words) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (!take(words.substr(0, end))) return false;
    words = words.substr(std::min(end + 1, words.size()));
  }
  return true;
}

bool RuleReader::expected(const std::string& what) {
  return complaints_.add(Fault::bad_line, here().column, "expected " + what);
}

bool RuleReader::said_twice(const Word& word) {
  return complaints_.add(Fault::already_there, word.column, "said before in this line");
}

bool RuleReader::read_who() {
  if (take("nobody")) return read_exempt();
  RoleNumber role = everyone;
  if (!take("everyone") && !read_role(role)) return false;
  rule_.roles.push_back(role);
  const Word verb = here();
  if (take("never")) {
    rule_.verb = Verb::never;
    return read_right("sees, reads, writes or decides");
  }
  if (!take("may")) return expected("may or never");
  if (rule_.locked)
    return complaints_.add(Fault::bad_rule, verb.column, "locked: is for never and nobody but");
  return read_right("see, read, write or decide");
}

bool RuleReader::read_exempt() {
  rule_.verb = Verb::nobody_but;
  if (!take("but")) return expected("but");
  do {
    const Word word = here();
    RoleNumber role = everyone;
    if (!read_role(role)) return false;
    if (contains(rule_.roles, role)) return said_twice(word);
    rule_.roles.push_back(role);
  } while (take("or"));
  std::sort(rule_.roles.begin(), rule_.roles.end());
  return read_right("sees, reads, writes or decides");
}

bool RuleReader::read_role(RoleNumber& role) {
  if (at_end()) return expected("a role");
  const auto found = std::find_if(rules_.roles.begin(), rules_.roles.end(),
                                  [&](const RoleLine& line) { return line.name == here().text; });
  if (found == rules_.roles.end()) {
    Candidates known = names_of(rules_.roles);
    known.insert(known.end(), {"role", "everyone", "nobody", "locked:"});
    return complaints_.unknown(here(), "no role of this name is declared", known);
  }
  role = static_cast<RoleNumber>(found - rules_.roles.begin() + 1);
  ++at_;
  return true;
}

bool RuleReader::read_right(const std::string& choices) {
  for (const RightWord& word : right_words) {
    if (!take(rule_.verb == Verb::may ? word.gives : word.takes)) continue;
    rule_.right = word.right;
    return true;
  }
  return expected(choices);
}

bool RuleReader::read_targets() {
  while (!at_end() && !contains(clause_words, here().text)) {
    Target target;
    if (!read_target(target)) return false;
    if (contains(rule_.targets, target)) return said_twice(here());
    rule_.targets.push_back(target);
    ++at_;
  }
  return !rule_.targets.empty() || expected("what the rule is about: kind.section, kind.* or *");
}

bool RuleReader::read_target(Target& target) {
  const Word word = here();
  if (word.text == "*") return true;
  const std::size_t dot = std::min(word.text.find('.'), word.text.size());
  const KindEntry* kind = catalogue_.find_kind(word.text.substr(0, dot));
  if (kind == nullptr) {
    Candidates known = names_of(catalogue_.kinds());
    if (dot == word.text.size()) known.insert(known.end(), clause_words.begin(), clause_words.end());
    return complaints_.unknown({word.text.substr(0, dot), word.column}, "no such kind", known);
  }
  if (dot == word.text.size()) return expected("its section too, or " + kind->name + ".*");
  target.kind = kind->number;
  const Word section{word.text.substr(dot + 1), word.column + dot + 1};
  return section.text == "*" || read_section(*kind, section, target);
}

bool RuleReader::read_section(const KindEntry& kind, const Word& word, Target& target) {
  const SectionEntry* found = kind.find_section(word.text);
  if (found == nullptr)
    return complaints_.unknown(word, "no such section of " + kind.name, names_of(kind.sections));
  target.section = found->number;
  const bool takes_level = rule_.verb != Verb::may && rule_.right != Right::decide;
  if (found->number != header::section || !takes_level) return true;
  return complaints_.add(Fault::bad_rule, word.column,
                         "who sees a record reads its header: take " + kind.name + ".* instead");
}

bool RuleReader::read_types() {
  const Word clause = here();
  if (!take("type")) return true;
  const CodeList* list = type_list(catalogue_, rule_.targets.front().kind);
  const bool shared = std::all_of(rule_.targets.begin(), rule_.targets.end(), [&](const Target& target) {
    return target.kind != every_kind && type_list(catalogue_, target.kind) == list;
  });
  if (list == nullptr || !shared)
    return complaints_.add(Fault::bad_rule, clause.column,
                           "type is for kinds that have one list of types in common");
  if (list->codes.size() > types_max)
    return complaints_.add(Fault::too_many, clause.column, "type is for kinds of at most 500 types");
  return read_codes(*list, rule_.types, "type");
}

bool RuleReader::read_markings() {
  const Word clause = here();
  if (!take("marking")) return true;
  const CodeList* list = marking_list(catalogue_);
  CHECK(list != nullptr, "a catalogue without markings");
  if (list->codes.size() > markings_max)
    return complaints_.add(Fault::too_many, clause.column, "rules can tell at most 15 markings apart");
  return read_codes(*list, rule_.markings, "marking");
}

bool RuleReader::read_codes(const CodeList& list, std::vector<CodeNumber>& codes, const std::string& what) {
  for (; !at_end() && !contains(clause_words, here().text); ++at_) {
    const auto found = std::find_if(list.codes.begin(), list.codes.end(),
                                    [&](const CodeEntry& code) { return code.name == here().text; });
    if (found == list.codes.end())
      return complaints_.unknown(here(), "no such " + what, names_of(list.codes));
    if (contains(codes, found->number)) return said_twice(here());
    codes.push_back(found->number);
  }
  std::sort(codes.begin(), codes.end());
  return !codes.empty() || expected("a " + what);
}

bool RuleReader::read_conditions() {
  const Word clause = here();
  if (at_end()) return rule_.verb != Verb::may || expected("its condition: if …, or in own unit");
  if (clause.text != "in" && !take("if")) return expected("if, or in own unit");
  if (rule_.verb == Verb::nobody_but)
    return complaints_.add(Fault::bad_rule, clause.column,
                           "nobody but has no condition: its roles have theirs");
  if (take("any")) return true;
  do {
    if (!read_condition()) return false;
  } while (take("and"));
  return true;
}

bool RuleReader::read_condition() {
  const Word word = here();
  if (at_end()) return expected("a condition");
  if (take("consent")) return read_consent();
  Candidates known{"consent"};
  for (const ConditionWord& condition : condition_words) {
    known.push_back(condition.text.substr(0, condition.text.find(' ')));
    if (known.back() != word.text) continue;
    return take_all(condition.text) ? set_condition(condition.bit, word)
                                    : expected(std::string(condition.text));
  }
  if (word.text == "any") return complaints_.add(Fault::bad_rule, word.column, "any stands alone");
  return complaints_.unknown(word, "no such condition", known);
}

bool RuleReader::read_consent() {
  const Word word = here();
  if (!is_name(word.text)) return expected("the name of a consent");
  ++at_;
  const auto found = std::find(rules_.consents.begin(), rules_.consents.end(), word.text);
  const auto index = static_cast<std::size_t>(found - rules_.consents.begin());
  if (index == condition::consents_max)
    return complaints_.add(Fault::too_many, word.column, "at most 56 consents");
  if (found == rules_.consents.end()) rules_.consents.emplace_back(word.text);
  return set_condition(Conditions{1} << (condition::consent_first + index), word);
}

bool RuleReader::set_condition(Conditions bit, const Word& word) {
  if ((rule_.conditions & bit) != 0) return said_twice(word);
  rule_.conditions |= bit;
  return true;
}

}  // namespace caseload::sync
