#include "sync/ledger/audit.h"

#include <algorithm>

#include "common/crypto/hash.h"

namespace caseload::sync {
namespace {

// Far above what any device can do, and far below where sums wrap.
constexpr std::uint64_t number_max = std::uint64_t{1} << 48;

bool is_code_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

Fault unsound(const char* why) { return Fault(Fault::bad_value, why); }

Result<void> check_code(std::string_view code) {
  if (code.size() > audit_code_bytes_max) return Fault(Fault::too_large, "an audit code, at most 64 bytes");
  if (!std::ranges::all_of(code, is_code_letter)) return unsound("an audit code with other than a-z 0-9 _-.");
  return {};
}

AuditTip tip_after(const AuditSegment& segment) {
  return {segment.device, segment.epoch, segment.number, segment.first_entry + segment.entries.size() - 1,
          segment.digest()};
}

}  // namespace

Result<void> AuditEntry::check() const {
  if (role.empty()) return unsound("an audit entry without a role");
  if (const Result<void> sound = check_code(role); !sound) return sound;
  return check_code(reason);
}

Result<void> AuditSegment::check() const {
  if (log.is_none() || device.is_none()) return unsound("nobody named");
  if (number == 0 || first_entry == 0) return unsound("segments and entries are numbered from 1");
  if (number > number_max || first_entry > number_max) return unsound("a number that no device reaches");
  if ((number == 1) != (previous == Digest{})) return unsound("only the first segment has none before it");
  if (entries.empty()) return unsound("an audit segment without entries");
  if (entries.size() > audit_entries_max) return Fault(Fault::too_many, "audit entries, at most 256");
  for (const AuditEntry& entry : entries) {
    if (const Result<void> sound = entry.check(); !sound) return sound;
  }
  return {};
}

Digest AuditSegment::digest() const { return sha256(labelled(*this)); }

AuditSegment next_audit_segment(const Id& log, const AuditTip& tip, std::vector<AuditEntry> entries) {
  AuditSegment next{
      log, tip.device, tip.epoch, tip.number + 1, tip.last_entry + 1, tip.digest, std::move(entries)};
  CHECK(next.check().ok(), "an audit segment of sound entries");
  return next;
}

Result<AuditTip> verify_audit(const Signed<AuditSegment>& segment, const AuditTip& tip,
                              const Expected& expected) {
  const AuditSegment& body = segment.body;
  const Result<void> holds = verify(segment, expected);
  if (!holds) return holds.fault();
  if (body.device != tip.device) return Fault(Fault::not_for_me, "an audit segment of another device");
  if (body.epoch < tip.epoch) return Fault(Fault::replayed, "an audit segment of an earlier epoch");

  const AuditTip before = body.epoch == tip.epoch ? tip : AuditTip{tip.device, body.epoch, 0, 0, {}};
  if (body.number < before.number) return Fault::replayed;
  if (body.number == before.number) return body.digest() == before.digest ? Fault::replayed : Fault::twin;
  if (body.number != before.number + 1) return Fault(Fault::out_of_order, "audit segments are missing");
  if (body.previous != before.digest) return Fault(Fault::twin, "an audit chain that has gone on otherwise");
  if (body.first_entry != before.last_entry + 1) return Fault(Fault::bad_segment, "entries not numbered on");
  return tip_after(body);
}

}  // namespace caseload::sync
