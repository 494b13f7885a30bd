#pragma once

#include "sync/ledger/coverage.h"
#include "sync/ledger/history.h"

namespace caseload::sync {

// Why a session ends before its end, or what a device is told before anything else.
enum class Greeting : std::uint8_t {
  active = 1,
  suspended = 2,
  lost = 3,
  expired = 4,
  upgrade = 5,
  wipe = 6,
  twin = 7
};
constexpr bool is_listed(Greeting g) { return g >= Greeting::active && g <= Greeting::twin; }

// Versions of the protocol that a side speaks. An older device may always push.
struct Versions {
  std::uint16_t oldest = 1;
  std::uint16_t newest = 1;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(oldest, newest);
  }
};

// First of all, with the last bytes of the TLS handshake: numbers and digests, no content.
struct Hello {
  Versions versions;
  Id device;
  Id log;                           // none before the first session
  std::uint32_t epoch = 0;
  std::uint64_t first_waiting = 0;  // number of the first segment without a receipt, or of the next to be cut
  Digest previous{};                // the digest of the segment before that one
  std::uint64_t next_number = 0;    // of the next segment to be cut
  bool brings = false;              // something is to be pushed: the office waits for PUSH END
  std::uint64_t cursor = 0;
  std::uint64_t counted = 0;        // up to here it holds what a statement said; 0: it wants everything counted
  Digest coverage{};
  TreeRoot head_seen;
  std::uint32_t restore_epoch = 0;  // of the head seen
  std::uint64_t lease = 0;          // number of the one held; 0: none
  template <class Archive>
  void serialize(Archive& archive) {
    archive(versions, device, log, epoch, first_waiting, previous, next_number, brings, cursor, counted, coverage,
            head_seen, restore_epoch, lease);
  }
};

// The first thing a device reads, and nothing of content leaves before it: where it stands, and the head of the ledger.
struct Status {
  Greeting greeting = Greeting::active;
  std::uint16_t version = 1;         // of what follows: the newest that both speak
  std::uint32_t epoch = 0;           // granted: as in HELLO, or the one to go on in
  bool want_coverage = false;        // the digest in HELLO is not ours: send the table
  std::uint64_t backed_up = 0;       // positions up to here are in a verified backup
  std::uint64_t last_position = 0;   // of the log: a cursor beyond it is of before a restore
  std::uint64_t purges = 0;          // the office has the device's purge receipts up to this number
  std::int64_t now_ms = 0;           // the office's clock: the floor of a lease, and the measure of the device's
  Bytes lease;                       // a newer one than HELLO names, signed; or nothing
  // for the key of the one that the device came with, where that one is old; or nothing
  Bytes certificate;               
  OfferedHead head;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(listed(greeting), version, epoch, want_coverage, backed_up, last_position, purges, now_ms, lease,
            certificate, head);
  }
};

// COVERAGE is a CoverageTable: what the device covers, where the office computed another digest.

}  // namespace caseload::sync
