#include "sync/device/apply.h"

#include <algorithm>
#include <set>

#include "common/crypto/hash.h"
#include "common/record/kinds.h"
#include "sync/device/late_work.h"

namespace caseload::sync {
namespace {

// The key of a device, as the office's directory says it. The office's own is pinned: it signs the directory.
Result<PublicKey> key_of(const DeviceStore& store, const Catalogue& catalogue, const Id& device,
                         const PageTrust& trust) {
  if (device == trust.office_device) return trust.office_key;
  if (!store.find_record(device)) return Fault(Fault::not_found, "the record of the device that signed");
  const FieldView view = store.record(device).view(catalogue, device_facts::key);
  if (view.in_force.empty() || view.in_force.front().type() != ValueType::text)
    return Fault(Fault::bad_key, "device.key");
  Result<Bytes> key = from_hex(view.in_force.front().text());
  if (!key) return key.fault();
  return take_exactly<32>(*key);
}

Result<void> check_segment(const PageSegment& carried, std::span<const Change> changes, const PublicKey& key,
                           const SignatureChecker& checker) {
  if (Result<void> verified = verify_segment(carried.segment, key, checker); !verified) return verified;
  if (carried.indexes.size() != carried.changes.size()) return Fault(Fault::bad_segment, "a change for each index");
  if (carried.acceptance.segment != digest_of(carried.segment))
    return Fault(Fault::bad_proof, "another segment's acceptance");
  std::vector<Member> members;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (!carried.acceptance.position_of(carried.indexes[i]))
      return Fault(Fault::bad_proof, "a change that was not accepted");
    members.push_back({carried.indexes[i], digest_of(changes[i].header)});
  }
  return check_members(carried.segment, members, carried.proof);
}

// The head that another device saw, against those we keep.
Result<void> check_head_named(const SegmentHeader& segment, const KnownLedger& ledger) {
  if (segment.ledger_size_seen == 0) return {};
  for (const Signed<TreeHead>& head : ledger.heads) {
    const bool same =
        head.body.tree.size == segment.ledger_size_seen && head.body.restore_epoch == segment.restore_epoch_seen;
    if (same && head.body.tree.digest != segment.ledger_root_seen) {
      return Fault(Fault::ledger_mismatch, "another device was shown another history");
    }
  }
  return {};
}

// Keys of devices that the page itself brings: a device's record comes before its first segment, perhaps on this page.
class KeyFinder {
 public:
  KeyFinder(const DeviceStore& store, const Catalogue& catalogue, const PageTrust& trust)
      : store_(store), catalogue_(catalogue), trust_(trust) {}

  Result<PublicKey> find(const Id& device) const {
    const auto known = fresh_.find(device);
    return known != fresh_.end() ? Result<PublicKey>(known->second) : key_of(store_, catalogue_, device, trust_);
  }

  // Requires a change that was verified.
  void learn(const Change& change) {
    if (change.header.kind != kinds::device || !change.header.creates()) return;
    const Part* part = change.find(header::section);
    if (part == nullptr) return;
    for (const Write& write : part->writes) {
      if (write.field != device_facts::key || write.value.type() != ValueType::text) continue;
      const Result<Bytes> bytes = from_hex(write.value.text());
      if (bytes && bytes->size() == 32) fresh_[change.header.record] = *take_exactly<32>(*bytes);
    }
  }

 private:
  const DeviceStore& store_;
  const Catalogue& catalogue_;
  const PageTrust& trust_;
  std::map<Id, PublicKey> fresh_;
};

bool is_on_its_way(ChangeState state) { return state == ChangeState::unsent || state == ChangeState::sent; }

// What is on its way to the office goes when its receipt is there: a segment is sent as it was signed, or not at all.
void take_erasure(DeviceStore& store, const Catalogue& catalogue, const ErasedPart& part) {
  store.put_erased(part);
  std::optional<StoredChange> held = store.find(part.change);
  if (!held || is_on_its_way(held->state) || !erase_part(held->change, part.section)) return;
  if (held->change.parts.empty()) store.erase(part.change);
  else store.put(*held);
  rebuild_record(store, catalogue, held->change.header.record);
}

enum class Taken {
  nothing,  // all of it was here, or was erased
  added,
  joined,  // parts of one that was here
  moved    // it was here in another state: own work, or what the office had lost
};

Result<Taken> take_change(DeviceStore& store, const Catalogue& catalogue, const StoredChange& arrived) {
  if (arrived.change.parts.empty()) return Taken::nothing;
  std::optional<StoredChange> held = store.find(arrived.change.header.id);
  if (!held) {
    put_merged(store, catalogue, arrived, arrived.change.parts);
    return Taken::added;
  }
  std::vector<Part> fresh;
  for (const Part& part : arrived.change.parts) {
    if (held->change.find(part.section) == nullptr) fresh.push_back(part);
  }
  if (Result<void> joined = join(held->change, arrived.change); !joined) return joined.fault();
  // A receipt says of a known change where it stands, but not since when; the page does.
  const bool as_arrived = held->state == ChangeState::accepted && held->position == arrived.position &&
                          held->accepted == arrived.accepted && held->device == arrived.device;
  if (as_arrived) {
    if (fresh.empty()) return Taken::nothing;
    put_merged(store, catalogue, *held, fresh);
    return Taken::joined;
  }
  const bool was_another = held->state != ChangeState::accepted;
  held->state = ChangeState::accepted;
  held->device = arrived.device;
  held->position = arrived.position;
  held->accepted = arrived.accepted;
  held->leaf = arrived.leaf;
  store.put(*held);
  rebuild_record(store, catalogue, held->change.header.record);
  return was_another ? Taken::moved : Taken::joined;
}

// What may stay of a record. Late work goes with its section, unless it is only what was accepted that comes again.
struct Stays {
  std::span<const SectionNumber> sections;
  bool late_work = false;
};

struct Kept {
  bool went = false;   // anything
  bool waits = false;  // something of it is on its way to the office
};

Kept keep_only(DeviceStore& store, const Withdrawal& with, const Id& record, const Stays& stays) {
  Kept kept;
  bool is_left = false;
  const DeviceState state = store.state();
  for (StoredChange stored : store.changes_of_record(record)) {
    kept.waits = kept.waits || is_on_its_way(stored.state);
    const auto hidden = [&](const Part& part) { return !std::ranges::binary_search(stays.sections, part.section); };
    const bool stays_whole = is_on_its_way(stored.state) || (stays.late_work && is_out_of_records(stored.state));
    if (stays_whole || std::ranges::none_of(stored.change.parts, hidden)) {
      is_left = true;
      continue;
    }
    // Late work, and what the office lost, has no position that a backup could reach: what is sealed of it stays.
    const std::uint64_t position = stored.state == ChangeState::accepted ? stored.position : position_max;
    const bool ours = stored.change.header.author == state.worker || stored.state == ChangeState::foreign;
    if (ours && stored.change.is_whole() && position > state.backed_up) {
      store.keep_sealed(stored.change.header.id, position, with.seal(stored.change));
    }
    std::erase_if(stored.change.parts, hidden);
    stored.change.seed.reset();
    if (stored.change.parts.empty()) store.erase(stored.change.header.id);
    else store.put(stored);
    is_left = is_left || !stored.change.parts.empty();
    kept.went = true;
  }
  if (kept.went && is_left) rebuild_record(store, with.catalogue, record);
  else if (kept.went) store.erase_record(record);
  return kept;
}

// By the mask that the scope was given by.
std::vector<SectionNumber> sections_seen(const DeviceStore& store, const Withdrawal& with, const Mask& mask,
                                         const Id& record) {
  const std::optional<RecordFacts> facts = record_facts(store, with.catalogue, record);
  if (!facts) return {};
  return visible_sections(mask, *facts, store.state().worker, with.catalogue);
}

void keep_visible(DeviceStore& store, const Withdrawal& with, const Id& record) {
  const std::optional<RecordRow> row = store.find_record(record);
  if (!row) return;
  const std::optional<CoverageEntry> entry = store.coverage_of(row->scope);
  if (!entry) return;
  keep_only(store, with, record, {sections_seen(store, with, entry->mask, record)});
}

// What was decided about late work of ours. Where it was released, the feed brings it; but not into a scope that is not
// shared with us: there it goes, as what is withdrawn goes.
void settle_late_work(DeviceStore& store, const Withdrawal& with) {
  take_declined(store, with.catalogue);
  const Coverage coverage = store.coverage();
  const std::map<Id, LateDecision> answers = late_answers(store, with.catalogue);
  for (const Id& id : store.late()) {
    const auto answer = answers.find(id);
    if (answer == answers.end() || answer->second != LateDecision::released) continue;
    const std::optional<StoredChange> stored = store.find(id);
    const bool goes = stored && !coverage.contains(stored->change.header.scope);
    if (goes) keep_only(store, with, stored->change.header.record, {});
  }
}

void make_purge_receipt(DeviceStore& store, const Withdrawal& with, const Id& scope, const Digest& withdrawn) {
  DeviceState state = store.state();
  state.purges += 1;
  PurgeReceipt receipt;
  receipt.log = state.log;
  receipt.device = state.device;
  receipt.number = state.purges;
  receipt.scope = scope;
  receipt.withdrawn = withdrawn;
  receipt.cursor = state.cursor;
  receipt.at = with.now;
  store.put_purge_receipt(sign(receipt, with.device_key));
  store.set_state(state);
}

Digest digest_of_mask(const std::optional<Mask>& mask) {
  Bytes bytes = to_bytes(as_bytes("caseload/withdrawn/1"));
  if (mask) append(bytes, mask->bytes());
  return sha256(bytes);
}

}  // namespace

Result<ReadPage> read_page(const Page& page) {
  ReadPage read{page, {}};
  for (const PageSegment& carried : page.segments) {
    Result<std::vector<Change>> changes = carried.unpacked.take(carried.changes);
    if (!changes) return changes.fault();
    read.changes.push_back(std::move(*changes));
  }
  return read;
}

Result<void> check_page(const DeviceStore& store, const Catalogue& catalogue, const ReadPage& read,
                        const PageTrust& trust) {
  const Page& page = read.page;
  KeyFinder keys(store, catalogue, trust);
  const KnownLedger ledger = store.state().ledger;
  std::vector<ProvedLeaf> leaves;
  for (std::size_t i = 0; i < page.segments.size(); ++i) {
    const PageSegment& carried = page.segments[i];
    Result<PublicKey> key = keys.find(carried.segment.device);
    if (!key) return key.fault();
    if (Result<void> checked = check_segment(carried, read.changes[i], *key, trust.checker); !checked) return checked;
    if (Result<void> agrees = check_head_named(carried.segment, ledger); !agrees) return agrees;
    for (const Change& change : read.changes[i]) keys.learn(change);
    leaves.push_back({carried.leaf, carried.acceptance.leaf_hash()});
  }
  if (leaves.empty()) return page.proof.empty() ? Result<void>() : Fault(Fault::bad_proof, "a proof of nothing");
  return verify_multi_proof(trust.ledger, leaves, page.proof);
}

Result<void> apply_page(DeviceStore& store, const Withdrawal& with, ReadPage read, ArrivalCount* arrivals) {
  const Page& page = read.page;
  ArrivalCount nobody_asks;
  ArrivalCount& count = arrivals == nullptr ? nobody_asks : *arrivals;
  std::set<Id> records;  // that took their place among the accepted, whole
  bool answered = false;
  for (std::size_t k = 0; k < page.segments.size(); ++k) {
    const PageSegment& carried = page.segments[k];
    for (std::size_t i = 0; i < carried.changes.size(); ++i) {
      StoredChange arrived;
      arrived.change = std::move(read.changes[k][i]);
      leave_out_erased(store, arrived.change);
      arrived.device = carried.segment.device;
      arrived.state = ChangeState::accepted;
      arrived.position = *carried.acceptance.position_of(carried.indexes[i]);
      arrived.accepted = carried.acceptance.accepted_at;
      arrived.leaf = carried.leaf;
      arrived.epoch = carried.segment.epoch;
      arrived.number = carried.segment.number;
      const Result<Taken> taken = take_change(store, with.catalogue, arrived);
      if (!taken) return taken.fault();
      if (*taken == Taken::added) count.add(arrived);
      else if (*taken != Taken::nothing) count.forget(arrived.change.header.scope);
      if (*taken == Taken::moved) records.insert(arrived.change.header.record);
      answered = answered || arrived.change.header.kind == kinds::late_answer;
    }
  }
  if (!records.empty() || !page.erased.empty() || answered) count.forget();
  for (const Id& record : records) keep_visible(store, with, record);
  for (const ErasedPart& part : page.erased) take_erasure(store, with.catalogue, part);
  if (answered) settle_late_work(store, with);
  if (page.scope.is_none()) {
    DeviceState state = store.state();
    state.cursor = std::max(state.cursor, page.upto);
    store.set_state(state);
    return {};
  }
  std::optional<CoverageEntry> entry = store.coverage_of(page.scope);
  if (!entry) return Fault(Fault::unexpected_message, "a backfill of what is not covered");
  advance(*entry, page.upto);
  store.set_coverage(page.scope, entry);
  return {};
}

void apply_record_reach(DeviceStore& store, const Withdrawal& with, const RecordReach& reach) {
  static_cast<void>(keep_only(store, with, reach.record, {reach.sections}));
}

void apply_reach(DeviceStore& store, const Withdrawal& with, const Reach& reach) {
  bool went = false;
  bool waits = false;
  for (const RecordRow& row : store.records_of_scope(reach.scope)) {
    std::vector<SectionNumber> sections;
    if (reach.mask) sections = sections_seen(store, with, *reach.mask, row.record);
    const Kept kept = keep_only(store, with, row.record, {sections});
    went = went || kept.went;
    waits = waits || kept.waits;
  }
  // Late work shows in no record, and goes with its scope all the same.
  const std::vector<Id> late = reach.mask ? std::vector<Id>() : late_and_declined(store);
  for (const Id& id : late) {
    const std::optional<StoredChange> stored = store.find(id);
    const bool goes = stored && stored->change.header.scope == reach.scope;
    if (goes) went = keep_only(store, with, stored->change.header.record, {}).went || went;
  }
  std::optional<CoverageEntry> entry;
  if (reach.mask) entry = CoverageEntry{*reach.mask, reach.backfill};
  store.set_coverage(reach.scope, entry);
  if (!reach.mask || went) {
    if (!waits) make_purge_receipt(store, with, reach.scope, digest_of_mask(reach.mask));
  }
}

void repair(DeviceStore& store, const Withdrawal& with, const Id& scope) {
  std::optional<CoverageEntry> again = store.coverage_of(scope);
  CHECK(again.has_value(), "what is counted is covered");
  for (const RecordRow& row : store.records_of_scope(scope)) keep_only(store, with, row.record, {{}, true});
  again->backfill = Backfill{Mask(), store.state().cursor, Phase::safety, 0};
  store.set_coverage(scope, again);
}

}  // namespace caseload::sync
