#include <functional>
#include <set>
#include <sstream>

#include "common/record/names.h"
#include "tests/unit/record/files.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

const std::string frozen_file = "tests/unit/record/catalogue_frozen.txt";

// What may never change, one row each: of a kind its number and scope; of a section its number; of a field number,
// type, policy, list or kind referred to, and whether it may be unanswered; of a code number and severity.
std::vector<std::string> rows_of(const Catalogue& catalogue) {
  std::vector<std::string> rows;
  for (const KindEntry& kind : catalogue.kinds()) {
    rows.push_back("kind " + kind.name + " " + std::to_string(kind.number) + " " + std::string(to_name(kind.scope)));
    for (const SectionEntry& section : kind.sections) {
      rows.push_back("section " + kind.name + "." + section.name + " " + std::to_string(section.number));
    }
    for (const FieldEntry& field : kind.fields) {
      std::string row = "field " + dotted_name(kind, field) + " " + std::to_string(field.number) + " " +
                        std::string(to_name(field.type)) + " " + std::string(to_name(field.policy));
      if (field.code_list != 0) row += " of " + catalogue.find_code_list(field.code_list)->name;
      if (field.refers_to != 0) row += " to " + catalogue.find_kind(field.refers_to)->name;
      if (field.one_line) row += " line";
      if (field.askable) row += " askable";
      rows.push_back(row);
    }
  }
  for (const CodeList& list : catalogue.code_lists()) {
    rows.push_back("list " + list.name + " " + std::to_string(list.number));
    for (const CodeEntry& code : list.codes) {
      rows.push_back("code " + list.name + "." + code.name + " " + std::to_string(code.number) + " " +
                     std::to_string(code.severity));
    }
  }
  return rows;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> without(const std::vector<std::string>& rows, const std::vector<std::string>& others) {
  const std::set<std::string> known(others.begin(), others.end());
  std::vector<std::string> left;
  for (const std::string& row : rows) {
    if (!known.contains(row)) left.push_back(row);
  }
  return left;
}

}  // namespace

TEST_CASE("what was once promised about a number still holds") {
  const std::vector<std::string> now = rows_of(Catalogue::built_in());
  std::string text = tests::read_text(frozen_file);
  const std::vector<std::string> added = without(now, lines_of(text));
  // Rows are only ever added: a file that is written anew would forget what was promised.
  if (tests::may_write() && !added.empty()) {
    for (const std::string& row : added) text += row + "\n";
    tests::write_text(frozen_file, text);
  }
  const std::vector<std::string> frozen = lines_of(text);
  CHECK(frozen.size() > 1000);
  for (const std::string& row : without(frozen, now)) FAIL_CHECK("no longer so, but people's data relies on it: " << row);
  for (const std::string& row : without(now, frozen)) {
    FAIL_CHECK("new; freeze it with CASELOAD_WRITE=1 test_record: " << row);
  }
}

TEST_CASE("a change of what was promised does not go unseen") {
  const std::vector<std::string> frozen = rows_of(Catalogue::built_in());
  const auto spoiled = [&](const std::function<void(std::vector<KindEntry>&, std::vector<CodeList>&)>& spoil) {
    std::vector<KindEntry> kinds(Catalogue::built_in().kinds().begin(), Catalogue::built_in().kinds().end());
    const std::span<const CodeList> ours = Catalogue::built_in().code_lists();
    std::vector<CodeList> lists(ours.begin(), ours.end());
    spoil(kinds, lists);
    return without(frozen, rows_of(Catalogue(kinds, lists))).size();
  };
  // The fifth kind is the amendment: no field refers to it.
  CHECK(spoiled([](auto&, auto&) {}) == 0);
  CHECK(spoiled([](auto& kinds, auto&) { kinds[4].number = 900; }) == 1);
  CHECK(spoiled([](auto& kinds, auto&) { kinds[4].scope = ScopeType::office; }) == 1);
  CHECK(spoiled([](auto& kinds, auto&) { kinds[4].fields[8].number = 900; }) == 1);
  CHECK(spoiled([](auto& kinds, auto&) { kinds[4].fields[8].section = 0; }) == 1);
  CHECK(spoiled([](auto& kinds, auto&) { kinds[4].fields[8].type = ValueType::date; }) == 1);
  CHECK(spoiled([](auto& kinds, auto&) { kinds[4].fields[8].policy = MergePolicy::latest; }) == 1);
  CHECK(spoiled([](auto& kinds, auto&) { kinds[4].fields.pop_back(); }) == 1);
  CHECK(spoiled([](auto&, auto& lists) { lists[1].codes[0].severity = 99; }) == 1);
  CHECK(spoiled([](auto&, auto& lists) { lists[1].codes.pop_back(); }) == 1);
}
