#pragma once

#include <optional>
#include <vector>

#include "sync/ledger/acceptance.h"
#include "sync/ledger/coverage.h"
#include "sync/ledger/receipt.h"
#include "sync/ledger/segment.h"
#include "sync/sharing/viewer.h"

namespace caseload::sync {

// What the office's store keeps, row by row, for whoever implements OfficeStore and whoever asks one.

// A change as the office holds it: in the log at a position, or at position 0, held for a person to judge.
struct OfficeChange {
  Change change;
  Digest digest{};              // of the header
  std::uint64_t position = 0;
  WallTime accepted{};
  Digest segment{};
  std::uint16_t index = 0;      // in that segment
  std::uint64_t leaf = 0;       // of the acceptance in the ledger; without meaning at position 0
  Fault::Code held_for = Fault::held;  // why it is late work, or `declined`; without meaning in the log
};

struct OfficeSegment {
  SegmentHeader header;
  std::vector<Digest> changes;  // digests of all its changes, in order
};

struct OfficeDevice {
  Id device;
  Id worker;
  PublicKey key{};
  Standing standing = Standing::active;
  bool is_office = false;          // the office's own: what administrators do, and nothing of casework
  bool wipe = false;
  bool twin = false;               // an old epoch came back: it must be enrolled anew
  bool saw_other_ledger = false;   // a segment named a head that this ledger never had: evidence, for a person
  bool grant_pending = false;      // the epoch below was granted, and the device has not yet shown that it heard
  std::uint32_t epoch = 1;
  std::uint64_t next_number = 1;   // of the segment that is expected next in this epoch
  Digest previous{};               // of the segment before it
  std::uint64_t purges = 0;        // number of its last purge receipt
  std::uint64_t late_changes = 0;  // waiting, against its quota
  std::uint64_t late_bytes = 0;
  std::uint64_t lease_number = 0;  // of its last lease; 0: none yet
  WallTime lease_granted{};

  friend bool operator==(const OfficeDevice&, const OfficeDevice&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, worker, key, listed(standing), is_office, wipe, twin, saw_other_ledger, grant_pending, epoch,
            next_number, previous, purges, late_changes, late_bytes, lease_number, moment(lease_granted));
  }
};

// Custody: this device may hold something of this scope. Removed by a purge receipt only.
struct CustodyRow {
  Id device;
  Id scope;
  WallTime since{};
  bool withdrawn = false;  // the device was told to let go
};

// Look: what the last look at a device's masks left, so that the next one asks about no more than what moved since.
struct Look {
  Digest coverage{};            // of what the device covers since
  bool filling = false;         // the past of some scope is still on its way
  bool waits = false;           // for a receipt of something withdrawn
  bool lacks = false;           // perhaps some content of its documents has not come yet
  std::uint64_t upto = 0;       // the log as it was looked at
  WallTime at{};                // when
  WallTime until{};             // when time alone may move a mask
  std::vector<Id> merged;       // scopes that another one decides, ascending

  friend bool operator==(const Look&, const Look&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(coverage, filling, waits, lacks, upto, moment(at), moment(until), merged);
  }
};

}  // namespace caseload::sync
