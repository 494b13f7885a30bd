#include "server/store/postgres_connection.h"
#include "server/tables/record_tables.h"

namespace caseload::server {
namespace {

std::string_view type_name(ColumnType type) {
  switch (type) {
    case ColumnType::text: return "text";
    case ColumnType::number: return "bigint";
    case ColumnType::truth: return "boolean";
    case ColumnType::day: return "date";
    case ColumnType::moment: return "timestamptz";
  }
  return "";
}

// Their places are kept: what is granted to others on the schema by default stays theirs.
std::string schema_of(const std::vector<RecordTable>& tables) {
  std::string sql = "CREATE SCHEMA IF NOT EXISTS caseload;\n";
  for (const RecordTable& table : tables) {
    const std::string name = "caseload.\"" + table.name + "\"";
    sql += "DROP TABLE IF EXISTS " + name + " CASCADE;\nCREATE TABLE " + name + " (";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const TableColumn& column = table.columns[i];
      sql += (i == 0 ? "\"" : ", \"") + column.name + "\" " + std::string(type_name(column.type)) +
             (i == 0 ? " PRIMARY KEY" : "");
    }
    sql += ");\nCREATE INDEX ON " + name + " (case_id);\n";
  }
  return sql;
}

std::string insert_into(const RecordTable& table) {
  std::string sql = "INSERT INTO caseload.\"" + table.name + "\" VALUES (";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string words = "NULLIF(convert_from($" + std::to_string(i + 1) + ", 'UTF8'), '')";
    sql += (i == 0 ? "CAST(" : ", CAST(") + words + " AS " + std::string(type_name(table.columns[i].type)) + ")";
  }
  return sql + ")";
}

class PostgresSink : public TableSink {
 public:
  PostgresSink(std::unique_ptr<PostgresConnection> connection, const std::vector<RecordTable>& tables) {
    for (const RecordTable& table : tables) inserts_.push_back(insert_into(table));
    connection_ = std::move(connection);
    connection_->run_script("BEGIN;\n" + schema_of(tables));
  }
  void add(std::size_t table, const std::vector<std::string>& row) override {
    std::vector<SqlValue> values;
    for (const std::string& words : row) values.emplace_back(as_bytes(words));
    connection_->send(inserts_[table], values);
  }
  void finish() override { connection_->run_script("COMMIT"); }

 private:
  std::vector<std::string> inserts_;  // before the connection, which knows its statements by these texts
  std::unique_ptr<PostgresConnection> connection_;
};

}  // namespace

Result<std::unique_ptr<TableSink>> open_postgres_sink(const std::string& where,
                                                      const std::vector<RecordTable>& tables) {
  Result<std::unique_ptr<PostgresConnection>> connection = PostgresConnection::open(where);
  if (!connection) return connection.fault();
  return std::unique_ptr<TableSink>(std::make_unique<PostgresSink>(std::move(*connection), tables));
}

}  // namespace caseload::server
