#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/id.h"
#include "common/base/result.h"
#include "common/base/secret.h"
#include "common/codec/codec.h"

namespace caseload::server {

// SqlValue: a value on its way into a statement: a number, bytes, or nothing. It looks at bytes and owns none.
// Numbers of 64 bits without sign are kept as their bits: see number_at() below and bound().
struct SqlValue : std::variant<std::nullptr_t, std::int64_t, BytesView> {
  template <std::integral T>
  SqlValue(T number) : variant(std::bit_cast<std::int64_t>(static_cast<std::uint64_t>(number))) {}  // NOLINT
  SqlValue(BytesView bytes) : variant(bytes) {}                                                     // NOLINT
  SqlValue(const Bytes& bytes) : variant(BytesView(bytes)) {}                                       // NOLINT
  template <std::size_t N>
  SqlValue(const ByteArray<N>& bytes) : variant(BytesView(bytes)) {}  // NOLINT
  SqlValue(const Id& id) : variant(BytesView(id.bytes)) {}            // NOLINT
  SqlValue(std::nullptr_t) : variant(nullptr) {}                      // NOLINT
};

// SqlValues: those of one statement, for as long as it is carried out: `{id, position}`, or a row's.
class SqlValues {
 public:
  SqlValues(std::initializer_list<SqlValue> values) : values_(values.begin(), values.size()) {}  // NOLINT
  SqlValues(const std::vector<SqlValue>& values) : values_(values) {}                            // NOLINT
  SqlValues(std::span<const SqlValue> values) : values_(values) {}                               // NOLINT
  const SqlValue* begin() const { return values_.data(); }
  const SqlValue* end() const { return values_.data() + values_.size(); }
  std::size_t size() const { return values_.size(); }

 private:
  std::span<const SqlValue> values_;
};

// A number for comparing in SQL: what is compared stays far below 63 bits, but an end may be "all there is".
inline std::uint64_t bound(std::uint64_t number) { return std::min<std::uint64_t>(number, INT64_MAX); }

// SqlRow: one row of an answer. Columns are counted from 0; views hold until the next row.
class SqlRow {
 public:
  virtual ~SqlRow() = default;
  virtual std::int64_t integer(int column) const = 0;
  virtual BytesView bytes(int column) const = 0;
};
inline std::uint64_t number_at(const SqlRow& row, int column) {
  return std::bit_cast<std::uint64_t>(row.integer(column));
}
Id id_at(const SqlRow& row, int column);
Digest digest_at(const SqlRow& row, int column);
// Our own canonical bytes, read again. Errors: Breakage: the database is damaged in a way that its pages do not show.
[[noreturn]] void throw_damaged(const Fault& fault);
template <class T>
T decode_own(BytesView bytes) {
  Result<T> value = decode<T>(bytes);
  if (!value) throw_damaged(value.fault());
  return std::move(*value);
}

// ScopeTexts: the query for rows of some scopes in a stretch, in the three forms that it is quick in. $1 is an id, or
// ids one after another; $2 and $3 the stretch, $4 how many at most.
struct ScopeTexts {
  std::string_view one;   // one scope: along its index
  std::string_view near;  // a stretch shorter than the list of scopes: along the log
  std::string_view many;  // along the index of each scope
};

// ManyTexts: queries for much at once. $1 is ids, one after another.
struct ManyTexts {
  std::string_view changes;     // with these ids, in the log or held (position 0) → position, body
  std::string_view of_records;  // accepted ones of these records → record, position, body: empty from $2 to $3
  std::string_view held;        // late work on these records → record
};

// Kept: what was read or written, so that it is not asked for again; of more than `most` all is forgotten.
// Promise  what keep() gives holds until the next call of anything but find().
template <class Key, class Value>
class Kept {
 public:
  explicit Kept(std::size_t most) : most_(most) {}
  const Value* find(const Key& key) const {
    const auto at = values_.find(key);
    return at == values_.end() ? nullptr : &at->second;
  }
  const Value& keep(const Key& key, Value value) {
    if (values_.size() >= most_) values_.clear();
    return values_.insert_or_assign(key, std::move(value)).first->second;
  }
  void forget(const Key& key) { values_.erase(key); }
  void clear() { values_.clear(); }

 private:
  const std::size_t most_;
  std::map<Key, Value> values_;
};

// Sql: a connection to the database of an office, in the words that SQLite and PostgreSQL have in common. SqlStore says
// what is kept with it.
//
// Shape    values are $1, $2 and so on, first named in that order; statements are constants, prepared once. A part is
//          inside a transaction, or not at all.
// Promise  after commit() the transaction is on the disk. rollback(), rollback_part() and end_snapshot() throw nothing:
//          what they cannot take back is never committed. Nobody but the one writer changes anything.
// Errors   Breakage, from a write at the next read or commit at the latest. A broken constraint is our own mistake.
// Threads  one owner.
class Sql {
 public:
  using EachRow = std::function<void(const SqlRow&)>;  // asks nothing of this connection itself
  virtual ~Sql() = default;

  virtual void read(std::string_view text, SqlValues values, const EachRow& each) = 0;
  virtual void write(std::string_view text, SqlValues values) = 0;
  // The same of "INSERT INTO … VALUES ($1, …, $n)", for a row that is not there yet: several may go together.
  virtual void insert(std::string_view text, SqlValues values) { write(text, values); }

  virtual void begin() = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;
  virtual void begin_part() = 0;
  virtual void end_part() = 0;
  virtual void rollback_part() noexcept = 0;
  virtual void begin_snapshot() = 0;
  virtual void end_snapshot() noexcept = 0;

  virtual const ScopeTexts& changes_of_scopes() const = 0;   // → position, body
  virtual const ScopeTexts& erasures_of_scopes() const = 0;  // → position, change, section, scope

  virtual const ManyTexts& many() const = 0;

  virtual std::unique_ptr<Sql> beside() = 0;  // another connection, for a reader

  // As ServerStore::copy_to().
  virtual Result<void> copy_to(const std::string& path, const Secret& key) = 0;
};

}  // namespace caseload::server
