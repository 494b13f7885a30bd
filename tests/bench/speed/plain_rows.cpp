#include "tests/bench/speed/plain_rows.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/sqlite/migrate.h"
#include "common/sqlite/transaction.h"
#include "server/store/postgres_connection.h"

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

Cost plain_rows(const std::string& path, const std::vector<std::string>& texts, const RowShape& shape) {
  const Migration& migration = shape.indexes == RowIndexes::none      ? bare_shape
                               : shape.indexes == RowIndexes::to_read ? plain_shape
                                                                      : log_shape;
  Database database = *open_migrated(path, Secret(database_key_bytes), std::span(&migration, 1), {.cache_bytes = 64 << 20});
  SeededRandom random(5);
  const auto insert = [&](std::size_t i) {
    const Id id = Id::make(static_cast<std::uint64_t>(begin_of_notes) + i, random);
    Statement row = database.prepare(
        "INSERT INTO note (id, scope, author, type, occurred, recorded, place, text) VALUES (?, ?, ?, 1, ?, ?, 'office', ?)");
    if (shape.indexes == RowIndexes::of_a_log) row.run(id, i / notes_a_case, id, i, i, texts[i]);
    else row.run(id, id, id, i, i, texts[i]);
    if (shape.indexes == RowIndexes::to_read)
      database.prepare("INSERT INTO note_index (rowid, text) VALUES (?, ?)").run(database.last_row_id(), texts[i]);
  };
  return cost_of([&] {
    in_commits(texts.size(), shape.a_commit, [&](std::size_t begin, std::size_t end) {
      Transaction transaction(database);
      for (std::size_t i = begin; i < end; ++i) insert(i);
      transaction.commit();
    });
  });
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
