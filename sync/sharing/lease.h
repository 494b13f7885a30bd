#pragma once

#include <optional>

#include "common/codec/codec.h"
#include "common/crypto/sign.h"
#include "common/record/kinds.h"
#include "common/time/hybrid_clock.h"

namespace caseload::sync {

// How long a device may work without contact, and how far its clock may be off.
constexpr std::uint8_t lease_format = 1;
constexpr Duration lease_max = std::chrono::days(30);     // the longest a device may go without contact
constexpr Duration lease_warning = std::chrono::days(5);  // a working week to find a connection
constexpr Duration lease_renewed_after = std::chrono::days(1);
constexpr std::uint64_t lease_number_max = 1ULL << 62;  // that a device may claim to have heard
constexpr Duration lease_grace = std::chrono::days(3);    // a long weekend: safety is read, nothing written
constexpr Duration clock_behind_max = drift_max;          // a zone set wrongly; more is a clock set back
constexpr Duration clock_ahead_max = std::chrono::days(2 * 365);  // no office leaves a device unseen so long

// Lease: the office's word that a device may hold its cases until then without asking again.
//
// Shape    lease := format device number granted until, times in milliseconds; signed over
//          "caseload/lease/1" and these.
// Promise  until is after granted, by at most lease_max. Numbers rise by one with each lease of a device, so
//          that a device put back to an older state is known by its number. `granted` is the office's own
//          clock.
struct Lease {
  std::uint8_t format = lease_format;
  Id device;
  std::uint64_t number = 0;
  std::int64_t granted_ms = 0;
  std::int64_t until_ms = 0;

  WallTime granted() const { return from_milliseconds(granted_ms); }
  WallTime until() const { return from_milliseconds(until_ms); }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(format, device, number, granted_ms, until_ms);
  }
  friend bool operator==(const Lease&, const Lease&) = default;
};

// A lease from now on. Requires a length above zero and of at most lease_max.
struct LeaseFor {
  Id device;
  std::uint64_t number = 0;
};
Lease grant_lease(const LeaseFor& whom, WallTime now, Duration length = lease_max);

Bytes sign_lease(const Lease& lease, const Signer& office);

// What a device reads. Errors: those of decode, upgrade_needed, bad_value (a lease of impossible length),
// bad_signature, not_for_me (another device's), replayed (older than the one held).
struct LeaseExpected {
  const PublicKey& office_key;
  const SignatureChecker& checker;
  Id device;
  std::uint64_t number_min = 0;
};
Result<Lease> read_lease(BytesView bytes, const LeaseExpected& expected);

// TimeFloor: the latest time that a device has reason to believe; kept with its database.
//
// Promise  never goes back. What the office says (leases, tree heads) is believed; the device's own clock
//          only while it is no more than clock_ahead_max beyond the floor, so that one false start of a clock
//          does not lock a device until it meets the office.
// Attacker who sets the clock back by more than clock_behind_max locks the device until the clock is right
//          again; who holds it still at the floor, session after session, gains that time: nothing offline
//          can know better.
class TimeFloor {
 public:
  explicit TimeFloor(WallTime floor) : floor_(floor) {}

  void trust(WallTime said_by_office);
  void observe(WallTime own_clock);
  WallTime value() const { return floor_; }

 private:
  WallTime floor_;
};

// What a device lets its person do. Expiry never deletes.
//
//   active ─ warning ─> ending_soon ─ until ─> safety_read_only ─ grace over ─> locked
//   any    ─ clock set back, or far ahead ─> locked, until the clock is right; a new lease begins anew
//
//   active, ending_soon   everything; the second says until when
//   safety_read_only      safety sections can be read; open drafts are saved, nothing new is written
//   locked                nothing until contact with the office
enum class LeaseState : std::uint8_t { active = 1, ending_soon = 2, safety_read_only = 3, locked = 4 };

struct LeaseVerdict {
  LeaseState state = LeaseState::locked;
  std::optional<Fault::Code> why;  // lease_ended, clock_back or clock_ahead, where something is refused
  std::optional<WallTime> next;    // when the state changes if nothing else happens
};
LeaseVerdict judge_lease(const Lease& lease, const TimeFloor& floor, WallTime own_clock);

// The sections that stay readable in safety_read_only: who it is, where, and what endangers whom.
bool is_safety_section(KindNumber kind, SectionNumber section);

}  // namespace caseload::sync
