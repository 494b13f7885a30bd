#pragma once

#include <functional>
#include <string>
#include <vector>

#include "server/report/reader.h"

namespace caseload::server {

// Plain tables for reporting tools: one for each kind of record that a case has, its columns those of the catalogue.
//
// Shape    id, case_id, author and recorded; then the kind's fields by their names. Values in words: a code by its
//          name, a reference by the whole identifier, several values of one field with "; " between them. What is not
//          known, or may not be read, is NULL.
enum class ColumnType { text, number, truth, day, moment };
struct TableColumn {
  std::string name;
  ColumnType type = ColumnType::text;
};
struct RecordTable {
  KindNumber kind = 0;
  std::string name;
  std::vector<TableColumn> columns;  // the first four are the record's own
};
std::vector<RecordTable> record_tables(const Catalogue& catalogue);

// TableSink: a database that takes such tables. What was there before is seen until finish(), and then the new ones.
//
// Errors   Breakage of its database.
class TableSink {
 public:
  virtual ~TableSink() = default;
  virtual void add(std::size_t table, const std::vector<std::string>& row) = 0;  // "": NULL
  virtual void finish() = 0;
};

// All that the reader gives of all cases; gives how many rows. `told` hears how many there are so far, now and then.
std::uint64_t fill_tables(const ReportReader& reader, const std::vector<RecordTable>& tables, TableSink& sink,
                          const std::function<void(std::uint64_t)>& told = {});

// A new SQLCipher file under this key, at `path` when finished, in place of what was there.
std::unique_ptr<TableSink> open_sqlite_sink(const std::string& path, const Secret& key,
                                            const std::vector<RecordTable>& tables);

// The schema `caseload` of a PostgreSQL, all in one transaction. Rights to read are given to tools by default
// privileges of that schema, which outlast the tables. Faults: unreachable, not_allowed, bad_value.
Result<std::unique_ptr<TableSink>> open_postgres_sink(const std::string& where, const std::vector<RecordTable>& tables);

}  // namespace caseload::server
