// Reading a mapping: TOML in, checked by the catalogue. The only file of this room that names toml++.
#include "client/casework/exchange/mapping.h"

#include <algorithm>

#include <toml++/toml.h>

#include "client/casework/exchange/date_form.h"
#include "common/base/durable_file.h"
#include "common/base/nearest.h"
#include "common/base/text.h"
#include "common/record/kinds.h"
#include "common/record/names.h"

namespace caseload::client {
namespace {

constexpr std::size_t word_bytes_max = 4096;

// What the engine writes by itself, and no table does.
constexpr FieldNumber not_for_tables[] = {header::voided, header::void_reason, header::void_cursor, header::signed_off};

// Reads on after a complaint, so that its functions need not stop; the first one counts.
class MappingReader {
 public:
  explicit MappingReader(const Catalogue& catalogue) : catalogue_(catalogue) {}

  Result<Mapping> read(const toml::table& file) {
    Mapping mapping;
    know_only(file, {"source", "table", "case", "record"});
    mapping.source = text(file, "source", true);
    if (const toml::table* table = inner(file, "table")) read_table(*table, mapping);
    else complain(file, "table", Fault::required, "the columns of the table");
    if (const toml::table* of_case = inner(file, "case")) read_case(*of_case, mapping);
    else complain(file, "case", Fault::required, "which case a row belongs to");
    read_records(file, mapping);
    if (fault_) return *fault_;
    if (mapping.group.empty()) mapping.group = mapping.key;
    return mapping;
  }

 private:
  void complain(const toml::node& at, std::string_view key, Fault::Code code, std::string_view right) {
    if (fault_) return;
    fault_ = Fault(code, "line " + std::to_string(at.source().begin.line) + ", " + std::string(key) +
                             (right.empty() ? "" : ": " + std::string(right)));
  }

  void know_only(const toml::table& table, std::initializer_list<std::string_view> keys) {
    for (const auto& [key, node] : table) {
      if (std::ranges::find(keys, key.str()) != keys.end()) continue;
      const std::string_view nearest = find_nearest(key.str(), {keys.begin(), keys.size()});
      complain(node, "no such key", Fault::bad_name, nearest.empty() ? "" : "perhaps " + std::string(nearest));
    }
  }

  const toml::table* inner(const toml::table& table, std::string_view key) {
    const toml::node* node = table.get(key);
    if (node != nullptr && !node->is_table()) complain(*node, key, Fault::bad_value, "a table");
    return node == nullptr ? nullptr : node->as_table();
  }

  std::string word(const toml::node& node, std::string_view key) {
    const std::optional<std::string> value = node.value_exact<std::string>();
    const Result<std::string> checked = value ? check_text(*value, word_bytes_max) : Fault::bad_value;
    if (!checked) complain(node, key, Fault::bad_value, "text, at most 4096 bytes of it");
    return checked ? *checked : std::string();
  }

  std::string text(const toml::table& table, std::string_view key, bool required = false) {
    const toml::node* node = table.get(key);
    const std::string found = node == nullptr ? std::string() : word(*node, key);
    if (required && found.empty()) complain(node == nullptr ? table : *node, key, Fault::required, "");
    return found;
  }

  // A word of a few; the first where there is none.
  std::size_t choice(const toml::table& table, std::string_view key, std::initializer_list<std::string_view> words) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return 0;
    const auto found = std::ranges::find(words, word(*node, key));
    std::string right;
    for (const std::string_view one : words) right += (right.empty() ? "" : ", ") + std::string(one);
    if (found == words.end()) complain(*node, key, Fault::bad_value, "one of: " + right);
    return found == words.end() ? 0 : static_cast<std::size_t>(found - words.begin());
  }

  std::vector<std::string> columns(const toml::table& table, std::string_view key) {
    std::vector<std::string> names;
    const toml::node* node = table.get(key);
    const toml::array* array = node == nullptr ? nullptr : node->as_array();
    if (node != nullptr && array == nullptr) complain(*node, key, Fault::bad_value, "[\"column\", …]");
    if (array == nullptr) return names;
    if (array->size() > csv_columns_max) complain(*node, key, Fault::too_many, "more than a table has columns");
    for (const toml::node& one : *array) names.push_back(word(one, key));
    return names;
  }

  void read_table(const toml::table& table, Mapping& mapping) {
    know_only(table, {"separator", "encoding", "key", "ignore"});
    constexpr char separators[] = {',', ';', '\t'};
    mapping.shape.separator = separators[choice(table, "separator", {",", ";", "tab"})];
    constexpr CsvEncoding encodings[] = {CsvEncoding::utf8, CsvEncoding::windows_1252, CsvEncoding::latin_1};
    mapping.shape.encoding = encodings[choice(table, "encoding", {"utf-8", "windows-1252", "latin-1"})];
    mapping.key = columns(table, "key");
    mapping.ignore = columns(table, "ignore");
    if (mapping.key.empty()) complain(table, "key", Fault::required, "what tells a row from all others");
  }

  void read_case(const toml::table& table, Mapping& mapping) {
    know_only(table, {"group", "existing", "fields"});
    mapping.group = columns(table, "group");
    constexpr ExistingCase choices[] = {ExistingCase::refuse, ExistingCase::use, ExistingCase::require};
    mapping.existing = choices[choice(table, "existing", {"refuse", "use", "require"})];
    mapping.case_file = {catalogue_.find_kind(kinds::case_file), "case", true};
    read_fields(table, mapping.case_file);
    const auto has = [&](std::string_view name) {
      const auto is = [&](const FieldMapping& mapped) { return mapped.field->name == name; };
      return std::ranges::any_of(mapping.case_file.fields, is);
    };
    const bool begins = mapping.existing != ExistingCase::require;
    if (begins && !has("name")) complain(table, "fields.name", Fault::required, "");
    if (mapping.existing != ExistingCase::refuse && !has("reference")) {
      complain(table, "fields.reference", Fault::required, "");
    }
  }

  void read_records(const toml::table& file, Mapping& mapping) {
    const toml::node* node = file.get("record");
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    const bool tables = array != nullptr && array->is_array_of_tables();
    if (!tables) return complain(*node, "record", Fault::bad_value, "[[record]]");
    if (array->size() > mapping_records_max) complain(*node, "record", Fault::too_many, "at most 32");
    for (const toml::node& one : *array) read_record(*one.as_table(), mapping);
  }

  void read_record(const toml::table& table, Mapping& mapping) {
    know_only(table, {"kind", "name", "per", "when", "fields"});
    RecordMapping record;
    const Result<const KindEntry*> kind = find_kind_named(catalogue_, text(table, "kind", true));
    if (!kind) return complain(table, "kind", kind.fault().code(), kind.fault().detail());
    record.kind = *kind;
    const bool of_case = record.kind->scope == ScopeType::case_file && record.kind->number != kinds::case_file;
    if (!of_case) complain(table, "kind", Fault::bad_value, "a kind that cases hold");
    record.name = text(table, "name");
    if (record.name.empty()) record.name = record.kind->name;
    record.per_case = choice(table, "per", {"row", "case"}) == 1;
    record.when = text(table, "when");
    const bool twice = record.name == "case" || std::ranges::find(mapping.records, record.name, &RecordMapping::name) !=
                                                    mapping.records.end();
    if (twice) complain(table, "name", Fault::already_there, "each record needs a name of its own");
    read_fields(table, record);
    mapping.records.push_back(std::move(record));
  }

  void read_fields(const toml::table& table, RecordMapping& record) {
    const toml::table* fields = inner(table, "fields");
    if (fields == nullptr || fields->empty()) return complain(table, "fields", Fault::required, "");
    for (const auto& [key, node] : *fields) {
      const Result<const FieldEntry*> field = find_field_named(*record.kind, key.str());
      if (!field) {
        complain(node, "fields", field.fault().code(), field.fault().detail());
        continue;
      }
      const bool ours = std::ranges::find(not_for_tables, (*field)->number) != std::end(not_for_tables);
      const bool twice = std::ranges::find(record.fields, *field, &FieldMapping::field) != record.fields.end();
      FieldMapping mapped;
      mapped.field = *field;
      mapped.name = dotted_name(*record.kind, **field);
      mapped.line = node.source().begin.line;
      if (ours) complain(node, mapped.name, Fault::bad_value, "no table may write it");
      if (twice) complain(node, mapped.name, Fault::already_there, "a field once");
      read_field(node, mapped);
      record.fields.push_back(std::move(mapped));
    }
  }

  void read_field(const toml::node& node, FieldMapping& mapped) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return read_template(node, word(node, mapped.name), mapped);
    know_only(*table, {"from", "codes", "date", "split", "required"});
    read_template(*table, text(*table, "from", true), mapped);
    if (const toml::table* codes = inner(*table, "codes")) read_codes(*codes, mapped);
    mapped.date = text(*table, "date");
    const bool dated = mapped.field->type == ValueType::date || mapped.field->type == ValueType::moment;
    if (!mapped.date.empty() && !dated) complain(*table, "date", Fault::bad_value, "only for a date or a moment");
    const Result<void> form = mapped.date.empty() ? Result<void>() : check_date_form(mapped.date);
    if (!form) complain(*table, "date", Fault::bad_value, form.fault().detail());
    mapped.split = text(*table, "split");
    const bool is_set = mapped.field->policy == MergePolicy::set;
    if (!mapped.split.empty() && !is_set) complain(*table, "split", Fault::bad_value, "only for a set");
    const toml::node* required = table->get("required");
    const bool truth = required == nullptr || required->is_boolean();
    if (!truth) complain(*required, "required", Fault::bad_value, "true or false");
    mapped.required = required != nullptr && required->value_or(false);
  }

  void read_codes(const toml::table& codes, FieldMapping& mapped) {
    const CodeList* list = catalogue_.find_code_list(mapped.field->code_list);
    for (const auto& [key, node] : codes) {
      const Result<std::string> cell = check_text(key.str(), word_bytes_max);
      if (!cell) complain(node, "codes", cell.fault().code(), cell.fault().detail());
      else mapped.codes[*cell] = word(node, "codes");
      const bool is_code = mapped.field->type == ValueType::code && list != nullptr && !mapped.field->askable;
      const Result<CodeNumber> code = is_code && cell ? find_code_named(*list, mapped.codes[*cell]) : CodeNumber{1};
      if (!code) complain(node, mapped.name, code.fault().code(), code.fault().detail());
    }
  }

  // "{first} {last}": columns in braces; a brace that stands for itself is written twice.
  void read_template(const toml::node& at, const std::string& words, FieldMapping& mapped) {
    std::string text;
    const auto end_text = [&] {
      if (!text.empty()) mapped.from.push_back({text, false});
      text.clear();
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
      const bool brace = words[i] == '{' || words[i] == '}';
      const bool doubled = brace && i + 1 < words.size() && words[i + 1] == words[i];
      if (!brace || doubled) {
        text += words[i];
        i += doubled ? 1 : 0;
        continue;
      }
      const std::size_t end = words.find('}', i);
      if (words[i] == '}' || end == std::string::npos || end == i + 1) {
        return complain(at, mapped.name, Fault::bad_value, "a column in braces; {{ and }} for braces");
      }
      end_text();
      mapped.from.push_back({words.substr(i + 1, end - i - 1), true});
      i = end;
    }
    end_text();
    if (mapped.from.empty()) complain(at, mapped.name, Fault::required, "a column in braces, or words");
  }

  const Catalogue& catalogue_;
  std::optional<Fault> fault_;
};

}  // namespace

std::string FieldMapping::first_column() const {
  const auto column = std::ranges::find(from, true, &TemplatePiece::is_column);
  return column == from.end() ? std::string() : column->text;
}

Result<Mapping> Mapping::parse(std::string_view toml, const Catalogue& catalogue) try {
  if (toml.size() > mapping_bytes_max) return Fault(Fault::too_large, "a mapping of more than 256 KiB");
  const toml::table file = toml::parse(toml);
  return MappingReader(catalogue).read(file);
} catch (const toml::parse_error& error) {
  // What toml++ says repeats what it read; the place is enough to find it.
  return Fault(Fault::bad_line, "line " + std::to_string(error.source().begin.line) + ", column " +
                                    std::to_string(error.source().begin.column) + ": not TOML, or a key twice");
}

Result<Mapping> Mapping::read(const std::string& path, const Catalogue& catalogue) {
  const Result<Bytes> file = read_file(path, mapping_bytes_max);
  if (!file) return Fault(file.fault().code(), "the mapping");
  return parse(as_text(*file), catalogue);
}

}  // namespace caseload::client
