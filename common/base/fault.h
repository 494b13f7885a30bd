#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace caseload {

// Fault: an expected failure that the caller decides about.
//
// Shape    a code from one closed list, and a detail for whoever mends it: a field, a limit, a line, a position.
// Promise  the name of a code is stable: it is the word on the wire, in logs and in JSON. Numbers are never reused.
//          A detail holds no personal data and never repeats foreign content, so a Fault may be logged.
// Source   what people read (what happened, what is safe, what to do) is worded in client/casework/wording.
class [[nodiscard]] Fault {
 public:
  enum Code : std::uint16_t {
    // bytes and text from outside
    truncated = 1, not_canonical = 2, trailing_bytes = 3, too_large = 4, too_many = 5, too_deep = 6, unknown_type = 7,
    bad_value = 8, text_encoding = 9, text_control = 10, text_marks = 11, bad_date = 12, bad_line = 13, bad_name = 14,
    ambiguous = 15,
    // keys and proofs
    wrong_key = 100, bad_key = 101, bad_signature = 102, bad_seal = 103, not_for_me = 104, bad_certificate = 105,
    certificate_expired = 106, wrong_passphrase = 107, weak_passphrase = 108, device_factor = 109, locked = 110,
    bad_proof = 111, bad_code = 112, exposed = 113,
    // stores
    absent = 200, damaged = 201, newer_format = 202, in_use = 203, not_encrypted = 204, already_there = 205,
    bad_migration = 206, read_only = 207,
    // network
    unreachable = 300, timed_out = 301, closed = 302, tls_refused = 303, not_tls = 304, wrong_protocol = 305,
    cancelled = 306, try_later = 307,
    // time
    clock_ahead = 400, lease_ended = 401, clock_back = 402,
    // the session
    frame_size = 500, unexpected_message = 501, upgrade_needed = 502, suspended = 503, lost = 504, wipe = 505,
    other_log = 506, twin = 507, restored = 508, replayed = 509, out_of_order = 510, quota = 511,
    // the casework engine
    not_found = 600, not_allowed = 601, unknown_kind = 602, unknown_field = 603, wrong_section = 604, required = 605,
    bad_change = 606, bad_segment = 607, changed_bytes = 608, ledger_mismatch = 609, held = 610, self_approval = 611,
    cycle = 612, bad_rule = 613, stale = 614, legal_hold = 615, declined = 616,
  };

  Fault(Code code, std::string detail = {});  // NOLINT: a code alone is a Fault

  Code code() const { return code_; }
  std::string_view name() const;
  const std::string& detail() const { return detail_; }
  std::string to_string() const;  // "too_large: note.text, at most 1048576 bytes"

  // Two Faults are equal when their codes are: a detail is for reading, not for deciding.
  friend bool operator==(const Fault& a, const Fault& b) { return a.code_ == b.code_; }

 private:
  Code code_;
  std::string detail_;
};

struct FaultEntry {
  Fault::Code code;
  std::string_view name;
  std::string_view meaning;
};

// The closed list, in order of number. Every code has exactly one entry.
std::span<const FaultEntry> fault_table();

// The code of that number, for one read from outside. Nothing is returned for a number that is not in the list.
const FaultEntry* find_fault(std::uint16_t number);

}  // namespace caseload
