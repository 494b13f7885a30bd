#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/base/bytes.h"
#include "common/crypto/sign.h"
#include "sync/ledger/change.h"
#include "sync/ledger/change_bits.h"

namespace caseload::sync {

constexpr std::uint8_t segment_format = 1;
constexpr std::size_t segment_parts_bytes_max = 1U << 20;  // unless one change alone is larger

// SegmentHeader: what a device says of up to 256 changes that leave it together, signed once.
//
// Shape    as in design 3.2. `root` is the RFC 6962 root over the digests of the changes, in their order; `previous`
//          the digest of the segment before it (zero for the first of an epoch); `ledger_seen` the head the device last
//          checked, and of which restore epoch; `clock_offset` how far its wall clock stood from the office's at the
//          last session, in milliseconds.
// Promise  device, epoch and number name a segment for ever. Epochs are granted by the office, never chosen.
struct SegmentHeader {
  std::uint8_t format = segment_format;
  Id device;
  std::uint32_t epoch = 0;
  std::uint64_t number = 0;
  std::uint64_t first_seq = 0;
  std::uint16_t count = 0;
  Digest root{};
  Digest previous{};
  std::uint64_t ledger_size_seen = 0;
  Digest ledger_root_seen{};
  std::uint32_t restore_epoch_seen = 0;
  std::int64_t clock_offset_ms = 0;
  std::uint64_t certificate_serial = 0;
  Signature signature{};

  template <class Archive>
  void serialize(Archive& archive) {
    archive(format, device, epoch, number, first_seq, count, root, previous, ledger_size_seen, ledger_root_seen,
            restore_epoch_seen, clock_offset_ms, certificate_serial, signature);
  }
  friend bool operator==(const SegmentHeader&, const SegmentHeader&) = default;
};

Digest digest_of(const SegmentHeader& segment);

// How many changes from the front of `changes` (sizes of their parts in bytes) go into one segment: at least one.
std::size_t segment_cut(std::span<const std::size_t> parts_bytes);

// Closes a segment over changes: fills count, root and signature. The rest of the header is the caller's.
// Requires 1 to 256 digests.
void close_segment(SegmentHeader& segment, std::span<const Digest> changes, const Signer& signer);

// Whether the header keeps its own form and the device signed it. Faults: bad_segment, upgrade_needed, bad_signature.
Result<void> verify_segment(const SegmentHeader& segment, const PublicKey& device_key, const SignatureChecker& checker);

// A change and its place in the segment.
struct Member {
  std::uint16_t index = 0;
  Digest change{};
};

// Proves that some changes belong to the segment, to somebody who gets only these; and checks it. Members ascend.
// A proof over all members is empty. Faults: bad_proof.
std::vector<Digest> prove_members(std::span<const Digest> all_changes, std::span<const std::uint16_t> indexes);
Result<void> check_members(const SegmentHeader& segment, std::span<const Member> members,
                           std::span<const Digest> proof);

}  // namespace caseload::sync
