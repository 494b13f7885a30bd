#pragma once

#include <vector>

#include "sync/ledger/proof.h"
#include "sync/ledger/statements.h"

namespace caseload::sync {

// How long a device remembers the heads it has seen. A history that was rewritten contradicts the newest of
// them; the older ones are evidence of when.
constexpr Duration heads_all_for = std::chrono::days(7);
constexpr Duration heads_daily_for = std::chrono::days(90);
constexpr Duration heads_weekly_for = std::chrono::days(400);
constexpr std::size_t heads_all_max = 1024;  // of those seven days: an open session sees several heads a second

// KnownLedger: what a device has seen of its office's ledger.
//
// Shape    heads in the order in which they were accepted, the first one ever and the newest always among them;
//          the restores between them.
struct KnownLedger {
  std::vector<Signed<TreeHead>> heads;
  std::vector<Signed<Restore>> restores;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(heads, restores);
  }
};

// A head as the server offers it, with all that the device needs to believe it.
struct OfferedHead {
  Signed<TreeHead> head;
  Proof since_ours;                        // from head_to_build_on() to the new head
  std::vector<Signed<Restore>> restores;   // one for each epoch between the device's newest head and this one
  Proof since_restore;                     // from what the last of them kept to the new head

  template <class Archive>
  void serialize(Archive& archive) {
    archive(head, since_ours, restores, since_restore);
  }
};

// Whose word counts. Pinned when the device is enrolled.
struct LedgerTrust {
  Id log;
  PublicKey ledger_key{};
  PublicKey recovery_key{};
  const SignatureChecker& checker;
};

// The greatest head that a device still stands on: the newest, or after a restore the newest that the restored
// ledger kept. The empty tree if there is none: for a new device, and after a restore that kept less than it
// ever saw.
TreeRoot head_to_build_on(const KnownLedger& known, std::span<const Signed<Restore>> restores);

// Whether the device may go on with this head. Nothing is applied before this holds.
//
// Promise  of all heads that pass in one restore epoch, each contains every earlier one. A new device pins the
//          first head. Across a restore: a head keeps all that both the device has seen and the restore says it
//          kept.
// Errors   those of verify(); ledger_mismatch: this history contradicts what we have seen, keep the head as
//          evidence; restored: the ledger shrank or begins a new epoch, and statements that account for it are
//          missing; replayed: a head from before our newest.
// Attacker with the ledger key can begin another history only for devices that have seen nothing of the true
//          one; to shorten one, it takes the offline recovery key.
Result<void> check_head(const KnownLedger& known, const OfferedHead& offered, const LedgerTrust& trust);

// Restores that the device has checked, each kept once: head_to_build_on() heeds them from now on.
KnownLedger remember_restores(KnownLedger known, std::span<const Signed<Restore>> restores);

// The device's knowledge after a head that passed check_head(). Forgets heads by age, as the constants above
// say. A head is old only if both clocks say so, ours (`now`) and that of the newest head: neither a broken
// clock here nor a lie there makes a device forget.
KnownLedger remember(KnownLedger known, const OfferedHead& checked, WallTime now);

}  // namespace caseload::sync
