#include "sync/device/outbox.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "sync/device/late_work.h"

namespace caseload::sync {
namespace {

// A place in a segment, so far without the office's word.
ChangePlace place_in(const SegmentHeader& segment) {
  ChangePlace place;
  place.device = segment.device;
  place.epoch = segment.epoch;
  place.number = segment.number;
  return place;
}

// What cutting asks of a change: a long time offline does not stand in memory with all its words.
struct Outgoing {
  Stamp stamp;
  Id id;
  Id scope;
  Digest digest{};
  std::size_t bytes = 0;
};

std::vector<Outgoing> unsent_by_scope(const DeviceStore& store) {
  std::vector<Outgoing> changes;
  store.visit_unsent([&](const StoredChange& stored) {
    const ChangeHeader& header = stored.change.header;
    changes.push_back({header.stamp, header.id, header.scope, digest_of(header), parts_bytes(stored.change)});
  });
  std::ranges::sort(changes, {}, [](const Outgoing& change) { return std::tie(change.stamp, change.id); });
  std::map<Id, std::size_t> ranks;  // of scopes, as they are first met
  for (const Outgoing& change : changes) ranks.try_emplace(change.scope, ranks.size());
  std::ranges::stable_sort(changes, {}, [&](const Outgoing& change) { return ranks.at(change.scope); });
  return changes;
}

// Where a full segment would end within a scope, it rather ends with the one before, if that leaves it half full. So
// who is given one scope and not the other gets more whole segments, which need no proof of their parts.
std::size_t upto_scope(std::span<const Outgoing> changes, std::size_t count) {
  if (count == changes.size()) return count;
  for (std::size_t end = count; 2 * end >= count; --end) {
    if (changes[end].scope != changes[end - 1].scope) return end;
  }
  return count;
}

void cut_one(DeviceStore& store, const CutContext& with, std::span<const Outgoing> changes) {
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
  ChangePlace place = place_in(header);
  place.state = ChangeState::sent;
  for (const Outgoing& change : changes) {
    digests.push_back(change.digest);
    waiting.changes.push_back(change.id);
    static_cast<void>(store.move(change.id, place));  // it stands in its record as before
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
  StoredChange stored;
  stored.change = change;
  stored.device = state.device;
  put_merged(store, catalogue, stored, change.parts);
  state.last_stamp = std::max(state.last_stamp, change.header.stamp);
  store.set_state(state);
}

void cut_segments(DeviceStore& store, const CutContext& with) {
  const std::vector<Outgoing> changes = unsent_by_scope(store);
  std::span<const Outgoing> left(changes);
  while (!left.empty()) {
    std::vector<std::size_t> sizes;
    for (const Outgoing& change : left.first(std::min(left.size(), segment_changes_max))) sizes.push_back(change.bytes);
    const std::size_t count = upto_scope(left, segment_cut(sizes));
    cut_one(store, with, left.first(count));
    left = left.subspan(count);
  }
}

Push push_of(const DeviceStore& store, const WaitingSegment& waiting) {
  Push push{waiting.header, {}};
  for (const Id& id : waiting.changes) {
    std::optional<Bytes> packed = store.packed(id);
    CHECK(packed.has_value(), "a segment without a receipt has all its changes");
    push.changes.push_back(std::move(*packed));
  }
  return push;
}

namespace {

// Gives its record, where that has to be derived again. Of what was erased meanwhile only the rest stays.
std::optional<Id> settle(DeviceStore& store, const Id& change, const ChangePlace& place) {
  if (!store.is_any_erased(change)) return store.move(change, place);
  std::optional<StoredChange> stored = store.find(change);
  CHECK(stored.has_value(), "a segment without a receipt has all its changes");
  static_cast<ChangePlace&>(*stored) = place;
  leave_out_erased(store, stored->change);
  if (stored->change.parts.empty()) store.erase(change);
  else store.put(*stored);
  return stored->change.header.record;
}

}  // namespace

void apply_receipt(DeviceStore& store, const Catalogue& catalogue, const Receipt& receipt, std::uint64_t leaf) {
  const std::optional<WaitingSegment> waiting = store.find_waiting(receipt.segment.number);
  if (!waiting || waiting->header.epoch != receipt.segment.epoch) return;  // it was applied before
  std::set<Id> records;
  for (std::size_t i = 0; i < waiting->changes.size(); ++i) {
    const std::optional<std::uint64_t> position = receipt.position_of(i);
    ChangePlace place = place_in(waiting->header);
    place.state = position ? ChangeState::accepted : ChangeState::late;
    place.position = position.value_or(0);
    place.accepted = position ? receipt.accepted_at_of(i) : WallTime{};
    place.leaf = leaf;
    if (const std::optional<Id> record = settle(store, waiting->changes[i], place)) records.insert(*record);
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
  DeviceState state = store.state();
  state.counted = 0;
  store.set_state(state);
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
