#pragma once

#include <string>
#include <vector>

#include "sync/ledger/fields.h"
#include "sync/ledger/statement.h"

namespace caseload::sync {

// What was done. A closed list: a number never changes its meaning.
enum class AuditAction : std::uint8_t {
  consult = 1, search = 2, create = 3, alter = 4, disclose = 5, export_out = 6, combine = 7, erase = 8,
  login_ok = 9, login_failed = 10, decide = 11, admin = 12,
};
constexpr bool is_listed(AuditAction action) {
  return action >= AuditAction::consult && action <= AuditAction::admin;
}

enum class AuditOutcome : std::uint8_t { done = 1, refused = 2, failed = 3 };
constexpr bool is_listed(AuditOutcome outcome) {
  return outcome >= AuditOutcome::done && outcome <= AuditOutcome::failed;
}

constexpr std::size_t audit_code_bytes_max = 64;
constexpr std::size_t audit_entries_max = 256;  // a segment, as for changes

// AuditEntry: who did what to which record, when, and why. Never what the record says.
//
// Shape    role and reason are codes: a-z, 0-9, '_', '-', '.'. A reason may be empty, as the office's policy
//          has it. Ids may be none where there is none: no worker in a failed login, no record in a search, no
//          recipient unless something was handed out.
struct AuditEntry {
  WallTime at{};  // by the device's clock; when it was received, the server notes
  Id worker;
  std::string role;
  AuditAction action = AuditAction::consult;
  Id scope;
  Id record;
  Id recipient;
  AuditOutcome outcome = AuditOutcome::done;
  std::string reason;

  Result<void> check() const;  // Faults: bad_value, too_large.
  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(moment(at), worker, role, listed(action), scope, record, recipient, listed(outcome), reason,
            checked(*this));
  }
};

// AuditSegment: entries of one device, signed with its key, each segment naming the digest of the one before.
// So no entry can be changed, left out or put in between, once any later segment has been received.
struct AuditSegment {
  static constexpr std::string_view label = "caseload/audit/1";

  Id log;
  Id device;
  std::uint32_t epoch = 0;        // the device's, granted by the server; each begins a chain of its own
  std::uint64_t number = 0;       // from 1
  std::uint64_t first_entry = 0;  // the number of the first entry, from 1
  Digest previous{};              // zero in the first segment
  std::vector<AuditEntry> entries;

  Result<void> check() const;  // Faults: bad_value, too_many.
  Digest digest() const;       // of all but the signature
  friend bool operator==(const AuditSegment&, const AuditSegment&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(log, device, epoch, number, first_entry, previous, entries, checked(*this));
  }
};

// AuditTip: where a device's chain ends: the segment of that number, the last entry in it, and the digest to go
// on from.
struct AuditTip {
  Id device;
  std::uint32_t epoch = 0;
  std::uint64_t number = 0;
  std::uint64_t last_entry = 0;
  Digest digest{};

  friend bool operator==(const AuditTip&, const AuditTip&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, epoch, number, last_entry, digest);
  }
};

// The next segment of a chain. Requires 1 to audit_entries_max sound entries.
AuditSegment next_audit_segment(const Id& log, const AuditTip& tip, std::vector<AuditEntry> entries);

// Whether a segment is the next of the chain; gives the tip after it. A later epoch begins at number 1; that it
// was granted is the caller's to know.
// Errors   those of verify(); not_for_me: another device's; replayed: this very segment or one before it;
//          out_of_order: a segment is missing in between; twin: the chain has gone on otherwise, so two copies
//          of the device are at work; bad_segment: entries not numbered on.
Result<AuditTip> verify_audit(const Signed<AuditSegment>& segment, const AuditTip& tip,
                              const Expected& expected);

}  // namespace caseload::sync
