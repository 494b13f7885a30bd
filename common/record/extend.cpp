#include <algorithm>
#include <utility>

#include "common/record/catalogue.h"
#include "common/record/names.h"

// What a practice framework may add. Everything that has once been given a number keeps what was promised with it: a
// later version of the framework may state it again, and may change only what forms and completeness look at.

namespace caseload {
namespace {

constexpr std::size_t name_bytes_max = 64;  // a word that people type after `set`

bool is_name(std::string_view name) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (name.empty() || name.size() > name_bytes_max || !lower(name.front()) || name.back() == '_') return false;
  if (name.find("__") != std::string_view::npos) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '_'; });
}

auto numbered(unsigned number) {
  return [number](const auto& entry) { return entry.number == number; };
}

template <class Entries>
void insert_by_number(Entries& entries, const typename Entries::value_type& entry) {
  const auto at = std::lower_bound(entries.begin(), entries.end(), entry,
                                   [](const auto& a, const auto& b) { return a.number < b.number; });
  if (at != entries.end() && at->number == entry.number) *at = entry;
  else entries.insert(at, entry);
}

Fault refused(std::string_view where, unsigned number, std::string_view why) {
  return Fault(Fault::bad_value, std::string(where) + " " + std::to_string(number) + ": " + std::string(why));
}

bool keeps_promise(const FieldEntry& old, const FieldEntry& now) {
  return old.name == now.name && old.section == now.section && old.type == now.type && old.policy == now.policy &&
         old.code_list == now.code_list && old.refers_to == now.refers_to && old.one_line == now.one_line &&
         old.askable == now.askable;
}

// What would make a field that no value fits, or that holds what it should not.
std::string_view contradiction(const FieldEntry& field) {
  const bool is_text = field.type == ValueType::text;
  const bool is_code = field.type == ValueType::code;
  const bool is_integer = field.type == ValueType::integer;
  if (field.type == ValueType::none || field.type > ValueType::reference) return "a type of value that there is";
  if (field.policy < MergePolicy::latest || field.policy > MergePolicy::set) return "a policy that there is";
  if (field.sensitivity < Sensitivity::ordinary || field.sensitivity > Sensitivity::sensitive) {
    return "a sensitivity that there is";
  }
  if (is_text ? field.bytes_max == 0 || field.bytes_max > value_bytes_max : field.bytes_max != 0) {
    return "a text has a limit, from 1 to 1048576 bytes, and nothing else has";
  }
  if (field.one_line && !is_text) return "only a text is in one line";
  if (is_code != (field.code_list != 0)) return "a code has a list, and nothing else has";
  if (field.refers_to != 0 && field.type != ValueType::reference) return "only a reference refers to a kind";
  if (is_integer ? field.integer_min > field.integer_max : field.integer_min != 0 || field.integer_max != 0) {
    return "an integer's least is not above its greatest, and nothing else has them";
  }
  if (field.policy == MergePolicy::safest && (!is_code || field.askable)) return "only a code can be the safest";
  if (field.searchable && !is_text) return "only a text is searched";
  if (field.searchable && field.sensitivity == Sensitivity::sensitive) return "what is sensitive is not in the index";
  return {};
}

// One extension under way: the lists and kinds so far, and the first reason to refuse.
class Extension {
 public:
  explicit Extension(const Catalogue& base)
      : kinds_(base.kinds().begin(), base.kinds().end()), lists_(base.code_lists().begin(), base.code_lists().end()) {}

  Result<void> add_list(const CodeList& added) {
    auto at = std::find_if(lists_.begin(), lists_.end(), numbered(added.number));
    if (at == lists_.end()) {
      if (added.number < framework_list_first) return refused("code list", added.number, "its own start at 32768");
      if (!is_name(added.name) || is_list(added.name)) {
        return Fault(Fault::bad_name, "code list " + std::to_string(added.number));
      }
      if (++own_lists_ > framework_lists_max) return Fault(Fault::too_many, "at most 500 code lists");
      lists_.push_back({added.number, added.name, {}});
      at = lists_.end() - 1;
    }
    if (at->name != added.name) return refused("code list", added.number, "the number is taken");
    if (added.codes.size() > framework_codes_max) return Fault(Fault::too_many, at->name + ", at most 5000 codes");
    for (const CodeEntry& code : added.codes) {
      const Result<void> done = add_code(*at, code);
      if (!done) return done;
    }
    return {};
  }

  Result<void> add_field(KindNumber number, const FieldEntry& added) {
    const auto kind = std::find_if(kinds_.begin(), kinds_.end(), numbered(number));
    if (kind == kinds_.end()) return Fault(Fault::unknown_kind, std::to_string(number));
    const FieldEntry* taken = kind->find_field(added.number);
    const FieldEntry* namesake = kind->find_field(added.name);
    if (added.number < framework_field_first) return refused(kind->name, added.number, "its own start at 32768");
    if (taken && !keeps_promise(*taken, added)) return refused(kind->name, added.number, "the number is taken");
    if (!is_name(added.name) || namesake != taken) {
      return Fault(Fault::bad_name, kind->name + " " + std::to_string(added.number));
    }
    if (added.section == header::section || !kind->find_section(added.section)) {
      return Fault(Fault::wrong_section, kind->name + " " + std::to_string(added.number));
    }
    if (!contradiction(added).empty()) return refused(kind->name, added.number, contradiction(added));
    if (!refers_to_what_there_is(added)) return refused(kind->name, added.number, "a list or kind that there is");
    insert_by_number(kind->fields, added);
    return {};
  }

  Catalogue take() { return Catalogue(std::move(kinds_), std::move(lists_)); }

 private:
  bool is_list(std::string_view name) const {
    return std::any_of(lists_.begin(), lists_.end(), [&](const CodeList& list) { return list.name == name; });
  }

  static Result<void> add_code(CodeList& list, const CodeEntry& added) {
    const CodeEntry* taken = list.find(added.number);
    if (taken && (taken->name != added.name || taken->severity != added.severity)) {
      return refused(list.name, added.number, "the number is taken, and a severity never changes");
    }
    if (!taken && added.number < framework_code_first) {
      return refused(list.name, added.number, "its own start at 32768");
    }
    if (!is_name(added.name) || list.find(added.name) != taken) {
      return Fault(Fault::bad_name, list.name + " " + std::to_string(added.number));
    }
    insert_by_number(list.codes, added);
    return {};
  }

  bool refers_to_what_there_is(const FieldEntry& field) const {
    return (field.code_list == 0 || std::any_of(lists_.begin(), lists_.end(), numbered(field.code_list))) &&
           (field.refers_to == 0 || std::any_of(kinds_.begin(), kinds_.end(), numbered(field.refers_to)));
  }

  std::vector<KindEntry> kinds_;
  std::vector<CodeList> lists_;
  std::size_t own_lists_ = 0;
};

}  // namespace

Result<Catalogue> Catalogue::extend(const FrameworkAddition& addition) const {
  Extension extension(*this);
  for (const CodeList& list : addition.code_lists) {
    const Result<void> added = extension.add_list(list);
    if (!added) return added.fault();
  }
  for (const auto& [kind, fields] : addition.fields) {
    if (fields.size() > framework_fields_max) {
      return Fault(Fault::too_many, "kind " + std::to_string(kind) + ", at most 500 fields");
    }
    for (const FieldEntry& field : fields) {
      const Result<void> added = extension.add_field(kind, field);
      if (!added) return added.fault();
    }
  }
  return extension.take();
}

}  // namespace caseload
