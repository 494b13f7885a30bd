#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/check.h"
#include "common/base/result.h"
#include "server/store/sql.h"

struct pg_conn;
struct pg_result;

namespace caseload::server {

// PostgresFailure: a Breakage of which somebody may know a cure: doing the transaction again, or on another connection.
class PostgresFailure : public Breakage {
 public:
  enum class Cure { none, again, reconnect };
  PostgresFailure(What what, Cure cure, const std::string& text) : Breakage(what, text), cure_(cure) {}
  Cure cure() const { return cure_; }

 private:
  Cure cure_;
};

// PostgresConnection: one connection to a PostgreSQL server. Nobody else names libpq.
//
// Shape    statements are prepared once, and values always bound, in binary. What is sent is not waited for: its
//          results are gathered by finish(), or by the next read().
// Promise  what the server says is committed is on its disk: neither its settings nor the session's may say
//          otherwise.
// Errors   open(): unreachable; not_allowed: the server does not let us in; bad_value: it runs without fsync.
//          Later PostgresFailure: of what was sent since the last finish() nothing is certain. Its text has the
//          statement and the server's code, no values. A broken constraint is our own mistake and stops the
//          program.
// Requires texts that live as long as the program.
// Threads  one owner.
class PostgresConnection {
 public:
  static Result<std::unique_ptr<PostgresConnection>> open(const std::string& where);
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;
  ~PostgresConnection();

  void send(std::string_view text, std::span<const SqlValue> values = {});
  void finish() { gather(nullptr); }
  void read(std::string_view text, std::span<const SqlValue> values, const Sql::EachRow& each);

  void run_script(std::string_view sql);  // several statements without values, at once
  bool is_lost() const;

  // Waits for a notification on a channel that was listened to; takes all that there are. False: the time is over.
  bool wait_for_notice(std::chrono::milliseconds timeout);

 private:
  struct Close {
    void operator()(pg_conn* connection) const noexcept;
  };
  explicit PostgresConnection(pg_conn* connection) : connection_(connection) {}

  Result<void> set_up();
  void prepare(std::string_view text, std::span<const SqlValue> values);
  void gather(const Sql::EachRow* each);
  void show_rows(const pg_result& result, const Sql::EachRow& each) const;
  [[noreturn]] void fail(const pg_result* result, std::string_view doing) const;

  std::unique_ptr<pg_conn, Close> connection_;
  std::unordered_map<std::string_view, std::string> names_;  // of prepared statements, by their texts
  std::uint64_t prepared_ = 0;                               // so many, and no name twice
  std::vector<std::string_view> pending_;                    // of what results are still to come
  std::vector<std::string_view> unproven_;                   // prepared since the last finish()
};

}  // namespace caseload::server
