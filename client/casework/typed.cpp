#include "client/casework/typed.h"

#include <charconv>

#include "client/casework/looking.h"
#include "common/base/text.h"
#include "common/practice/completeness.h"
#include "common/record/kinds.h"
#include "common/record/names.h"
#include "common/time/typed_date.h"

namespace caseload::client {
namespace {

constexpr std::string_view reference_field = "reference";

// The digits of an identifier, small and without hyphens. Nothing where it can be none.
std::optional<std::string> digits_of(std::string_view typed) {
  std::string digits;
  for (const char c : typed) {
    if (c == '-') continue;
    const bool small = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    const bool large = c >= 'A' && c <= 'F';
    if (!small && !large) return std::nullopt;
    digits += large ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (digits.size() < id_letters_min || digits.size() > 32) return std::nullopt;
  return digits;
}

// One that fits, or why not. Ids that come twice count once.
class Fitting {
 public:
  explicit Fitting(std::string digits) : digits_(std::move(digits)) {}

  void look_at(const Id& id) {
    const std::string form = to_hex(id.bytes);
    const bool fits = form.starts_with(digits_) || std::string_view(form).substr(20).starts_with(digits_);
    if (!fits || found_ == id) return;
    several_ = several_ || found_.has_value();
    found_ = id;
  }
  Result<Id> result() const {
    if (several_) return Fault(Fault::ambiguous, "more of its letters tell which");
    if (!found_) return Fault::not_found;
    return *found_;
  }

 private:
  std::string digits_;
  std::optional<Id> found_;
  bool several_ = false;
};

Result<std::string> identifier(std::string_view typed) {
  std::optional<std::string> digits = digits_of(typed);
  if (!digits) return Fault(Fault::bad_value, "an identifier: 4 to 32 letters of 0-9 and a-f");
  return *digits;
}

std::optional<Result<Id>> by_reference(const Workplace& place, std::string_view typed) {
  const KindEntry* kind = place.catalogue().find_kind(kinds::case_file);
  const FieldEntry* field = kind == nullptr ? nullptr : kind->find_field(reference_field);
  const Result<std::string> wanted = field == nullptr ? Fault::unknown_field : check_line(typed, field->bytes_max);
  if (!wanted || fold_for_search(*wanted).empty()) return std::nullopt;
  const std::string folded = fold_for_search(*wanted);
  std::optional<Id> found;
  for (const Id& id : place.store.records().of_kind(kinds::case_file)) {
    const std::string reference = text_of(place.catalogue(), place.store.record(id), field->number);
    if (reference.empty() || fold_for_search(reference) != folded) continue;
    if (found) return Fault(Fault::ambiguous, "two cases have this reference");
    found = id;
  }
  if (!found) return std::nullopt;
  return *found;
}

// A worker, a unit, a provider by its name, whatever its case and marks.
std::optional<Result<Id>> by_name(const Workplace& place, std::string_view typed) {
  constexpr std::size_t name_bytes_max = 1'000;  // of any field "name"
  const Result<std::string> wanted = check_line(typed, name_bytes_max);
  const std::string folded = wanted ? fold_for_search(*wanted) : "";
  if (folded.empty()) return std::nullopt;
  std::optional<Id> found;
  for (const KindNumber number : {kinds::worker, kinds::unit, kinds::provider}) {
    const KindEntry* kind = place.catalogue().find_kind(number);
    const FieldEntry* name = kind == nullptr ? nullptr : kind->find_field("name");
    for (const Id& id : name == nullptr ? std::vector<Id>() : place.store.records().of_kind(number)) {
      const std::string text = text_of(place.catalogue(), place.store.record(id), name->number);
      if (text.empty() || fold_for_search(text) != folded) continue;
      if (found) return Fault(Fault::ambiguous, "two have this name: type an identifier");
      found = id;
    }
  }
  if (!found) return std::nullopt;
  return *found;
}

constexpr std::size_t full_digits = 32;

// What is not here but whole: a unit that this device may not be shown, all the same a case can pass to it.
Result<Id> find_in_directory(const Workplace& place, std::string_view typed) {
  Result<Id> found = find_typed(place, typed);
  const std::optional<std::string> digits = digits_of(typed);
  if (found || found.fault() != Fault::not_found || !digits || digits->size() != full_digits) return found;
  return Id::parse(typed);
}

Result<Id> find_referred(const Workplace& place, const FieldEntry& field, std::string_view typed) {
  if (field.refers_to == kinds::case_file) return find_case_typed(place, typed);
  return field.refers_to >= kinds::worker ? find_in_directory(place, typed) : find_typed(place, typed);
}

Result<Value> read_integer(std::string_view typed) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
  if (error != std::errc() || end != typed.data() + typed.size()) return Fault(Fault::bad_value, "a whole number");
  return Value::of_integer(number);
}

Result<Value> read_boolean(std::string_view typed) {
  if (typed == "yes" || typed == "true") return Value::of_boolean(true);
  if (typed == "no" || typed == "false") return Value::of_boolean(false);
  return Fault(Fault::bad_value, "yes or no");
}

// All that is offered, where a list is short enough to be read in a line.
std::string names_of(const CodeList& list) {
  std::string names;
  for (const CodeEntry& code : list.codes) {
    if (!code.retired) names += (names.empty() ? "" : ", ") + std::string(code.name);
  }
  return names;
}

Result<Value> read_code(const Catalogue& catalogue, const FieldEntry& field, std::string_view typed) {
  const CodeList* list = catalogue.find_code_list(field.code_list);
  if (list == nullptr) return Fault(Fault::bad_name, "no list of codes is known");
  const Result<CodeNumber> code = find_code_named(*list, typed);
  if (!code) return code.fault().detail().empty() ? Fault(Fault::bad_name, "one of " + names_of(*list)) : code.fault();
  if (list->find(*code)->retired) return Fault(Fault::bad_name, "it is no longer offered");
  return Value::of_code(*code);
}

// "declined" and its like, where people are asked.
std::optional<Value> read_answer(const Catalogue& catalogue, const FieldEntry& field, std::string_view typed) {
  if (!field.askable) return std::nullopt;
  for (const CodeList& list : catalogue.code_lists()) {
    if (list.name != "answer") continue;
    if (const CodeEntry* code = list.find(typed)) return Value::of_code(code->number);
  }
  return std::nullopt;
}

Result<Value> read_text(const FieldEntry& field, std::string_view typed) {
  const Result<std::string> text =
      field.one_line ? check_line(typed, field.bytes_max) : check_text(typed, field.bytes_max);
  if (!text) return text.fault();
  return Value::of_text(*text);
}

template <class T, class Make>
Result<Value> made(const Result<T>& read, Make make) {
  if (!read) return read.fault();
  return make(*read);
}

// A weekday is the last one where something has happened, else the next.
TypedWhen when(const Workplace& place, const FieldPlaceTyped& at) {
  const bool happened = at.field.number == header::occurred || lies_in_the_past(at.kind, at.field);
  return {place.clock.now(), place.zone, happened ? Leaning::past : Leaning::future};
}

Result<Value> read_as(const Workplace& place, const FieldPlaceTyped& at, std::string_view typed) {
  const FieldEntry& field = at.field;
  switch (field.type) {
    case ValueType::text: return read_text(field, typed);
    case ValueType::code: return read_code(place.catalogue(), field, typed);
    case ValueType::integer: return read_integer(typed);
    case ValueType::date:
      return made(at.by_hand ? parse_typed_day(typed, when(place, at)) : parse_date(typed), Value::of_date);
    case ValueType::moment:
      return made(at.by_hand ? parse_typed_moment(typed, when(place, at)) : place.zone.parse(typed), Value::of_moment);
    case ValueType::boolean: return read_boolean(typed);
    case ValueType::reference:
      return made(find_referred(place, field, typed), Value::of_reference);
    case ValueType::none: break;
  }
  return Fault(Fault::unknown_type, "of a newer version");
}

}  // namespace

Result<Id> find_typed(const Workplace& place, std::string_view typed) {
  if (std::optional<Result<Id>> named = by_name(place, typed)) return *named;
  const Result<std::string> digits = identifier(typed);
  if (!digits) return digits.fault();
  Fitting fitting(*digits);
  for (const Id& id : place.store.records().all()) fitting.look_at(id);
  for (const SavedDraft& draft : place.drafts.all()) fitting.look_at(draft.id);
  return fitting.result();
}

Result<Id> find_case_typed(const Workplace& place, std::string_view typed) {
  if (std::optional<Result<Id>> referred = by_reference(place, typed)) return *referred;
  const std::optional<std::string> digits = digits_of(typed);
  if (!digits) return Fault(Fault::not_found, "no case has this reference");
  Fitting fitting(*digits);
  for (const Id& id : place.store.records().of_kind(kinds::case_file)) fitting.look_at(id);
  return fitting.result();
}

Result<Value> read_value(const Workplace& place, const FieldPlaceTyped& at, std::string_view typed) {
  if (typed.empty()) return Value();
  if (std::optional<Value> answer = read_answer(place.catalogue(), at.field, typed)) return *answer;
  Result<Value> value = read_as(place, at, typed);
  if (value) return value;
  const std::string& detail = value.fault().detail();
  return Fault(value.fault().code(), dotted_name(at.kind, at.field) + (detail.empty() ? "" : ", " + detail));
}

Result<FieldValue> read_field(const Workplace& place, const KindEntry& kind, std::string_view typed) {
  const std::size_t equals = typed.find('=');
  if (equals == std::string_view::npos || equals == 0) return Fault(Fault::bad_line, "FIELD=VALUE");
  const bool out = typed[equals - 1] == '-';
  const Result<const FieldEntry*> field = find_field_named(kind, typed.substr(0, out ? equals - 1 : equals));
  if (!field) return field.fault();
  const Result<Value> value = read_value(place, {kind, **field}, typed.substr(equals + 1));
  if (!value) return value.fault();
  return FieldValue{(*field)->number, *value, out};
}

Result<std::vector<FieldValue>> read_fields(const Workplace& place, const KindEntry& kind,
                                            std::span<const std::string> typed) {
  std::vector<FieldValue> fields;
  for (const std::string& one : typed) {
    Result<FieldValue> field = read_field(place, kind, one);
    if (!field) return field.fault();
    fields.push_back(std::move(*field));
  }
  return fields;
}

std::string to_typed(const Catalogue& catalogue, const FieldEntry& field, const Value& value) {
  switch (value.type()) {
    case ValueType::none: return {};
    case ValueType::text: return value.text();
    case ValueType::code: return code_name(catalogue, field, value.code());
    case ValueType::integer: return std::to_string(value.integer());
    case ValueType::date: return to_text(value.date());
    case ValueType::moment: return to_text(value.moment());
    case ValueType::boolean: return value.boolean() ? "yes" : "no";
    case ValueType::reference: return value.reference().to_string();
  }
  return "a value of type " + std::to_string(value.tag()) + ", of a newer version";
}

}  // namespace caseload::client
