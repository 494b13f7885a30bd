#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "common/record/catalogue.h"
#include "common/record/kinds.h"
#include "common/record/tables/lists.h"

namespace caseload::tables {

// How the tables are written: a kind is its sections, a section its rows, a row a word for the type, the number, the
// name, and what is out of the ordinary.
//
//     section(1, "narrative", personal, {
//         book(16, "text").once().required().searched(),
//
// Numbers are written out because they are for ever: a new row takes the next free number of its kind, wherever it
// stands. A section's sensitivity is that of its rows, unless a row says otherwise.

constexpr std::uint32_t line_bytes_max = 1'200;        // a name of 300 letters in any script
constexpr std::uint32_t paragraph_bytes_max = 16'384;  // some five typed pages
constexpr std::uint32_t book_bytes_max = value_bytes_max;
constexpr std::uint32_t digest_letters = 64;  // SHA-256 in hexadecimal; a public key is as long
constexpr std::int64_t integer_limit = std::int64_t{1} << 53;  // what JSON carries without loss

using enum Sensitivity;

// Row: a field as its table states it; each word changes the row and answers with it.
class Row {
 public:
  Row(ValueType type, FieldNumber number, std::string_view name) : name_(name) {
    entry_.type = type;
    entry_.number = number;
  }

  Row& ask() { return settled(MergePolicy::ask); }
  Row& safest() { return settled(MergePolicy::safest); }
  Row& once() { return settled(MergePolicy::once); }
  Row& set() { return settled(MergePolicy::set); }
  Row& required() { entry_.required = true; return *this; }
  Row& searched() { entry_.searchable = true; return *this; }
  Row& askable() { entry_.askable = true; return *this; }
  Row& held(Sensitivity closely) { sensitivity_ = closely; return *this; }
  Row& limited(std::int64_t min, std::int64_t max) {
    entry_.integer_min = min;
    entry_.integer_max = max;
    return *this;
  }
  Row& up_to(std::uint32_t bytes_max) { entry_.bytes_max = bytes_max; return *this; }
  Row& in_one_line() { entry_.one_line = true; return *this; }
  Row& from_list(lists::Number list) { entry_.code_list = list; return *this; }
  Row& to(KindNumber kind) { entry_.refers_to = kind; return *this; }

  FieldEntry in_section(SectionNumber section, Sensitivity of_section) const {
    FieldEntry entry = entry_;
    entry.name = name_;
    entry.section = section;
    entry.sensitivity = sensitivity_.value_or(of_section);
    return entry;
  }

 private:
  Row& settled(MergePolicy policy) { entry_.policy = policy; return *this; }

  std::string_view name_;
  FieldEntry entry_;
  std::optional<Sensitivity> sensitivity_;
};

using Rows = std::initializer_list<Row>;

inline Row line(FieldNumber number, std::string_view name) {
  return Row(ValueType::text, number, name).up_to(line_bytes_max).in_one_line();
}
inline Row text(FieldNumber number, std::string_view name) {
  return Row(ValueType::text, number, name).up_to(paragraph_bytes_max);
}
inline Row book(FieldNumber number, std::string_view name) {
  return Row(ValueType::text, number, name).up_to(book_bytes_max);
}
inline Row digest(FieldNumber number, std::string_view name) {
  return Row(ValueType::text, number, name).up_to(digest_letters).in_one_line().once();
}
inline Row code(FieldNumber number, std::string_view name, lists::Number list) {
  return Row(ValueType::code, number, name).from_list(list);
}
inline Row link(FieldNumber number, std::string_view name, KindNumber kind) {
  return Row(ValueType::reference, number, name).to(kind);
}
inline Row link_to_any(FieldNumber number, std::string_view name) { return Row(ValueType::reference, number, name); }
inline Row count(FieldNumber number, std::string_view name) {
  return Row(ValueType::integer, number, name).limited(0, integer_limit);
}
inline Row scale(FieldNumber number, std::string_view name, std::int64_t max) {
  return count(number, name).limited(0, max);
}
inline Row date(FieldNumber number, std::string_view name) { return Row(ValueType::date, number, name); }
inline Row moment(FieldNumber number, std::string_view name) { return Row(ValueType::moment, number, name); }
inline Row yes(FieldNumber number, std::string_view name) { return Row(ValueType::boolean, number, name); }

struct Section {
  SectionEntry entry;
  std::vector<FieldEntry> fields;
};

Section section(SectionNumber number, std::string_view name, Sensitivity sensitivity, Rows rows);

// The header: what every kind has, with the kind's types if it has any, and its own facts.
enum class Occurs { maybe, always };
Section header_with(lists::Number types, Occurs occurs, Rows facts);

struct KindName {
  KindNumber number;
  std::string_view name;
  ScopeType scope;
};

KindEntry kind(const KindName& name, std::string_view meaning, std::initializer_list<Section> sections);

// The tables, by subject.
std::vector<KindEntry> case_kinds();      // the case itself, and who works in it
std::vector<KindEntry> people_kinds();    // whom it is about, and who else matters
std::vector<KindEntry> work_kinds();      // what is done: notes, actions, progress, appointments
std::vector<KindEntry> safety_kinds();    // risk, incidents, restrictions, crisis
std::vector<KindEntry> formal_kinds();    // consent, disclosure, decisions that others may ask about
std::vector<KindEntry> directory_kinds(); // who and what there is: workers, devices, providers, rules
std::vector<KindEntry> office_kinds();    // how the work is planned, watched and bettered
std::vector<CodeList> all_code_lists();

}  // namespace caseload::tables
