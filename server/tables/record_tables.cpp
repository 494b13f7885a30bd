#include "server/tables/record_tables.h"

namespace caseload::server {
namespace {

constexpr std::uint64_t told_every = 1'000;

ColumnType type_of(const FieldEntry& field) {
  if (field.policy == MergePolicy::set || field.askable) return ColumnType::text;  // several values, or none but words
  switch (field.type) {
    case ValueType::integer: return ColumnType::number;
    case ValueType::boolean: return ColumnType::truth;
    case ValueType::date: return ColumnType::day;
    case ValueType::moment: return ColumnType::moment;
    default: return ColumnType::text;
  }
}

// Several values that stand against each other are words in a column of words; elsewhere nobody knows which holds.
std::string cell(const sync::RecordState& state, const FieldEntry& field) {
  const std::vector<Value> values = state.view(Catalogue::built_in(), field.number).in_force;
  if (values.size() > 1 && type_of(field) != ColumnType::text) return "";
  std::string all;
  for (const Value& value : values) {
    const std::string words =
        value.type() == ValueType::reference ? value.reference().to_string() : words_of(field, value);
    all += (all.empty() ? "" : "; ") + words;
  }
  return all;
}

std::vector<std::string> row_of(const ReportReader& reader, const ReportReader::Case& of, const KindEntry& kind,
                                const ReportReader::Entry& entry) {
  std::vector<std::string> row{entry.id.to_string(), of.id.to_string(), reader.name_of_worker(entry.author),
                               to_text(entry.created)};
  for (const FieldEntry& field : kind.fields) row.push_back(cell(entry.state, field));
  return row;
}

}  // namespace

std::vector<RecordTable> record_tables(const Catalogue& catalogue) {
  std::vector<RecordTable> tables;
  for (const KindEntry& kind : catalogue.kinds()) {
    if (kind.scope != ScopeType::case_file) continue;
    RecordTable& table = tables.emplace_back(RecordTable{kind.number, kind.name, {}});
    table.columns = {{"id", ColumnType::text}, {"case_id", ColumnType::text}, {"author", ColumnType::text},
                     {"recorded", ColumnType::moment}};
    for (const FieldEntry& field : kind.fields) table.columns.push_back({field.name, type_of(field)});
  }
  return tables;
}

std::uint64_t fill_tables(const ReportReader& reader, const std::vector<RecordTable>& tables, TableSink& sink,
                          const std::function<void(std::uint64_t)>& told) {
  std::uint64_t rows = 0;
  for (const ReportReader::Case& one : reader.cases(Id{})) {
    for (std::size_t i = 0; i < tables.size(); ++i) {
      const KindEntry& kind = *Catalogue::built_in().find_kind(tables[i].kind);
      for (const ReportReader::Entry& entry : reader.records(one, kind.number)) {
        sink.add(i, row_of(reader, one, kind, entry));
        if (++rows % told_every == 0 && told) told(rows);
      }
    }
  }
  sink.finish();
  return rows;
}

}  // namespace caseload::server
