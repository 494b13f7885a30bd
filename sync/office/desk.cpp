#include "sync/office/desk.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sync/session/limits.h"
#include "sync/transaction.h"

namespace caseload::sync {
namespace {

constexpr Versions spoken{1, 1};

// A suspended device lets go of what it may no longer hold, and gains nothing: no scope, and of those it has no page of
// what is to be filled in.
void keep_losses(std::vector<Reach>& moves, const Coverage& covered) {
  std::erase_if(moves, [&](const Reach& move) { return move.mask && !covered.contains(move.scope); });
}

}  // namespace

Answer OfficeDesk::load(What what) {
  switch (what) {
    case What::status: return std::vector<Message>{status()};
    case What::receipts: return receipts();
    case What::reach: return begin_content();
    case What::page: return next_page();
    case What::uploads: return uploads();
    case What::complete: return complete();
    case What::downloads: return std::vector<Message>{answer_};
    default: return Fault::unexpected_message;
  }
}

Answer OfficeDesk::store(const Message& message) {
  StoreTransaction act(store_);
  const Result<void> taken = std::visit([&](const auto& body) { return take(body); }, message);
  if (!taken && taken.fault() == Fault::twin) {
    // The device's numbers are used up by another copy of it: its next contact is granted others. Nothing else is kept.
    store_.rollback();
    store_.begin();
    OfficeDevice twin = device();
    twin.epoch += 1;
    twin.next_number = 1;
    twin.previous = {};
    twin.grant_pending = true;
    store_.put_device(twin);
    act.commit();
    return taken.fault();
  }
  if (!taken) return taken.fault();
  act.commit();
  return std::vector<Message>{};
}

OfficeDevice OfficeDesk::device() const {
  const std::optional<OfficeDevice> found = store_.find_device(peer_.device);
  CHECK(found.has_value(), "HELLO found the device");
  return *found;
}

IntakeContext OfficeDesk::intake() const {
  const std::optional<Signed<TreeHead>> head = store_.head();
  return {self_.catalogue, self_.rules,   self_.log, head ? head->body.restore_epoch : 0,
          self_.ledger_key, self_.checker, self_.clock.now()};
}

Greeting OfficeDesk::greeting_of(const OfficeDevice& device) const {
  if (device.wipe) return Greeting::wipe;
  if (device.standing == Standing::lost) return Greeting::lost;
  if (peer_.certificate_expired) return Greeting::expired;
  if (device.twin) return Greeting::twin;
  if (device.standing == Standing::suspended) return Greeting::suspended;
  return hello_.versions.newest < spoken.oldest ? Greeting::upgrade : Greeting::active;
}

// What the device says of its numbers, against what we know.
//
//   an old epoch that nobody was granted a successor of    a second copy is at work: from now on a person judges it all
//   an old epoch with a grant waiting                       here it is, once more if it was lost on its way
//   more segments than it ever cut                          it was restored from a backup: it gets numbers of its own
//   fewer receipts here than it was given                   we were restored: the same
void OfficeDesk::settle_epoch(OfficeDevice& device, const Hello& hello) const {
  if (hello.epoch == device.epoch) device.grant_pending = false;
  const bool is_twin = hello.epoch < device.epoch && !device.grant_pending;
  const bool we_lost = hello.epoch > device.epoch ||
                       (hello.epoch == device.epoch && hello.first_waiting > device.next_number);
  const bool it_lost = hello.epoch == device.epoch && hello.next_number < device.next_number;
  if (is_twin) device.twin = true;
  if (!is_twin && !we_lost && !it_lost) return;
  device.epoch = std::max(device.epoch, hello.epoch) + 1;
  device.next_number = 1;
  device.previous = {};
  device.grant_pending = true;
}

// A new lease a day, so that a session with nothing to do writes nothing; and one beyond every number that the device
// has heard, where we were restored.
void OfficeDesk::settle_lease(OfficeDevice& device, const Hello& hello) const {
  const WallTime now = self_.clock.now();
  const bool we_lost = hello.lease > device.lease_number;
  const bool is_young = now >= device.lease_granted && now - device.lease_granted < lease_renewed_after;
  if (device.lease_number > 0 && is_young && !we_lost) return;
  device.lease_number = std::max(device.lease_number, std::min(hello.lease, lease_number_max)) + 1;
  device.lease_granted = now;
}

// The same bytes each time, until the next one.
Bytes OfficeDesk::lease_of(const OfficeDevice& device) const {
  const bool is_news = gives_content() && device.lease_number > hello_.lease;
  if (!is_news) return {};
  return sign_lease(grant_lease({device.device, device.lease_number}, device.lease_granted, self_.lease),
                    self_.ledger_key);
}

// Only for a device in good standing: to all others their old certificate is good enough to hear so.
Bytes OfficeDesk::certificate_for(const OfficeDevice& device) const {
  const bool stands_well = device.standing == Standing::active && !device.wipe && !device.twin;
  if (peer_.certificate_to_renew.empty() || !stands_well || !self_.renew) return {};
  return self_.renew(peer_.certificate_to_renew);
}

Result<void> OfficeDesk::take(const Hello& hello) {
  if (hello.device != peer_.device) return Fault(Fault::bad_certificate, "another device's certificate");
  if (!hello.log.is_none() && hello.log != self_.log) return Fault::other_log;
  std::optional<OfficeDevice> device = store_.find_device(hello.device);
  if (!device) return Fault(Fault::not_found, "a device that the office does not know");
  hello_ = hello;
  receipts_.clear();
  accepted_now_.clear();
  brought_.clear();
  feed_done_ = losses_done_ = carried_ = false;
  trusted_upto_ = store_.last_position();
  for (const Signed<Restore>& restore : store_.restores()) {
    if (restore.body.restore_epoch > hello.restore_epoch)
      trusted_upto_ = std::min(trusted_upto_, end_of(restore.body.kept.size));
  }
  place_ = {std::min(hello.cursor, trusted_upto_), 0};
  device_head_ = hello.head_seen;
  device_restore_epoch_ = hello.restore_epoch;
  coverage_ = store_.coverage(peer_.device);
  coverage_known_ = digest_of(coverage_) == hello.coverage;
  const OfficeDevice before = *device;
  const bool is_outrun = hello.epoch < device->epoch && !device->grant_pending;
  if (peer_.by_stick && is_outrun) return Fault(Fault::stale, "the device has been given other numbers since");
  if (device->standing != Standing::lost && !device->wipe) settle_epoch(*device, hello);
  greeting_ = greeting_of(*device);
  if (gives_content()) settle_lease(*device, hello);
  if (*device != before) store_.put_device(*device);
  sign_head(store_, intake());
  return {};
}

Result<void> OfficeDesk::take(const CoverageTable& table) {
  Result<Coverage> says = coverage_of(table);
  if (!says) return says.fault();
  if (digest_of(*says) != hello_.coverage) return Fault(Fault::bad_proof, "another coverage than HELLO named");
  coverage_ = std::move(*says);
  coverage_known_ = true;
  // What it holds without our knowledge, as after a restore, it holds all the same.
  for (const auto& [scope, entry] : coverage_) store_.put_custody({peer_.device, scope, self_.clock.now(), false});
  return {};
}

Result<void> OfficeDesk::take(const Push& push) {
  if (push.segment.device != peer_.device) return Fault(Fault::bad_segment, "another device's segment");
  Result<Signed<Receipt>> receipt = take_in(store_, intake(), push.segment, push.changes);
  if (!receipt) return receipt.fault();
  OfficeDevice known = device();
  if (known.grant_pending) {
    known.grant_pending = false;  // it pushes in the epoch that it was granted
    store_.put_device(known);
  }
  sign_head(store_, intake());
  for (std::size_t i = 0; i < push.changes.size(); ++i) {
    if (!receipt->body.position_of(i)) continue;
    accepted_now_.push_back(unpack(push.changes[i])->header.id);
    if (receipt->body.judgement_of(i) == Receipt::Judgement::accepted) brought_.push_back(accepted_now_.back());
  }
  receipts_.push_back(*receipt);
  carried_ = true;
  return {};
}

Result<void> OfficeDesk::take(const Purged& purged) {
  OfficeDevice known = device();
  const PurgeReceipt& says = purged.receipt.body;
  if (Result<void> verified = verify(purged.receipt, Expected{self_.log, known.key, self_.checker}); !verified)
    return verified;
  if (says.device != known.device) return Fault(Fault::bad_signature, "another device's receipt");
  if (says.number <= known.purges) return {};
  known.purges = says.number;
  store_.put_device(known);
  if (!coverage_.contains(says.scope)) store_.erase_custody(known.device, says.scope);
  return {};
}

OfferedHead OfficeDesk::offered_head() const {
  OfferedHead offered;
  offered.head = *store_.head();
  const bool is_new = hello_.log.is_none() && device_head_.size == 0;  // restores of before its time are nothing to it
  for (const Signed<Restore>& restore : store_.restores()) {
    if (!is_new && restore.body.restore_epoch > device_restore_epoch_) offered.restores.push_back(restore);
  }
  const std::uint64_t size = offered.head.body.tree.size;
  std::uint64_t built_on = device_head_.size;
  for (const Signed<Restore>& restore : offered.restores) built_on = std::min(built_on, restore.body.kept.size);
  if (built_on > 0 && built_on <= size) offered.since_ours = consistency_proof(store_.nodes(), built_on, size);
  if (!offered.restores.empty()) {
    const std::uint64_t kept = offered.restores.back().body.kept.size;
    if (kept > 0 && kept <= size) offered.since_restore = consistency_proof(store_.nodes(), kept, size);
  }
  return offered;
}

Message OfficeDesk::status() {
  const OfficeDevice known = device();
  Status status;
  status.greeting = greeting_;
  status.version = std::min(spoken.newest, hello_.versions.newest);
  status.epoch = known.epoch;
  status.want_coverage = !coverage_known_ && greeting_ != Greeting::lost && greeting_ != Greeting::wipe;
  status.backed_up = store_.backed_up();
  status.last_position = trusted_upto_;
  status.purges = known.purges;
  status.now_ms = to_milliseconds(self_.clock.now());
  status.lease = lease_of(known);
  status.certificate = certificate_for(known);
  status.head = offered_head();
  device_head_ = status.head.head.body.tree;
  device_restore_epoch_ = status.head.head.body.restore_epoch;
  return status;
}

// As many messages as they take: whoever was away for long, or was met by a restored office, has many receipts.
Answer OfficeDesk::receipts() {
  std::vector<Message> messages;
  Receipts message;
  std::size_t bytes = self_.page.bytes_max;
  for (const Signed<Receipt>& receipt : receipts_) {
    if (bytes >= self_.page.bytes_max) {
      if (!message.receipts.empty()) messages.push_back(std::exchange(message, {}));
      message.head = offered_head();
      device_head_ = message.head.head.body.tree;
      device_restore_epoch_ = message.head.head.body.restore_epoch;
      bytes = encode(message.head).size();
    }
    Proof proof;
    std::uint64_t leaf = 0;
    if (const std::optional<Acceptance> acceptance = receipt.body.acceptance()) {
      const std::optional<std::uint64_t> found = store_.leaf_of(*acceptance);
      if (!found || *found >= device_head_.size)
        return Fault(Fault::ledger_mismatch, "a receipt that the ledger does not bear out");
      leaf = *found;
      proof = inclusion_proof(store_.nodes(), device_head_.size, leaf);
    }
    bytes += encode(receipt).size() + encode(proof).size() + sizeof leaf + 2;
    message.receipts.push_back(receipt);
    message.proofs.push_back(std::move(proof));
    message.leaves.push_back(leaf);
  }
  if (!message.receipts.empty()) messages.push_back(std::move(message));
  return messages;
}

// The last position of a ledger of that size.
std::uint64_t OfficeDesk::end_of(std::uint64_t leaves) const {
  return leaves == 0 ? 0 : store_.acceptance(leaves - 1).end_position() - 1;
}

ReachContext OfficeDesk::reach() const {
  return {store_, self_.catalogue, self_.rules, device(), upto_, leaves_, self_.clock.now(), trusted_upto_, brought_};
}

// Custody of what it does not cover, and no receipt came with this session: the withdrawal was lost on its way, or the
// receipt with a restore of ours. A device that has let go of it already says so again.
void OfficeDesk::withdraw_again(std::vector<Reach>& moved) const {
  std::set<Id> told;
  for (const Reach& move : moved) told.insert(move.scope);
  std::vector<Reach> again;
  for (const CustodyRow& row : store_.custody(peer_.device)) {
    const bool known = told.contains(row.scope) || coverage_.contains(row.scope);
    if (!known) again.push_back({row.scope, std::nullopt, std::nullopt});
  }
  moved.insert(moved.begin(), again.begin(), again.end());
}

// Fixes what this session gives, and makes custody durable before anything of it leaves.
Answer OfficeDesk::begin_content() {
  StoreTransaction act(store_);
  OfficeDevice known = device();
  leaves_ = device_head_.size;
  upto_ = end_of(leaves_);
  looked_upto_ = upto_;
  greeting_ = greeting_of(known);  // standing may have moved since HELLO
  if (greeting_ == Greeting::lost) return Fault::lost;
  if (greeting_ == Greeting::wipe) return Fault::wipe;
  if (greeting_ == Greeting::upgrade) return std::vector<Message>{};
  if (greeting_ != Greeting::active)
    known.standing = Standing::active;  // what it may no longer hold, by its own rights
  std::ranges::sort(brought_);
  ReachContext with = reach();
  with.device = known;
  std::vector<Reach> moved = moves(with, coverage_);
  if (!gives_content()) keep_losses(moved, coverage_);
  coverage_ = after_moves(std::move(coverage_), moved);
  withdraw_again(moved);
  if (Result<CoverageTable> fits = table_of(coverage_); !fits) return fits.fault();
  coverage_at_begin_ = coverage_;
  backfills_ = Backfills(coverage_, self_.office_scope);
  if (store_.coverage(peer_.device) != coverage_) store_.put_coverage(peer_.device, coverage_);
  moved_.clear();
  for (const auto& [scope, entry] : coverage_) {
    if (entry.backfill) moved_.insert(scope);
  }
  std::vector<Message> messages;
  for (Reach& move : moved) {
    moved_.insert(move.scope);
    store_.put_custody({known.device, move.scope, self_.clock.now(), !move.mask});
    messages.push_back(std::move(move));
  }
  act.commit();
  carried_ = carried_ || !messages.empty();
  return messages;
}

// Consent may be withdrawn, or the device be reported lost, while its pages are under way.
bool OfficeDesk::may_go_on() {
  ReachContext now = reach();
  if (now.device.wipe || now.device.standing != Standing::active) return false;
  now.upto = store_.last_position();
  if (now.upto == looked_upto_) return true;
  if (takes_away(now, coverage_, looked_upto_)) return false;
  looked_upto_ = now.upto;
  return true;
}

// First of all what goes. A device that gets no content is told of all that moved since it last did.
std::vector<Message> OfficeDesk::losses() {
  losses_done_ = true;
  if (greeting_ == Greeting::upgrade) return {};
  const ReachContext with = reach();
  std::vector<Page> pages = erasure_pages(with, gives_content() ? coverage_at_begin_ : coverage_, place_.cursor);
  if (!gives_content() || !accepted_now_.empty()) {
    const Stay stay{place_.cursor, gives_content() ? upto_ : place_.cursor, accepted_now_};
    for (Page& page : losses_pages(with, coverage_, stay)) pages.push_back(std::move(page));
  }
  if (!pages.empty()) carried_ = true;
  return {std::make_move_iterator(pages.begin()), std::make_move_iterator(pages.end())};
}

Answer OfficeDesk::next_page() {
  if (!losses_done_) {
    if (std::vector<Message> pages = losses(); !pages.empty()) return pages;
  }
  if (!gives_content()) return std::vector<Message>{};
  if (!may_go_on()) return Fault(Fault::stale, "this device may have less than when its session began");
  // The office's own scope has the keys by which everything else is checked.
  const auto office = coverage_.find(self_.office_scope);
  const bool keys_first = office != coverage_.end() && office->second.backfill;
  if (!feed_done_ && !keys_first) {
    const std::uint64_t before = place_.cursor;
    Page page = feed_page(reach(), coverage_at_begin_, place_, self_.page);
    feed_done_ = page.last;
    if (page.upto > before || !page.segments.empty()) {
      carried_ = true;
      return std::vector<Message>{std::move(page)};
    }
  }
  const std::optional<Id> scope = backfills_.next();
  if (!scope) return std::vector<Message>{};
  CoverageEntry& entry = coverage_.at(*scope);
  Page page = backfill_page(reach(), *scope, entry, self_.page);
  advance(entry, page.upto);
  backfills_.next_moved(entry);
  carried_ = true;
  return std::vector<Message>{std::move(page)};
}

Answer OfficeDesk::complete() {
  Complete complete;
  if (carried_ && gives_content()) {
    const std::uint64_t since = hello_.counted <= std::min(hello_.cursor, trusted_upto_) ? hello_.counted : 0;
    Result<HeldByDevice> held = holdings_of(reach(), coverage_, {since, moved_});
    if (!held) return held.fault();
    complete.scopes = std::move(held->scopes);
    StoreTransaction act(store_);
    store_.put_coverage(peer_.device, coverage_);
    act.commit();
    Completeness says;
    says.log = self_.log;
    says.restore_epoch = device_restore_epoch_;
    says.device = peer_.device;
    says.since = since;
    says.cursor = upto_;
    says.coverage = digest_of(coverage_);
    says.holdings = digest_of(std::span<const ScopeHoldings>(complete.scopes));
    for (const ScopeHoldings& scope : complete.scopes) says.count += scope.count;
    says.content = held->content.digest();
    says.at = self_.clock.now();
    complete.statement = sign(says, self_.ledger_key);
  }
  return std::vector<Message>{complete};
}

}  // namespace caseload::sync
