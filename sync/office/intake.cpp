#include "sync/office/intake.h"

#include <algorithm>

#include "sync/office/erasure.h"

namespace caseload::sync {
namespace {

struct Incoming {
  const SegmentHeader& header;
  Digest digest{};
  std::vector<Change> changes;
  std::vector<Digest> digests;
};

// The office's own device writes in the name of its administrators; any other in its worker's.
Result<Incoming> unpack_segment(const Push& push, const OfficeDevice& by) {
  const SegmentHeader& header = push.segment;
  if (push.changes.size() != header.count) return Fault(Fault::bad_segment, "as many changes as it says");
  Result<std::vector<Change>> changes = push.unpacked.take(push.changes);
  if (!changes) return changes.fault();
  Incoming incoming{header, digest_of(header), std::move(*changes), {}};
  std::vector<Member> members;
  for (const Change& change : incoming.changes) {
    if (!change.is_whole()) return Fault(Fault::bad_change, "an author sends every part");
    if (!by.is_office && change.header.author != by.worker) return Fault(Fault::bad_segment, "somebody else's change");
    incoming.digests.push_back(digest_of(change.header));
    members.push_back({static_cast<std::uint16_t>(members.size()), incoming.digests.back()});
  }
  if (Result<void> proved = check_members(header, members, {}); !proved) return proved.fault();
  return incoming;
}

// Where the number stands: the next one, or one that came before.
Result<std::optional<Signed<Receipt>>> check_number(const OfficeStore& store, const OfficeDevice& device,
                                                    const SegmentHeader& segment) {
  if (segment.epoch != device.epoch) return Fault(Fault::twin, "a segment of another epoch");
  if (segment.number > device.next_number) {
    return Fault(Fault::out_of_order, "waiting for segment " + std::to_string(device.next_number));
  }
  if (segment.number == device.next_number) {
    if (segment.previous != device.previous) return Fault(Fault::twin, "it follows another segment");
    return std::optional<Signed<Receipt>>();
  }
  const std::optional<Digest> known = store.segment_by_number(segment.device, segment.epoch, segment.number);
  if (!known || *known != digest_of(segment)) return Fault(Fault::twin, "another segment has its number");
  return store.find_receipt(*known);
}

// A head of this epoch that the device saw, and that our ledger never had: somebody showed it another one, or ours was
// rewritten. Its work is kept; the office is told.
bool saw_our_ledger(const OfficeStore& store, const IntakeContext& with, const SegmentHeader& segment) {
  const std::uint64_t size = segment.ledger_size_seen;
  if (size == 0 || segment.restore_epoch_seen != with.restore_epoch) return true;
  return size <= store.ledger_size() && root_at(store.nodes(), size) == segment.ledger_root_seen;
}

// All that is asked of each change in turn: whether it is known, what it stands in, what its record is like.
void foresee(const OfficeStore& store, std::span<const Change> incoming) {
  std::set<Id> changes;
  std::set<Id> records;
  for (const Change& change : incoming) {
    changes.insert({change.header.id, change.header.scope});
    if (!change.header.creates()) changes.insert(change.header.record);
    if (!change.header.creates()) records.insert(change.header.record);
  }
  store.foresee(std::vector<Id>(changes.begin(), changes.end()), std::vector<Id>(records.begin(), records.end()));
}

void enter_log(OfficeStore& store, OfficeChange held, const Acceptance& acceptance, std::uint64_t leaf) {
  const std::optional<std::uint64_t> position = acceptance.position_of(held.index);
  CHECK(position.has_value(), "an acceptance names the changes that it accepts");
  held.position = *position;
  held.accepted = acceptance.accepted_at;
  held.leaf = leaf;
  store.put(held);
}

Receipt begin_receipt(const IntakeContext& with, const SegmentHeader& segment, const Digest& digest) {
  Receipt receipt;
  receipt.log = with.log;
  receipt.restore_epoch = with.restore_epoch;
  receipt.segment = {segment.device, segment.epoch, segment.number, digest, segment.count};
  return receipt;
}

// Whether there is room for it.
bool count_late(OfficeDevice& device, const Change& change) {
  device.late_changes += 1;
  device.late_bytes += parts_bytes(change);
  return device.late_changes <= late_changes_max && device.late_bytes <= late_bytes_max;
}

}  // namespace

WallTime acceptance_time(const OfficeStore& store, WallTime now) {
  const std::uint64_t size = store.ledger_size();
  if (size == 0) return now;
  return std::max(now, store.acceptance(size - 1).accepted_at + Duration(1));
}

Result<Signed<Receipt>> take_in(OfficeStore& store, const IntakeContext& with, const Push& push) {
  const SegmentHeader& segment = push.segment;
  std::optional<OfficeDevice> device = store.find_device(segment.device);
  if (!device) return Fault(Fault::not_found, "a device that the office does not know");
  if (Result<void> verified = verify_segment(segment, device->key, with.checker); !verified) return verified.fault();
  Result<std::optional<Signed<Receipt>>> before = check_number(store, *device, segment);
  if (!before) return before.fault();
  if (before->has_value()) return **before;
  Result<Incoming> incoming = unpack_segment(push, *device);
  if (!incoming) return incoming.fault();

  Receipt receipt = begin_receipt(with, segment, incoming->digest);
  const WallTime accepted_at = acceptance_time(store, with.now);
  const std::uint64_t first_position = store.last_position() + 1;
  const std::uint64_t leaf = store.ledger_size();
  std::uint64_t accepted = 0;
  const std::set<ErasedPart> erased = erased_in_scopes_of(store, incoming->changes);
  foresee(store, incoming->changes);
  Judge judge({store, with.catalogue, with.rules, *device, with.now});
  store.put_segment({segment, incoming->digests});
  for (std::size_t i = 0; i < incoming->changes.size(); ++i) {
    const auto index = static_cast<std::uint16_t>(i);
    OfficeChange held{std::move(incoming->changes[i]), incoming->digests[i], 0, {}, incoming->digest, index, leaf, {}};
    const std::optional<OfficeChange> known = store.find(held.change.header.id);
    if (known && known->digest != held.digest) return Fault(Fault::changed_bytes, "a known change with other content");
    if (known && known->position != 0) {
      receipt.known.push_back({static_cast<std::uint32_t>(i), known->position, known->accepted});
      continue;
    }
    if (known) {
      receipt.late.add(i);
      continue;
    }
    if (Result<void> judged = judge.judge(held.change); !judged) {
      held.held_for = judged.fault().code();
      receipt.late.add(i);
      if (!count_late(*device, held.change)) return Fault::quota;
    } else {
      held.position = first_position + accepted++;
      held.accepted = accepted_at;
      receipt.accepted.add(i);
    }
    leave_out(erased, held.change);
    store.put(held);
    judge.was_put(held.change.header);
  }
  if (accepted > 0) {
    receipt.first_position = first_position;
    receipt.accepted_at = accepted_at;
    store.append_acceptance({incoming->digest, first_position, accepted_at, receipt.accepted});
  }
  receipt.head_size = store.ledger_size();
  if (!saw_our_ledger(store, with, segment)) device->saw_other_ledger = true;
  device->next_number = segment.number + 1;
  device->previous = incoming->digest;
  store.put_device(*device);
  const Signed<Receipt> signed_receipt = sign(receipt, with.ledger_key);
  store.put_receipt(signed_receipt);
  return signed_receipt;
}

namespace {

// Its device has the room again that it took, unless somebody declined it before.
void count_off(OfficeStore& store, const OfficeChange& held) {
  if (held.held_for == Fault::declined) return;
  const std::optional<OfficeSegment> segment = store.find_segment(held.segment);
  CHECK(segment.has_value(), "late work has a segment");
  std::optional<OfficeDevice> device = store.find_device(segment->header.device);
  if (!device || device->late_changes == 0) return;
  device->late_changes -= 1;
  device->late_bytes -= std::min<std::uint64_t>(device->late_bytes, parts_bytes(held.change));
  store.put_device(*device);
}

}  // namespace

Result<void> decline(OfficeStore& store, const Id& change) {
  std::optional<OfficeChange> held = store.find(change);
  if (!held) return Fault::not_found;
  if (held->position != 0 || held->held_for == Fault::declined) return Fault::already_there;
  count_off(store, *held);
  held->held_for = Fault::declined;
  store.put(*held);
  return {};
}

Result<void> release(OfficeStore& store, const IntakeContext& with, const Id& change) {
  const std::optional<OfficeChange> held = store.find(change);
  if (!held) return Fault::not_found;
  if (held->position != 0) return Fault::already_there;
  count_off(store, *held);
  ChangeBits only;
  only.add(held->index);
  const Acceptance acceptance{held->segment, store.last_position() + 1, acceptance_time(store, with.now), only};
  const std::uint64_t leaf = store.ledger_size();
  store.append_acceptance(acceptance);
  enter_log(store, *held, acceptance, leaf);
  return {};
}

void sign_head(OfficeStore& store, const IntakeContext& with) {
  const std::uint64_t size = store.ledger_size();
  const std::optional<Signed<TreeHead>> last = store.head();
  if (last && last->body.tree.size == size && last->body.restore_epoch == with.restore_epoch) return;
  TreeHead head;
  head.log = with.log;
  head.restore_epoch = with.restore_epoch;
  head.tree = {size, root_at(store.nodes(), size)};
  head.at = last ? std::max(with.now, last->body.at + Duration(1)) : with.now;
  store.set_head(sign(head, with.ledger_key));
}

}  // namespace caseload::sync
