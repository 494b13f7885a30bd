#include "server/store/postgres_sql.h"

#include <thread>

#include "server/store/copy_tables.h"

namespace caseload::server {
namespace {

using Cure = PostgresFailure::Cure;

constexpr int tries_max = 5;                    // of one transaction
constexpr std::chrono::milliseconds pause(50);  // between two attempts to connect
constexpr std::size_t mark_bytes = 16;
constexpr std::size_t rows_at_once[] = {64, 8, 1};  // each a statement of its own to be prepared

// LATERAL with OFFSET 0 is what keeps PostgreSQL from choosing another order, and IS TRUE keeps the list of
// scopes a hash.
constexpr ScopeTexts change_texts{
    "SELECT position, body FROM change WHERE scope = (SELECT n FROM scope WHERE id = $1) "
    "AND position > $2 AND position <= $3 ORDER BY position LIMIT $4",

    "SELECT change.position, change.body FROM change "
    "CROSS JOIN LATERAL (SELECT id FROM scope WHERE n = change.scope OFFSET 0) AS its "
    "WHERE (its.id IN (SELECT substr($1, at, 16) FROM generate_series(1, length($1), 16) AS at)) IS TRUE "
    "AND change.position > $2 AND change.position <= $3 ORDER BY change.position LIMIT $4",

    "SELECT chosen.position, its.body FROM (SELECT found.position FROM "
    "(SELECT DISTINCT substr($1, at, 16) AS id FROM generate_series(1, length($1), 16) AS at) AS named "
    "CROSS JOIN LATERAL (SELECT n FROM scope WHERE id = named.id OFFSET 0) AS known "
    "CROSS JOIN LATERAL (SELECT position FROM change WHERE scope = known.n AND position > $2 AND position <= "
    "$3 "
    "ORDER BY position LIMIT $4) AS found ORDER BY found.position LIMIT $4) AS chosen "
    "CROSS JOIN LATERAL (SELECT body FROM change WHERE position = chosen.position OFFSET 0) AS its "
    "ORDER BY chosen.position"};

constexpr ScopeTexts erasure_texts{
    "SELECT position, change, section, scope FROM erasure WHERE scope = $1 AND position > $2 AND position <= "
    "$3 "
    "ORDER BY position, change, section LIMIT $4",

    "SELECT position, change, section, scope FROM erasure "
    "WHERE (scope IN (SELECT substr($1, at, 16) FROM generate_series(1, length($1), 16) AS at)) IS TRUE "
    "AND position > $2 AND position <= $3 ORDER BY position, change, section LIMIT $4",

    "SELECT found.position, found.change, found.section, found.scope FROM "
    "(SELECT DISTINCT substr($1, at, 16) AS id FROM generate_series(1, length($1), 16) AS at) AS named "
    "CROSS JOIN LATERAL (SELECT position, change, section, scope FROM erasure WHERE scope = named.id AND "
    "position > $2 "
    "AND position <= $3 ORDER BY position, change, section LIMIT $4) AS found "
    "ORDER BY found.position, found.change, found.section LIMIT $4"};

constexpr ManyTexts many_texts{
    "SELECT its.position, its.body FROM generate_series(1, length($1), 16) AS at CROSS JOIN LATERAL "
    "(SELECT position, body FROM change WHERE id = substr($1, at, 16) "
    "UNION ALL SELECT 0, body FROM held WHERE id = substr($1, at, 16) OFFSET 0) AS its",

    "SELECT its.record, its.position, CASE WHEN its.position BETWEEN $2 AND $3 THEN ''::bytea ELSE its.body END "
    "FROM generate_series(1, length($1), 16) AS at CROSS JOIN LATERAL "
    "(SELECT record, position, body FROM change WHERE record = substr($1, at, 16) OFFSET 0) AS its",

    "SELECT its.record FROM generate_series(1, length($1), 16) AS at CROSS JOIN LATERAL "
    "(SELECT record FROM held WHERE record = substr($1, at, 16) OFFSET 0) AS its"};

std::span<const SqlValue> list(SqlValues values) { return {values.begin(), values.size()}; }

// Two numbers that nobody else in this database should take.
constexpr std::string_view take_lock = "SELECT CAST(pg_try_advisory_lock(1667330917, 1819239780) AS INTEGER)";

}  // namespace

Result<std::unique_ptr<PostgresSql>> PostgresSql::open(const PostgresPlace& place, Role role) {
  std::unique_ptr<PostgresSql> opened(new PostgresSql(place, role));
  if (Result<void> connected = opened->connect(); !connected) return connected.fault();
  return opened;
}

// The server would notice by itself, a little later.
PostgresSql::~PostgresSql() {
  rollback();
  try {
    if (role_ == Role::writer && connection_)
      connection_->read("SELECT pg_advisory_unlock_all()", {}, [](const SqlRow&) {});
  } catch (const Breakage&) {
  }
}

Result<void> PostgresSql::connect() {
  connection_.reset();
  listening_ = false;
  Result<std::unique_ptr<PostgresConnection>> opened = PostgresConnection::open(place_.where);
  if (!opened) return opened.fault();
  connection_ = std::move(*opened);
  if (role_ == Role::reader) return {};
  bool is_ours = false;
  connection_->read(take_lock, {}, [&](const SqlRow& row) { is_ours = row.integer(0) != 0; });
  if (!is_ours) {
    connection_.reset();
    return Fault(Fault::in_use, "another server is the writer");
  }
  return {};
}

// A server that comes back, and the end of a session of our own that still holds the lock, are worth waiting for.
void PostgresSql::connect_again() {
  const auto end = std::chrono::steady_clock::now() + place_.patience;
  for (;;) {
    try {
      const Result<void> connected = connect();
      if (connected) return;
      if (std::chrono::steady_clock::now() >= end) {
        throw Breakage(Breakage::What::refused, "PostgreSQL again: " + connected.fault().to_string());
      }
    } catch (const PostgresFailure& failure) {
      if (failure.cure() != Cure::reconnect || std::chrono::steady_clock::now() >= end) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

Bytes PostgresSql::read_mark() {
  Bytes mark;
  connection_->read("SELECT body FROM state WHERE name = 'mark'", {},
                    [&](const SqlRow& row) { mark = to_bytes(row.bytes(0)); });
  return mark;
}

// A reader's next snapshot finds the way by itself; what it was reading is gone.
PostgresSql::Cured PostgresSql::cure(const PostgresFailure& failure) {
  if (failure.cure() == Cure::none || role_ == Role::reader) throw failure;
  if (failure.cure() == Cure::again && connection_ && !connection_->is_lost()) {
    connection_->send("ROLLBACK");
    connection_->finish();
    return Cured::nothing_happened;
  }
  connect_again();
  const Bytes mark = read_mark();
  if (!next_.empty() && mark == next_) return Cured::it_happened;
  if (mark == mark_) return Cured::nothing_happened;
  connection_.reset();  // and with it the lock, which is for one who knows what stands there
  throw Breakage(Breakage::What::refused, "another server became the writer");
}

// Runs the act; after a failure that has a cure, the transaction so far and then the act again.
template <class Act>
void PostgresSql::until_it_works(Act act) {
  std::optional<PostgresFailure> failed;
  if (!connection_)
    failed.emplace(Breakage::What::input_output, Cure::reconnect, "PostgreSQL: no connection");
  const bool spoiled_before = std::exchange(spoiled_, open_);
  for (int tries = 1;; ++tries) {
    try {
      if (failed && cure(*failed) == Cured::it_happened) break;
      if (failed) send_again();
      act();
      break;
    } catch (const PostgresFailure& failure) {
      if (tries == tries_max || failure.cure() == Cure::none) throw;
      failed = failure;
    }
  }
  spoiled_ = spoiled_before;
}

void PostgresSql::send_again() {
  for (const Written& written : written_) connection_->send(written.text, written.values);
  connection_->finish();
}

void PostgresSql::Written::add(SqlValues more) {
  for (const SqlValue& value : more) {
    if (const auto* view = std::get_if<BytesView>(&value)) {
      values.emplace_back(bytes.emplace_back(to_bytes(*view)));
    } else {
      values.push_back(value);
    }
  }
}

void PostgresSql::read(std::string_view text, SqlValues values, const EachRow& each) {
  send_rows();
  until_it_works([&] { connection_->read(text, list(values), each); });
  heard_ = std::chrono::steady_clock::now();
}

// What is sent again after a failure includes this.
void PostgresSql::write(std::string_view text, SqlValues values) {
  if (!open_) throw Breakage(Breakage::What::refused, "the transaction is gone");
  send_rows();
  begin_what_is_wanted();
  send_on(text, values);
}

void PostgresSql::begin_what_is_wanted() {
  if (written_.empty()) send_on("BEGIN ISOLATION LEVEL READ COMMITTED", {});
  if (std::exchange(part_, part_ == Part::none ? Part::none : Part::begun) == Part::wanted)
    send_on("SAVEPOINT part", {});
}

// A row by itself costs the server as much for the statement as for the row.
void PostgresSql::insert(std::string_view text, SqlValues values) {
  if (!open_) throw Breakage(Breakage::What::refused, "the transaction is gone");
  if (rows_.text != text || rows_.values.size() == rows_at_once[0] * rows_width_) send_rows();
  begin_what_is_wanted();
  rows_.text = text;
  rows_width_ = values.size();
  rows_.add(values);
}

void PostgresSql::send_rows() {
  const Written rows = std::exchange(rows_, {});
  std::span<const SqlValue> left(rows.values);
  for (const std::size_t at_once : rows_at_once) {
    for (const std::size_t size = at_once * rows_width_; left.size() >= size && size > 0; left = left.subspan(size))
      send_on(text_of_rows(rows.text, rows_width_, at_once), left.first(size));
  }
}

// The list of values once more for each further row, with numbers that go on.
std::string_view PostgresSql::text_of_rows(std::string_view of_one, std::size_t width, std::size_t rows) {
  std::string& text = rows_texts_[{of_one, rows}];
  if (text.empty()) {
    text = of_one;
    for (std::size_t row = 1; row < rows; ++row) {
      for (std::size_t i = 1; i <= width; ++i) text += (i == 1 ? ", ($" : ", $") + std::to_string(row * width + i);
      text += ")";
    }
  }
  return text;
}

void PostgresSql::send_on(std::string_view text, SqlValues values) {
  Written& written = written_.emplace_back();
  written.text = text;
  written.add(values);
  bool sent = false;
  until_it_works([&] {
    if (!sent) {
      sent = true;
      connection_->send(text, list(values));
    }
  });
}

void PostgresSql::begin() {
  written_.clear();
  rows_ = {};
  spoiled_ = false;
  part_ = Part::none;
  // Whoever answers from memory asks now and then whether it is still the writer whose memory counts.
  if (std::chrono::steady_clock::now() - heard_ > place_.unheard) read("SELECT 1", {}, [](const SqlRow&) {});
  open_ = true;
}

void PostgresSql::commit() {
  if (spoiled_) throw Breakage(Breakage::What::refused, "a transaction that failed is not committed");
  if (written_.empty()) {
    open_ = false;
    return;
  }
  SystemRandom chance;
  const Bytes next = to_bytes(chance.bytes<mark_bytes>());
  write(
      "INSERT INTO state (name, body) VALUES ('mark', $1) ON CONFLICT (name) DO UPDATE SET body = "
      "excluded.body",
      {next});
  write("SELECT pg_notify('caseload', '')", {});
  next_ = next;
  until_it_works([&] {
    connection_->send("COMMIT");
    connection_->finish();
  });
  heard_ = std::chrono::steady_clock::now();
  mark_ = std::exchange(next_, {});
  open_ = false;
  written_.clear();
}

void PostgresSql::rollback() noexcept {
  if (!open_) return;
  open_ = false;
  next_.clear();
  const bool is_begun = role_ == Role::reader || !written_.empty();
  written_.clear();
  rows_ = {};
  try {
    if (!is_begun || !connection_ || connection_->is_lost()) return;
    connection_->send("ROLLBACK");
    connection_->finish();
  } catch (const Breakage&) {
    connection_.reset();  // and with it whatever it had begun
  }
}

void PostgresSql::begin_part() {
  send_rows();
  part_ = Part::wanted;
}

void PostgresSql::end_part() {
  if (std::exchange(part_, Part::none) == Part::begun) write("RELEASE SAVEPOINT part", {});
}

void PostgresSql::rollback_part() noexcept {
  rows_ = {};
  if (std::exchange(part_, Part::none) != Part::begun) return;
  try {
    write("ROLLBACK TO SAVEPOINT part", {});
    write("RELEASE SAVEPOINT part", {});
  } catch (const Breakage&) {
    spoiled_ = true;
  }
}

// The first statement fixes the moment.
void PostgresSql::begin_snapshot() {
  for (int tries = 1;; ++tries) {
    try {
      if (!connection_ || connection_->is_lost()) connect_again();
      connection_->send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      connection_->read("SELECT 1", {}, [](const SqlRow&) {});
      open_ = true;
      return;
    } catch (const PostgresFailure& failure) {
      if (failure.cure() == Cure::none || tries == tries_max) throw;
      connection_.reset();
    }
  }
}

const ScopeTexts& PostgresSql::changes_of_scopes() const { return change_texts; }
const ScopeTexts& PostgresSql::erasures_of_scopes() const { return erasure_texts; }
const ManyTexts& PostgresSql::many() const { return many_texts; }

std::unique_ptr<Sql> PostgresSql::beside() {
  Result<std::unique_ptr<PostgresSql>> another = open(place_, Role::reader);
  if (!another) throw Breakage(Breakage::What::refused, "a reader: " + another.fault().to_string());
  return std::move(*another);
}

// In the snapshot or transaction that is open, or one for this.
Result<void> PostgresSql::copy_to(const std::string& path, const Secret& key) {
  if (open_) return copy_into_file(*this, path, key);
  begin_snapshot();
  Result<void> copied = copy_into_file(*this, path, key);
  end_snapshot();
  return copied;
}

bool PostgresSql::wait_for_news(std::chrono::milliseconds timeout) {
  CHECK(role_ == Role::reader && !open_, "news are waited for by readers, between snapshots");
  try {
    if (!connection_ || connection_->is_lost()) connect_again();
    if (listening_) return connection_->wait_for_notice(timeout);
    connection_->send("LISTEN caseload");
    connection_->finish();
    listening_ = true;
  } catch (const PostgresFailure& failure) {
    if (failure.cure() != Cure::reconnect) throw;
    connection_.reset();
    connect_again();
  }
  return true;
}

}  // namespace caseload::server
