#include "client/store/change_log.h"

#include <algorithm>
#include <limits>

#include "common/crypto/hash.h"

namespace caseload::client {

using sync::ChangePlace;
using sync::ChangeState;
using sync::StoredChange;

namespace {

// The columns of every query that reads whole changes, in the order in which change_of() takes them.
constexpr std::string_view columns =
    "SELECT state, position, accepted, leaf, epoch, number, actor.id, body FROM change JOIN actor ON actor.n = device ";

// The number of one change, by its id. Most begin a record: those are found by the record's id, and need no index of
// their own.
constexpr char by_id[] =
    "coalesce((SELECT n FROM change WHERE id = ?1 AND id <> x''), (SELECT begins.n FROM record "
    "JOIN change AS begins ON begins.record = record.n AND begins.id = x'' WHERE record.id = ?1))";

BytesView own_id(const sync::ChangeHeader& header) { return header.creates() ? BytesView() : header.id.bytes; }

std::string changes_where(std::string_view condition) { return std::string(columns) + std::string(condition); }

ChangePlace place_at(const Statement& row) {
  ChangePlace place;
  place.state = static_cast<ChangeState>(row.integer(0));
  place.position = from_cell(row.integer(1));
  place.accepted = from_milliseconds(row.integer(2));
  place.leaf = from_cell(row.integer(3));
  place.epoch = static_cast<std::uint32_t>(row.integer(4));
  place.number = from_cell(row.integer(5));
  place.device = row.id(6);
  return place;
}

StoredChange change_of(const Statement& row) {
  Result<sync::Change> change = sync::unpack(row.blob(7));
  if (!change) throw Breakage(Breakage::What::damaged, "a change of the log: " + change.fault().to_string());
  return {place_at(row), std::move(*change)};
}

Digest digest_of_place(const Id& change, const ChangePlace& place) {
  Bytes bytes = to_bytes(as_bytes("caseload/stored_place/1"));
  append(bytes, change.bytes);
  append_u64(bytes, static_cast<std::uint64_t>(place.state));
  append_u64(bytes, place.position);
  append_u64(bytes, from_cell(to_milliseconds(place.accepted)));
  append_u64(bytes, place.leaf);
  append_u64(bytes, place.epoch);
  append_u64(bytes, place.number);
  append(bytes, place.device.bytes);
  return sha256(bytes);
}

// A body names its change.
Digest digest_of_body(BytesView body) {
  Bytes bytes = to_bytes(as_bytes("caseload/stored_body/1"));
  append(bytes, body);
  return sha256(bytes);
}

void add_or_take(Digest& sum, const Digest& part) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = static_cast<std::uint8_t>(sum[i] ^ part[i]);
}

void add_or_take(Digest& sum, const StoredChange& change, BytesView body) {
  add_or_take(sum, digest_of_place(change.change.header.id, change));
  add_or_take(sum, digest_of_body(body));
}

// Comes into the records or leaves them.
bool crosses(ChangeState before, ChangeState after) { return is_out_of_records(before) != is_out_of_records(after); }

auto rank(const StoredChange& c) {
  const std::uint64_t position = c.position == 0 ? std::numeric_limits<std::uint64_t>::max() : c.position;
  return std::make_tuple(position, c.change.header.stamp, c.change.header.id);
}

}  // namespace

std::optional<StoredChange> ChangeLog::find(const Id& change) const {
  static const std::string sql = changes_where(std::string("WHERE change.n = ") + by_id);
  Statement find = database_.prepare(sql);
  find.select(change);
  if (!find.step()) return std::nullopt;
  return change_of(find);
}

// Requires that it is held.
std::int64_t ChangeLog::number_of(const Id& change) const {
  Statement find = database_.prepare(std::string("SELECT ") + by_id);
  find.select(change);
  CHECK(find.step() && !find.is_null(0), "what is written again is held");
  return find.integer(0);
}

std::optional<Bytes> ChangeLog::packed(const Id& change) const {
  static const std::string sql = std::string("SELECT body FROM change WHERE n = ") + by_id;
  Statement find = database_.prepare(sql);
  find.select(change);
  return find.step() ? std::optional(to_bytes(find.blob(0))) : std::nullopt;
}

// By an index that leaves the accepted ones out.
void ChangeLog::visit(ChangeState state, const std::function<void(const StoredChange&)>& visit) const {
  Statement all = database_.prepare(changes_where("WHERE state = ? AND state <> 3"));
  for (all.select(static_cast<int>(state)); all.step();) visit(change_of(all));
}

void ChangeLog::visit_accepted(const Id& scope, const std::function<void(const StoredChange&)>& visit) const {
  Statement all = database_.prepare(
      "SELECT state, position, accepted, leaf, epoch, number, actor.id, body FROM record "
      "CROSS JOIN change ON change.record = record.n AND state = 3 CROSS JOIN actor ON actor.n = device "
      "WHERE record.scope = (SELECT n FROM scope WHERE id = ?) AND shown = 1");
  for (all.select(scope); all.step();) visit(change_of(all));
}

std::vector<StoredChange> ChangeLog::of_record(const Id& record) const {
  std::vector<StoredChange> changes;
  Statement all = database_.prepare(changes_where("WHERE record = (SELECT n FROM record WHERE id = ?)"));
  for (all.select(record); all.step();) changes.push_back(change_of(all));
  std::ranges::sort(changes, {}, rank);
  return changes;
}

std::vector<StoredChange> ChangeLog::accepted_from_leaf(std::uint64_t leaf) const {
  std::vector<StoredChange> changes;
  Statement all = database_.prepare(changes_where("WHERE state = ? AND leaf >= ? ORDER BY position"));
  for (all.select(static_cast<int>(ChangeState::accepted), bound(leaf)); all.step();) changes.push_back(change_of(all));
  return changes;
}

std::vector<StoredChange> ChangeLog::accepted_after(std::uint64_t position, std::size_t limit) const {
  std::vector<StoredChange> changes;
  Statement all = database_.prepare(
      changes_where("WHERE position <> 0 AND position > ? AND state = 3 ORDER BY position LIMIT ?"));
  for (all.select(bound(position), limit); all.step();) changes.push_back(change_of(all));
  return changes;
}

// A device's own stamps only rise.
std::vector<Id> ChangeLog::in_state(ChangeState state) const {
  std::vector<std::pair<Stamp, Id>> made;
  visit(state, [&](const StoredChange& stored) {
    made.emplace_back(stored.change.header.stamp, stored.change.header.id);
  });
  std::ranges::sort(made);
  std::vector<Id> ids;
  for (const auto& [stamp, id] : made) ids.push_back(id);
  return ids;
}

void ChangeLog::add(std::int64_t record, const StoredChange& change) {
  const Bytes body = pack(change.change);
  database_
      .prepare("INSERT INTO change (id, record, device, state, position, accepted, leaf, epoch, number, body) "
               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .run(own_id(change.change.header), record, names_.number_of(change.device), static_cast<int>(change.state),
           cell(change.position), to_milliseconds(change.accepted), cell(change.leaf), change.epoch,
           cell(change.number), body);
  toggle(change, body);
}

void ChangeLog::replace(const StoredChange& before, const StoredChange& change) {
  const Bytes body = pack(change.change);
  toggle(before, pack(before.change));
  database_
      .prepare("UPDATE change SET device = ?, state = ?, position = ?, accepted = ?, leaf = ?, epoch = ?, "
               "number = ?, body = ? WHERE n = ?")
      .run(names_.number_of(change.device), static_cast<int>(change.state), cell(change.position),
           to_milliseconds(change.accepted), cell(change.leaf), change.epoch, cell(change.number), body,
           number_of(change.change.header.id));
  toggle(change, body);
}

std::optional<Id> ChangeLog::move(const Id& change, const ChangePlace& to) {
  static const std::string sql =
      std::string("SELECT state, position, accepted, leaf, epoch, number, actor.id, change.n, change.record, "
                  "EXISTS (SELECT 1 FROM change AS other WHERE other.record = change.record AND other.n <> change.n) "
                  "FROM change JOIN actor ON actor.n = device WHERE change.n = ") + by_id;
  Statement find = database_.prepare(sql);
  find.select(change);
  CHECK(find.step(), "what moves is held");
  const ChangePlace before = place_at(find);
  const std::int64_t number = find.integer(7);
  const bool shows_otherwise = find.integer(9) == 1 || crosses(before.state, to.state);
  const std::int64_t record = find.integer(8);
  find.finish();
  database_
      .prepare("UPDATE change SET device = ?, state = ?, position = ?, accepted = ?, leaf = ?, epoch = ?, number = ? "
               "WHERE n = ?")
      .run(names_.number_of(to.device), static_cast<int>(to.state), cell(to.position), to_milliseconds(to.accepted),
           cell(to.leaf), to.epoch, cell(to.number), number);
  add_or_take(sum_, digest_of_place(change, before));
  add_or_take(sum_, digest_of_place(change, to));
  return shows_otherwise ? std::optional(record_numbered(record)) : std::nullopt;
}

Id ChangeLog::record_numbered(std::int64_t record) const {
  Statement find = database_.prepare("SELECT id FROM record WHERE n = ?");
  find.select(record);
  if (!find.step()) throw Breakage(Breakage::What::damaged, "a change without its record");
  return find.id(0);
}

void ChangeLog::erase(const StoredChange& held) {
  toggle(held, pack(held.change));
  database_.prepare("DELETE FROM change WHERE n = ?").run(number_of(held.change.header.id));
}

void ChangeLog::toggle(const StoredChange& change, BytesView body) { add_or_take(sum_, change, body); }

Digest ChangeLog::count_sum() const {
  Digest sum{};
  Statement all = database_.prepare(columns);
  for (all.select(); all.step();) add_or_take(sum, change_of(all), all.blob(7));
  return sum;
}

}  // namespace caseload::client
