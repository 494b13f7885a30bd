#include "sync/office/desk.h"

#include <algorithm>
#include <set>
#include <utility>

#include "sync/session/limits.h"
#include "sync/transaction.h"

namespace caseload::sync {
namespace {

constexpr Versions spoken{1, 1};

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
  feed_done_ = losses_done_ = carried_ = nothing_new_ = false;
  fed_.reset();
  filled_.reset();
  wanted_.clear();
  trusted_upto_ = store_.last_position();
  for (const Signed<Restore>& restore : store_.restores()) {
    if (restore.body.restore_epoch > hello.restore_epoch)
      trusted_upto_ = std::min(trusted_upto_, end_of(restore.body.kept.size));
  }
  place_ = {std::min(hello.cursor, trusted_upto_), 0};
  device_head_ = hello.head_seen;
  device_restore_epoch_ = hello.restore_epoch;
  coverage_read_ = coverage_told_ = false;
  look_ = store_.look(peer_.device);
  coverage_known_ = (look_ ? look_->coverage : digest_of(covered())) == hello.coverage;
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

// Read when it is first asked for: a session with nothing to do does without.
Coverage& OfficeDesk::covered() {
  if (!coverage_read_) coverage_ = store_.coverage(peer_.device);
  coverage_read_ = true;
  return coverage_;
}

Result<void> OfficeDesk::take(const CoverageTable& table) {
  Result<Coverage> says = coverage_of(table);
  if (!says) return says.fault();
  if (digest_of(*says) != hello_.coverage) return Fault(Fault::bad_proof, "another coverage than HELLO named");
  coverage_ = std::move(*says);
  coverage_read_ = coverage_known_ = coverage_told_ = true;
  // What it holds without our knowledge, as after a restore, it holds all the same.
  for (const auto& [scope, entry] : coverage_) store_.put_custody({peer_.device, scope, self_.clock.now(), false});
  return {};
}

Result<void> OfficeDesk::take(const Push& push) {
  if (push.segment.device != peer_.device) return Fault(Fault::bad_segment, "another device's segment");
  Result<Signed<Receipt>> receipt = take_in(store_, intake(), push);
  if (!receipt) return receipt.fault();
  OfficeDevice known = device();
  if (known.grant_pending) {
    known.grant_pending = false;  // it pushes in the epoch that it was granted
    store_.put_device(known);
  }
  sign_head(store_, intake());
  for (std::size_t i = 0; i < push.changes.size(); ++i) {
    const std::optional<std::uint64_t> position = receipt->body.position_of(i);
    if (!position) continue;
    // Of a segment that came before, nobody has looked at these bytes.
    const Result<ChangeHeader> names = unpack_names(push.changes[i]);
    if (!names) return names.fault();
    accepted_now_.push_back({names->id, names->scope, *position});
    if (receipt->body.judgement_of(i) == Receipt::Judgement::accepted) brought_.push_back(names->id);
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
  if (!covered().contains(says.scope)) store_.erase_custody(known.device, says.scope);
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
    // On a line a digest may take a byte more, and a receipt three.
    bytes += encode(receipt).size() + encode(proof).size() + proof.size() + sizeof leaf + 5;
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

ReachContext OfficeDesk::reach() {
  ReachContext with{store_, self_.catalogue, self_.rules, device(), upto_, leaves_, self_.clock.now(), trusted_upto_,
                    brought_};
  if (witness_) with.witness = &*witness_;
  return with;
}

}  // namespace caseload::sync
