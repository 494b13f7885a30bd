#include "server/store/postgres_connection.h"

#include <libpq-fe.h>
#include <poll.h>
#include <array>

#include "common/base/bytes.h"

namespace caseload::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr Oid type_int8 = 20;
constexpr Oid type_bytea = 17;
constexpr std::size_t pending_max = 1'000;  // answers that wait in memory

struct Clear {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

class Row : public SqlRow {
 public:
  Row(const PGresult& result, int row) : result_(result), row_(row) {}
  std::int64_t integer(int column) const override {
    const BytesView cell = bytes(column);
    CHECK(cell.size() == 8 || cell.size() == 4, "a column is read as the type it has");
    return std::bit_cast<std::int64_t>(read_big_endian(cell));
  }
  BytesView bytes(int column) const override {
    CHECK(PQgetisnull(&result_, row_, column) == 0, "a column that is read has a value");
    const auto* data = reinterpret_cast<const std::uint8_t*>(PQgetvalue(&result_, row_, column));
    return {data, static_cast<std::size_t>(PQgetlength(&result_, row_, column))};
  }

 private:
  const PGresult& result_;
  int row_;
};

bool is_bytes(const SqlValue& value) { return std::holds_alternative<BytesView>(value); }

// The values of one statement as libpq takes them.
struct Bound {
  explicit Bound(std::span<const SqlValue> values) : numbers(values.size()) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (is_bytes(values[i])) {
        const BytesView bytes = std::get<BytesView>(values[i]);
        add(bytes.data() == nullptr ? BytesView(as_bytes("")) : bytes);
      } else if (const auto* number = std::get_if<std::int64_t>(&values[i])) {
        append_u64(numbers[i], std::bit_cast<std::uint64_t>(*number));
        add(numbers[i]);
      } else {
        data.push_back(nullptr);
        lengths.push_back(0);
      }
      formats.push_back(1);
    }
  }
  void add(BytesView bytes) {
    data.push_back(reinterpret_cast<const char*>(bytes.data()));
    lengths.push_back(static_cast<int>(bytes.size()));
  }
  std::vector<Bytes> numbers;
  std::vector<const char*> data;
  std::vector<int> lengths;
  std::vector<int> formats;
};

bool begins(std::string_view state, std::string_view with) { return state.starts_with(with); }

// Codes of the SQL standard and PostgreSQL's own, by what can be done about them.
PostgresFailure::Cure cure_of(std::string_view state) {
  using Cure = PostgresFailure::Cure;
  if (state == "40001" || state == "40P01") return Cure::again;
  if (state.empty() || begins(state, "08") || begins(state, "57P") || state == "53300")
    return Cure::reconnect;
  return Cure::none;
}

Breakage::What what_of(std::string_view state) {
  using What = Breakage::What;
  if (state == "53100") return What::disk_full;
  if (state == "53200") return What::out_of_memory;
  if (begins(state, "XX00")) return What::damaged;
  if (state.empty() || begins(state, "08") || begins(state, "57P") || begins(state, "58"))
    return What::input_output;
  return What::refused;
}

bool is_our_mistake(std::string_view state) {
  return begins(state, "22") || begins(state, "23") ||
         (begins(state, "42") && state != "42501" && state != "42P01" && state != "42P07");
}

}  // namespace

void PostgresConnection::Close::operator()(pg_conn* connection) const noexcept { PQfinish(connection); }

PostgresConnection::~PostgresConnection() = default;

Result<std::unique_ptr<PostgresConnection>> PostgresConnection::open(const std::string& where) {
  const std::array<const char*, 5> names{"connect_timeout", "fallback_application_name", "client_encoding",
                                         "dbname", nullptr};
  const std::array<const char*, 5> values{"5", "caseload-server", "UTF8", where.c_str(), nullptr};
  std::unique_ptr<PostgresConnection> opened(new PostgresConnection(
      PQconnectdbParams(names.data(), values.data(), 1)));  // 1: dbname is all of `where`
  if (opened->connection_ == nullptr)
    throw Breakage(Breakage::What::out_of_memory, "connecting to PostgreSQL");
  PQsetNoticeProcessor(
      opened->connection_.get(), [](void*, const char*) {}, nullptr);  // it would print them
  if (opened->is_lost()) {
    const bool asked = PQconnectionNeedsPassword(opened->connection_.get()) != 0 ||
                       PQconnectionUsedPassword(opened->connection_.get()) != 0;
    return asked ? Fault(Fault::not_allowed, "PostgreSQL, and the password")
                 : Fault(Fault::unreachable, "PostgreSQL");
  }
  try {
    if (Result<void> ready = opened->set_up(); !ready) return ready.fault();
  } catch (const PostgresFailure& failure) {
    if (failure.cure() != PostgresFailure::Cure::reconnect) throw;
    return Fault(Fault::unreachable, "PostgreSQL");
  }
  return opened;
}

// Plans that no statistics can turn into reading whole tables, made once. A server whose client is gone without a word
// notices within seconds, and gives its lock to another.
Result<void> PostgresConnection::set_up() {
  run_script(
      "SET client_min_messages = error; SET enable_seqscan = off; SET enable_bitmapscan = off; "
      "SET enable_mergejoin = off; SET jit = off; SET plan_cache_mode = force_generic_plan; "
      "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; "
      "SELECT set_config('synchronous_commit', 'on', false) "
      "WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')");
  if (PQenterPipelineMode(connection_.get()) != 1) fail(nullptr, "entering pipeline mode");
  std::int64_t careless = 0;
  read("SELECT count(*) FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting <> 'on'", {},
       [&](const SqlRow& row) { careless = row.integer(0); });
  if (careless != 0) return Fault(Fault::bad_value, "PostgreSQL runs with fsync or full_page_writes off");
  return {};
}

bool PostgresConnection::is_lost() const { return PQstatus(connection_.get()) != CONNECTION_OK; }

void PostgresConnection::run_script(std::string_view sql) {
  const bool piped = PQpipelineStatus(connection_.get()) != PQ_PIPELINE_OFF;
  if (piped) {
    finish();
    if (PQexitPipelineMode(connection_.get()) != 1) fail(nullptr, "leaving pipeline mode");
  }
  const Answer answer(PQexec(connection_.get(), std::string(sql).c_str()));
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(answer.get(), "a script");
  if (piped && PQenterPipelineMode(connection_.get()) != 1) fail(nullptr, "entering pipeline mode");
}

void PostgresConnection::prepare(std::string_view text, std::span<const SqlValue> values) {
  std::string name = "s" + std::to_string(++prepared_);
  std::vector<Oid> types;
  for (const SqlValue& value : values) types.push_back(is_bytes(value) ? type_bytea : type_int8);
  if (PQsendPrepare(connection_.get(), name.c_str(), std::string(text).c_str(),
                    static_cast<int>(types.size()), types.data()) != 1) {
    fail(nullptr, text);
  }
  pending_.push_back(text);
  unproven_.push_back(text);
  names_.emplace(text, std::move(name));
}

void PostgresConnection::send(std::string_view text, std::span<const SqlValue> values) {
  if (pending_.size() >= pending_max) finish();
  if (!names_.contains(text)) prepare(text, values);
  const Bound bound(values);
  if (PQsendQueryPrepared(connection_.get(), names_.at(text).c_str(), static_cast<int>(values.size()),
                          bound.data.data(), bound.lengths.data(), bound.formats.data(), 1) != 1) {
    fail(nullptr, text);
  }
  pending_.push_back(text);
}

void PostgresConnection::read(std::string_view text, std::span<const SqlValue> values,
                              const Sql::EachRow& each) {
  send(text, values);
  gather(&each);
}

// After the first failure the server skips whatever is left up to the next sync, and so nothing follows it.
void PostgresConnection::gather(const Sql::EachRow* each) {
  if (pending_.empty()) return;
  if (PQpipelineSync(connection_.get()) != 1) fail(nullptr, pending_.back());
  Answer failed;
  Answer last;
  std::string_view doing = pending_.back();
  for (const std::string_view text : pending_) {
    while (Answer answer{PQgetResult(connection_.get())}) {
      const ExecStatusType status = PQresultStatus(answer.get());
      if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        last = std::move(answer);
      } else if (!failed) {
        failed = std::move(answer);
        doing = text;
      }
    }
  }
  const Answer sync(PQgetResult(connection_.get()));
  pending_.clear();
  if (failed || PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC) {
    for (const std::string_view text : unproven_) names_.erase(text);
    unproven_.clear();
    fail(failed.get(), doing);
  }
  unproven_.clear();
  if (each != nullptr && last) show_rows(*last, *each);
}

void PostgresConnection::show_rows(const pg_result& result, const Sql::EachRow& each) const {
  const int rows = PQntuples(&result);
  for (int row = 0; row < rows; ++row) each(Row(result, row));
}

void PostgresConnection::fail(const pg_result* result, std::string_view doing) const {
  const char* code = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string_view state = code == nullptr ? "" : code;
  const std::string text =
      "PostgreSQL: " + (state.empty() ? std::string("connection lost") : std::string(state)) + " at " +
      std::string(doing);
  if (is_our_mistake(state)) stop_on_mistake(__FILE__, __LINE__, text);
  throw PostgresFailure(what_of(state), cure_of(state), text);
}

bool PostgresConnection::wait_for_notice(milliseconds timeout) {
  const auto end = steady_clock::now() + timeout;
  for (;;) {
    bool any = false;
    while (PGnotify* notice = PQnotifies(connection_.get())) {
      PQfreemem(notice);
      any = true;
    }
    if (any) return true;
    pollfd ready{PQsocket(connection_.get()), POLLIN, 0};
    const auto left = std::max(milliseconds(0), duration_cast<milliseconds>(end - steady_clock::now()));
    if (::poll(&ready, 1, static_cast<int>(left.count())) <= 0 && steady_clock::now() >= end) return false;
    if (PQconsumeInput(connection_.get()) != 1) fail(nullptr, "listening");
  }
}

}  // namespace caseload::server
