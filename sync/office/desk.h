#pragma once

#include <functional>

#include "sync/office/counting.h"
#include "sync/office/intake.h"
#include "sync/office/reach.h"
#include "sync/session/attachments.h"
#include "sync/session/machine.h"
#include "sync/sharing/lease.h"

namespace caseload::sync {

// The office itself: whose ledger, whose rules, with which limits. One for all sessions; rules are read anew from the
// log whenever a commit touched them.
struct OfficeSelf {
  const Catalogue& catalogue;
  const CompiledRules& rules;
  Id log;
  Id office_scope;
  const Signer& ledger_key;
  const SignatureChecker& checker;
  const Clock& clock;
  PageLimits page;
  Duration lease = lease_max;  // how long a device may work without contact
  // Makes another certificate for a device that showed this one; nothing where none is to be had. Empty: none ever is.
  std::function<Bytes(BytesView former)> renew{};
};

// What the certificate and the directory said of the other side before the session began.
struct PeerFacts {
  Id device;
  bool certificate_expired = false;
  bool by_stick = false;  // a half that may have been under way for long
  Bytes certificate_to_renew{};  // the one it showed, where that one is old, or has run out not too long ago
};

// OfficeDesk: carries out what an OfficeSide asks, on the office's store, for one device.
//
// Promise  a receipt is given when the log is on stable storage with all it speaks of; custody of a scope is on stable
//          storage before its first byte. What is given is fixed when the content begins: masks, and the log up to
//          then. A session from whose device something is taken away meanwhile ends with `stale`, before its
//          next page. Nobody but the peer of the certificate is answered.
//          A stick of before an epoch that the device has been given is `stale`, and makes nobody a twin.
// Errors   Faults of the functions it calls: the session ends, and nothing of that message was kept. Breakage passes.
// Threads  one owner.
class OfficeDesk {
 public:
  OfficeDesk(OfficeStore& store, const OfficeSelf& self, const PeerFacts& peer)
      : store_(store), self_(self), peer_(peer) {}

  // Without one, no attachment is asked for or given.
  void use(AttachmentStore& attachments) { attachments_ = &attachments; }

  Answer load(What what);
  Answer store(const Message& message);

 private:
  Result<void> take(const Hello& hello);
  Result<void> take(const CoverageTable& table);
  Result<void> take(const Push& push);
  Result<void> take(const Purged& purged);
  Result<void> take(const WantAttachment& want);
  Result<void> take(const AttachmentChunk& piece);
  template <class T>
  Result<void> take(const T&) {
    return Fault::unexpected_message;
  }
  Greeting greeting_of(const OfficeDevice& device) const;
  void settle_epoch(OfficeDevice& device, const Hello& hello) const;
  void settle_lease(OfficeDevice& device, const Hello& hello) const;
  Bytes lease_of(const OfficeDevice& device) const;
  Bytes certificate_for(const OfficeDevice& device) const;
  IntakeContext intake() const;
  ReachContext reach();
  OfferedHead offered_head() const;
  std::uint64_t end_of(std::uint64_t leaves) const;
  OfficeDevice device() const;
  Message status();
  Answer receipts();
  Answer begin_content();
  void withdraw_again(std::vector<Reach>& moved);
  Coverage& covered();
  bool is_nothing_new(const std::optional<std::set<Id>>& scopes) const;
  void keep_look(const Looked& looked, std::span<const Reach> moved, bool is_of_all);
  std::vector<Message> losses();
  Answer next_page();
  bool gives_content() const { return greeting_ == Greeting::active; }
  bool may_go_on();
  Answer uploads();
  Digest keep_coverage();
  Answer complete();
  bool may_have(const Digest& content);

  OfficeStore& store_;
  const OfficeSelf& self_;
  PeerFacts peer_;

  // Of this session.
  Hello hello_;
  Greeting greeting_ = Greeting::active;
  TreeRoot device_head_;                   // the last head that the device was given, or had
  std::uint32_t device_restore_epoch_ = 0;
  std::optional<Look> look_;               // the last one at its masks
  std::optional<Look> next_look_;          // for the next session
  bool nothing_new_ = false;               // since then, neither for its masks nor for what it holds
  Coverage coverage_;                      // by covered(): what the device covers, as far as this session brought it
  bool coverage_read_ = false;
  bool coverage_known_ = false;            // HELLO named what we have
  bool coverage_told_ = false;             // it was another one, and the device has said which
  std::vector<Signed<Receipt>> receipts_;
  Coverage coverage_at_begin_;             // of the content: what the feed goes by
  std::uint64_t trusted_upto_ = 0;         // what the device says of positions beyond is of before a restore
  FeedPlace place_;
  std::uint64_t upto_ = 0;
  std::uint64_t leaves_ = 0;
  std::uint64_t looked_upto_ = 0;          // nothing up to here takes away what this session gives
  bool feed_done_ = false;
  bool losses_done_ = false;
  struct Accepted {
    Id change;
    Id scope;
    std::uint64_t position = 0;
  };
  std::vector<Accepted> accepted_now_;     // of what the device offered in this session
  std::vector<Id> brought_;                // of these, what the log did not have before
  Backfills backfills_;                    // that are left
  std::optional<LedgerWitness> witness_;   // of its content
  std::optional<StretchCount> fed_;        // what its feed went past
  std::optional<FillCount> filled_;        // what its backfills went past
  std::set<Id> moved_;                     // scopes that this session moved, or went on filling in
  AttachmentStore* attachments_ = nullptr;
  std::vector<Digest> wanted_;             // contents asked of this device
  AttachmentChunk answer_;                 // to what the device asked for
  bool carried_ = false;                   // anything at all: then the session ends with a statement
};

}  // namespace caseload::sync
