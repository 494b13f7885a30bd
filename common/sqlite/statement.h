#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "common/base/bytes.h"
#include "common/base/id.h"

namespace caseload {

class Connection;
struct Prepared;

// Statement: one SQL statement, its values and its rows. Borrowed from the database that prepared it, given back at
// death; it must die first.
//
// Use      Statement insert = database.prepare("INSERT INTO note (id, text) VALUES (?, ?)");
//          insert.run(id, text);
//          Statement find = database.prepare("SELECT text FROM note WHERE id = ?");
//          find.select(id);
//          while (find.step()) use(find.text(0));
// Shape    values: whole numbers and bool, text, bytes, Id (as its bytes), nullptr, optional of any.
// Promise  values are bound, never pasted into the text. A finished statement holds no lock.
// Errors   Breakage, as in database.h. A value or column of the wrong type is our own mistake and stops the program.
// Threads  that of its database.
class Statement {
 public:
  Statement(Connection& connection, Prepared& prepared) : connection_(&connection), prepared_(&prepared) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Runs to the end with these values. For statements that give no rows, or whose rows do not matter.
  template <class... Values>
  void run(const Values&... values) {
    begin(sizeof...(Values), Keeping::looks);
    int place = 0;
    (bind(++place, values), ...);
    while (advance()) {
    }
  }

  // Sets the values; then step() gives row after row.
  template <class... Values>
  void select(const Values&... values) {
    begin(sizeof...(Values), Keeping::copies);
    int place = 0;
    (bind(++place, values), ...);
  }

  // The same with values of which only the running program knows how many there are and of what types: variants.
  template <class Value>
  void run_list(std::span<const Value> values) {
    begin(values.size(), Keeping::looks);
    for (std::size_t i = 0; i < values.size(); ++i) bind(static_cast<int>(i + 1), values[i]);
    while (advance()) {
    }
  }
  template <class Value>
  void select_list(std::span<const Value> values) {
    begin(values.size(), Keeping::copies);
    for (std::size_t i = 0; i < values.size(); ++i) bind(static_cast<int>(i + 1), values[i]);
  }

  bool step();    // true: a row is there; false: there are no more
  void finish();  // leaves the remaining rows

  // Columns of the present row, counted from 0. Views hold until the next step.
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  BytesView blob(int column) const;
  Id id(int column) const;
  bool is_null(int column) const;

 private:
  // Values of run() outlive it, so that SQLite may look at them where they are; those of select() may not.
  enum class Keeping { looks, copies };
  enum class State { idle, ready, row };

  void begin(std::size_t values, Keeping keeping);
  bool advance();
  void bind_integer(int place, std::int64_t value);
  void bind_text(int place, std::string_view value);
  void bind_blob(int place, BytesView value);
  void bind_null(int place);
  void expect(int column, int type) const;

  template <std::integral T>
  void bind(int place, T value) {
    CHECK(std::in_range<std::int64_t>(value), "a number fits the database's 63 bits");
    bind_integer(place, static_cast<std::int64_t>(value));
  }
  void bind(int place, bool value) { bind_integer(place, value ? 1 : 0); }
  void bind(int place, std::string_view value) { bind_text(place, value); }
  void bind(int place, const std::string& value) { bind_text(place, value); }
  void bind(int place, const char* value) { bind_text(place, value); }
  void bind(int place, BytesView value) { bind_blob(place, value); }
  void bind(int place, const Bytes& value) { bind_blob(place, value); }
  template <std::size_t N>
  void bind(int place, const ByteArray<N>& value) {
    bind_blob(place, value);
  }
  void bind(int place, const Id& value) { bind_blob(place, value.bytes); }
  void bind(int place, std::nullptr_t) { bind_null(place); }
  template <class T>
  void bind(int place, const std::optional<T>& value) {
    if (value) {
      bind(place, *value);
    } else {
      bind_null(place);
    }
  }

  template <class... Types>
  void bind(int place, const std::variant<Types...>& value) {
    std::visit([&](const auto& held) { bind(place, held); }, value);
  }

  Connection* connection_;
  Prepared* prepared_;
  State state_ = State::idle;
  Keeping keeping_ = Keeping::copies;
};

}  // namespace caseload
