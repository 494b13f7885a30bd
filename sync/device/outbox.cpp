#include "sync/device/outbox.h"

#include <algorithm>
#include <map>
#include <set>

#include "sync/device/late_work.h"

namespace caseload::sync {
namespace {

std::vector<StoredChange> unsent_by_scope(const DeviceStore& store) {
  std::vector<StoredChange> changes;
  std::map<Id, std::size_t> ranks;  // of scopes, as they are first met
  for (const Id& id : store.unsent()) {
    std::optional<StoredChange> stored = store.find(id);
    CHECK(stored.has_value(), "the outbox names changes that are held");
    ranks.try_emplace(stored->change.header.scope, ranks.size());
    changes.push_back(std::move(*stored));
  }
  std::ranges::stable_sort(changes, {}, [&](const StoredChange& c) { return ranks.at(c.change.header.scope); });
  return changes;
}

void cut_one(DeviceStore& store, const CutContext& with, std::span<StoredChange> changes) {
  DeviceState state = store.state();
  WaitingSegment waiting;
  SegmentHeader& header = waiting.header;
  header.device = state.device;
  header.epoch = state.epoch;
  header.number = state.next_number;
  header.first_seq = state.next_seq;
  header.previous = state.previous;
  if (!state.ledger.heads.empty()) {
    header.ledger_size_seen = state.ledger.heads.back().body.tree.size;
    header.ledger_root_seen = state.ledger.heads.back().body.tree.digest;
    header.restore_epoch_seen = state.ledger.heads.back().body.restore_epoch;
  }
  header.clock_offset_ms = state.clock_offset_ms;
  header.certificate_serial = with.certificate_serial;
  std::vector<Digest> digests;
  for (StoredChange& stored : changes) {
    digests.push_back(digest_of(stored.change.header));
    waiting.changes.push_back(stored.change.header.id);
    stored.state = ChangeState::sent;
    stored.device = header.device;
    stored.epoch = header.epoch;
    stored.number = header.number;
    store.put(stored);
  }
  close_segment(header, digests, with.device_key);
  store.put_waiting(waiting);
  state.next_number += 1;
  state.next_seq += changes.size();
  state.previous = digest_of(header);
  store.set_state(state);
}

}  // namespace

void keep(DeviceStore& store, const Catalogue& catalogue, const Change& change) {
  CHECK(change.is_whole(), "an author has every part");
  DeviceState state = store.state();
  put_merged(store, catalogue, {change, state.device, ChangeState::unsent, 0, {}, 0, 0}, change.parts);
  state.last_stamp = std::max(state.last_stamp, change.header.stamp);
  store.set_state(state);
}

void cut_segments(DeviceStore& store, const CutContext& with) {
  std::vector<StoredChange> changes = unsent_by_scope(store);
  std::span<StoredChange> left(changes);
  while (!left.empty()) {
    std::vector<std::size_t> sizes;
    for (const StoredChange& stored : left.first(std::min(left.size(), segment_changes_max))) {
      sizes.push_back(parts_bytes(stored.change));
    }
    const std::size_t count = segment_cut(sizes);
    cut_one(store, with, left.first(count));
    left = left.subspan(count);
  }
}

Push push_of(const DeviceStore& store, const WaitingSegment& waiting) {
  Push push{waiting.header, {}};
  for (const Id& id : waiting.changes) {
    const std::optional<StoredChange> stored = store.find(id);
    CHECK(stored.has_value(), "a segment without a receipt has all its changes");
    push.changes.push_back(pack(stored->change));
  }
  return push;
}

void apply_receipt(DeviceStore& store, const Catalogue& catalogue, const Receipt& receipt, std::uint64_t leaf) {
  const std::optional<WaitingSegment> waiting = store.find_waiting(receipt.segment.number);
  if (!waiting || waiting->header.epoch != receipt.segment.epoch) return;  // it was applied before
  std::set<Id> records;
  for (std::size_t i = 0; i < waiting->changes.size(); ++i) {
    std::optional<StoredChange> stored = store.find(waiting->changes[i]);
    CHECK(stored.has_value(), "a segment without a receipt has all its changes");
    const std::optional<std::uint64_t> position = receipt.position_of(i);
    stored->state = position ? ChangeState::accepted : ChangeState::late;
    stored->position = position.value_or(0);
    stored->accepted = position ? receipt.accepted_at_of(i) : WallTime{};
    stored->leaf = leaf;
    leave_out_erased(store, stored->change);
    if (stored->change.parts.empty()) store.erase(stored->change.header.id);
    else store.put(*stored);
    records.insert(stored->change.header.record);
  }
  for (const Id& record : records) rebuild_record(store, catalogue, record);
  store.erase_waiting(receipt.segment.number);
  if (!receipt.late.empty()) take_declined(store, catalogue);  // offered again, and judged long ago
}

namespace {

// Segments without a receipt come apart; their changes wait to be cut again.
void dissolve_waiting(DeviceStore& store) {
  for (const WaitingSegment& waiting : store.waiting()) {
    for (const Id& id : waiting.changes) {
      std::optional<StoredChange> stored = store.find(id);
      CHECK(stored.has_value(), "a segment without a receipt has all its changes");
      stored->state = ChangeState::unsent;
      store.put(*stored);
    }
    store.erase_waiting(waiting.header.number);
  }
}

}  // namespace

void adopt_epoch(DeviceStore& store, std::uint32_t epoch) {
  if (epoch == store.state().epoch) return;
  dissolve_waiting(store);
  DeviceState state = store.state();
  state.epoch = epoch;
  state.next_number = 1;
  state.previous = {};
  store.set_state(state);
}

void adopt_identity(DeviceStore& store, const Id& device) {
  dissolve_waiting(store);
  DeviceState state = store.state();
  state.device = device;
  state.epoch = 1;
  state.next_number = 1;
  state.next_seq = 1;
  state.previous = {};
  state.purges = 0;
  store.set_state(state);
  store.erase_purge_receipts_upto(UINT64_MAX);
}

void forget_leaves_from(DeviceStore& store, const Catalogue& catalogue, std::uint64_t kept) {
  const DeviceState state = store.state();
  // Whether a backup had our late work, nobody says: it is offered again, and known again if it is there.
  for (const Id& id : late_and_declined(store)) {
    StoredChange stored = *store.find(id);
    stored.state = ChangeState::unsent;
    store.put(stored);
    rebuild_record(store, catalogue, stored.change.header.record);
  }
  for (StoredChange stored : store.accepted_from_leaf(kept)) {
    const bool own = stored.change.header.author == state.worker && stored.change.is_whole();
    stored.position = 0;
    stored.accepted = {};
    stored.leaf = 0;
    stored.state = own ? ChangeState::unsent : ChangeState::foreign;
    store.put(stored);
    rebuild_record(store, catalogue, stored.change.header.record);
  }
}

}  // namespace caseload::sync
