#pragma once

#include <deque>

#include "server/store/postgres_connection.h"

namespace caseload::server {

// Where a PostgreSQL is, and how long to try before giving up on it.
struct PostgresPlace {
  std::string where;  // as libpq takes it: "host=… dbname=… user=…"
  std::chrono::milliseconds patience{10'000};
  std::chrono::milliseconds unheard{1'000};  // since when a writer may have heard nothing of it, and go on from memory
};

// PostgresSql: Sql over PostgreSQL.
//
// Shape    the writer holds an advisory lock for as long as its connection lives. Every write of a transaction
//          is remembered until its commit; each commit leaves a mark that no other has. The server hears of a
//          transaction, or of a part, when something is written in it: one that only reads costs it nothing more.
// Promise  one writer: who has not the lock writes nothing. A transaction that the server gave up (a conflict,
//          a restart, a lost connection) is done again from memory, if nobody else wrote meanwhile: nothing
//          that it read can have changed. Whether a commit happened whose answer was lost is told by its mark.
// Errors   Breakage: the server stays away for longer than the place's patience, or another writer took over.
//          A reader that loses its connection in a snapshot says so at once; its next snapshot has a new one.
// Threads  one owner.
class PostgresSql : public Sql {
 public:
  enum class Role { writer, reader };

  // Faults: unreachable, not_allowed, bad_value; in_use: another program is the writer.
  static Result<std::unique_ptr<PostgresSql>> open(const PostgresPlace& place, Role role);
  ~PostgresSql() override;

  void read(std::string_view text, SqlValues values, const EachRow& each) override;
  void write(std::string_view text, SqlValues values) override;
  void insert(std::string_view text, SqlValues values) override;

  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  void begin_part() override;
  void end_part() override;
  void rollback_part() noexcept override;
  void begin_snapshot() override;
  void end_snapshot() noexcept override { rollback(); }

  const ScopeTexts& changes_of_scopes() const override;
  const ScopeTexts& erasures_of_scopes() const override;
  const ManyTexts& many() const override;
  std::unique_ptr<Sql> beside() override;
  Result<void> copy_to(const std::string& path, const Secret& key) override;

  // Whether somebody committed since the last call, waiting for it so long at most. True as well where that
  // cannot be known: at the first call, and after a lost connection. Requires a reader without a snapshot.
  bool wait_for_news(std::chrono::milliseconds timeout);

  PostgresConnection& connection() { return *connection_; }  // for migrating
  void migrated() { mark_ = read_mark(); }

 private:
  // A write, with values of its own.
  struct Written {
    std::string_view text;
    std::deque<Bytes> bytes;  // what the values look at
    std::vector<SqlValue> values;

    void add(SqlValues more);
  };

  PostgresSql(PostgresPlace place, Role role) : place_(std::move(place)), role_(role) {}

  enum class Part { none, wanted, begun };
  enum class Cured { nothing_happened, it_happened };  // of a commit whose answer was lost

  Result<void> connect();
  void connect_again();
  Bytes read_mark();
  void send_again();
  void begin_what_is_wanted();
  void send_on(std::string_view text, SqlValues values);
  void send_rows();
  std::string_view text_of_rows(std::string_view of_one, std::size_t width, std::size_t rows);
  Cured cure(const PostgresFailure& failure);
  template <class Act>
  void until_it_works(Act act);

  PostgresPlace place_;
  Role role_;
  std::map<std::pair<std::string_view, std::size_t>, std::string> rows_texts_;  // outlives the connection
  std::unique_ptr<PostgresConnection> connection_;
  bool open_ = false;     // a transaction or a snapshot
  bool spoiled_ = false;  // it can only be rolled back
  Part part_ = Part::none;
  bool listening_ = false;
  std::chrono::steady_clock::time_point heard_{};  // the last answer
  Bytes mark_;                   // of the last commit, which was this writer's or stood there before
  Bytes next_;                   // of the commit under way
  std::deque<Written> written_;  // in this transaction
  Written rows_;                 // of inserts that are yet to be sent
  std::size_t rows_width_ = 0;
};

}  // namespace caseload::server
