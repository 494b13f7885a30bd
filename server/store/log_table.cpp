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

OfficeChange change_of(std::uint64_t position, BytesView bytes) {
  const ChangeBody body = decode_own<ChangeBody>(bytes);
  Result<sync::Change> change = sync::unpack(body.packed);
  if (!change) throw_damaged(change.fault());
  OfficeChange held;
  held.change = std::move(*change);
  held.digest = digest_of(held.change.header);
  held.position = position;
  held.accepted = from_milliseconds(body.accepted_ms);
  held.segment = body.segment;
  held.index = body.index;
  held.leaf = body.leaf;
  held.held_for = static_cast<Fault::Code>(body.held_for);
  return held;
}

Bytes joined(std::span<const Id> ids) {
  Bytes all;
  all.reserve(ids.size() * sizeof(Id));
  for (const Id& id : ids) append(all, id.bytes);
  return all;
}

std::vector<Id> ids(Sql& sql, std::string_view text, SqlValues values) {
  std::vector<Id> found;
  sql.read(text, values, [&](const SqlRow& row) { found.push_back(id_at(row, 0)); });
  return found;
}

}  // namespace

void LogTable::forget() {
  last_.reset();
  last_erasure_.reset();
  has_held_.reset();
  found_.clear();
  of_records_.clear();
  creations_.clear();
  has_written_.clear();
  ahead_.clear();
  forget_stretch();
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
  if (const std::optional<OfficeChange>* known = found_.find(change)) return *known;
  Changes found = changes(
      "SELECT position, body FROM change WHERE id = $1 UNION ALL SELECT 0, body FROM held WHERE id = $1",
      {change});
  return found_.keep(change, found.empty() ? std::nullopt : std::optional(std::move(found.front())));
}

void LogTable::foresee(std::span<const Id> changes, std::span<const Id> records) const {
  std::vector<Id> unknown;
  std::ranges::copy_if(changes, std::back_inserter(unknown), [&](const Id& id) { return found_.find(id) == nullptr; });
  if (unknown.size() > 1 && unknown.size() <= kept_max) {
    found_.make_room(unknown.size());
    for (const Id& id : unknown) found_.keep(id, std::nullopt);
    for (OfficeChange& found : this->changes(sql_.many().changes, {joined(unknown)})) {
      const Id id = found.change.header.id;
      found_.keep(id, std::move(found));
    }
  }
  ahead_.clear();
  unknown.clear();
  std::ranges::copy_if(records, std::back_inserter(unknown),
                       [&](const Id& id) { return of_records_.find(id) == nullptr; });
  if (unknown.size() > 1) read_records(unknown);
}

void LogTable::read_records(std::span<const Id> records) const {
  for (const Id& record : records) ahead_[record];
  for (OfficeChange& found : changes(sql_.many().of_records, {joined(records)}))
    ahead_.at(found.change.header.record).push_back(std::move(found));
  for (const Id& record : records) std::ranges::sort(ahead_.at(record), {}, &OfficeChange::position);
}

void LogTable::keep_stretch(const Changes& found) const {
  ahead_.clear();
  stretch_.assign(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(std::min(found.size(), stretch_max)));
  next_.clear();
  next_at_ = 0;
  for (const OfficeChange& one : found) next_.push_back(one.change.header.record);
  stretch_positions_.clear();
  for (const OfficeChange& one : stretch_) stretch_positions_.push_back(one.position);
}

// Taken out of it: each record is asked for once.
std::optional<LogTable::Changes> LogTable::from_stretch(std::span<const std::uint64_t> positions) const {
  std::vector<std::size_t> places;
  for (const std::uint64_t position : positions) {
    const auto found = std::ranges::lower_bound(stretch_positions_, position);
    if (found == stretch_positions_.end() || *found != position) return std::nullopt;
    places.push_back(static_cast<std::size_t>(found - stretch_positions_.begin()));
    if (stretch_[places.back()].position != position) return std::nullopt;
  }
  Changes all;
  for (const std::size_t place : places) all.push_back(std::exchange(stretch_[place], {}));
  return all;
}

// Nothing, where it is no record of the stretch that was read last, or of what it went past.
void LogTable::read_next_records(const Id& record) const {
  const auto begin = std::find(next_.begin() + static_cast<std::ptrdiff_t>(next_at_), next_.end(), record);
  if (begin == next_.end()) return;
  std::map<Id, std::vector<std::uint64_t>> positions;
  auto end = begin;
  for (; end != next_.end() && positions.size() < ahead_max; ++end) positions[*end];
  next_at_ = static_cast<std::size_t>(end - next_.begin());
  std::vector<Id> wanted;
  for (const auto& [id, none] : positions) wanted.push_back(id);
  sql_.read(sql_.many().positions, {joined(wanted)},
            [&](const SqlRow& row) { positions.at(id_at(row, 0)).push_back(number_at(row, 1)); });
  ahead_.clear();
  wanted.clear();
  for (auto& [id, its] : positions) {
    std::ranges::sort(its);
    if (std::optional<Changes> known = from_stretch(its)) ahead_.emplace(id, std::move(*known));
    else wanted.push_back(id);
  }
  if (!wanted.empty()) read_records(wanted);
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
  const std::optional<OfficeChange>* before = found_.find(header.id);
  const bool was_absent = before != nullptr && !before->has_value();
  was_put(header);
  if (change.position == 0) {
    has_held_ = true;
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
  if (header.creates()) keep_author(scope, header);
  const SqlValue values[] = {change.position, header.id, header.record, scope, kind, body};
  const std::span<const SqlValue> row(values);
  if (was_absent) {
    sql_.insert("INSERT INTO change (position, id, record, scope, kind, body) VALUES ($1, $2, $3, $4, $5, $6)", row);
  } else {
    sql_.write(
        "INSERT INTO change (position, id, record, scope, kind, body) VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (id) DO UPDATE SET body = excluded.body, position = excluded.position",
        row);
  }
  last_ = std::max(last, change.position);
}

// What stood of it anywhere in memory is another now.
void LogTable::was_put(const sync::ChangeHeader& header) {
  found_.forget(header.id);
  of_records_.forget(header.record);
  if (header.creates()) creations_.forget({header.scope, header.kind});
  ahead_.erase(header.record);
  forget_stretch();
}

void LogTable::forget_stretch() const {
  stretch_.clear();
  stretch_positions_.clear();
  next_.clear();
  next_at_ = 0;
}

std::vector<OfficeChange> LogTable::changes_of_record(const Id& record) const {
  if (const Changes* known = of_records_.find(record)) return *known;
  if (!ahead_.contains(record)) read_next_records(record);
  if (auto foreseen = ahead_.extract(record)) return std::move(foreseen.mapped());
  return of_records_.keep(record,
                          changes("SELECT position, body FROM change WHERE record = $1 ORDER BY position", {record}));
}

std::vector<OfficeChange> LogTable::held_of_record(const Id& record) const {
  if (!has_held_) has_held_ = !ids(sql_, "SELECT id FROM held LIMIT 1", {}).empty();
  if (!*has_held_) return {};
  return changes("SELECT 0, body FROM held WHERE record = $1 ORDER BY id", {record});
}

std::vector<Id> LogTable::held() const { return ids(sql_, "SELECT id FROM held WHERE waits = 1 ORDER BY n", {}); }

std::vector<Id> LogTable::scopes() const { return ids(sql_, "SELECT id FROM scope ORDER BY id", {}); }

std::vector<Id> LogTable::records_of(const Id& scope, KindNumber kind) const {
  if (const std::vector<Id>* known = creations_.find({scope, kind})) return *known;
  return creations_.keep(
      {scope, kind}, ids(sql_,
                         "SELECT record FROM change WHERE scope = (SELECT n FROM scope WHERE id = $1) AND kind = $2 "
                         "ORDER BY position",
                         {scope, kind}));
}

// The log of a stretch, or the index of each scope: whatever has less to look at.
void LogTable::read_stretch(const ScopeTexts& texts, std::span<const Id> scopes, const Stretch& stretch,
                            const Sql::EachRow& each) const {
  const std::uint64_t upto = bound(stretch.upto);
  if (scopes.empty() || stretch.after >= upto || stretch.limit == 0) return;
  const Bytes wanted = joined(scopes);
  const bool is_short = std::min(upto, last_position() + 1) <= stretch.after + scopes.size();
  const std::string_view text = scopes.size() == 1 ? texts.one : is_short ? texts.near : texts.many;
  sql_.read(text, {wanted, stretch.after, upto, bound(stretch.limit)}, each);
}

std::vector<OfficeChange> LogTable::changes_of_scopes(std::span<const Id> scopes,
                                                      const Stretch& stretch) const {
  std::vector<OfficeChange> found;
  if (stretch.after >= last_position()) return found;
  read_stretch(sql_.changes_of_scopes(), scopes, stretch,
               [&](const SqlRow& row) { found.push_back(change_of(number_at(row, 0), row.bytes(1))); });
  keep_stretch(found);
  return found;
}

bool LogTable::has_written(const Id& author, const Id& scope) const {
  if (const bool* known = has_written_.find({author, scope})) return *known;
  bool has = false;
  sql_.read("SELECT scope FROM authored "
            "WHERE scope = (SELECT n FROM scope WHERE id = $1) AND author IN ($2, $3) LIMIT 1",
            {scope, author, Id{}}, [&](const SqlRow&) { has = true; });
  return has_written_.keep({author, scope}, has);
}

void LogTable::keep_author(std::uint64_t scope, const sync::ChangeHeader& header) {
  const Id& author = header.author;
  if (authors_.contains({scope, author})) return;
  has_written_.forget({author, header.scope});
  sql_.write("INSERT INTO authored (scope, author) VALUES ($1, $2) ON CONFLICT (scope, author) DO NOTHING",
             {scope, author});
  if (authors_.size() >= known_max) authors_.clear();
  authors_.emplace(scope, author);
}

std::uint64_t LogTable::last_erasure() const {
  if (!last_erasure_) {
    std::uint64_t last = 0;
    sql_.read("SELECT position FROM erasure ORDER BY position DESC LIMIT 1", {},
              [&](const SqlRow& row) { last = number_at(row, 0); });
    last_erasure_ = last;
  }
  return *last_erasure_;
}

std::vector<Id> LogTable::scopes_touched(const Stretch& stretch) const {
  if (stretch.limit == 0 || stretch.after >= last_position()) return {};
  return ids(sql_,
             "SELECT id FROM scope WHERE n IN (SELECT scope FROM change WHERE position > $1 AND position <= $2) "
             "ORDER BY id LIMIT $3",
             {stretch.after, bound(stretch.upto), bound(stretch.limit)});
}

void LogTable::put_erasure(const Erasure& erasure) {
  last_erasure_ = std::max(last_erasure(), erasure.position);
  sql_.write(
      "INSERT INTO erasure (position, change, section, scope) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (position, change, section) DO UPDATE SET scope = excluded.scope",
      {erasure.position, erasure.part.change, erasure.part.section, erasure.scope});
}

std::vector<LogTable::Erasure> LogTable::erasures_of_scopes(std::span<const Id> scopes,
                                                            const Stretch& stretch) const {
  std::vector<Erasure> found;
  if (stretch.after >= last_erasure()) return found;
  read_stretch(sql_.erasures_of_scopes(), scopes, stretch, [&](const SqlRow& row) {
    found.push_back(
        {{id_at(row, 1), static_cast<SectionNumber>(row.integer(2))}, id_at(row, 3), number_at(row, 0)});
  });
  return found;
}

}  // namespace caseload::server
