#include "server/store/log_table.h"

#include <algorithm>
#include <utility>

namespace caseload::server {

using sync::OfficeChange;

namespace {

// What of a change no column holds.
struct ChangeBody {
  std::int64_t accepted_ms = 0;
  Digest segment{};
  std::uint16_t index = 0;
  std::uint64_t leaf = 0;
  std::uint16_t held_for = 0;
  Bytes packed;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(accepted_ms, segment, index, leaf, held_for, packed);
  }
};

Bytes body_of(const OfficeChange& held) {
  return encode(ChangeBody{to_milliseconds(held.accepted), held.segment, held.index, held.leaf,
                           static_cast<std::uint16_t>(held.held_for), pack(held.change)});
}

bool is_wanted(const LogTable::Wanted& wanted, const ChangeBody& body, OfficeChange& names) {
  if (!wanted) return true;
  Result<sync::ChangeHeader> header = sync::unpack_names(body.packed);
  if (!header) throw_damaged(header.fault());
  names.change.header = std::move(*header);
  return wanted(names.change.header.kind, from_milliseconds(body.accepted_ms));
}

OfficeChange change_of(std::uint64_t position, BytesView bytes, const LogTable::Wanted& wanted = {}) {
  const ChangeBody body = decode_own<ChangeBody>(bytes);
  OfficeChange held;
  if (is_wanted(wanted, body, held)) {
    Result<sync::Change> change = sync::unpack(body.packed);
    if (!change) throw_damaged(change.fault());
    held.change = std::move(*change);
    held.digest = digest_of(held.change.header);
  }
  held.position = position;
  held.accepted = from_milliseconds(body.accepted_ms);
  held.segment = body.segment;
  held.index = body.index;
  held.leaf = body.leaf;
  held.held_for = static_cast<Fault::Code>(body.held_for);
  return held;
}

std::vector<Id> ids(Sql& sql, std::string_view text, SqlValues values) {
  std::vector<Id> found;
  sql.read(text, values, [&](const SqlRow& row) { found.push_back(id_at(row, 0)); });
  return found;
}

}  // namespace

void LogTable::forget() {
  last_.reset();
  absent_.reset();
  numbers_.clear();
  authors_.clear();
}

std::uint64_t LogTable::last_position() const {
  if (!last_) {
    std::uint64_t last = 0;
    sql_.read("SELECT position FROM change ORDER BY position DESC LIMIT 1", {},
              [&](const SqlRow& row) { last = number_at(row, 0); });
    last_ = last;
  }
  return *last_;
}

std::vector<OfficeChange> LogTable::changes(std::string_view text, SqlValues values) const {
  std::vector<OfficeChange> found;
  sql_.read(text, values,
            [&](const SqlRow& row) { found.push_back(change_of(number_at(row, 0), row.bytes(1))); });
  return found;
}

std::optional<OfficeChange> LogTable::find(const Id& change) const {
  std::vector<OfficeChange> found = changes(
      "SELECT position, body FROM change WHERE id = $1 UNION ALL SELECT 0, body FROM held WHERE id = $1",
      {change});
  absent_.reset();
  if (!found.empty()) return std::move(found.front());
  absent_ = change;
  return std::nullopt;
}

// The number of a scope is a position that no other scope's first change can have.
std::uint64_t LogTable::number_of(const Id& scope, std::uint64_t position) {
  if (const auto known = numbers_.find(scope); known != numbers_.end()) return known->second;
  std::uint64_t number = 0;
  sql_.read("SELECT n FROM scope WHERE id = $1", {scope},
            [&](const SqlRow& row) { number = number_at(row, 0); });
  if (number == 0) {
    number = position;
    sql_.write("INSERT INTO scope (n, id) VALUES ($1, $2)", {number, scope});
  }
  if (numbers_.size() >= known_max) numbers_.clear();
  numbers_.emplace(scope, number);
  return number;
}

void LogTable::put(const OfficeChange& change) {
  const sync::ChangeHeader& header = change.change.header;
  const Bytes body = body_of(change);
  const bool was_absent = std::exchange(absent_, std::nullopt) == header.id;
  if (change.position == 0) {
    sql_.write(
        "INSERT INTO held (id, record, waits, body) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (id) DO UPDATE SET waits = excluded.waits, body = excluded.body",
        {header.id, header.record, change.held_for == Fault::declined ? 0U : 1U, body});
    return;
  }
  CHECK(change.position <= sync::position_max, "a position has room for every sum we make");
  const std::uint64_t last = last_position();
  const SqlValue kind = header.creates() ? SqlValue(header.kind) : SqlValue(nullptr);
  if (!was_absent) sql_.write("DELETE FROM held WHERE id = $1", {header.id});
  const std::uint64_t scope = number_of(header.scope, change.position);
  if (header.creates()) keep_author(scope, header.author);
  sql_.write(
      "INSERT INTO change (position, id, record, scope, kind, body) VALUES ($1, $2, $3, $4, $5, $6) "
      "ON CONFLICT (id) DO UPDATE SET body = excluded.body, position = excluded.position",
      {change.position, header.id, header.record, scope, kind, body});
  last_ = std::max(last, change.position);
}

std::vector<OfficeChange> LogTable::changes_of_record(const Id& record) const {
  return changes("SELECT position, body FROM change WHERE record = $1 ORDER BY position", {record});
}

std::vector<OfficeChange> LogTable::held_of_record(const Id& record) const {
  return changes("SELECT 0, body FROM held WHERE record = $1 ORDER BY id", {record});
}

std::vector<Id> LogTable::held() const { return ids(sql_, "SELECT id FROM held WHERE waits = 1 ORDER BY n", {}); }

std::vector<Id> LogTable::scopes() const { return ids(sql_, "SELECT id FROM scope ORDER BY id", {}); }

std::vector<Id> LogTable::records_of(const Id& scope, KindNumber kind) const {
  return ids(sql_,
             "SELECT record FROM change WHERE scope = (SELECT n FROM scope WHERE id = $1) AND kind = $2 "
             "ORDER BY position",
             {scope, kind});
}

// The log of a stretch, or the index of each scope: whatever has less to look at.
void LogTable::read_stretch(const ScopeTexts& texts, std::span<const Id> scopes, const Stretch& stretch,
                            const Sql::EachRow& each) const {
  const std::uint64_t upto = bound(stretch.upto);
  if (scopes.empty() || stretch.after >= upto || stretch.limit == 0) return;
  Bytes wanted;
  wanted.reserve(scopes.size() * sizeof(Id));
  for (const Id& scope : scopes) append(wanted, scope.bytes);
  const bool is_short = std::min(upto, last_position() + 1) <= stretch.after + scopes.size();
  const std::string_view text = scopes.size() == 1 ? texts.one : is_short ? texts.near : texts.many;
  sql_.read(text, {wanted, stretch.after, upto, bound(stretch.limit)}, each);
}

std::vector<OfficeChange> LogTable::changes_of_scopes(std::span<const Id> scopes,
                                                      const Stretch& stretch) const {
  std::vector<OfficeChange> found;
  read_stretch(sql_.changes_of_scopes(), scopes, stretch, [&](const SqlRow& row) {
    found.push_back(change_of(number_at(row, 0), row.bytes(1), stretch.wanted));
  });
  return found;
}

bool LogTable::has_written(const Id& author, const Id& scope) const {
  bool has = false;
  sql_.read("SELECT scope FROM authored "
            "WHERE scope = (SELECT n FROM scope WHERE id = $1) AND author IN ($2, $3) LIMIT 1",
            {scope, author, Id{}}, [&](const SqlRow&) { has = true; });
  return has;
}

void LogTable::keep_author(std::uint64_t scope, const Id& author) {
  if (authors_.contains({scope, author})) return;
  sql_.write("INSERT INTO authored (scope, author) VALUES ($1, $2) ON CONFLICT (scope, author) DO NOTHING",
             {scope, author});
  if (authors_.size() >= known_max) authors_.clear();
  authors_.emplace(scope, author);
}

std::uint64_t LogTable::last_erasure() const {
  std::uint64_t last = 0;
  sql_.read("SELECT position FROM erasure ORDER BY position DESC LIMIT 1", {},
            [&](const SqlRow& row) { last = number_at(row, 0); });
  return last;
}

std::vector<Id> LogTable::scopes_touched(const Stretch& stretch) const {
  if (stretch.limit == 0) return {};
  return ids(sql_,
             "SELECT id FROM scope WHERE n IN (SELECT scope FROM change WHERE position > $1 AND position <= $2) "
             "ORDER BY id LIMIT $3",
             {stretch.after, bound(stretch.upto), bound(stretch.limit)});
}

void LogTable::put_erasure(const Erasure& erasure) {
  sql_.write(
      "INSERT INTO erasure (position, change, section, scope) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (position, change, section) DO UPDATE SET scope = excluded.scope",
      {erasure.position, erasure.part.change, erasure.part.section, erasure.scope});
}

std::vector<LogTable::Erasure> LogTable::erasures_of_scopes(std::span<const Id> scopes,
                                                            const Stretch& stretch) const {
  std::vector<Erasure> found;
  read_stretch(sql_.erasures_of_scopes(), scopes, stretch, [&](const SqlRow& row) {
    found.push_back(
        {{id_at(row, 1), static_cast<SectionNumber>(row.integer(2))}, id_at(row, 3), number_at(row, 0)});
  });
  return found;
}

}  // namespace caseload::server
