#include "tests/bench/speed/plain_rows.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/sqlite/migrate.h"
#include "common/sqlite/transaction.h"
#include "server/store/postgres_connection.h"
#include "tests/bench/speed/report.h"

namespace caseload::bench {
namespace {

constexpr std::size_t notes_a_case = 200;
constexpr std::int64_t begin_of_notes = 1'790'000'000'000;  // milliseconds since 1970

constexpr Migration plain_shape{
    1, "001_plain",
    "CREATE TABLE note (n INTEGER PRIMARY KEY, id BLOB, scope BLOB, author BLOB, type INTEGER, occurred INTEGER, recorded INTEGER,"
    " place TEXT, text TEXT) STRICT; CREATE INDEX by_scope ON note (scope, occurred); CREATE INDEX by_id ON note (id);"
    "CREATE VIRTUAL TABLE note_index USING fts5(text, content='', contentless_delete=1);", "plain"};
constexpr Migration bare_shape{
    1, "001_bare",
    "CREATE TABLE note (n INTEGER PRIMARY KEY, id BLOB, scope BLOB, author BLOB, type INTEGER, occurred INTEGER, recorded INTEGER,"
    " place TEXT, text TEXT) STRICT;", "bare"};
constexpr Migration log_shape{
    1, "001_log",
    "CREATE TABLE note (n INTEGER PRIMARY KEY, id BLOB UNIQUE, scope INTEGER, author BLOB, type INTEGER, occurred INTEGER, recorded INTEGER,"
    " place TEXT, text TEXT) STRICT; CREATE INDEX by_record ON note (author); CREATE INDEX by_scope ON note (scope);"
    "CREATE INDEX by_kind ON note (scope, type, n, author);", "log"};

// Bytes for words, because that is what this connection binds; on the page they are the same.
constexpr std::string_view postgres_table =
    "CREATE TABLE bare (id bytea PRIMARY KEY, scope bytea, author bytea, type bigint, occurred bigint, recorded bigint, place bytea, text bytea)";
constexpr std::string_view upsert =
    "INSERT INTO bare (id, scope, author, type, occurred, recorded, place, text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    " ON CONFLICT (id) DO UPDATE SET text = EXCLUDED.text, recorded = EXCLUDED.recorded";

void in_commits(std::size_t count, std::size_t a_commit, const std::function<void(std::size_t, std::size_t)>& commit) {
  for (std::size_t begin = 0; begin < count; begin += a_commit) commit(begin, std::min(begin + a_commit, count));
}

}  // namespace

namespace {

// A database of such rows, and what it does with one.
class Rows {
 public:
  Rows(const std::string& path, const std::vector<std::string>& texts, RowIndexes indexes)
      : texts_(texts), indexes_(indexes), database_(open(path, indexes)) {}

  void insert_all(std::size_t a_commit) {
    in_commits(texts_.size(), a_commit, [&](std::size_t begin, std::size_t end) {
      Transaction transaction(database_);
      for (std::size_t i = begin; i < end; ++i) insert(i);
      transaction.commit();
    });
  }
  // Those at `first` and every so many further on.
  void change_or_add(std::size_t first, std::size_t count) {
    Transaction transaction(database_);
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t i = (first + k * (texts_.size() / count)) % texts_.size();
      if (indexes_ == RowIndexes::to_read) change(i);
      else insert(i);
    }
    transaction.commit();
  }

 private:
  static Database open(const std::string& path, RowIndexes indexes) {
    const Migration& shape = indexes == RowIndexes::none      ? bare_shape
                             : indexes == RowIndexes::to_read ? plain_shape
                                                              : log_shape;
    return *open_migrated(path, Secret(database_key_bytes), std::span(&shape, 1), {.cache_bytes = 64 << 20});
  }
  void insert(std::size_t i) {
    const Id id = Id::make(static_cast<std::uint64_t>(begin_of_notes) + ids_.size(), random_);
    ids_.push_back(id);
    Statement row = database_.prepare(
        "INSERT INTO note (id, scope, author, type, occurred, recorded, place, text) VALUES (?, ?, ?, 1, ?, ?, 'office', ?)");
    if (indexes_ == RowIndexes::of_a_log) row.run(id, i / notes_a_case, ids_[i], i, i, texts_[i]);
    else row.run(id, id, id, i, i, texts_[i]);
    if (indexes_ == RowIndexes::to_read)
      database_.prepare("INSERT INTO note_index (rowid, text) VALUES (?, ?)").run(database_.last_row_id(), texts_[i]);
  }
  void change(std::size_t i) {
    database_.prepare("UPDATE note SET place = ?, recorded = recorded + 1 WHERE id = ?").run("to be seen again in a week", ids_[i]);
  }

  const std::vector<std::string>& texts_;
  RowIndexes indexes_;
  Database database_;
  SeededRandom random_{5};
  std::vector<Id> ids_;
};

}  // namespace

Cost plain_rows(const std::string& path, const std::vector<std::string>& texts, const RowShape& shape) {
  Rows rows(path, texts, shape.indexes);
  return cost_of([&] { rows.insert_all(shape.a_commit); });
}

Cost hundred_plain_rows(const std::string& path, const std::vector<std::string>& texts, RowIndexes indexes, std::size_t rounds) {
  Rows rows(path, texts, indexes);
  rows.insert_all(10'000);
  std::vector<double> seconds;
  double processor = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const Cost one = cost_of([&] { rows.change_or_add(round, 100); });
    seconds.push_back(one.seconds);
    processor += one.processor;
  }
  return {median(seconds), processor / static_cast<double>(rounds)};
}

Cost upserted_rows(const std::string& where, const std::vector<std::string>& texts) {
  const std::unique_ptr<server::PostgresConnection> connection = std::move(*server::PostgresConnection::open(where));
  connection->send(postgres_table);
  connection->finish();
  SeededRandom random(5);
  const BytesView place = as_bytes("office");
  return cost_of([&] {
    in_commits(texts.size(), 10'000, [&](std::size_t begin, std::size_t end) {
      connection->send("BEGIN");
      for (std::size_t i = begin; i < end; ++i) {
        const Id id = Id::make(static_cast<std::uint64_t>(begin_of_notes) + i, random);
        const server::SqlValue row[] = {id, id, id, 1, i, i, place, as_bytes(texts[i])};
        connection->send(upsert, row);
      }
      connection->send("COMMIT");
      connection->finish();
    });
  });
}

std::uint64_t lean_bytes(const std::vector<std::string>& texts) {
  std::uint64_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size() + 64;
  return bytes;
}

std::uint64_t json_bytes(const std::vector<std::string>& texts) {
  SeededRandom random(5);
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string id = Id::make(static_cast<std::uint64_t>(begin_of_notes) + i, random).to_string();
    const nlohmann::json note{{"id", id}, {"case", id}, {"author", id}, {"type", "contact"}, {"occurred", begin_of_notes},
                              {"recorded", begin_of_notes}, {"place", "office"}, {"text", texts[i]}};
    bytes += note.dump().size();
  }
  return bytes;
}

}  // namespace caseload::bench
