#pragma once

#include "sync/ledger/fields.h"
#include "sync/ledger/merkle.h"
#include "sync/ledger/statement.h"

namespace caseload::sync {

// The statements that are about the ledger or a device's holdings as a whole. Each is signed on its own and is
// evidence on its own, which is why each repeats the log, the epoch and the time. All: Faults of statement.h,
// and bad_value from check() for what can never be true.

// TreeHead: signed with the ledger key, one a commit: the ledger has this size and this root.
struct TreeHead {
  static constexpr std::string_view label = "caseload/tree_head/1";

  Id log;
  std::uint32_t restore_epoch = 0;  // 0 until the first restore
  TreeRoot tree;                    // of acceptances
  WallTime at{};

  Result<void> check() const;
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(log, restore_epoch, tree, moment(at), checked(*this));
  }
};

// Restore: signed with the offline recovery key: the server was restored from a backup, and of the history
// until then it kept these leaves. Whatever followed them is no longer in the ledger, and devices that have it
// offer it again.
struct Restore {
  static constexpr std::string_view label = "caseload/restore/1";

  Id log;
  std::uint32_t restore_epoch = 0;  // the one that begins: one more than that of before
  TreeRoot kept;
  WallTime at{};

  Result<void> check() const;
  friend bool operator==(const Restore&, const Restore&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(log, restore_epoch, kept, moment(at), checked(*this));
  }
};

// Completeness: signed with the ledger key at the end of a session that carried changes: of what was accepted after
// `since` up to this cursor, and of scopes that moved, with this coverage the device has been sent exactly this. A
// difference is repaired downward; a false one is evidence.
struct Completeness {
  static constexpr std::string_view label = "caseload/completeness/1";

  Id log;
  std::uint32_t restore_epoch = 0;
  Id device;
  std::uint64_t since = 0;  // up to here an earlier statement says; 0: this one says it of everything
  std::uint64_t cursor = 0;
  Digest coverage{};
  Digest holdings{};        // of what the server believes the device holds
  std::uint64_t count = 0;  // of the same
  Digest content{};         // what those changes say, and where they stand
  WallTime at{};

  Result<void> check() const;
  friend bool operator==(const Completeness&, const Completeness&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(log, restore_epoch, device, since, cursor, coverage, holdings, count, content, moment(at),
            checked(*this));
  }
};

// PurgeReceipt: signed with the device's key: the withdrawn sections of a scope are gone from it. Numbers rise
// by one, so that the server sees which receipts it lacks, and none serves twice.
struct PurgeReceipt {
  static constexpr std::string_view label = "caseload/purge_receipt/1";

  Id log;
  Id device;
  std::uint64_t number = 0;  // from 1
  Id scope;
  Digest withdrawn{};        // of the sections that were ordered to go
  std::uint64_t cursor = 0;  // how far the device had read when they went
  WallTime at{};             // by the device's clock

  Result<void> check() const;
  friend bool operator==(const PurgeReceipt&, const PurgeReceipt&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(log, device, number, scope, withdrawn, cursor, moment(at), checked(*this));
  }
};

}  // namespace caseload::sync
