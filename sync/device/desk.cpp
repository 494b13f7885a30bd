#include "sync/device/desk.h"

#include <algorithm>
#include <set>

#include "common/record/kinds.h"
#include "sync/device/counting.h"
#include "sync/session/limits.h"
#include "sync/transaction.h"

namespace caseload::sync {
namespace {

constexpr Versions spoken{1, 1};

// The newest head, or after a restore the newest that the restored ledger has kept: what the office proves its own
// from.
TreeRoot head_seen(const DeviceState& state) {
  return state.ledger.heads.empty() ? TreeRoot{} : head_to_build_on(state.ledger, {});
}

std::uint32_t epoch_seen(const DeviceState& state) {
  return state.ledger.heads.empty() ? 0 : state.ledger.heads.back().body.restore_epoch;
}

}  // namespace

Answer DeviceDesk::load(What what) {
  switch (what) {
    case What::hello: return hello();
    case What::coverage: return coverage();
    case What::outbox: return outbox();
    case What::purges: return purges();
    case What::uploads: return uploads();
    case What::downloads: return downloads();
    default: return Fault::unexpected_message;
  }
}

Answer DeviceDesk::store(const Message& message) {
  StoreTransaction act(store_);
  const Result<void> taken = std::visit([&](const auto& body) { return take(body); }, message);
  if (!taken && taken.fault() == Fault::restored) {
    // We know of the restore now; the next HELLO names a head from which the office can prove its ledger.
    store_.rollback();
    store_.begin();
    DeviceState state = store_.state();
    state.ledger = remember_restores(std::move(state.ledger), restores_);
    store_.set_state(state);
    act.commit();
  }
  if (!taken) return taken.fault();
  act.commit();
  return std::vector<Message>{};
}

// Everything unsent is cut here, before the first byte: a segment is durable before it leaves.
Answer DeviceDesk::hello() {
  StoreTransaction act(store_);
  cut_segments(store_, {trust_.device_key, 0});
  const Digest covered = store_.coverage_digest();
  act.commit();
  report_ = {};
  arrivals_.forget();
  head_.reset();
  purges_sent_ = 0;
  to_push_ = store_.waiting();
  pushed_ = 0;
  const DeviceState state = store_.state();
  Hello hello;
  hello.versions = spoken;
  hello.device = state.device;
  hello.log = state.log;
  hello.epoch = state.epoch;
  hello.first_waiting = to_push_.empty() ? state.next_number : to_push_.front().header.number;
  hello.previous = to_push_.empty() ? state.previous : to_push_.front().header.previous;
  hello.next_number = state.next_number;
  hello.brings = !to_push_.empty() || !store_.purge_receipts().empty();
  hello.cursor = state.cursor;
  counted_ = state.counted;
  hello.counted = is_count_due(state) ? 0 : state.counted;
  hello.coverage = covered;
  hello.head_seen = head_seen(state);
  hello.restore_epoch = epoch_seen(state);
  hello.lease = state.lease.number;
  return std::vector<Message>{hello};
}

Answer DeviceDesk::coverage() {
  Result<CoverageTable> table = table_of(store_.coverage());
  if (!table) return table.fault();
  return std::vector<Message>{std::move(*table)};
}

// A few segments at a time, so that a long time offline does not stand in memory at once.
Answer DeviceDesk::outbox() {
  std::vector<Message> messages;
  add_purges(messages);
  constexpr std::size_t segments_at_once = 4;
  for (std::size_t i = 0; i < segments_at_once && pushed_ < to_push_.size(); ++i, ++pushed_) {
    messages.push_back(push_of(store_, to_push_[pushed_]));
    report_.pushed += to_push_[pushed_].changes.size();
  }
  return messages;
}

void DeviceDesk::add_purges(std::vector<Message>& messages) {
  for (const Signed<PurgeReceipt>& receipt : store_.purge_receipts()) {
    if (receipt.body.number <= purges_sent_) continue;
    messages.push_back(Purged{receipt});
    purges_sent_ = receipt.body.number;
  }
}

// A scope that is not covered and has nothing on its way keeps nothing here, whatever interrupted its withdrawal.
Answer DeviceDesk::purges() {
  StoreTransaction act(store_);
  for (const Id& scope : store_.uncovered_scopes())
    apply_reach(store_, withdrawal(), Reach{scope, std::nullopt, std::nullopt});
  act.commit();
  if (attachments_ != nullptr) list_contents();
  std::vector<Message> messages;
  add_purges(messages);
  return messages;
}

// Which contents our documents name; whatever else is here was let go with its document.
void DeviceDesk::list_contents() {
  std::set<Digest> named;
  for (const Id& document : store_.records_of_kind(kinds::document)) {
    if (const std::optional<ContentName> content = content_of(store_.record(document), catalogue_))
      named.insert(content->digest);
  }
  for (const Digest& held : attachments_->held()) {
    if (!named.contains(held)) attachments_->erase(held);
  }
  missing_.clear();
  for (const Digest& digest : named) {
    if (!attachments_->is_whole(digest)) missing_.push_back(digest);
  }
}

Answer DeviceDesk::uploads() {
  std::vector<Message> messages;
  if (attachments_ == nullptr || asked_of_us_.empty()) return messages;
  WantAttachment& want = asked_of_us_.back();
  AttachmentChunk piece = piece_of(*attachments_, want);
  want.offset += piece.bytes.size();
  if (piece.size == 0 || want.offset >= piece.size) asked_of_us_.pop_back();
  messages.push_back(std::move(piece));
  return messages;
}

Answer DeviceDesk::downloads() {
  std::vector<Message> messages;
  while (attachments_ != nullptr && !missing_.empty() && attachments_->is_whole(missing_.back())) missing_.pop_back();
  if (!missing_.empty()) messages.push_back(WantAttachment{missing_.back(), attachments_->bytes_held(missing_.back())});
  return messages;
}

// The office proved its ledger from the head in our HELLO. Where a restore cut below that one, the office cannot know
// which older one we have.
Result<void> DeviceDesk::check_head_named(const DeviceState& state, const OfferedHead& offered) {
  if (state.ledger.heads.empty() || head_to_build_on(state.ledger, offered.restores) == head_seen(state)) return {};
  for (const Signed<Restore>& restore : offered.restores) {
    const Expected recovery{trust_.ledger.log, trust_.ledger.recovery_key, trust_.ledger.checker};
    if (Result<void> verified = verify(restore, recovery); !verified) return verified;
  }
  restores_ = offered.restores;
  return Fault(Fault::restored, "the office was restored: come again");
}

Result<void> DeviceDesk::accept_head(const OfferedHead& offered) {
  DeviceState state = store_.state();
  if (Result<void> checked = check_head(state.ledger, offered, trust_.ledger); !checked) return checked;
  state.ledger = remember(state.ledger, offered, clock_.now());
  state.log = offered.head.body.log;
  store_.set_state(state);
  head_ = offered.head.body;
  return {};
}

Result<void> DeviceDesk::take(const Status& status) {
  report_.greeting = status.greeting;
  if (status.greeting == Greeting::lost || status.greeting == Greeting::wipe) return {};
  if (status.version < spoken.oldest || status.version > spoken.newest) {
    return Fault(Fault::upgrade_needed, "version " + std::to_string(status.version) + " of the protocol");
  }
  const DeviceState before = store_.state();
  if (Result<void> named = check_head_named(before, status.head); !named) return named;
  if (Result<void> accepted = accept_head(status.head); !accepted) return accepted;
  if (!before.ledger.heads.empty() && head_->restore_epoch > epoch_seen(before)) {
    std::uint64_t kept = UINT64_MAX;
    for (const Signed<Restore>& restore : status.head.restores) kept = std::min(kept, restore.body.kept.size);
    forget_leaves_from(store_, catalogue_, kept);
    store_.pin_sealed_beyond(status.last_position);
  }
  if (status.epoch != before.epoch) {
    adopt_epoch(store_, status.epoch);
    cut_segments(store_, {trust_.device_key, 0});
    to_push_ = store_.waiting();
  }
  DeviceState state = store_.state();
  state.backed_up = status.backed_up;
  state.cursor = std::min(state.cursor, status.last_position);
  if (state.counted > state.cursor) state.counted = 0;
  // A device that was put back to an older state does not use a number again that the office has heard.
  state.purges = std::max(state.purges, status.purges);
  state.clock_offset_ms = to_milliseconds(clock_.now()) - status.now_ms;
  if (Result<void> taken = take_lease(state, status); !taken) return taken;
  report_.certificate = status.certificate;
  store_.set_state(state);
  store_.drop_sealed_upto(status.backed_up);
  store_.erase_purge_receipts_upto(status.purges);
  return {};
}

// What the office says of the time is believed; it is who the lease is for.
Result<void> DeviceDesk::take_lease(DeviceState& state, const Status& status) const {
  TimeFloor floor(state.time_floor);
  floor.trust(from_milliseconds(status.now_ms));
  state.time_floor = floor.value();
  if (status.lease.empty()) return {};
  const Result<Lease> lease = read_lease(
      status.lease, {trust_.ledger.ledger_key, trust_.ledger.checker, state.device, state.lease.number});
  if (!lease) return lease.fault();
  state.lease = *lease;
  return {};
}

Result<void> DeviceDesk::take(const Receipts& receipts) {
  if (receipts.receipts.size() != receipts.proofs.size() || receipts.proofs.size() != receipts.leaves.size()) {
    return Fault(Fault::bad_proof, "a leaf and a proof for each receipt");
  }
  if (Result<void> accepted = accept_head(receipts.head); !accepted) return accepted;
  for (std::size_t i = 0; i < receipts.receipts.size(); ++i) {
    const Signed<Receipt>& receipt = receipts.receipts[i];
    const Expected office{trust_.ledger.log, trust_.ledger.ledger_key, trust_.ledger.checker};
    if (Result<void> verified = verify(receipt, office); !verified) return verified;
    const auto ours = std::ranges::find_if(to_push_, [&](const WaitingSegment& w) {
      return w.header.number == receipt.body.segment.number && digest_of(w.header) == receipt.body.segment.digest;
    });
    const bool is_ours = ours != to_push_.end() && receipt.body.segment.count == ours->changes.size();
    if (!is_ours) return Fault(Fault::bad_proof, "a receipt for a segment that was not sent");
    if (const std::optional<Acceptance> acceptance = receipt.body.acceptance()) {
      const ProvedLeaf leaf{receipts.leaves[i], acceptance->leaf_hash()};
      if (Result<void> proved = verify_inclusion(head_->tree, leaf, receipts.proofs[i]); !proved) return proved;
    }
    for (std::size_t k = 0; k < ours->changes.size(); ++k) {
      if (receipt.body.judgement_of(k) == Receipt::Judgement::late) ++report_.late;
      else ++report_.accepted;
    }
    const std::uint64_t leaf = receipt.body.acceptance() ? receipts.leaves[i] : receipt.body.head_size;
    apply_receipt(store_, catalogue_, receipt.body, leaf);
  }
  return {};
}

bool DeviceDesk::is_count_due(const DeviceState& state) const {
  const WallTime now = clock_.now();
  return now < state.counted_whole || now - state.counted_whole >= counted_whole_for;
}

// What moved has to be in a statement: should this session break off, in that of the next one.
void DeviceDesk::count_whole_next() {
  DeviceState state = store_.state();
  if (state.counted == 0) return;
  state.counted = 0;
  store_.set_state(state);
}

Result<void> DeviceDesk::take(const Reach& reach) {
  if (!reach.mask) ++report_.withdrawn;
  count_whole_next();
  apply_reach(store_, withdrawal(), reach);
  const bool from_nothing = reach.mask && reach.backfill && store_.records_of_scope(reach.scope).empty();
  if (from_nothing) arrivals_.begin(reach.scope);
  else arrivals_.forget(reach.scope);
  return {};
}

Result<void> DeviceDesk::take(const Page& page) {
  const PageTrust trust{head_->tree, page_checker_, trust_.office_key, trust_.office_device};
  Result<ReadPage> read = read_page(page);
  if (!read) return read.fault();
  if (Result<void> checked = check_page(store_, catalogue_, *read, trust); !checked) return checked;
  if (Result<void> applied = apply_page(store_, withdrawal(), std::move(*read), &arrivals_); !applied) return applied;
  if (!page.scope.is_none()) count_whole_next();
  if (!page.records.empty()) arrivals_.forget();
  for (const RecordReach& record : page.records) apply_record_reach(store_, withdrawal(), record);
  for (const PageSegment& segment : page.segments) report_.received += segment.changes.size();
  return {};
}

Result<void> DeviceDesk::take(const Complete& complete) {
  report_.complete = true;
  if (!complete.statement) return {};
  const Expected office{trust_.ledger.log, trust_.ledger.ledger_key, trust_.ledger.checker};
  if (Result<void> verified = verify(*complete.statement, office); !verified) return verified;
  const Completeness& says = complete.statement->body;
  const Coverage coverage = store_.coverage();
  std::uint64_t count = 0;
  std::set<Id> scopes;
  for (const ScopeHoldings& scope : complete.scopes) {
    count += scope.count;
    if (coverage.contains(scope.scope)) scopes.insert(scope.scope);
  }
  DeviceState state = store_.state();
  const bool about_us = says.device == state.device && says.coverage == digest_of(coverage);
  const bool goes_on = says.since == 0 ? scopes.size() == coverage.size() : says.since <= counted_;
  const bool about_all = goes_on && scopes.size() == complete.scopes.size() && says.count == count;
  if (!about_us || !about_all || says.holdings != digest_of(std::span(complete.scopes))) {
    return Fault(Fault::bad_proof, "a statement about something else");
  }
  const bool all_came =
      std::ranges::none_of(coverage, [](const auto& entry) { return entry.second.backfill.has_value(); });
  HeldContent content;
  const std::vector<Id> differ = differing(store_, {says.since, says.cursor, complete.scopes, &arrivals_}, content);
  for (const Id& scope : differ) repair(store_, withdrawal(), scope);
  report_.repaired = differ.size();
  // The same parts on both sides, and not the same in them: what is here was proved when it came, and stays.
  const bool differs = all_came && report_.repaired == 0 && content.digest() != says.content;
  if (differs) return Fault(Fault::ledger_mismatch, "the office's log has something else for a change held here");
  state.counted = says.cursor;
  if (says.since == 0) state.counted_whole = clock_.now();
  store_.set_state(state);
  return {};
}

Result<void> DeviceDesk::take(const WantAttachment& want) {
  if (asked_of_us_.size() >= attachments_wanted_max) return Fault(Fault::too_many, "at most 100 attachments a session");
  asked_of_us_.push_back(want);
  return {};
}

Result<void> DeviceDesk::take(const AttachmentChunk& piece) {
  if (missing_.empty() || missing_.back() != piece.content) return Fault::unexpected_message;
  if (Result<void> taken = take_piece(*attachments_, piece); !taken) return taken;
  // Not to be had today, or its digest did not hold: the next one.
  if (piece.size == 0 || attachments_->bytes_held(piece.content) == 0) missing_.pop_back();
  return {};
}

}  // namespace caseload::sync
