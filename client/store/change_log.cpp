#include "client/store/change_log.h"

#include <algorithm>
#include <limits>

#include "common/crypto/hash.h"

namespace caseload::client {

using sync::ChangeState;
using sync::StoredChange;

namespace {

// The columns of every query that reads whole changes, in the order in which change_of() takes them.
constexpr std::string_view columns =
    "SELECT state, position, accepted, leaf, epoch, number, actor.id, body FROM change JOIN actor ON actor.n = device ";

std::string changes_where(std::string_view condition) { return std::string(columns) + std::string(condition); }

StoredChange change_of(const Statement& row) {
  Result<sync::Change> change = sync::unpack(row.blob(7));
  if (!change) throw Breakage(Breakage::What::damaged, "a change of the log: " + change.fault().to_string());
  StoredChange stored;
  stored.change = std::move(*change);
  stored.state = static_cast<ChangeState>(row.integer(0));
  stored.position = from_cell(row.integer(1));
  stored.accepted = from_milliseconds(row.integer(2));
  stored.leaf = from_cell(row.integer(3));
  stored.epoch = static_cast<std::uint32_t>(row.integer(4));
  stored.number = from_cell(row.integer(5));
  stored.device = row.id(6);
  return stored;
}

Digest digest_of_row(const StoredChange& stored, BytesView body) {
  Bytes bytes = to_bytes(as_bytes("caseload/stored_change/1"));
  append_u64(bytes, static_cast<std::uint64_t>(stored.state));
  append_u64(bytes, stored.position);
  append_u64(bytes, from_cell(to_milliseconds(stored.accepted)));
  append_u64(bytes, stored.leaf);
  append_u64(bytes, stored.epoch);
  append_u64(bytes, stored.number);
  append(bytes, stored.device.bytes);
  append(bytes, body);
  return sha256(bytes);
}

void add_or_take(Digest& sum, const Digest& row) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = static_cast<std::uint8_t>(sum[i] ^ row[i]);
}

auto rank(const StoredChange& c) {
  const std::uint64_t position = c.position == 0 ? std::numeric_limits<std::uint64_t>::max() : c.position;
  return std::make_tuple(position, c.change.header.stamp, c.change.header.id);
}

}  // namespace

std::optional<StoredChange> ChangeLog::find(const Id& change) const {
  Statement find = database_.prepare(changes_where("WHERE change.id = ?"));
  find.select(change);
  if (!find.step()) return std::nullopt;
  return change_of(find);
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

// A device's own stamps only rise.
std::vector<Id> ChangeLog::in_state(ChangeState state) const {
  std::vector<std::pair<Stamp, Id>> made;
  Statement all = database_.prepare(changes_where("WHERE state = ? AND state <> 3"));
  for (all.select(static_cast<int>(state)); all.step();) {
    const StoredChange stored = change_of(all);
    made.emplace_back(stored.change.header.stamp, stored.change.header.id);
  }
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
      .run(change.change.header.id, record, names_.number_of(change.device), static_cast<int>(change.state),
           cell(change.position), to_milliseconds(change.accepted), cell(change.leaf), change.epoch,
           cell(change.number), body);
  toggle(change, body);
}

void ChangeLog::replace(const StoredChange& before, const StoredChange& change) {
  const Bytes body = pack(change.change);
  toggle(before, pack(before.change));
  database_
      .prepare("UPDATE change SET device = ?, state = ?, position = ?, accepted = ?, leaf = ?, epoch = ?, "
               "number = ?, body = ? WHERE id = ?")
      .run(names_.number_of(change.device), static_cast<int>(change.state), cell(change.position),
           to_milliseconds(change.accepted), cell(change.leaf), change.epoch, cell(change.number), body,
           change.change.header.id);
  toggle(change, body);
}

void ChangeLog::erase(const StoredChange& held) {
  toggle(held, pack(held.change));
  database_.prepare("DELETE FROM change WHERE id = ?").run(held.change.header.id);
}

void ChangeLog::toggle(const StoredChange& change, BytesView body) { add_or_take(sum_, digest_of_row(change, body)); }

Digest ChangeLog::count_sum() const {
  Digest sum{};
  Statement all = database_.prepare(columns);
  for (all.select(); all.step();) add_or_take(sum, digest_of_row(change_of(all), all.blob(7)));
  return sum;
}

}  // namespace caseload::client
