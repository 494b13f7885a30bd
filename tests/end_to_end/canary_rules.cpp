#include "tests/end_to_end/canary_rules.h"

#include <iterator>

#include "common/record/catalogue.h"
#include "common/record/kinds.h"

namespace caseload::canary {
namespace {

constexpr std::size_t gives_min = 15, gives_more_max = 25, takes_more_max = 6;

template <class All>
const auto& one_of(const All& all, Random& random) {
  return all[random.below(std::size(all))];
}

const KindEntry& some_kind(Random& random) {
  for (;;) {
    const KindEntry& kind = one_of(Catalogue::built_in().kinds(), random);
    if (kind.scope == ScopeType::case_file) return kind;
  }
}

std::string some_section(const KindEntry& kind, Random& random) {
  const SectionEntry& section = one_of(kind.sections, random);
  return kind.name + "." + (section.number == header::section || random.chance(1, 3) ? "*" : section.name);
}

std::string some_types(const KindEntry& kind, Random& random) {
  const FieldEntry* field = kind.find_field(header::type);
  const CodeList* list = field == nullptr ? nullptr : Catalogue::built_in().find_code_list(field->code_list);
  if (list == nullptr || !random.chance(1, 4)) return "";
  return " type " + one_of(list->codes, random).name;
}

std::string some_markings(Random& random) {
  constexpr const char* clauses[] = {" marking ordinary", " marking sensitive restricted", " marking restricted"};
  return random.chance(1, 4) ? one_of(clauses, random) : "";
}

std::vector<std::string> some_conditions(Random& random) {
  constexpr const char* all[] = {"assigned", "in own unit", "referred", "emergency", "consent service", "consent safety", "own work", "supervising"};
  std::vector<std::string> chosen;
  for (const char* condition : all) {
    if (random.chance(1, 6)) chosen.emplace_back(condition);
  }
  if (chosen.empty()) chosen.emplace_back(random.chance(1, 4) ? "any" : all[random.below(6)]);
  return chosen;
}

}  // namespace

RandomRules::RandomRules(Random& random) {
  for (std::size_t left = gives_min + random.below(gives_more_max + 1); left > 0; --left) {
    const KindEntry& kind = some_kind(random);
    const char* right = random.chance(1, 8) ? "see" : random.chance(1, 4) ? "write" : "read";
    const std::string what = random.chance(1, 8) ? "*" : some_section(kind, random) + some_types(kind, random);
    lines_.push_back({std::string(one_of(roles, random)) + " may " + right + " " + what, some_markings(random),
                      some_conditions(random)});
  }
  for (std::size_t left = random.below(takes_more_max + 1); left > 0; --left) {
    const KindEntry& kind = some_kind(random);
    const std::string what = some_section(kind, random) + some_types(kind, random);
    const bool but = random.chance(1, 3);
    const std::string who = one_of(roles, random);
    lines_.push_back({but ? "nobody but importer or " + who + " reads " + what : who + " never reads " + what,
                      some_markings(random), {}, true});
  }
}

std::string RandomRules::text(Ignored ignored) const {
  std::string all = "role importer\n";
  for (const char* role : roles) all += std::string("role ") + role + "\n";
  all += "importer may write * if any\nimporter may decide * if any\n"
         "everyone may read role.* device.* provider.* sharing_rules.* worker.* unit.* if any\n";
  for (const Line& line : lines_) {
    if (line.takes && ignored == Ignored::never) continue;
    std::string conditions;
    for (const std::string& condition : line.conditions) {
      if (ignored == Ignored::consent && condition.starts_with("consent")) continue;
      conditions += (conditions.empty() ? " if " : " and ") + condition;
    }
    if (!line.takes && conditions.empty()) conditions = " if any";
    const bool says_marking = line.takes || ignored != Ignored::marking;
    all += line.begin + (says_marking ? line.marking : "") + conditions + "\n";
  }
  return all;
}

}  // namespace caseload::canary
