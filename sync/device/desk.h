#pragma once

#include "common/crypto/remembered.h"
#include "sync/device/apply.h"
#include "sync/device/outbox.h"
#include "sync/session/attachments.h"
#include "sync/session/machine.h"

namespace caseload::sync {

// Who this device is, whom it trusts, and what it signs with. Fixed at enrolment.
struct DeviceTrust {
  LedgerTrust ledger;
  Id office_device;
  PublicKey office_key{};
  const Signer& device_key;
  SealForRecovery seal;
};

// What a session did, for the person who waits for it.
struct SessionReport {
  Greeting greeting = Greeting::active;
  std::uint64_t pushed = 0;
  std::uint64_t accepted = 0;
  std::uint64_t late = 0;
  std::uint64_t received = 0;
  std::uint64_t withdrawn = 0;  // scopes
  std::uint64_t repaired = 0;   // scopes whose backfill begins again: another session is wanted
  bool complete = false;
  Bytes certificate;            // a new one for this device, to be checked and kept by whoever has its keys; or nothing
};

// DeviceDesk: carries out what a DeviceSide asks, on a store.
//
// Promise  each answer is given when what it speaks of is on stable storage. After a Fault nothing of that message is.
//          A desk serves one session; what matters is in the store, so the next session needs nothing from this one.
// Errors   Faults of the functions it calls: the session ends. Breakage of the store passes through.
// Threads  one owner, the store's.
class DeviceDesk {
 public:
  DeviceDesk(DeviceStore& store, const Catalogue& catalogue, const DeviceTrust& trust, const Clock& clock)
      : store_(store), catalogue_(catalogue), trust_(trust), clock_(clock) {}

  // Without one, no attachment is offered or asked for.
  void use(AttachmentStore& attachments) { attachments_ = &attachments; }

  Answer load(What what);
  Answer store(const Message& message);
  const SessionReport& report() const { return report_; }

 private:
  Answer hello();
  Answer coverage();
  Answer outbox();
  Answer purges();
  void add_purges(std::vector<Message>& messages);
  Answer uploads();
  Answer downloads();
  void list_contents();
  Result<void> take(const Status& status);
  Result<void> take(const Receipts& receipts);
  Result<void> take(const Reach& reach);
  Result<void> take(const Page& page);
  Result<void> take(const Complete& complete);
  Result<void> take(const WantAttachment& want);
  Result<void> take(const AttachmentChunk& piece);
  template <class T>
  Result<void> take(const T&) {
    return Fault::unexpected_message;
  }
  bool is_count_due(const DeviceState& state) const;
  void count_whole_next();
  Result<void> take_lease(DeviceState& state, const Status& status) const;
  Result<void> check_head_named(const DeviceState& state, const OfferedHead& offered);
  Result<void> accept_head(const OfferedHead& offered);
  Withdrawal withdrawal() const { return {catalogue_, trust_.seal, trust_.device_key, clock_.now()}; }

  DeviceStore& store_;
  const Catalogue& catalogue_;
  const DeviceTrust& trust_;
  const Clock& clock_;
  RememberingChecker page_checker_{trust_.ledger.checker};
  SessionReport report_;
  ArrivalCount arrivals_;         // of this session's pages
  std::optional<TreeHead> head_;  // of this session
  std::vector<Signed<Restore>> restores_;  // that this session told of, where it could not go on
  std::vector<WaitingSegment> to_push_;
  std::size_t pushed_ = 0;
  AttachmentStore* attachments_ = nullptr;
  std::vector<WantAttachment> asked_of_us_;
  std::vector<Digest> missing_;   // contents that our documents name and that are not here, the next one last
  std::uint64_t counted_ = 0;     // of the state, as this session began
  std::uint64_t purges_sent_ = 0;  // up to this number, in this session
};

}  // namespace caseload::sync
