#include "tests/simulation/memory_office_store.h"

#include <algorithm>
#include <set>

namespace caseload::sync {

void MemoryOfficeStore::restore(const Contents& contents) {
  CHECK(!transaction_.is_open(), "a store is put back between transactions");
  held_ = contents;
}

void MemoryOfficeStore::add_restore(const Signed<Restore>& restore) {
  transaction_.write(held_.restores, restore.body.restore_epoch, restore);
}

std::uint64_t MemoryOfficeStore::last_position() const {
  return held_.by_position.empty() ? 0 : held_.by_position.rbegin()->first;
}

std::optional<OfficeChange> MemoryOfficeStore::find(const Id& change) const {
  const auto found = held_.changes.find(change);
  if (found == held_.changes.end()) return std::nullopt;
  return found->second;
}

void MemoryOfficeStore::put(const OfficeChange& change) {
  const ChangeHeader& header = change.change.header;
  transaction_.write(held_.changes, header.id, change);
  transaction_.write(held_.of_record, {header.record, header.id}, true);
  if (change.position == 0) return;
  const auto taken = held_.by_position.find(change.position);
  CHECK(taken == held_.by_position.end() || taken->second == header.id, "a position belongs to one change");
  transaction_.write(held_.by_position, change.position, header.id);
  transaction_.write(held_.of_scope, {header.scope, change.position}, header.id);
  if (header.creates()) transaction_.write(held_.creations, {header.scope, header.kind, change.position}, header.record);
  if (!held_.scopes.contains(header.scope)) transaction_.write(held_.scopes, header.scope, change.position);
}

std::vector<OfficeChange> MemoryOfficeStore::of_record(const Id& record, bool accepted) const {
  std::vector<OfficeChange> changes;
  for (auto at = held_.of_record.lower_bound({record, Id{}}); at != held_.of_record.end() && at->first.first == record; ++at) {
    const OfficeChange& change = held_.changes.at(at->first.second);
    if ((change.position != 0) == accepted) changes.push_back(change);
  }
  std::ranges::stable_sort(changes, {}, &OfficeChange::position);
  return changes;
}

std::vector<OfficeChange> MemoryOfficeStore::changes_of_record(const Id& record) const { return of_record(record, true); }

std::vector<OfficeChange> MemoryOfficeStore::held_of_record(const Id& record) const { return of_record(record, false); }

namespace {

// What is not wanted comes as names: what else it holds is not to be missed.
OfficeChange as_wanted(const OfficeChange& held, const OfficeStore::Wanted& wanted) {
  if (!wanted || wanted(held.change.header.kind, held.accepted)) return held;
  OfficeChange names;
  names.change.header = held.change.header;
  names.change.header.sections.clear();
  names.position = held.position;
  names.accepted = held.accepted;
  return names;
}

}  // namespace

std::vector<OfficeChange> MemoryOfficeStore::changes_of_scope(const Id& scope, const Stretch& stretch) const {
  std::vector<OfficeChange> changes;
  for (auto at = held_.of_scope.upper_bound({scope, stretch.after}); at != held_.of_scope.end(); ++at) {
    const bool is_over = at->first.first != scope || at->first.second > stretch.upto;
    if (is_over || changes.size() >= stretch.limit) break;
    changes.push_back(as_wanted(held_.changes.at(at->second), stretch.wanted));
  }
  return changes;
}

std::vector<OfficeChange> MemoryOfficeStore::changes_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const {
  if (scopes.size() == 1) return changes_of_scope(scopes.front(), stretch);
  const std::set<Id> wanted(scopes.begin(), scopes.end());
  std::vector<OfficeChange> changes;
  for (auto at = held_.by_position.upper_bound(stretch.after); at != held_.by_position.end(); ++at) {
    if (at->first > stretch.upto || changes.size() >= stretch.limit) break;
    const OfficeChange& change = held_.changes.at(at->second);
    if (wanted.contains(change.change.header.scope)) changes.push_back(as_wanted(change, stretch.wanted));
  }
  return changes;
}

std::vector<Id> MemoryOfficeStore::records_of(const Id& scope, KindNumber kind) const {
  std::vector<Id> records;
  for (auto at = held_.creations.lower_bound({scope, kind, 0}); at != held_.creations.end(); ++at) {
    if (std::get<0>(at->first) != scope || std::get<1>(at->first) != kind) break;
    records.push_back(at->second);
  }
  return records;
}

std::vector<Id> MemoryOfficeStore::scopes() const {
  std::vector<Id> scopes;
  for (const auto& [scope, position] : held_.scopes) scopes.push_back(scope);
  return scopes;
}

std::optional<OfficeSegment> MemoryOfficeStore::find_segment(const Digest& segment) const {
  const auto found = held_.segments.find(segment);
  if (found == held_.segments.end()) return std::nullopt;
  return found->second;
}

void MemoryOfficeStore::put_segment(const OfficeSegment& segment) {
  const Digest digest = digest_of(segment.header);
  transaction_.write(held_.segments, digest, segment);
  transaction_.write(held_.by_number, {segment.header.device, segment.header.epoch, segment.header.number}, digest);
}

std::optional<Digest> MemoryOfficeStore::segment_by_number(const Id& device, std::uint32_t epoch, std::uint64_t number) const {
  const auto found = held_.by_number.find({device, epoch, number});
  if (found == held_.by_number.end()) return std::nullopt;
  return found->second;
}

Acceptance MemoryOfficeStore::acceptance(std::uint64_t leaf) const {
  const auto found = held_.acceptances.find(leaf);
  if (found == held_.acceptances.end()) throw Breakage(Breakage::What::damaged, "an acceptance that was never appended");
  return found->second;
}

std::optional<std::uint64_t> MemoryOfficeStore::leaf_of(const Acceptance& acceptance) const {
  const auto found = held_.leaves.find(acceptance.leaf_hash());
  if (found == held_.leaves.end()) return std::nullopt;
  return found->second;
}

void MemoryOfficeStore::append_acceptance(const Acceptance& acceptance) {
  Frontier frontier(*this, ledger_size());
  std::vector<StoredNode> nodes;
  const Digest hash = acceptance.leaf_hash();
  frontier.append(hash, nodes);
  transaction_.write(held_.leaves, hash, ledger_size());
  transaction_.write(held_.acceptances, ledger_size(), acceptance);
  for (const StoredNode& node : nodes) transaction_.write(held_.nodes, node.place, node.digest);
}

Digest MemoryOfficeStore::node(NodePlace place) const {
  const auto found = held_.nodes.find(place);
  if (found == held_.nodes.end()) throw Breakage(Breakage::What::damaged, "a node that was never stored");
  return found->second;
}

void MemoryOfficeStore::set_head(const Signed<TreeHead>& head) {
  transaction_.assign(held_.head, std::optional<Signed<TreeHead>>(head));
}

std::vector<Signed<Restore>> MemoryOfficeStore::restores() const {
  std::vector<Signed<Restore>> restores;
  for (const auto& [epoch, restore] : held_.restores) restores.push_back(restore);
  return restores;
}

void MemoryOfficeStore::put_receipt(const Signed<Receipt>& receipt) {
  transaction_.write(held_.receipts, receipt.body.segment.digest, receipt);
}

std::optional<Signed<Receipt>> MemoryOfficeStore::find_receipt(const Digest& segment) const {
  const auto found = held_.receipts.find(segment);
  if (found == held_.receipts.end()) return std::nullopt;
  return found->second;
}

std::optional<OfficeDevice> MemoryOfficeStore::find_device(const Id& device) const {
  const auto found = held_.devices.find(device);
  if (found == held_.devices.end()) return std::nullopt;
  return found->second;
}

Coverage MemoryOfficeStore::coverage(const Id& device) const {
  const auto found = held_.coverages.find(device);
  return found == held_.coverages.end() ? Coverage() : found->second;
}

std::vector<OfficeStore::Erasure> MemoryOfficeStore::erasures_of_scopes(std::span<const Id> scopes,
                                                                        const Stretch& stretch) const {
  std::vector<Erasure> found;
  for (const auto& [key, erasure] : held_.erasures) {
    if (key.first <= stretch.after || key.first > stretch.upto || found.size() >= stretch.limit) continue;
    if (std::ranges::find(scopes, erasure.scope) != scopes.end()) found.push_back(erasure);
  }
  return found;
}

std::uint64_t MemoryOfficeStore::last_erasure() const {
  return held_.erasures.empty() ? 0 : held_.erasures.rbegin()->first.first;
}

bool MemoryOfficeStore::has_written(const Id& author, const Id& scope) const {
  for (auto at = held_.of_scope.lower_bound({scope, 0}); at != held_.of_scope.end() && at->first.first == scope; ++at) {
    const ChangeHeader& header = held_.changes.at(at->second).change.header;
    if (header.creates() && header.author == author) return true;
  }
  return false;
}

std::vector<ChangeHeader> MemoryOfficeStore::names(const Stretch& stretch) const {
  const auto none = [](KindNumber, WallTime) { return false; };
  std::vector<ChangeHeader> names;
  for (auto at = held_.by_position.upper_bound(stretch.after); at != held_.by_position.end(); ++at) {
    if (at->first > stretch.upto || names.size() >= stretch.limit) break;
    names.push_back(as_wanted(held_.changes.at(at->second), none).change.header);
  }
  return names;
}

std::optional<Look> MemoryOfficeStore::look(const Id& device) const {
  const auto found = held_.looks.find(device);
  return found == held_.looks.end() ? std::nullopt : std::optional(found->second);
}

std::vector<CustodyRow> MemoryOfficeStore::custody(const Id& device) const {
  std::vector<CustodyRow> rows;
  for (auto at = held_.custody.lower_bound({device, Id{}}); at != held_.custody.end() && at->first.first == device; ++at) {
    rows.push_back(at->second);
  }
  return rows;
}

void MemoryOfficeStore::put_custody(const CustodyRow& row) {
  transaction_.write(held_.custody, {row.device, row.scope}, row);
}

void MemoryOfficeStore::erase_custody(const Id& device, const Id& scope) {
  transaction_.write(held_.custody, {device, scope}, std::nullopt);
}

}  // namespace caseload::sync
