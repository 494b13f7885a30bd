#include "client/casework/exchange/row_values.h"

#include <algorithm>
#include <set>

#include "client/casework/exchange/date_form.h"
#include "client/casework/typed.h"

namespace caseload::client {
namespace {

std::string trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blank) - first + 1));
}

// The elements of a set, as its cell lists them; of anything else, all of it.
std::vector<std::string> elements_of(const FieldMapping& field, const std::string& text) {
  std::vector<std::string> elements;
  std::size_t at = 0;
  while (!field.split.empty()) {
    const std::size_t end = text.find(field.split, at);
    if (end == std::string::npos) break;
    elements.push_back(trimmed(std::string_view(text).substr(at, end - at)));
    at = end + field.split.size();
  }
  elements.push_back(trimmed(std::string_view(text).substr(at)));
  std::erase_if(elements, [](const std::string& element) { return element.empty(); });
  std::ranges::sort(elements);
  const auto twice = std::ranges::unique(elements);
  elements.erase(twice.begin(), twice.end());
  return elements;
}

}  // namespace

std::vector<std::string> RowValues::columns_used() const {
  std::vector<std::string> used = mapping_.key;
  used.insert(used.end(), mapping_.group.begin(), mapping_.group.end());
  const auto add_record = [&](const RecordMapping& record) {
    if (!record.when.empty()) used.push_back(record.when);
    for (const FieldMapping& field : record.fields) {
      for (const TemplatePiece& piece : field.from) {
        if (piece.is_column) used.push_back(piece.text);
      }
    }
  };
  add_record(mapping_.case_file);
  for (const RecordMapping& record : mapping_.records) add_record(record);
  return used;
}

std::vector<Complaint> RowValues::bind(std::span<const std::string> header) {
  std::vector<Complaint> wrong;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string name = trimmed(header[i]);
    const std::string number = std::to_string(i + 1);
    if (name.empty()) wrong.push_back({1, number, Fault(Fault::required, "a name for the column")});
    else if (!columns_.emplace(name, i).second) {
      wrong.push_back({1, number, Fault(Fault::already_there, "another column has this name")});
    }
  }
  const std::vector<std::string> used = columns_used();
  for (const std::string& name : std::set(used.begin(), used.end())) {
    if (!columns_.contains(name)) wrong.push_back({1, name, Fault(Fault::not_found, "a column of this name")});
  }
  for (const auto& [name, place] : columns_) {
    const bool known = std::ranges::find(used, name) != used.end() ||
                       std::ranges::find(mapping_.ignore, name) != mapping_.ignore.end();
    if (known) continue;
    wrong.push_back({1, name, Fault(Fault::required, "a use of this column, or its name in table.ignore")});
  }
  if (!wrong.empty()) return wrong;
  bind_words(mapping_.case_file, wrong);
  for (const RecordMapping& record : mapping_.records) bind_words(record, wrong);
  return wrong;
}

void RowValues::bind_words(const RecordMapping& record, std::vector<Complaint>& wrong) {
  for (const FieldMapping& field : record.fields) {
    if (!field.first_column().empty() || field.field->policy == MergePolicy::set) continue;
    const Result<std::string> words = typed(field, {});
    const Result<Value> value = words ? read_value(place_, {*record.kind, *field.field, false}, *words) : words.fault();
    if (value) {
      of_words_.emplace(&field, *value);
      continue;
    }
    const std::string where = "line " + std::to_string(field.line) + " of the mapping, ";
    wrong.push_back({0, {}, Fault(value.fault().code(), where + value.fault().detail())});
  }
}

std::string RowValues::cell(const std::string& column, Cells cells) const {
  return trimmed(cells[columns_.find(column)->second]);
}

std::vector<std::string> RowValues::key(std::span<const std::string> columns, Cells cells) const {
  std::vector<std::string> key;
  for (const std::string& column : columns) key.push_back(cell(column, cells));
  return key;
}

// Nothing where all of its columns hold nothing: words around an empty cell say nothing either.
std::string RowValues::text(const FieldMapping& field, Cells cells) const {
  std::string all;
  bool columns = false;
  bool said = false;
  for (const TemplatePiece& piece : field.from) {
    const std::string part = piece.is_column ? cell(piece.text, cells) : piece.text;
    columns = columns || piece.is_column;
    said = said || (piece.is_column && !part.empty());
    all += part;
  }
  return columns && !said ? std::string() : trimmed(all);
}

Result<std::string> RowValues::typed(const FieldMapping& field, Cells cells) const {
  std::string text = this->text(field, cells);
  if (!field.codes.empty()) {
    const auto code = field.codes.find(text);
    const bool known = code != field.codes.end();
    if (!known && !text.empty()) return Fault(Fault::bad_name, field.name + ", no code for this cell");
    text = known ? code->second : std::string();
  }
  if (field.date.empty() || text.empty()) return text;
  Result<std::string> typed = by_date_form(field.date, text);
  if (!typed) return Fault(typed.fault().code(), field.name + ", " + typed.fault().detail());
  constexpr std::size_t day_letters = 10;
  if (field.field->type == ValueType::date) typed->resize(std::min(typed->size(), day_letters));
  return typed;
}

Result<void> RowValues::add(const RecordMapping& record, const FieldMapping& field, Cells cells,
                            std::vector<FieldValue>& to) const {
  if (const auto words = of_words_.find(&field); words != of_words_.end()) {
    to.push_back({field.field->number, words->second});
    return {};
  }
  const Result<std::string> all = typed(field, cells);
  if (!all) return all.fault();
  const std::vector<std::string> elements =
      field.split.empty() ? std::vector<std::string>{*all} : elements_of(field, *all);
  const std::size_t before = to.size();
  for (const std::string& element : elements) {
    if (element.empty()) continue;
    const Result<Value> value = read_value(place_, {*record.kind, *field.field, false}, element);
    if (!value) return value.fault();
    to.push_back({field.field->number, *value});
  }
  if (to.size() == before && field.required) return Fault(Fault::required, field.name);
  return {};
}

RowValues::Said RowValues::values(const RecordMapping& record, Cells cells) const {
  Said said;
  for (const FieldMapping& field : record.fields) {
    Result<void> added = add(record, field, cells, said.writes);
    if (!added) {
      said.wrong = Complaint{0, field.first_column(), added.fault()};
      return said;
    }
  }
  return said;
}

std::string RowValues::column_of(const RecordMapping& record, const Fault& fault) {
  for (const FieldMapping& field : record.fields) {
    if (fault.detail().starts_with(field.name)) return field.first_column();
  }
  return {};
}

}  // namespace caseload::client
