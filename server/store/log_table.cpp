#include "server/store/log_table.h"

#include <algorithm>
#include <utility>

#include "sync/office/reach.h"

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

sync::ChangeHeader names_in(const ChangeBody& body) {
  Result<sync::ChangeHeader> header = sync::unpack_names(body.packed);
  if (!header) throw_damaged(header.fault());
  return *std::move(header);
}

bool is_wanted(const LogTable::Wanted& wanted, const ChangeBody& body, OfficeChange& names) {
  if (!wanted) return true;
  names.change.header = names_in(body);
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

bool is_root(const OfficeChange& held) { return held.change.header.id == held.change.header.scope; }

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
  not_held_.clear();
  absent_.clear();
  foreseen_.clear();
  roots_.clear();
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
  if (auto foreseen = foreseen_.extract(change)) return std::move(foreseen.mapped());
  if (absent_.contains(change)) return std::nullopt;
  if (const OfficeChange* known = roots_.find(change)) return *known;
  Changes found = changes(
      "SELECT position, body FROM change WHERE id = $1 UNION ALL SELECT 0, body FROM held WHERE id = $1",
      {change});
  if (found.empty()) {
    keep_absent(std::span(&change, 1));
    return std::nullopt;
  }
  if (is_root(found.front())) return roots_.keep(change, std::move(found.front()));
  return std::move(found.front());
}

void LogTable::keep_absent(std::span<const Id> changes) const {
  if (absent_.size() + changes.size() > known_max) absent_.clear();
  absent_.insert(changes.begin(), changes.end());
}

void LogTable::foresee(std::span<const Id> changes, std::span<const Id> records) const {
  foresee_changes(changes);
  std::vector<Id> unknown;
  std::ranges::copy_if(records, std::back_inserter(unknown),
                       [&](const Id& id) { return of_records_.find(id) == nullptr; });
  if (unknown.size() > 1) read_records(unknown);
  std::set<Id> not_held;
  if (records.size() > 1 && has_held()) {
    not_held.insert(records.begin(), records.end());
    sql_.read(sql_.many().held, {joined(records)}, [&](const SqlRow& row) { not_held.erase(id_at(row, 0)); });
  }
  not_held_ = std::move(not_held);
}

void LogTable::foresee_changes(std::span<const Id> changes) const {
  std::vector<Id> unknown;
  std::ranges::copy_if(changes, std::back_inserter(unknown), [&](const Id& id) {
    return !absent_.contains(id) && roots_.find(id) == nullptr;
  });
  foreseen_.clear();
  if (unknown.size() < 2) return;
  Changes all = this->changes(sql_.many().changes, {joined(unknown)});
  keep_absent(unknown);
  for (OfficeChange& found : all) {
    const Id id = found.change.header.id;
    absent_.erase(id);
    if (is_root(found)) roots_.keep(id, std::move(found));
    else foreseen_.emplace(id, std::move(found));
  }
}

// Each record is asked for once, so what the last stretch has of it is taken out there.
void LogTable::read_records(std::span<const Id> records) const {
  ahead_.clear();
  std::map<Id, Changes> all;
  for (const Id& record : records) all[record];
  std::vector<Id> wanted;  // each once
  for (const auto& [record, none] : all) wanted.push_back(record);
  std::vector<Id> unknown;  // of what stands between, and was in no scope of the stretch
  const std::uint64_t first = positions_.empty() ? 1 : positions_.front();
  const std::uint64_t last = positions_.empty() ? 0 : positions_.back();
  sql_.read(sql_.many().of_records, {joined(wanted), first, last}, [&](const SqlRow& row) {
    const Id record = id_at(row, 0);
    const std::uint64_t position = number_at(row, 1);
    const BytesView body = row.bytes(2);
    if (!body.empty()) all.at(record).push_back(change_of(position, body));
    else if (std::optional<OfficeChange> known = from_stretch(position)) all.at(record).push_back(std::move(*known));
    else unknown.push_back(record);
  });
  for (auto& [record, its] : all) std::ranges::sort(its, {}, &OfficeChange::position);
  for (const Id& record : unknown) all.erase(record);
  ahead_ = std::move(all);
}

std::optional<OfficeChange> LogTable::from_stretch(std::uint64_t position) const {
  const auto found = std::ranges::lower_bound(positions_, position);
  if (found == positions_.end() || *found != position) return std::nullopt;
  OfficeChange& known = stretch_[static_cast<std::size_t>(found - positions_.begin())];
  return known.position == position ? std::optional(std::exchange(known, {})) : std::nullopt;
}

// What was not wanted came without parts: it is no body of a record, nor is its record asked for.
void LogTable::keep_stretch(const Changes& found, const Wanted& wanted) const {
  ahead_.clear();
  forget_stretch();
  for (const OfficeChange& one : found) {
    if (wanted && !wanted(one.change.header.kind, one.accepted)) continue;
    last_places_[one.change.header.record] = next_.size();
    next_.push_back(one.change.header.record);
    if (stretch_.size() == stretch_max) continue;
    stretch_.push_back(one);
    positions_.push_back(one.position);
  }
}

// Nothing, where it is no record of the stretch that was read last, or of what it went past.
void LogTable::read_next_records(const Id& record) const {
  const auto place = last_places_.find(record);
  if (place == last_places_.end() || place->second < next_at_) return;
  const auto begin = std::find(next_.begin() + static_cast<std::ptrdiff_t>(next_at_), next_.end(), record);
  const auto end = begin + std::min<std::ptrdiff_t>(ahead_max, next_.end() - begin);
  next_at_ = static_cast<std::size_t>(end - next_.begin());
  read_records(std::span(begin, end));
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
  const bool was_absent = absent_.erase(header.id) > 0;
  was_put(header);
  if (change.position == 0) {
    has_held_ = true;
    not_held_.erase(header.record);
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
  foreseen_.erase(header.id);
  roots_.forget(header.id);
  of_records_.forget(header.record);
  if (header.creates()) creations_.forget({header.scope, header.kind});
  ahead_.erase(header.record);
  forget_stretch();
}

void LogTable::forget_stretch() const {
  stretch_.clear();
  positions_.clear();
  next_.clear();
  next_at_ = 0;
  last_places_.clear();
}

std::vector<OfficeChange> LogTable::changes_of_record(const Id& record) const {
  if (const Changes* known = of_records_.find(record)) return *known;
  if (!ahead_.contains(record)) read_next_records(record);
  if (auto foreseen = ahead_.extract(record)) return std::move(foreseen.mapped());
  Changes all = changes("SELECT position, body FROM change WHERE record = $1 ORDER BY position", {record});
  if (!all.empty() && !sync::moves_reach(all.front().change.header.kind)) return all;
  return of_records_.keep(record, std::move(all));
}

bool LogTable::has_held() const {
  if (!has_held_) has_held_ = !ids(sql_, "SELECT id FROM held LIMIT 1", {}).empty();
  return *has_held_;
}

std::vector<OfficeChange> LogTable::held_of_record(const Id& record) const {
  if (not_held_.contains(record) || !has_held()) return {};
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
  read_stretch(sql_.changes_of_scopes(), scopes, stretch, [&](const SqlRow& row) {
    found.push_back(change_of(number_at(row, 0), row.bytes(1), stretch.wanted));
  });
  keep_stretch(found, stretch.wanted);
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

std::vector<sync::ChangeHeader> LogTable::names(const Stretch& stretch) const {
  std::vector<sync::ChangeHeader> found;
  if (stretch.limit == 0 || stretch.after >= last_position()) return found;
  sql_.read("SELECT body FROM change WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3",
            {stretch.after, bound(stretch.upto), bound(stretch.limit)},
            [&](const SqlRow& row) { found.push_back(names_in(decode_own<ChangeBody>(row.bytes(0)))); });
  return found;
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
