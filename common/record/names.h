#pragma once

#include <string>
#include <string_view>

#include "common/record/catalogue.h"

namespace caseload {

// Names as rules, commands and JSON use them: KIND, KIND.SECTION.FIELD, a code of a list.
//
// Errors   unknown_kind, wrong_section, unknown_field, bad_name. The detail holds the nearest name that there is
//          ("perhaps note.narrative.text"), never what was typed.
struct FieldPlace {
  const KindEntry* kind = nullptr;
  const FieldEntry* field = nullptr;
};

std::string dotted_name(const KindEntry& kind, const FieldEntry& field);  // note.narrative.text
Result<FieldPlace> find_place(const Catalogue& catalogue, std::string_view dotted);

Result<const KindEntry*> find_kind_named(const Catalogue& catalogue, std::string_view name);
Result<const SectionEntry*> find_section_named(const KindEntry& kind, std::string_view name);
Result<const FieldEntry*> find_field_named(const KindEntry& kind, std::string_view name);  // text, or narrative.text
Result<CodeNumber> find_code_named(const CodeList& list, std::string_view name);

// The words for the enumerations of the catalogue.
std::string_view to_name(ValueType type);
std::string_view to_name(MergePolicy policy);
std::string_view to_name(Sensitivity sensitivity);
std::string_view to_name(ScopeType scope);

}  // namespace caseload
