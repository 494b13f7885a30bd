#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sync/sharing/rules_text.h"

namespace caseload::sync {

// A word of a line, and where it stands.
struct Word {
  std::string_view text;
  std::size_t column = 1;
};

struct WordLine {
  std::uint16_t number = 0;
  std::vector<Word> words;
  std::size_t end_column = 1;  // where a word that is missing would stand
};

using Candidates = std::vector<std::string_view>;

// Complaints: what is wrong, as the person who wrote the line is told it. Every call answers false, so that a
// step which complains is a step that failed.
class Complaints {
 public:
  explicit Complaints(std::vector<RuleProblem>& to) : to_(to) {}

  void begin(std::uint16_t line) { line_ = line; }
  bool add(Fault::Code code, std::size_t column, const std::string& what);
  bool unknown(const Word& word, const std::string& what,
               const Candidates& known);  // with the nearest known word

 private:
  std::vector<RuleProblem>& to_;
  std::uint16_t line_ = 0;
};

// Whether a role or a consent may be called so: lower-case letters, digits and underscores, and no word of
// the rules.
bool is_name(std::string_view text);

// RuleReader: one line of words into one Rule. Each step takes its words from the front, or complains.
//
// Requires rules that have all their roles.
class RuleReader {
 public:
  RuleReader(Rules& rules, const Catalogue& catalogue, Complaints& complaints)
      : rules_(rules), catalogue_(catalogue), complaints_(complaints) {}

  bool read(const WordLine& line);  // adds a rule, or complains and says false

 private:
  bool at_end() const { return at_ == line_->words.size(); }
  Word here() const { return at_end() ? Word{{}, line_->end_column} : line_->words[at_]; }
  bool take(std::string_view text);
  bool take_all(std::string_view words);
  bool expected(const std::string& what);
  bool said_twice(const Word& word);

  bool read_who();
  bool read_exempt();
  bool read_role(RoleNumber& role);
  bool read_right(const std::string& choices);
  bool read_targets();
  bool read_target(Target& target);
  bool read_section(const KindEntry& kind, const Word& word, Target& target);
  bool read_types();
  bool read_markings();
  bool read_codes(const CodeList& list, std::vector<CodeNumber>& codes, const std::string& what);
  bool read_conditions();
  bool read_condition();
  bool read_consent();
  bool set_condition(Conditions bit, const Word& word);

  Rules& rules_;
  const Catalogue& catalogue_;
  Complaints& complaints_;
  const WordLine* line_ = nullptr;
  std::size_t at_ = 0;
  Rule rule_;
};

}  // namespace caseload::sync
