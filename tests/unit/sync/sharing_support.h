#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "common/record/catalogue.h"
#include "sync/sharing/compiled_rules.h"
#include "sync/sharing/rules_text.h"

// Objects and rules for the tests of sharing, by the names that the catalogue gives them.
namespace caseload::sync::test {

inline const Catalogue& catalogue() { return Catalogue::built_in(); }

inline Id id_of(std::uint8_t number) {
  Id id;
  id.bytes[15] = number;
  return id;
}

// "note.narrative" as an object; type and marking by name, "" for none.
inline ObjectFacts object_of(const std::string& target, const std::string& type = "",
                             const std::string& marking = "") {
  const std::size_t dot = target.find('.');
  const KindEntry* kind = catalogue().find_kind(target.substr(0, dot));
  CHECK(kind != nullptr, "a kind that a test misspells");
  const SectionEntry* section = kind->find_section(target.substr(dot + 1));
  CHECK(section != nullptr, "a section that a test misspells");
  ObjectFacts object{kind->number, section->number, 0, 0, false};
  for (const auto& [field, name, code] : {std::tuple(header::type, type, &object.type),
                                          std::tuple(header::marking, marking, &object.marking)}) {
    if (name.empty()) continue;
    const CodeList* list = catalogue().find_code_list(kind->find_field(field)->code_list);
    const auto found = std::find_if(list->codes.begin(), list->codes.end(),
                                    [&](const CodeEntry& entry) { return entry.name == name; });
    CHECK(found != list->codes.end(), "a code that a test misspells");
    *code = found->number;
  }
  return object;
}

// Every object worth asking about: all kinds and sections, some types and markings, unknown ones of each.
inline std::vector<ObjectFacts> all_objects() {
  constexpr CodeNumber types[] = {0, 1, 6, 7, 60000};
  constexpr CodeNumber markings[] = {0, 1, 2, 3, 60000};
  std::vector<ObjectFacts> objects;
  for (const KindEntry& kind : catalogue().kinds()) {
    std::vector<SectionNumber> sections{250};
    for (const SectionEntry& section : kind.sections) sections.push_back(section.number);
    for (const SectionNumber section : sections)
      for (const CodeNumber type : types)
        for (const CodeNumber marking : markings)
          for (const bool own : {false, true}) objects.push_back({kind.number, section, type, marking, own});
  }
  objects.push_back({0, 0, 0, 0, false});
  objects.push_back({60000, 1, 0, 0, true});
  return objects;
}

inline Rules rules_of(const std::vector<std::string>& lines) {
  std::string text = "role nurse\nrole clerk\nrole chief\n";
  for (const std::string& line : lines) text += line + "\n";
  Result<Rules> rules = parse_rules(text, catalogue());
  CHECK(rules.ok(), rules.ok() ? std::string_view() : std::string_view(rules.fault().detail()));
  return *rules;
}

}  // namespace caseload::sync::test
