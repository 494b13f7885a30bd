#include "server/store/sqlite_sql.h"

#include "common/base/check.h"

namespace caseload::server {
namespace {

class Row : public SqlRow {
 public:
  explicit Row(const Statement& statement) : statement_(statement) {}
  std::int64_t integer(int column) const override { return statement_.integer(column); }
  BytesView bytes(int column) const override { return statement_.blob(column); }

 private:
  const Statement& statement_;
};

std::span<const SqlValue> list(SqlValues values) { return {values.begin(), values.size()}; }

// CROSS JOIN is what keeps SQLite from choosing another order. Positions first, bodies last: a body is read only when
// it is known to be wanted.
constexpr ScopeTexts change_texts{
    "SELECT position, body FROM change WHERE scope = (SELECT n FROM scope WHERE id = $1) "
    "AND position > $2 AND position <= $3 ORDER BY position LIMIT $4",

    "WITH RECURSIVE wanted (at) AS (SELECT 1 UNION ALL SELECT at + 16 FROM wanted WHERE at + 16 < "
    "length($1)) "
    "SELECT position, body FROM change CROSS JOIN scope ON scope.n = change.scope "
    "WHERE position > $2 AND position <= $3 AND scope.id IN (SELECT substr($1, at, 16) FROM wanted) "
    "ORDER BY position LIMIT $4",

    "WITH RECURSIVE wanted (at) AS (SELECT 1 UNION ALL SELECT at + 16 FROM wanted WHERE at + 16 < "
    "length($1)) "
    "SELECT position, body FROM change WHERE position IN ("
    "SELECT position FROM (SELECT DISTINCT substr($1, at, 16) AS id FROM wanted) AS named "
    "CROSS JOIN scope ON scope.id = named.id "
    "CROSS JOIN change ON change.scope = scope.n AND position > $2 AND position <= $3 ORDER BY position "
    "LIMIT $4) "
    "ORDER BY position"};

constexpr ScopeTexts erasure_texts{
    "SELECT position, change, section, scope FROM erasure WHERE scope = $1 AND position > $2 AND position <= "
    "$3 "
    "ORDER BY position, change, section LIMIT $4",

    "WITH RECURSIVE wanted (at) AS (SELECT 1 UNION ALL SELECT at + 16 FROM wanted WHERE at + 16 < "
    "length($1)) "
    "SELECT position, change, section, scope FROM erasure "
    "WHERE position > $2 AND position <= $3 AND +scope IN (SELECT substr($1, at, 16) FROM wanted) "
    "ORDER BY position, change, section LIMIT $4",

    "WITH RECURSIVE wanted (at) AS (SELECT 1 UNION ALL SELECT at + 16 FROM wanted WHERE at + 16 < "
    "length($1)) "
    "SELECT position, change, section, scope FROM (SELECT DISTINCT substr($1, at, 16) AS id FROM wanted) AS "
    "named "
    "CROSS JOIN erasure ON scope = named.id AND position > $2 AND position <= $3 "
    "ORDER BY position, change, section LIMIT $4"};

constexpr ManyTexts many_texts{
    "WITH RECURSIVE wanted (at) AS (SELECT 1 UNION ALL SELECT at + 16 FROM wanted WHERE at + 16 < length($1)) "
    "SELECT position, body FROM wanted CROSS JOIN change ON change.id = substr($1, at, 16) "
    "UNION ALL SELECT 0, body FROM wanted CROSS JOIN held ON held.id = substr($1, at, 16)",

    "WITH RECURSIVE wanted (at) AS (SELECT 1 UNION ALL SELECT at + 16 FROM wanted WHERE at + 16 < length($1)) "
    "SELECT record, position, CASE WHEN position BETWEEN $2 AND $3 THEN x'' ELSE body END "
    "FROM wanted CROSS JOIN change ON change.record = substr($1, at, 16)",

    "WITH RECURSIVE wanted (at) AS (SELECT 1 UNION ALL SELECT at + 16 FROM wanted WHERE at + 16 < length($1)) "
    "SELECT record FROM wanted CROSS JOIN held ON held.record = substr($1, at, 16)"};

}  // namespace

SqliteSql::SqliteSql(Database database, std::shared_ptr<const Secret> key, OpenOptions options)
    : database_(std::move(database)), key_(std::move(key)), options_(options) {}

SqliteSql::~SqliteSql() = default;

void SqliteSql::read(std::string_view text, SqlValues values, const EachRow& each) {
  Statement statement = database_.prepare(text);
  const Row row(statement);
  for (statement.select_list(list(values)); statement.step();) each(row);
}

void SqliteSql::write(std::string_view text, SqlValues values) {
  if (!database_.in_transaction()) throw Breakage(Breakage::What::refused, "the transaction is gone");
  database_.prepare(text).run_list(list(values));
}

void SqliteSql::begin() {
  lost_a_part_ = false;
  transaction_.emplace(database_);
}

void SqliteSql::commit() {
  if (lost_a_part_ || !database_.in_transaction()) {
    throw Breakage(Breakage::What::refused, "a transaction that failed is not committed");
  }
  transaction_->commit();
  transaction_.reset();
}

void SqliteSql::begin_part() { write("SAVEPOINT part", {}); }

void SqliteSql::end_part() { write("RELEASE part", {}); }

// A full disk may have taken back the whole transaction already.
void SqliteSql::rollback_part() noexcept {
  try {
    write("ROLLBACK TO part", {});
    write("RELEASE part", {});
  } catch (const Breakage&) {
    lost_a_part_ = true;
  }
}

const ScopeTexts& SqliteSql::changes_of_scopes() const { return change_texts; }
const ScopeTexts& SqliteSql::erasures_of_scopes() const { return erasure_texts; }
const ManyTexts& SqliteSql::many() const { return many_texts; }

std::unique_ptr<Sql> SqliteSql::beside() {
  Result<Database> another = database_.open_beside(*key_, options_);
  if (!another) throw Breakage(Breakage::What::damaged, "a reader: " + another.fault().to_string());
  return std::make_unique<SqliteSql>(std::move(*another), key_, options_);
}

}  // namespace caseload::server
