#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/record/value.h"

namespace caseload {

enum class ScopeType : std::uint8_t { case_file = 1, worker_file = 2, unit = 3, office = 4 };

// How writes that did not know of each other are settled; sync/merge/policy has the functions, design 3.3 the reasons.
// In a set every element has a register of its own: in, or out by a write that says so.
enum class MergePolicy : std::uint8_t { latest = 1, ask = 2, safest = 3, once = 4, set = 5 };

// How closely a field is held. Ordinary: may stand anywhere. Personal: in the encrypted index, never in a notice, a log
// or a file name. Sensitive: not in the index either; it is read by opening the record.
enum class Sensitivity : std::uint8_t { ordinary = 1, personal = 2, sensitive = 3 };

struct CodeEntry {
  CodeNumber number = 0;
  std::string name;
  std::uint8_t severity = 0;  // greater is more protective; fixed for ever
  bool retired = false;       // no longer offered; still understood
};

// A list by its number and name. find() answers with nothing for a code that it lacks.
struct CodeList {
  std::uint16_t number = 0;
  std::string name;
  std::vector<CodeEntry> codes;  // by number

  const CodeEntry* find(CodeNumber number) const;
  const CodeEntry* find(std::string_view name) const;
};

struct FieldEntry {
  FieldNumber number = 0;
  std::string name;
  SectionNumber section = 0;
  ValueType type = ValueType::text;
  MergePolicy policy = MergePolicy::latest;
  std::uint16_t code_list = 0;     // of a code; 0 otherwise
  KindNumber refers_to = 0;        // of a reference; 0: to records of any kind
  std::uint32_t bytes_max = 0;     // of a text; 0 otherwise
  std::int64_t integer_min = 0;    // of an integer
  std::int64_t integer_max = 0;
  bool one_line = false;           // of a text
  bool askable = false;            // may hold a code of the list `answer` instead: asked, declined, not safe to ask
  bool required = false;           // before the record counts as complete; never before a draft is saved
  bool searchable = false;
  Sensitivity sensitivity = Sensitivity::personal;
};

struct SectionEntry {
  SectionNumber number = 0;
  std::string name;
};

// A kind with its sections and fields. find_…() answer with nothing for what it lacks.
struct KindEntry {
  KindNumber number = 0;
  std::string name;
  ScopeType scope = ScopeType::case_file;
  std::string meaning;  // one sentence, for help and the documentation of the data
  std::vector<SectionEntry> sections;  // by number
  std::vector<FieldEntry> fields;      // by number; a name is unique within the kind

  const FieldEntry* find_field(FieldNumber number) const;
  const FieldEntry* find_field(std::string_view name) const;
  const SectionEntry* find_section(SectionNumber number) const;
  const SectionEntry* find_section(std::string_view name) const;
};

// The section that every record has, and its fields, by the same numbers in every kind: the facts that rules look at.
// A kind's own fields, in the header and elsewhere, start at own_field_first.
namespace header {
constexpr SectionNumber section = 0;
constexpr FieldNumber type = 1;          // code, once: the note's type, the risk's type …; in kinds that have types
constexpr FieldNumber marking = 2;       // code, safest: ordinary, sensitive, restricted
constexpr FieldNumber voided = 3;        // boolean, ask
constexpr FieldNumber void_reason = 4;   // text, latest
constexpr FieldNumber void_cursor = 5;   // integer, latest: how far the voider's device had read
constexpr FieldNumber occurred = 6;      // moment, ask: when it happened, as opposed to when it was recorded
constexpr FieldNumber signed_off = 7;    // boolean, once: a draft no longer
constexpr FieldNumber own_field_first = 16;
}  // namespace header

constexpr SectionNumber section_end = 32;  // section numbers are below, so that a mask is one word
constexpr FieldNumber framework_field_first = 0x8000;  // an organisation's own fields; below are ours
constexpr CodeNumber framework_code_first = 0x8000;     // its own codes
constexpr std::uint16_t framework_list_first = 0x8000;  // and lists
constexpr std::size_t framework_fields_max = 500;   // that one version adds to a kind: more is no form to fill in
constexpr std::size_t framework_codes_max = 5'000;  // that it adds to a list: the longest are offences and places
constexpr std::size_t framework_lists_max = 500;    // that it adds

// What an organisation adds at run time: fields to our kinds, codes to our lists, lists of its own.
struct FrameworkAddition {
  std::map<KindNumber, std::vector<FieldEntry>> fields;
  std::vector<CodeList> code_lists;  // a list of ours: its new codes, and those of ours that it no longer offers
};

// Catalogue: every kind, section, field and code, stated once. Storage, codec, forms, JSON, help, validation and the
// documentation of the data read it.
//
// Promise  numbers, types, sections, policies and severities never change and are never used again.
// Errors   extend(): bad_value (number taken, or not in its range, or an entry that contradicts itself), bad_name (not
//          snake_case, or taken), unknown_kind, wrong_section, too_many. The rest answers with nothing for what it does
//          not know.
// Threads  a value; read from any thread.
class Catalogue {
 public:
  static const Catalogue& built_in();
  Catalogue(std::vector<KindEntry> kinds, std::vector<CodeList> code_lists);

  // This catalogue and the addition. What an earlier version of the framework added may be stated again, in other
  // limits and demands but with the same number, name, section, type, policy and severity.
  Result<Catalogue> extend(const FrameworkAddition& addition) const;

  std::span<const KindEntry> kinds() const { return kinds_; }
  std::span<const CodeList> code_lists() const { return code_lists_; }
  const KindEntry* find_kind(KindNumber number) const;
  const KindEntry* find_kind(std::string_view name) const;
  const CodeList* find_code_list(std::uint16_t number) const;

  // How protective a code is. A code nobody knows counts as the most protective: 255.
  std::uint8_t severity(std::uint16_t code_list, CodeNumber code) const;

  // Whether we may write this value into the field. The detail names the field and the limit, never the value.
  // Errors: bad_value, too_large, text_encoding, text_control, text_marks, not_canonical (a text that is not as
  // check_text gives it), bad_name (a code not in its list).
  Result<void> check(const KindEntry& kind, const FieldEntry& field, const Value& value) const;

  // Whether a write from elsewhere may be kept. What this version knows must stand in its section and have its type;
  // kinds, fields, types and codes that it does not know pass, for a newer version wrote them.
  // Errors: wrong_section, bad_value, not_canonical, too_large, text_encoding, text_control, text_marks.
  struct Place { KindNumber kind; SectionNumber section; FieldNumber field; };
  Result<void> check_foreign(const Place& place, const Value& value) const;

 private:
  std::vector<KindEntry> kinds_;      // by number
  std::vector<CodeList> code_lists_;  // by number
};

}  // namespace caseload
