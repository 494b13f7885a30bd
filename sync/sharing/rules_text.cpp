#include "sync/sharing/rules_text.h"

#include <algorithm>

#include "common/base/text.h"
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

}  // namespace

RulesReading read_rules(std::string_view text, const Catalogue& catalogue) {
  return TextReader(catalogue).read(text);
}

Result<Rules> parse_rules(std::string_view text, const Catalogue& catalogue) {
  RulesReading reading = read_rules(text, catalogue);
  if (!reading.problems.empty()) return reading.problems.front().fault;
  return std::move(reading.rules);
}

}  // namespace caseload::sync
