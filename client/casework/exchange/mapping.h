#pragma once

#include <map>
#include <string>
#include <vector>

#include "client/casework/exchange/csv.h"
#include "common/record/catalogue.h"

namespace caseload::client {

constexpr std::size_t mapping_bytes_max = 256 * 1024;  // written by hand
constexpr std::size_t mapping_records_max = 32;        // that one row becomes

// A piece of a template: words as they stand, or a column of the table.
struct TemplatePiece {
  std::string text;
  bool is_column = false;
};

// How a field gets its value: what the template makes of the cells; by `codes`, or by the form of a date, if any; then
// read as people type it. In a set: the pieces between `split`, each an element.
struct FieldMapping {
  const FieldEntry* field = nullptr;
  std::string name;  // dotted: note.narrative.text
  std::uint32_t line = 0;
  std::vector<TemplatePiece> from;
  std::map<std::string, std::string> codes{};
  std::string date{};
  std::string split{};
  bool required = false;

  std::string first_column() const;  // empty: of words alone
};

struct RecordMapping {
  const KindEntry* kind = nullptr;
  std::string name;       // within the mapping; part of each row's identity
  bool per_case = false;  // once for all rows of a case, else once for each row
  std::string when{};     // only where this column holds something; empty: always
  std::vector<FieldMapping> fields{};
};

// What becomes of a row whose case, by its reference, is here already: refused · its records go to that case · and rows
// of any other case are refused.
enum class ExistingCase : std::uint8_t { refuse = 1, use = 2, require = 3 };

// Mapping: which columns of a table become which fields of which records. README.md has one with every key.
//
// Errors   too_large; bad_line: not TOML; bad_name: no such key, with the nearest; required: a key that must be there;
//          unknown_kind, unknown_field, wrong_section, bad_value. The detail names line and key, says what would be
//          right, and repeats none of the file's own words.
struct Mapping {
  std::string source;  // what the table is called for ever: rows are known again by it and their key
  CsvShape shape;
  std::vector<std::string> key;    // columns that tell a row from all others
  std::vector<std::string> group;  // columns that are the same in the rows of one case
  std::vector<std::string> ignore;
  ExistingCase existing = ExistingCase::refuse;
  RecordMapping case_file;
  std::vector<RecordMapping> records;

  static Result<Mapping> parse(std::string_view toml, const Catalogue& catalogue);
  static Result<Mapping> read(const std::string& path, const Catalogue& catalogue);
};

}  // namespace caseload::client
