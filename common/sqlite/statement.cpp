#include "common/sqlite/statement.h"

#include <sqlite3.h>

#include "common/sqlite/connection.h"

namespace caseload {

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_), prepared_(std::exchange(other.prepared_, nullptr)), state_(other.state_),
      keeping_(other.keeping_) {}

Statement::~Statement() {
  if (prepared_ != nullptr) connection_->give_back(*prepared_);
}

void Statement::begin(std::size_t values, Keeping keeping) {
  connection_->require_sound();
  finish();
  const int places = sqlite3_bind_parameter_count(prepared_->statement);
  CHECK(std::cmp_equal(values, places), "a statement gets as many values as it has places");
  keeping_ = keeping;
  state_ = State::ready;
}

bool Statement::step() {
  CHECK(state_ != State::idle, "select() comes before step(), and the end is the end");
  return advance();
}

bool Statement::advance() {
  connection_->require_sound();
  const int code = sqlite3_step(prepared_->statement);
  if (code == SQLITE_ROW) {
    state_ = State::row;
    return true;
  }
  finish();
  if (code != SQLITE_DONE) connection_->fail(code, sqlite3_sql(prepared_->statement));
  return false;
}

// Lets go of locks and of the values, which may be somebody's life.
void Statement::finish() {
  if (state_ == State::idle) return;
  state_ = State::idle;
  static_cast<void>(sqlite3_reset(prepared_->statement));
  static_cast<void>(sqlite3_clear_bindings(prepared_->statement));
}

void Statement::bind_integer(int place, std::int64_t value) {
  const int code = sqlite3_bind_int64(prepared_->statement, place, value);
  if (code != SQLITE_OK) connection_->fail(code, "binding a number");
}

// A null pointer would bind NULL where an empty text or blob is meant.
void Statement::bind_text(int place, std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  const auto lifetime = keeping_ == Keeping::looks ? SQLITE_STATIC : SQLITE_TRANSIENT;
  const int code = sqlite3_bind_text64(prepared_->statement, place, data, value.size(), lifetime, SQLITE_UTF8);
  if (code != SQLITE_OK) connection_->fail(code, "binding a text");
}

void Statement::bind_blob(int place, BytesView value) {
  const void* data = value.data() == nullptr ? "" : static_cast<const void*>(value.data());
  const auto lifetime = keeping_ == Keeping::looks ? SQLITE_STATIC : SQLITE_TRANSIENT;
  const int code = sqlite3_bind_blob64(prepared_->statement, place, data, value.size(), lifetime);
  if (code != SQLITE_OK) connection_->fail(code, "binding bytes");
}

void Statement::bind_null(int place) {
  const int code = sqlite3_bind_null(prepared_->statement, place);
  if (code != SQLITE_OK) connection_->fail(code, "binding nothing");
}

void Statement::expect(int column, int type) const {
  CHECK(state_ == State::row, "columns are read while a row is there");
  CHECK(sqlite3_column_type(prepared_->statement, column) == type, "a column is read as the type it has");
}

std::int64_t Statement::integer(int column) const {
  expect(column, SQLITE_INTEGER);
  return sqlite3_column_int64(prepared_->statement, column);
}

std::string_view Statement::text(int column) const {
  expect(column, SQLITE_TEXT);
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(prepared_->statement, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(prepared_->statement, column))};
}

BytesView Statement::blob(int column) const {
  expect(column, SQLITE_BLOB);
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(prepared_->statement, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(prepared_->statement, column))};
}

Id Statement::id(int column) const {
  const Result<ByteArray<16>> bytes = take_exactly<16>(blob(column));
  CHECK(bytes.ok(), "a column read as an Id has its 16 bytes");
  return Id{*bytes};
}

bool Statement::is_null(int column) const {
  CHECK(state_ == State::row, "columns are read while a row is there");
  return sqlite3_column_type(prepared_->statement, column) == SQLITE_NULL;
}

}  // namespace caseload
