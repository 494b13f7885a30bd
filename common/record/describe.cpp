#include "common/record/describe.h"

#include "common/record/names.h"

namespace caseload {
namespace {

constexpr std::string_view preface =
    "# The data\n\n"
    "Written by `describe()` of `common/record` from the catalogue; the tests compare the two and say how to write it\n"
    "anew. *No.* is the number for ever. *Settled* says what is in force while several writes stand that did not know\n"
    "of each other: `latest`; `ask` and `safest` (the most protective) stay open until a person decides; `once` keeps\n"
    "the first accepted; `set` keeps every element. *Held*: ordinary may stand anywhere, personal in the encrypted\n"
    "index only, sensitive nowhere but in its record.\n";

std::string limit_of(const FieldEntry& field) {
  switch (field.type) {
    case ValueType::text:
      return std::to_string(field.bytes_max) + " bytes" + (field.one_line ? ", one line" : "");
    case ValueType::integer:
      return std::to_string(field.integer_min) + " to " + std::to_string(field.integer_max);
    default: return {};
  }
}

void add_remark(std::string& remarks, std::string_view remark) {
  if (remark.empty()) return;
  if (!remarks.empty()) remarks += "; ";
  remarks += remark;
}

std::string type_of(const Catalogue& catalogue, const FieldEntry& field) {
  std::string type(to_name(field.type));
  if (const CodeList* list = catalogue.find_code_list(field.code_list)) type += " of " + list->name;
  if (const KindEntry* kind = catalogue.find_kind(field.refers_to)) type += " to " + kind->name;
  return type;
}

std::string row_of(const Catalogue& catalogue, const KindEntry& kind, const FieldEntry& field) {
  std::string remarks;
  if (field.required) add_remark(remarks, "required");
  if (field.searchable) add_remark(remarks, "searched");
  if (field.askable) add_remark(remarks, "may be unanswered");
  add_remark(remarks, limit_of(field));
  const SectionEntry* section = kind.find_section(field.section);
  CHECK(section != nullptr, "a field whose kind lacks its section");
  return "| " + section->name + " | " + field.name + " | " + std::to_string(field.number) + " | " +
         type_of(catalogue, field) + " | " + std::string(to_name(field.policy)) + " | " +
         std::string(to_name(field.sensitivity)) + " | " + remarks + " |\n";
}

std::string table_of(const Catalogue& catalogue, const KindEntry& kind) {
  std::string text = "\n### " + kind.name + " (" + std::to_string(kind.number) + ")\n\n" + kind.meaning +
                     "\n\n| Section | Field | No. | Type | Settled | Held | Remarks |\n|---|---|---|---|---|---|---|\n";
  for (const SectionEntry& section : kind.sections) {
    for (const FieldEntry& field : kind.fields) {
      if (field.section == section.number) text += row_of(catalogue, kind, field);
    }
  }
  return text;
}

std::string codes_of(const CodeList& list) {
  std::string codes;
  for (const CodeEntry& code : list.codes) {
    if (!codes.empty()) codes += " · ";
    codes += std::to_string(code.number) + " " + code.name;
    if (code.severity != 0) codes += " (" + std::to_string(code.severity) + ")";
    if (code.retired) codes += " (retired)";
  }
  return "| " + std::to_string(list.number) + " | " + list.name + " | " + codes + " |\n";
}

std::string_view title_of(ScopeType scope) {
  switch (scope) {
    case ScopeType::case_file: return "Kinds of a case";
    case ScopeType::worker_file: return "Kinds of a worker's file";
    case ScopeType::unit: return "Kinds of a unit";
    case ScopeType::office: return "Kinds of the office";
  }
  return "Kinds of an unknown scope";
}

}  // namespace

std::string describe(const Catalogue& catalogue) {
  std::string text(preface);
  for (const ScopeType scope : {ScopeType::case_file, ScopeType::worker_file, ScopeType::unit, ScopeType::office}) {
    text += "\n## " + std::string(title_of(scope)) + "\n";
    for (const KindEntry& kind : catalogue.kinds()) {
      if (kind.scope == scope) text += table_of(catalogue, kind);
    }
  }
  text += "\n## Code lists\n\nIn brackets: how protective, where codes are compared.\n\n";
  text += "| No. | List | Codes |\n|---|---|---|\n";
  for (const CodeList& list : catalogue.code_lists()) text += codes_of(list);
  return text;
}

}  // namespace caseload
