#include "sync/sharing/rules_text.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/crypto/hash.h"
#include "sync/sharing/rule_reader.h"
#include "sync/sharing/rules_words.h"

// Reading goes over the lines twice, because a role may be declared below the lines that name it: first
// comments, words and roles, then rules. A line ends at its first problem; the lines after it are still read.

namespace caseload::sync {
namespace {

std::vector<CodeNumber> numbers_of(const CodeList* list) {
  std::vector<CodeNumber> numbers{0};
  if (list != nullptr)
    for (const CodeEntry& code : list->codes) numbers.push_back(code.number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

// What the catalogue knows, as far as deciding needs it.
void know(Rules& rules, const Catalogue& catalogue) {
  for (const KindEntry& kind : catalogue.kinds()) {
    KnownKind known{kind.number, kind.scope, {}, numbers_of(list_of(catalogue, kind, header::type))};
    for (const SectionEntry& section : kind.sections) known.sections.push_back(section.number);
    std::sort(known.sections.begin(), known.sections.end());
    CHECK(!known.sections.empty() && known.sections.front() == header::section, "a kind without a header");
    rules.kinds.push_back(std::move(known));
  }
  const CodeList* markings = marking_list(catalogue);
  CHECK(markings != nullptr && !markings->codes.empty(), "a catalogue without markings");
  rules.markings = numbers_of(markings);
  const auto least =
      std::min_element(markings->codes.begin(), markings->codes.end(),
                       [](const CodeEntry& a, const CodeEntry& b) { return a.severity < b.severity; });
  rules.marking_of_none = least->number;
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = text.find_first_not_of(" \t"); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    words.push_back({text.substr(at, end - at), at + 1});
    at = text.find_first_not_of(" \t", end);
  }
  return words;
}

std::string_view without_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// TextReader: the whole text, line by line.
class TextReader {
 public:
  explicit TextReader(const Catalogue& catalogue) : catalogue_(catalogue) { know(reading_.rules, catalogue); }

  RulesReading read(std::string_view text) {
    if (text.size() > rules_bytes_max)
      complain(Fault::too_large, 1, "rules of at most 65536 bytes");
    else if (split(text))
      read_rules();
    return std::move(reading_);
  }

 private:
  bool complain(Fault::Code code, std::size_t column, const std::string& what) {
    return complaints_.add(code, column, what);
  }

  bool split(std::string_view text) {
    std::size_t number = 0;
    while (!text.empty()) {
      complaints_.begin(static_cast<std::uint16_t>(++number));
      if (number > rules_lines_max) return complain(Fault::too_many, 1, "at most 2000 lines");
      const std::size_t end = std::min(text.find('\n'), text.size());
      take_line(static_cast<std::uint16_t>(number), without_end(text.substr(0, end)));
      text = text.substr(std::min(end + 1, text.size()));
    }
    reading_.rules.line_count = static_cast<std::uint16_t>(number);
    return true;
  }

  void take_line(std::uint16_t number, std::string_view text) {
    if (text.size() > rule_line_bytes_max) {
      complain(Fault::too_large, rule_line_bytes_max + 1, "a line of at most 1000 bytes");
      return;
    }
    const std::size_t hash = std::min(text.find('#'), text.size());
    if (hash < text.size()) take_comment(number, text.substr(hash + 1), hash + 1);
    WordLine line{number, words_of(text.substr(0, hash)), without_end(text.substr(0, hash)).size() + 1};
    if (line.words.empty()) return;
    if (line.words.front().text == "role")
      take_role(line);
    else
      lines_.push_back(std::move(line));
  }

  void take_comment(std::uint16_t number, std::string_view text, std::size_t column) {
    Result<std::string> checked = check_text(text, rule_line_bytes_max);
    if (!checked)
      complain(checked.fault().code(), column, "this comment is not text");
    else
      reading_.rules.comments.push_back({number, *checked});
  }

  bool take_role(const WordLine& line) {
    std::vector<RoleLine>& roles = reading_.rules.roles;
    if (line.words.size() < 2)
      return complain(Fault::bad_line, line.end_column, "expected the name of a role");
    const Word name = line.words[1];
    if (!is_name(name.text))
      return complain(Fault::bad_line, name.column,
                      "a role is named with a-z, 0-9 and _, and by no word of the rules");
    if (line.words.size() > 2)
      return complain(Fault::bad_line, line.words[2].column, "expected the end of the line");
    const bool known =
        std::any_of(roles.begin(), roles.end(), [&](const RoleLine& role) { return role.name == name.text; });
    if (known) return complain(Fault::already_there, name.column, "this role is declared above");
    if (roles.size() == roles_max) return complain(Fault::too_many, name.column, "at most 64 roles");
    roles.push_back({line.number, std::string(name.text)});
    return true;
  }

  void read_rules() {
    RuleReader reader(reading_.rules, catalogue_, complaints_);
    for (const WordLine& line : lines_) {
      complaints_.begin(line.number);
      if (reading_.rules.rules.size() == rules_max) {
        complain(Fault::too_many, 1, "at most 512 rules");
        break;
      }
      reader.read(line);
    }
    std::stable_sort(reading_.problems.begin(), reading_.problems.end(),
                     [](const RuleProblem& a, const RuleProblem& b) { return a.line < b.line; });
  }

  const Catalogue& catalogue_;
  RulesReading reading_;
  Complaints complaints_{reading_.problems};
  std::vector<WordLine> lines_;
};

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

RulesReading read_rules(std::string_view text, const Catalogue& catalogue) {
  return TextReader(catalogue).read(text);
}

Result<Rules> parse_rules(std::string_view text, const Catalogue& catalogue) {
  RulesReading reading = read_rules(text, catalogue);
  if (!reading.problems.empty()) return reading.problems.front().fault;
  return std::move(reading.rules);
}

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
