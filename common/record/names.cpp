#include "common/record/names.h"

#include <vector>

#include "common/base/nearest.h"

namespace caseload {
namespace {

template <class Entries>
Fault unknown(Fault::Code code, std::string_view name, const Entries& known, std::string_view before = {}) {
  std::vector<std::string_view> names;
  for (const auto& entry : known) names.push_back(entry.name);
  const std::string_view nearest = find_nearest(name, names);
  if (nearest.empty()) return code;
  return Fault(code, "perhaps " + std::string(before) + std::string(nearest));
}

}  // namespace

std::string dotted_name(const KindEntry& kind, const FieldEntry& field) {
  const SectionEntry* section = kind.find_section(field.section);
  CHECK(section != nullptr, "a field whose kind lacks its section");
  return kind.name + "." + section->name + "." + field.name;
}

Result<const KindEntry*> find_kind_named(const Catalogue& catalogue, std::string_view name) {
  if (const KindEntry* kind = catalogue.find_kind(name)) return kind;
  return unknown(Fault::unknown_kind, name, catalogue.kinds());
}

Result<const SectionEntry*> find_section_named(const KindEntry& kind, std::string_view name) {
  if (const SectionEntry* section = kind.find_section(name)) return section;
  return unknown(Fault::wrong_section, name, kind.sections, kind.name + ".");
}

Result<const FieldEntry*> find_field_named(const KindEntry& kind, std::string_view name) {
  const std::size_t dot = name.find('.');
  const std::string_view field_name = dot == std::string_view::npos ? name : name.substr(dot + 1);
  const FieldEntry* field = kind.find_field(field_name);
  if (dot != std::string_view::npos) {
    const Result<const SectionEntry*> section = find_section_named(kind, name.substr(0, dot));
    if (!section) return section.fault();
    if (field && field->section != (*section)->number) {
      return Fault(Fault::wrong_section, "perhaps " + dotted_name(kind, *field));
    }
  }
  if (field) return field;
  return unknown(Fault::unknown_field, field_name, kind.fields, kind.name + ", ");
}

Result<CodeNumber> find_code_named(const CodeList& list, std::string_view name) {
  if (const CodeEntry* code = list.find(name)) return code->number;
  return unknown(Fault::bad_name, name, list.codes);
}

Result<FieldPlace> find_place(const Catalogue& catalogue, std::string_view dotted) {
  const std::size_t dot = dotted.find('.');
  if (dot == std::string_view::npos || dotted.find('.', dot + 1) == std::string_view::npos) {
    return Fault(Fault::bad_name, "KIND.SECTION.FIELD");
  }
  const Result<const KindEntry*> kind = find_kind_named(catalogue, dotted.substr(0, dot));
  if (!kind) return kind.fault();
  const Result<const FieldEntry*> field = find_field_named(**kind, dotted.substr(dot + 1));
  if (!field) return field.fault();
  return FieldPlace{*kind, *field};
}

std::string_view to_name(ValueType type) {
  switch (type) {
    case ValueType::none: return "none";
    case ValueType::text: return "text";
    case ValueType::code: return "code";
    case ValueType::integer: return "integer";
    case ValueType::date: return "date";
    case ValueType::moment: return "moment";
    case ValueType::boolean: return "boolean";
    case ValueType::reference: return "reference";
  }
  return "unknown";
}

std::string_view to_name(MergePolicy policy) {
  switch (policy) {
    case MergePolicy::latest: return "latest";
    case MergePolicy::ask: return "ask";
    case MergePolicy::safest: return "safest";
    case MergePolicy::once: return "once";
    case MergePolicy::set: return "set";
  }
  return "unknown";
}

std::string_view to_name(Sensitivity sensitivity) {
  switch (sensitivity) {
    case Sensitivity::ordinary: return "ordinary";
    case Sensitivity::personal: return "personal";
    case Sensitivity::sensitive: return "sensitive";
  }
  return "unknown";
}

std::string_view to_name(ScopeType scope) {
  switch (scope) {
    case ScopeType::case_file: return "case_file";
    case ScopeType::worker_file: return "worker_file";
    case ScopeType::unit: return "unit";
    case ScopeType::office: return "office";
  }
  return "unknown";
}

}  // namespace caseload
