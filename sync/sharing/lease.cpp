#include "sync/sharing/lease.h"

#include <algorithm>
#include <array>

namespace caseload::sync {
namespace {

struct SafetySection {
  KindNumber kind;
  int section;  // -1: all of them
};
constexpr auto safety_sections = std::to_array<SafetySection>({
    {kinds::case_file, 0},
    {kinds::case_file, 1},
    {kinds::case_file, 4},  // header, identity, visit
    {kinds::person, 0},
    {kinds::person, 1},
    {kinds::person, 3},
    {kinds::person, 6},  // header, identity, contact, safety
    {kinds::risk, -1},
    {kinds::incident, -1},
    {kinds::contact_restriction, -1},
    {kinds::crisis, -1},
});

struct SignedLease {
  Lease lease;
  Signature signature{};

  template <class Archive>
  void serialize(Archive& archive) {
    archive(lease, signature);
  }
};

Bytes to_be_signed(const Lease& lease) {
  Bytes labelled = to_bytes(as_bytes("caseload/lease/1"));
  append(labelled, encode(lease));
  return labelled;
}

}  // namespace

Lease grant_lease(const LeaseFor& whom, WallTime now, Duration length) {
  CHECK(length > Duration::zero() && length <= lease_max, "a lease of impossible length");
  return {lease_format, whom.device, whom.number, to_milliseconds(now), to_milliseconds(now + length)};
}

Bytes sign_lease(const Lease& lease, const Signer& office) {
  return encode(SignedLease{lease, office.sign(to_be_signed(lease))});
}

Result<Lease> read_lease(BytesView bytes, const LeaseExpected& expected) {
  if (!bytes.empty() && bytes.front() != lease_format)
    return Fault(Fault::upgrade_needed, "a lease of another format");
  const Result<SignedLease> read = decode<SignedLease>(bytes);
  if (!read) return read.fault();
  const Lease& lease = read->lease;
  const Result<void> verified =
      expected.checker.verify(expected.office_key, to_be_signed(lease), read->signature);
  if (!verified) return verified.fault();
  const WallTime latest = from_milliseconds(std::numeric_limits<std::int64_t>::max()) - lease_max;
  if (lease.granted() < WallTime{} || lease.granted() > latest || lease.until() <= lease.granted() ||
      lease.until() > lease.granted() + lease_max)
    return Fault(Fault::bad_value, "a lease of at most 30 days");
  if (lease.device != expected.device) return Fault(Fault::not_for_me, "a lease of another device");
  if (lease.number < expected.number_min) return Fault(Fault::replayed, "an older lease than the one held");
  return lease;
}

void TimeFloor::trust(WallTime said_by_office) { floor_ = std::max(floor_, said_by_office); }

void TimeFloor::observe(WallTime own_clock) {
  if (own_clock <= floor_ + clock_ahead_max) floor_ = std::max(floor_, own_clock);
}

LeaseVerdict judge_lease(const Lease& lease, const TimeFloor& floor, WallTime own_clock) {
  if (own_clock < floor.value() - clock_behind_max)
    return {LeaseState::locked, Fault::clock_back, std::nullopt};
  if (own_clock > floor.value() + clock_ahead_max)
    return {LeaseState::locked, Fault::clock_ahead, std::nullopt};
  const WallTime now = std::max({own_clock, floor.value(), lease.granted()});
  if (now < lease.until() - lease_warning)
    return {LeaseState::active, std::nullopt, lease.until() - lease_warning};
  if (now < lease.until()) return {LeaseState::ending_soon, std::nullopt, lease.until()};
  const WallTime end = lease.until() + lease_grace;
  if (now < end) return {LeaseState::safety_read_only, Fault::lease_ended, end};
  return {LeaseState::locked, Fault::lease_ended, std::nullopt};
}

bool is_safety_section(KindNumber kind, SectionNumber section) {
  return std::any_of(safety_sections.begin(), safety_sections.end(), [&](const SafetySection& safety) {
    return safety.kind == kind && (safety.section < 0 || safety.section == section);
  });
}

}  // namespace caseload::sync
