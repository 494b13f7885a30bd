#include "common/record/catalogue.h"

#include <algorithm>
#include <utility>

#include "common/base/text.h"
#include "common/record/kinds.h"
#include "common/record/names.h"
#include "common/record/tables/row.h"

namespace caseload {
namespace {

// Entries stand by number, so that merging finds one in a few comparisons.
template <class Entries>
auto find_number(const Entries& entries, unsigned number) -> decltype(&*entries.begin()) {
  const auto at = std::lower_bound(entries.begin(), entries.end(), number,
                                   [](const auto& entry, unsigned wanted) { return entry.number < wanted; });
  return at != entries.end() && at->number == number ? &*at : nullptr;
}

template <class Entries>
auto find_name(const Entries& entries, std::string_view name) -> decltype(&*entries.begin()) {
  const auto at = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.name == name; });
  return at != entries.end() ? &*at : nullptr;
}

template <class Entries>
void sort_by_number(Entries& entries) {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
}

bool is_answer(const FieldEntry& field, const Value& value) {
  if (!field.askable || value.type() != ValueType::code) return false;
  return value.code() >= answer_first && value.code() <= answer_last;
}

// A Fault of the text check says at which byte; we put before it which field.
Result<void> check_letters(const std::string& name, const FieldEntry& field, const Value& value) {
  const std::string at_most = ", at most " + std::to_string(field.bytes_max) + " bytes";
  const std::string& raw = value.text();
  const Result<std::string> text =
      field.one_line ? check_line(raw, field.bytes_max) : check_text(raw, field.bytes_max);
  if (!text && text.fault() == Fault::too_large) return Fault(Fault::too_large, name + at_most);
  if (!text) return Fault(text.fault().code(), name + ", " + text.fault().detail());
  if (*text != raw) return Fault(Fault::not_canonical, name + ", letters and marks composed (NFC)");
  return {};
}

Result<void> check_integer(const std::string& name, const FieldEntry& field, const Value& value) {
  if (value.integer() >= field.integer_min && value.integer() <= field.integer_max) return {};
  return Fault(Fault::bad_value, name + ", from " + std::to_string(field.integer_min) + " to " +
                                     std::to_string(field.integer_max));
}

Result<void> check_code(const std::string& name, const CodeList* list, const Value& value) {
  if (list == nullptr || list->find(value.code()) == nullptr) {
    return Fault(Fault::bad_name, name + ", one of the list " + (list ? list->name : std::string("that it lacks")));
  }
  return {};
}

}  // namespace

const CodeEntry* CodeList::find(CodeNumber wanted) const { return find_number(codes, wanted); }
const CodeEntry* CodeList::find(std::string_view wanted) const { return find_name(codes, wanted); }
const FieldEntry* KindEntry::find_field(FieldNumber wanted) const { return find_number(fields, wanted); }
const FieldEntry* KindEntry::find_field(std::string_view wanted) const { return find_name(fields, wanted); }
const SectionEntry* KindEntry::find_section(SectionNumber wanted) const { return find_number(sections, wanted); }
const SectionEntry* KindEntry::find_section(std::string_view wanted) const { return find_name(sections, wanted); }

Catalogue::Catalogue(std::vector<KindEntry> kinds, std::vector<CodeList> code_lists)
    : kinds_(std::move(kinds)), code_lists_(std::move(code_lists)) {
  sort_by_number(kinds_);
  for (KindEntry& kind : kinds_) {
    sort_by_number(kind.sections);
    sort_by_number(kind.fields);
  }
  sort_by_number(code_lists_);
  for (CodeList& list : code_lists_) sort_by_number(list.codes);
}

const Catalogue& Catalogue::built_in() {
  static const Catalogue catalogue = [] {
    std::vector<KindEntry> kinds;
    for (auto* subject : {tables::case_kinds, tables::people_kinds, tables::work_kinds, tables::safety_kinds,
                          tables::formal_kinds, tables::directory_kinds, tables::office_kinds}) {
      for (KindEntry& kind : subject()) kinds.push_back(std::move(kind));
    }
    return Catalogue(std::move(kinds), tables::all_code_lists());
  }();
  return catalogue;
}

const KindEntry* Catalogue::find_kind(KindNumber number) const { return find_number(kinds_, number); }
const KindEntry* Catalogue::find_kind(std::string_view name) const { return find_name(kinds_, name); }
const CodeList* Catalogue::find_code_list(std::uint16_t number) const { return find_number(code_lists_, number); }

std::uint8_t Catalogue::severity(std::uint16_t code_list, CodeNumber code) const {
  const CodeList* list = find_code_list(code_list);
  const CodeEntry* entry = list ? list->find(code) : nullptr;
  return entry ? entry->severity : 255;
}

Result<void> Catalogue::check(const KindEntry& kind, const FieldEntry& field, const Value& value) const {
  const std::string name = dotted_name(kind, field);
  const Result<void> form = value.check_form();
  if (!form) return Fault(form.fault().code(), name + ", " + form.fault().detail());
  if (value.is_none()) return {};
  if (is_answer(field, value)) return check_code(name, find_code_list(tables::lists::answer), value);
  if (value.type() != field.type) return Fault(Fault::bad_value, name + ", a " + std::string(to_name(field.type)));
  switch (field.type) {
    case ValueType::text: return check_letters(name, field, value);
    case ValueType::integer: return check_integer(name, field, value);
    case ValueType::code: return check_code(name, find_code_list(field.code_list), value);
    default: return {};
  }
}

Result<void> Catalogue::check_foreign(const Place& place, const Value& value) const {
  const Result<void> form = value.check_form();
  if (!form) return form;
  if (value.type() == ValueType::text) {
    const Result<std::string> text = check_text(value.text(), value_bytes_max);
    if (!text) return text.fault();
  }
  const KindEntry* kind = find_kind(place.kind);
  const FieldEntry* field = kind ? kind->find_field(place.field) : nullptr;
  if (field == nullptr) return {};
  if (field->section != place.section) return Fault(Fault::wrong_section, dotted_name(*kind, *field));
  if (value.is_none() || !value.is_known() || value.type() == field->type || is_answer(*field, value)) return {};
  return Fault(Fault::bad_value, dotted_name(*kind, *field) + ", a " + std::string(to_name(field->type)));
}

}  // namespace caseload
