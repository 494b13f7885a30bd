#include "tests/simulation/memory_device_store.h"

#include <algorithm>
#include <limits>
#include <set>

#include "sync/ledger/acceptance.h"

namespace caseload::sync {

void MemoryDeviceStore::restore(const Contents& contents) {
  CHECK(!transaction_.is_open(), "a store is put back between transactions");
  held_ = contents;
}

std::optional<StoredChange> MemoryDeviceStore::find(const Id& change) const {
  const auto found = held_.changes.find(change);
  if (found == held_.changes.end()) return std::nullopt;
  return found->second;
}

// By position; what has none yet after it, by stamp.
std::vector<StoredChange> MemoryDeviceStore::changes_of_record(const Id& record) const {
  std::vector<StoredChange> changes;
  for (auto at = held_.of_record.lower_bound({record, Id{}}); at != held_.of_record.end() && at->first.first == record; ++at) {
    changes.push_back(held_.changes.at(at->first.second));
  }
  const auto rank = [](const StoredChange& c) {
    const std::uint64_t position = c.position == 0 ? std::numeric_limits<std::uint64_t>::max() : c.position;
    return std::make_tuple(position, c.change.header.stamp, c.change.header.id);
  };
  std::ranges::sort(changes, {}, rank);
  return changes;
}

std::vector<StoredChange> MemoryDeviceStore::accepted_from_leaf(std::uint64_t leaf) const {
  std::vector<StoredChange> changes;
  for (const auto& [id, stored] : held_.changes) {
    if (stored.state == ChangeState::accepted && stored.leaf >= leaf) changes.push_back(stored);
  }
  std::ranges::sort(changes, {}, &StoredChange::position);
  return changes;
}

std::vector<StoredChange> MemoryDeviceStore::accepted_after(std::uint64_t position, std::size_t limit) const {
  std::vector<StoredChange> changes = accepted_from_leaf(0);
  std::erase_if(changes, [&](const StoredChange& stored) { return stored.position <= position; });
  changes.resize(std::min(changes.size(), limit));
  return changes;
}

// Where the queries for changes on their way find it.
void MemoryDeviceStore::place(const StoredChange& change, bool is_there) {
  if (change.state == ChangeState::accepted) return;
  const ChangeHeader& header = change.change.header;
  const std::optional<bool> entry = is_there ? std::optional(true) : std::nullopt;
  transaction_.write(held_.on_its_way, {change.state, header.stamp, header.id}, entry);
}

void MemoryDeviceStore::visit_accepted(const Id& scope, const Visit& visit) const {
  for (const RecordRow& row : records_of_scope(scope)) {
    for (const StoredChange& stored : changes_of_record(row.record)) {
      if (stored.state == ChangeState::accepted) visit(stored);
    }
  }
}

void MemoryDeviceStore::put(const StoredChange& change) {
  const ChangeHeader& header = change.change.header;
  if (const auto before = held_.changes.find(header.id); before != held_.changes.end()) place(before->second, false);
  place(change, true);
  transaction_.write(held_.changes, header.id, change);
  transaction_.write(held_.of_record, {header.record, header.id}, true);
}

void MemoryDeviceStore::erase(const Id& change) {
  const auto found = held_.changes.find(change);
  if (found == held_.changes.end()) return;
  place(found->second, false);
  transaction_.write(held_.of_record, {found->second.change.header.record, change}, std::nullopt);
  transaction_.write(held_.changes, change, std::nullopt);
}

std::optional<RecordRow> MemoryDeviceStore::find_record(const Id& record) const {
  const auto found = held_.records.find(record);
  if (found == held_.records.end()) return std::nullopt;
  return found->second.row;
}

std::vector<RecordRow> MemoryDeviceStore::records_of_scope(const Id& scope) const {
  std::vector<RecordRow> rows;
  for (auto at = held_.of_scope.lower_bound({scope, Id{}}); at != held_.of_scope.end() && at->first.first == scope; ++at) {
    rows.push_back(held_.records.at(at->first.second).row);
  }
  return rows;
}

std::vector<Id> MemoryDeviceStore::scopes() const {
  std::set<Id> scopes;
  for (const auto& [id, stored] : held_.changes) scopes.insert(stored.change.header.scope);
  return {scopes.begin(), scopes.end()};
}

std::vector<Id> MemoryDeviceStore::uncovered_scopes() const {
  std::vector<Id> uncovered = scopes();
  std::erase_if(uncovered, [&](const Id& scope) { return held_.coverage.contains(scope); });
  return uncovered;
}

std::vector<Id> MemoryDeviceStore::records_of_kind(KindNumber kind) const {
  std::vector<Id> records;
  for (const auto& [id, record] : held_.records) {
    if (record.row.kind == kind) records.push_back(id);
  }
  return records;
}

RecordState MemoryDeviceStore::record(const Id& record) const {
  const auto found = held_.records.find(record);
  return found == held_.records.end() ? RecordState() : found->second.state;
}

void MemoryDeviceStore::put_record(const RecordRow& row, const RecordState& state) {
  transaction_.write(held_.of_scope, {row.scope, row.record}, true);
  transaction_.write(held_.records, row.record, Record{row, state});
}

void MemoryDeviceStore::erase_record(const Id& record) {
  if (const std::optional<RecordRow> row = find_record(record))
    transaction_.write(held_.of_scope, {row->scope, record}, std::nullopt);
  transaction_.write(held_.records, record, std::nullopt);
}

// In the order in which they were made: a device's own stamps only rise.
std::vector<Id> MemoryDeviceStore::in_state(ChangeState state) const {
  std::vector<Id> ids;
  for (auto at = held_.on_its_way.lower_bound({state, Stamp{}, Id{}}); at != held_.on_its_way.end(); ++at) {
    if (std::get<ChangeState>(at->first) != state) break;
    ids.push_back(std::get<Id>(at->first));
  }
  return ids;
}

std::vector<WaitingSegment> MemoryDeviceStore::waiting() const {
  std::vector<WaitingSegment> segments;
  for (const auto& [number, segment] : held_.waiting) segments.push_back(segment);
  return segments;
}

std::optional<WaitingSegment> MemoryDeviceStore::find_waiting(std::uint64_t number) const {
  const auto found = held_.waiting.find(number);
  if (found == held_.waiting.end()) return std::nullopt;
  return found->second;
}

void MemoryDeviceStore::put_waiting(const WaitingSegment& segment) {
  transaction_.write(held_.waiting, segment.header.number, segment);
}

std::optional<CoverageEntry> MemoryDeviceStore::coverage_of(const Id& scope) const {
  const auto found = held_.coverage.find(scope);
  if (found == held_.coverage.end()) return std::nullopt;
  return found->second;
}

void MemoryDeviceStore::set_coverage(const Id& scope, const std::optional<CoverageEntry>& entry) {
  transaction_.write(held_.coverage, scope, entry);
}

void MemoryDeviceStore::keep_sealed(const Id& change, std::uint64_t position, const Bytes& sealed) {
  transaction_.write(held_.sealed, change, Sealed{position, sealed});
}

void MemoryDeviceStore::drop_sealed_upto(std::uint64_t position) {
  std::vector<Id> covered;
  for (const auto& [change, sealed] : held_.sealed) {
    if (sealed.position <= position) covered.push_back(change);
  }
  for (const Id& change : covered) transaction_.write(held_.sealed, change, std::nullopt);
}

void MemoryDeviceStore::pin_sealed_beyond(std::uint64_t position) {
  std::map<Id, Sealed> beyond;
  for (const auto& [change, sealed] : held_.sealed) {
    if (sealed.position > position) beyond[change] = Sealed{position_max, sealed.bytes};
  }
  for (const auto& [change, sealed] : beyond) transaction_.write(held_.sealed, change, sealed);
}

std::vector<Signed<PurgeReceipt>> MemoryDeviceStore::purge_receipts() const {
  std::vector<Signed<PurgeReceipt>> receipts;
  for (const auto& [number, receipt] : held_.purge_receipts) receipts.push_back(receipt);
  return receipts;
}

void MemoryDeviceStore::put_purge_receipt(const Signed<PurgeReceipt>& receipt) {
  transaction_.write(held_.purge_receipts, receipt.body.number, receipt);
}

void MemoryDeviceStore::erase_purge_receipts_upto(std::uint64_t number) {
  std::vector<std::uint64_t> given;
  for (const auto& [at, receipt] : held_.purge_receipts) {
    if (at <= number) given.push_back(at);
  }
  for (const std::uint64_t at : given) transaction_.write(held_.purge_receipts, at, std::nullopt);
}

}  // namespace caseload::sync
