#include "common/base/fault.h"

#include <algorithm>
#include <array>

#include "common/base/check.h"

namespace caseload {
namespace {

constexpr auto table = std::to_array<FaultEntry>({
    {Fault::truncated, "truncated", "the bytes end too early"},
    {Fault::not_canonical, "not_canonical", "not the one way to write this value"},
    {Fault::trailing_bytes, "trailing_bytes", "bytes follow the end of the value"},
    {Fault::too_large, "too_large", "larger than its limit"},
    {Fault::too_many, "too_many", "more elements than the limit or than bytes left"},
    {Fault::too_deep, "too_deep", "nested more deeply than the limit"},
    {Fault::unknown_type, "unknown_type", "a type or tag that this version does not know"},
    {Fault::bad_value, "bad_value", "a value outside its range or form"},
    {Fault::text_encoding, "text_encoding", "not valid UTF-8"},
    {Fault::text_control, "text_control", "a control character or noncharacter in text"},
    {Fault::text_marks, "text_marks", "too many combining marks on one letter"},
    {Fault::bad_date, "bad_date", "not a date or time"},
    {Fault::bad_line, "bad_line", "a line that cannot be understood"},
    {Fault::bad_name, "bad_name", "a name that is not known here"},
    {Fault::ambiguous, "ambiguous", "fits more than one thing"},
    {Fault::wrong_key, "wrong_key", "this key does not open it"},
    {Fault::bad_key, "bad_key", "not a usable key"},
    {Fault::bad_signature, "bad_signature", "the signature does not hold"},
    {Fault::bad_seal, "bad_seal", "sealed bytes were altered or do not belong here"},
    {Fault::not_for_me, "not_for_me", "sealed to somebody else"},
    {Fault::bad_certificate, "bad_certificate", "the certificate does not hold"},
    {Fault::certificate_expired, "certificate_expired", "the certificate is outside its dates"},
    {Fault::wrong_passphrase, "wrong_passphrase", "the passphrase does not open it"},
    {Fault::weak_passphrase, "weak_passphrase", "the passphrase is too easy to guess"},
    {Fault::device_factor, "device_factor", "the secret of this device is missing or another's"},
    {Fault::locked, "locked", "locked; unlock first"},
    {Fault::bad_proof, "bad_proof", "the proof does not hold"},
    {Fault::bad_code, "bad_code", "the code is wrong, used or expired"},
    {Fault::exposed, "exposed", "open to others on this machine"},
    {Fault::absent, "absent", "it is not there"},
    {Fault::damaged, "damaged", "stored bytes were damaged"},
    {Fault::newer_format, "newer_format", "written by a newer version"},
    {Fault::in_use, "in_use", "in use by another program"},
    {Fault::not_encrypted, "not_encrypted", "a file in clear where an encrypted one must be"},
    {Fault::already_there, "already_there", "there already; not overwritten"},
    {Fault::bad_migration, "bad_migration", "the database's history does not fit this program"},
    {Fault::read_only, "read_only", "open for reading only"},
    {Fault::unreachable, "unreachable", "the other side cannot be reached"},
    {Fault::timed_out, "timed_out", "no answer in time"},
    {Fault::closed, "closed", "the connection was closed"},
    {Fault::tls_refused, "tls_refused", "the secure connection was refused"},
    {Fault::not_tls, "not_tls", "the other side does not speak TLS"},
    {Fault::wrong_protocol, "wrong_protocol", "the other side does not speak our protocol"},
    {Fault::cancelled, "cancelled", "cancelled"},
    {Fault::try_later, "try_later", "busy; try again later"},
    {Fault::clock_ahead, "clock_ahead", "a clock runs too far ahead"},
    {Fault::lease_ended, "lease_ended", "the time to work without contact is over"},
    {Fault::clock_back, "clock_back", "this machine's clock was set back"},
    {Fault::frame_size, "frame_size", "a frame of impossible size"},
    {Fault::unexpected_message, "unexpected_message", "a message that has no place here"},
    {Fault::upgrade_needed, "upgrade_needed", "this program is too old for the office"},
    {Fault::suspended, "suspended", "this device is suspended"},
    {Fault::lost, "lost", "this device is reported lost"},
    {Fault::wipe, "wipe", "this device is ordered to wipe itself"},
    {Fault::other_log, "other_log", "another office's ledger"},
    {Fault::twin, "twin", "a second copy of this device is at work"},
    {Fault::restored, "restored", "the office was restored from a backup"},
    {Fault::replayed, "replayed", "seen before"},
    {Fault::out_of_order, "out_of_order", "something before it is missing"},
    {Fault::quota, "quota", "more than this device may leave here"},
    {Fault::not_found, "not_found", "no such record here"},
    {Fault::not_allowed, "not_allowed", "the sharing rules do not allow it"},
    {Fault::unknown_kind, "unknown_kind", "a kind of record that this version does not know"},
    {Fault::unknown_field, "unknown_field", "a field that this version does not know"},
    {Fault::wrong_section, "wrong_section", "a field in a section that is not its own"},
    {Fault::required, "required", "a required field is missing"},
    {Fault::bad_change, "bad_change", "a change that breaks its own rules"},
    {Fault::bad_segment, "bad_segment", "a segment that breaks its own rules"},
    {Fault::changed_bytes, "changed_bytes", "the same change with other content"},
    {Fault::ledger_mismatch, "ledger_mismatch", "two histories that contradict each other"},
    {Fault::held, "held", "kept for a person to judge"},
    {Fault::self_approval, "self_approval", "nobody approves their own work"},
    {Fault::cycle, "cycle", "it would lead back to itself"},
    {Fault::bad_rule, "bad_rule", "a sharing rule that cannot be understood"},
    {Fault::stale, "stale", "it has changed since it was read"},
    {Fault::legal_hold, "legal_hold", "the law obliges to keep this case as it is"},
    {Fault::declined, "declined", "a person decided against taking it over"},
});

constexpr bool ascending() {
  for (std::size_t i = 1; i < table.size(); ++i) {
    if (table[i - 1].code >= table[i].code) return false;
  }
  return true;
}
static_assert(ascending(), "the list of Faults is ordered by number, each number once");

}  // namespace

std::span<const FaultEntry> fault_table() { return table; }

const FaultEntry* find_fault(std::uint16_t number) {
  const auto* found = std::lower_bound(table.begin(), table.end(), number,
                                       [](const FaultEntry& entry, std::uint16_t n) { return entry.code < n; });
  return found != table.end() && found->code == number ? found : nullptr;
}

Fault::Fault(Code code, std::string detail) : code_(code), detail_(std::move(detail)) {}

std::string_view Fault::name() const {
  const FaultEntry* entry = find_fault(code_);
  CHECK(entry != nullptr, "every Fault has an entry in the list");
  return entry->name;
}

std::string Fault::to_string() const {
  std::string text(name());
  if (!detail_.empty()) text += ": " + detail_;
  return text;
}

}  // namespace caseload
