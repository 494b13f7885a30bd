#include "tests/unit/record/self_check.h"

#include <algorithm>
#include <set>

#include "common/record/kinds.h"

namespace caseload::tests {
namespace {

bool is_snake_case(std::string_view name) {
  if (name.empty() || name.front() < 'a' || name.front() > 'z' || name.back() == '_') return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos &&
         name.find("__") == std::string_view::npos;
}

class SelfCheck {
 public:
  explicit SelfCheck(const Catalogue& catalogue) : catalogue_(catalogue) {}

  std::vector<std::string> complaints() {
    named_once(catalogue_.kinds(), "kinds");
    named_once(catalogue_.code_lists(), "lists");
    for (const KindEntry& kind : catalogue_.kinds()) check_kind(kind);
    for (const CodeList& list : catalogue_.code_lists()) check_list(list);
    return complaints_;
  }

 private:
  void expect(bool holds, const std::string& complaint) {
    if (!holds) complaints_.push_back(complaint);
  }

  template <class Entries>
  void named_once(const Entries& entries, const std::string& where, unsigned least = 1) {
    std::set<unsigned> numbers;
    std::set<std::string> names;
    for (const auto& entry : entries) {
      expect(entry.number >= least, where + "." + entry.name + ": number below " + std::to_string(least));
      expect(numbers.insert(entry.number).second, where + "." + entry.name + ": number twice");
      expect(names.insert(entry.name).second, where + "." + entry.name + ": name twice");
      expect(is_snake_case(entry.name), where + "." + entry.name + ": not snake_case");
    }
  }

  void check_kind(const KindEntry& kind) {
    named_once(kind.sections, kind.name + " sections", 0);
    named_once(kind.fields, kind.name);
    check_header(kind);
    expect(kind.meaning.size() > 20 && kind.meaning.back() == '.', kind.name + ": no sentence says what it means");
    for (const SectionEntry& section : kind.sections) {
      const bool used = std::any_of(kind.fields.begin(), kind.fields.end(),
                                    [&](const FieldEntry& field) { return field.section == section.number; });
      expect(used, kind.name + "." + section.name + ": an empty section");
      expect(section.number < section_end, kind.name + "." + section.name + ": no room in a mask");
    }
    for (const FieldEntry& field : kind.fields) check_field(kind, field);
  }

  void check_header(const KindEntry& kind) {
    const SectionEntry* section = kind.find_section(header::section);
    expect(section != nullptr && section->name == "header", kind.name + ": no header");
    struct Row { FieldNumber number; const char* name; ValueType type; MergePolicy policy; };
    const Row rows[] = {{header::marking, "marking", ValueType::code, MergePolicy::safest},
                        {header::voided, "voided", ValueType::boolean, MergePolicy::ask},
                        {header::void_reason, "void_reason", ValueType::text, MergePolicy::latest},
                        {header::void_cursor, "void_cursor", ValueType::integer, MergePolicy::latest},
                        {header::occurred, "occurred", ValueType::moment, MergePolicy::ask},
                        {header::signed_off, "signed_off", ValueType::boolean, MergePolicy::once}};
    for (const Row& row : rows) {
      const FieldEntry* field = kind.find_field(row.number);
      const bool same = field && field->name == row.name && field->section == header::section &&
                        field->type == row.type && field->policy == row.policy;
      expect(same, kind.name + ".header." + row.name + ": not as in every kind");
    }
    const FieldEntry* type = kind.find_field(header::type);
    const bool as_promised = !type || (type->name == "type" && type->section == header::section && type->required &&
                                       type->type == ValueType::code && type->policy == MergePolicy::once);
    expect(as_promised, kind.name + ".header.type: not as in every kind");
  }

  void check_field(const KindEntry& kind, const FieldEntry& field) {
    const std::string name = kind.name + "." + field.name;
    const bool is_text = field.type == ValueType::text;
    const bool is_code = field.type == ValueType::code;
    const bool own = field.number >= header::own_field_first && field.number < framework_field_first;
    const bool everybodys = field.number <= header::signed_off;
    expect(kind.find_section(field.section) != nullptr, name + ": its section does not exist");
    expect(own || everybodys, name + ": a number of neither the header nor the kind");
    expect(field.type != ValueType::none, name + ": no type");
    expect(is_text == (field.bytes_max > 0), name + ": a text has a limit, nothing else has");
    expect(field.bytes_max <= value_bytes_max, name + ": a limit beyond that of a value");
    expect(!field.one_line || is_text, name + ": one line of no text");
    expect(is_code == (field.code_list != 0), name + ": a code has a list, nothing else has");
    expect(!is_code || catalogue_.find_code_list(field.code_list), name + ": its list does not exist");
    expect(field.refers_to == 0 || field.type == ValueType::reference, name + ": refers, but is no reference");
    expect(field.refers_to == 0 || catalogue_.find_kind(field.refers_to), name + ": refers to no kind");
    const bool is_integer = field.type == ValueType::integer;
    expect(is_integer == (field.integer_max > field.integer_min), name + ": limits of an integer");
    expect(!field.searchable || is_text, name + ": only words are searched");
    expect(!field.searchable || field.sensitivity != Sensitivity::sensitive, name + ": sensitive, and in the index");
    if (field.policy == MergePolicy::safest) check_order(name, field);
  }

  void check_order(const std::string& name, const FieldEntry& field) {
    const CodeList* list = catalogue_.find_code_list(field.code_list);
    std::set<unsigned> severities;
    if (list) {
      for (const CodeEntry& code : list->codes) severities.insert(code.severity);
    }
    expect(list && severities.size() == list->codes.size(), name + ": the safest of codes without an order");
    expect(!field.askable, name + ": the safest of what may be unanswered");
  }

  void check_list(const CodeList& list) {
    named_once(list.codes, list.name);
    expect(!list.codes.empty(), list.name + ": no codes");
    const bool is_answers = list.name == "answer";
    for (const CodeEntry& code : list.codes) {
      const bool reserved = code.number >= answer_first && code.number <= answer_last;
      expect(reserved == is_answers, list.name + "." + code.name + ": a number kept for what is not answered");
      expect(code.number < framework_code_first, list.name + "." + code.name + ": an organisation's number");
      expect(code.severity < 255, list.name + "." + code.name + ": as severe as a code nobody knows");
    }
  }

  const Catalogue& catalogue_;
  std::vector<std::string> complaints_;
};

}  // namespace

std::vector<std::string> self_check(const Catalogue& catalogue) { return SelfCheck(catalogue).complaints(); }

}  // namespace caseload::tests
