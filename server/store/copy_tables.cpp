#include "server/store/copy_tables.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "common/base/durable_file.h"
#include "common/sqlite/migrate.h"
#include "server/store/sqlite_sql.h"

namespace caseload::server {

std::span<const Migration> sqlite_migrations();  // made by embed_migrations()

namespace {

constexpr int page_rows = 2'000;

// A column: a number, bytes, or a number that may be missing.
struct Column {
  char type;
  std::string name;
};

// A table, as the migrations of both databases have it. It is read along its key, the first of its columns, so that no
// answer is larger than a page. Where the key is the database's to give, the rest goes in.
struct Table {
  std::string name;
  std::vector<Column> columns;
  std::size_t key = 1;
  bool key_is_given = false;
};

// What says how far the log goes is in `state`, so that stands last.
const std::vector<Table>& tables() {
  static const std::vector<Table> all{
      {"scope", {{'n', "n"}, {'b', "id"}}},
      {"change", {{'n', "position"}, {'b', "id"}, {'b', "record"}, {'n', "scope"}, {'?', "kind"}, {'b', "body"}}},
      {"held", {{'n', "n"}, {'b', "id"}, {'b', "record"}, {'n', "waits"}, {'b', "body"}}, 1, true},
      {"erasure", {{'n', "position"}, {'b', "change"}, {'n', "section"}, {'b', "scope"}}, 3},
      {"segment", {{'b', "digest"}, {'b', "device"}, {'n', "epoch"}, {'n', "number"}, {'b', "body"}}},
      {"receipt", {{'b', "segment"}, {'b', "body"}}},
      {"acceptance", {{'n', "leaf"}, {'b', "hash"}, {'b', "body"}}},
      {"node", {{'n', "level"}, {'n', "place"}, {'b', "digest"}}, 2},
      {"restore", {{'n', "epoch"}, {'b', "body"}}},
      {"device", {{'b', "id"}, {'b', "body"}}},
      {"coverage", {{'b', "device"}, {'b', "body"}}},
      {"look", {{'b', "device"}, {'b', "body"}}},
      {"custody", {{'b', "device"}, {'b', "scope"}, {'n', "since"}, {'n', "withdrawn"}}, 2},
      {"value", {{'b', "name"}, {'b', "body"}}},
      {"state", {{'b', "name"}, {'b', "body"}}},
  };
  return all;
}

std::string names(const Table& table, std::size_t first, std::size_t end) {
  std::string list;
  for (std::size_t i = first; i < end; ++i) list += (i == first ? "" : ", ") + table.columns[i].name;
  return list;
}

std::string places(std::size_t count) {
  std::string list;
  for (std::size_t i = 1; i <= count; ++i) list += (i == 1 ? "$" : ", $") + std::to_string(i);
  return list;
}

std::size_t first_written(const Table& table) { return table.key_is_given ? table.key : 0; }

// Statements are kept by a connection for as long as it lives, and so are their texts.
struct Texts {
  explicit Texts(const Table& table) {
    const std::string key = names(table, 0, table.key);
    std::string all;
    for (const Column& column : table.columns) {
      all += all.empty() ? "" : ", ";
      all += column.type == '?' ? "COALESCE(" + column.name + ", -1)" : column.name;
    }
    const std::string rows = "SELECT " + all + " FROM " + table.name;
    const std::string order = " ORDER BY " + key + " LIMIT $";
    first = rows + order + "1";
    after = rows + " WHERE (" + key + ") > (" + places(table.key) + ")" + order + std::to_string(table.key + 1);
    const std::size_t from = first_written(table);
    insert = "INSERT INTO " + table.name + " (" + names(table, from, table.columns.size()) + ") VALUES (" +
             places(table.columns.size() - from) + ")";
  }
  std::string first, after, insert;
};

const std::vector<Texts>& texts() {
  static const std::vector<Texts> all(tables().begin(), tables().end());
  return all;
}

// A row that outlives its answer.
struct KeptRow {
  std::vector<std::int64_t> numbers;
  std::vector<Bytes> bytes;

  KeptRow(const Table& table, const SqlRow& row) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const bool is_bytes = table.columns[i].type == 'b';
      numbers.push_back(is_bytes ? 0 : row.integer(static_cast<int>(i)));
      bytes.push_back(is_bytes ? to_bytes(row.bytes(static_cast<int>(i))) : Bytes());
    }
  }
  SqlValue value(const Table& table, std::size_t column) const {
    const char type = table.columns[column].type;
    if (type == 'b') return bytes[column];
    if (type == '?' && numbers[column] == -1) return nullptr;
    return numbers[column];
  }
};

std::vector<KeptRow> page_after(Sql& from, const Table& table, const Texts& said, const std::optional<KeptRow>& last) {
  std::vector<SqlValue> values;
  for (std::size_t i = 0; last && i < table.key; ++i) values.push_back(last->value(table, i));
  values.push_back(page_rows);
  std::vector<KeptRow> rows;
  from.read(last ? said.after : said.first, values, [&](const SqlRow& row) { rows.emplace_back(table, row); });
  return rows;
}

// The mark that PostgreSQL's writer keeps is that writer's own.
bool goes_along(const Table& table, const KeptRow& row) {
  return table.name != "state" || !std::ranges::equal(row.bytes[0], as_bytes("mark"));
}

void copy(Sql& from, Sql& to, const Table& table, const Texts& said) {
  std::optional<KeptRow> last;
  for (;;) {
    std::vector<KeptRow> rows = page_after(from, table, said, last);
    if (rows.empty()) return;
    to.begin();
    for (const KeptRow& row : rows) {
      std::vector<SqlValue> values;
      for (std::size_t i = first_written(table); i < table.columns.size(); ++i) values.push_back(row.value(table, i));
      if (goes_along(table, row)) to.write(said.insert, values);
    }
    to.commit();
    last.emplace(std::move(rows.back()));
  }
}

Result<std::unique_ptr<Sql>> open_file(const std::string& path, const Secret& key) {
  Result<Database> database = open_migrated(path, key, sqlite_migrations());
  if (!database) return database.fault();
  return std::unique_ptr<Sql>(
      std::make_unique<SqliteSql>(std::move(*database), std::make_shared<const Secret>(key.clone()), OpenOptions{}));
}

}  // namespace

void copy_tables(Sql& from, Sql& to) {
  for (std::size_t i = 0; i < tables().size(); ++i) copy(from, to, tables()[i], texts()[i]);
}

Result<void> copy_into_file(Sql& from, const std::string& path, const Secret& key) {
  if (file_exists(path)) return Fault(Fault::already_there, "a file of that name");
  const std::string part = path + ".part";
  remove_file(part);
  {
    const Result<std::unique_ptr<Sql>> file = open_file(part, key);
    if (!file) return file.fault();
    copy_tables(from, **file);
  }
  move_into_place(part, path);
  return {};
}

Result<void> copy_from_file(const std::string& path, const Secret& key, Sql& to) {
  bool used = false;
  to.read("SELECT 1 FROM device LIMIT 1", {}, [&](const SqlRow&) { used = true; });
  if (used) return Fault(Fault::already_there, "an office in that database");
  const Result<std::unique_ptr<Sql>> file = open_file(path, key);
  if (!file) return file.fault();
  (*file)->begin_snapshot();
  copy_tables(**file, to);
  return {};
}

}  // namespace caseload::server
