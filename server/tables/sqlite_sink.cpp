#include <optional>

#include "common/base/durable_file.h"
#include "common/crypto/hash.h"
#include "common/sqlite/migrate.h"
#include "common/sqlite/transaction.h"
#include "server/tables/record_tables.h"

namespace caseload::server {
namespace {

using Cell = std::variant<std::nullptr_t, std::int64_t, std::string>;

// A day and a moment are words that SQLite's own functions read.
std::string schema_of(const std::vector<RecordTable>& tables) {
  std::string sql;
  for (const RecordTable& table : tables) {
    sql += "CREATE TABLE \"" + table.name + "\" (";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const TableColumn& column = table.columns[i];
      const bool whole = column.type == ColumnType::number || column.type == ColumnType::truth;
      sql += (i == 0 ? "\"" : ", \"") + column.name + (whole ? "\" INTEGER" : "\" TEXT");
      if (i == 0) sql += " PRIMARY KEY";
    }
    sql += ") STRICT;\nCREATE INDEX \"" + table.name + "_of_case\" ON \"" + table.name + "\" (case_id);\n";
  }
  return sql;
}

std::string insert_into(const RecordTable& table) {
  std::string sql = "INSERT INTO \"" + table.name + "\" VALUES (";
  for (std::size_t i = 0; i < table.columns.size(); ++i) sql += i == 0 ? "?" : ", ?";
  return sql + ")";
}

Cell cell_of(const TableColumn& column, const std::string& words) {
  if (words.empty()) return nullptr;
  if (column.type == ColumnType::number) return std::stoll(words);
  if (column.type == ColumnType::truth) return std::int64_t{words == "yes"};
  return words;
}

class SqliteSink : public TableSink {
 public:
  SqliteSink(std::string path, const Secret& key, const std::vector<RecordTable>& tables)
      : path_(std::move(path)), tables_(tables) {
    remove_file(part());
    const std::string sql = schema_of(tables), digest = to_hex(sha256(as_bytes(sql)));
    const Migration first{1, "001_tables", sql, digest};
    Result<Database> made = open_migrated(part(), key, {&first, 1});
    if (!made) throw Breakage(Breakage::What::refused, "a new database: " + made.fault().to_string());
    database_.emplace(std::move(*made));
    all_.emplace(*database_);
    for (const RecordTable& table : tables) inserts_.push_back(insert_into(table));
  }
  ~SqliteSink() override {
    all_.reset();
    database_.reset();
    if (!finished_) remove_file(part());
  }
  SqliteSink(const SqliteSink&) = delete;
  SqliteSink& operator=(const SqliteSink&) = delete;

  void add(std::size_t table, const std::vector<std::string>& row) override {
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < row.size(); ++i) cells.push_back(cell_of(tables_[table].columns[i], row[i]));
    database_->prepare(inserts_[table]).run_list(std::span<const Cell>(cells));
  }
  void finish() override {
    all_->commit();
    all_.reset();
    database_.reset();
    move_into_place(part(), path_);
    finished_ = true;
  }

 private:
  std::string part() const { return path_ + ".part"; }

  const std::string path_;
  const std::vector<RecordTable> tables_;
  std::vector<std::string> inserts_;
  std::optional<Database> database_;
  std::optional<Transaction> all_;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<TableSink> open_sqlite_sink(const std::string& path, const Secret& key,
                                            const std::vector<RecordTable>& tables) {
  return std::make_unique<SqliteSink>(path, key, tables);
}

}  // namespace caseload::server
