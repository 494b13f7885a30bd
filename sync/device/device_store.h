#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "sync/device/stored_change.h"
#include "sync/ledger/coverage.h"
#include "sync/ledger/history.h"
#include "sync/ledger/segment.h"
#include "sync/merge/merge.h"
#include "sync/sharing/lease.h"

namespace caseload::sync {

// What is known of a record beside its fields.
struct RecordRow {
  Id record;
  Id scope;
  KindNumber kind = 0;
  Id author;           // of the change that creates it; none while that one is not held

  friend bool operator==(const RecordRow&, const RecordRow&) = default;
};

// Numbers and statements that belong to the device as a whole.
struct DeviceState {
  Id device;
  Id worker;
  Id log;
  std::uint32_t epoch = 1;
  std::uint64_t next_number = 1;       // of the next segment to be cut
  std::uint64_t next_seq = 1;          // of the next change to be put into a segment
  Digest previous{};                   // of the last segment cut
  std::uint64_t cursor = 0;
  std::uint64_t counted = 0;           // up to here what is held is what the office said; 0: to be counted whole
  WallTime counted_whole{};            // when all of it last was
  std::uint64_t purges = 0;
  std::uint64_t backed_up = 0;
  std::int64_t clock_offset_ms = 0;
  Stamp last_stamp;
  Lease lease;               // number 0: none yet
  WallTime time_floor{};     // see TimeFloor
  KnownLedger ledger;
};

// A segment that is durable and waits for its receipt: sent again as it is.
struct WaitingSegment {
  SegmentHeader header;
  std::vector<Id> changes;
};

// DeviceStore: all that a device keeps, as the engine needs it. The client's encrypted database is one; the simulated
// world has a true fake.
//
// Promise  what happens between begin() and commit() is on stable storage when commit() returns, or never happened.
//          rollback() and death in between come to the same. Reads see what the open transaction wrote.
// Errors   Breakage where the disk breaks; then the transaction is gone, and nothing of it was acknowledged.
// Threads  one owner.
class DeviceStore {
 public:
  virtual ~DeviceStore() = default;

  virtual void begin() = 0;
  virtual void commit() = 0;
  virtual void rollback() = 0;

  // Transactions that become durable together: all of them when commit_batch() returns, or none. A store may as well
  // make each durable by itself.
  virtual void begin_batch() {}
  virtual void commit_batch() {}
  virtual void rollback_batch() {}

  virtual DeviceState state() const = 0;
  virtual void set_state(const DeviceState& state) = 0;

  using Visit = std::function<void(const StoredChange&)>;
  // The log. put() replaces what is held of a change; erase() forgets all of it, leaving nothing on the disk.
  virtual std::optional<StoredChange> find(const Id& change) const = 0;
  // By position, then pending ones by stamp.
  virtual std::vector<StoredChange> changes_of_record(const Id& record) const = 0;
  virtual std::vector<StoredChange> accepted_from_leaf(std::uint64_t leaf) const = 0;               // by position
  virtual std::vector<StoredChange> accepted_after(std::uint64_t position, std::size_t limit) const = 0;  // likewise
  virtual void visit_accepted(const Id& scope, const Visit& visit) const = 0;  // in any order
  virtual void put(const StoredChange& change) = 0;
  virtual void erase(const Id& change) = 0;

  // Moves a held change, whose parts stay as they are. Gives its record where that may have to be derived again: where
  // more is held of it, or it comes into the records or leaves them. Requires a change that is held.
  virtual std::optional<Id> move(const Id& change, const ChangePlace& to) {
    StoredChange stored = *find(change);
    static_cast<ChangePlace&>(stored) = to;
    put(stored);
    return stored.change.header.record;
  }
  // A held change as it travels: pack(). Nothing if it is not held.
  virtual std::optional<Bytes> packed(const Id& change) const {
    const std::optional<StoredChange> stored = find(change);
    return stored ? std::optional(pack(stored->change)) : std::nullopt;
  }

  // Parts that were erased by law: they are not taken again, wherever they come from.
  virtual bool is_erased(const ErasedPart& part) const = 0;
  virtual bool is_any_erased(const Id& change) const = 0;
  virtual void put_erased(const ErasedPart& part) = 0;

  // Records, derived. A record without any held part is not there. Between a change's put() and its record's,
  // record() is not asked.
  virtual std::optional<RecordRow> find_record(const Id& record) const = 0;
  virtual std::vector<RecordRow> records_of_scope(const Id& scope) const = 0;
  virtual std::vector<Id> records_of_kind(KindNumber kind) const = 0;
  virtual std::vector<Id> scopes() const = 0;            // of which anything is held
  virtual std::vector<Id> uncovered_scopes() const = 0;  // of these, the ones that are not covered
  virtual RecordState record(const Id& record) const = 0;
  virtual void put_record(const RecordRow& row, const RecordState& state) = 0;
  // A change and its record as it is with it. A store may do both at once.
  virtual void put_in_record(const StoredChange& change, const RecordRow& row, const RecordState& state) {
    put(change);
    put_record(row, state);
  }
  virtual void erase_record(const Id& record) = 0;

  // The outbox, in the order in which changes were made; and segments without a receipt, in order of number.
  virtual std::vector<Id> unsent() const = 0;
  virtual void visit_unsent(const Visit& visit) const {  // in any order
    for (const Id& id : unsent()) visit(*find(id));
  }
  virtual std::vector<Id> late() const = 0;      // held by the office for a person to judge, in the same order
  virtual std::vector<Id> declined() const = 0;  // of these, what a person declined
  virtual std::vector<WaitingSegment> waiting() const = 0;
  virtual std::optional<WaitingSegment> find_waiting(std::uint64_t number) const = 0;
  virtual void put_waiting(const WaitingSegment& segment) = 0;
  virtual void erase_waiting(std::uint64_t number) = 0;

  virtual Coverage coverage() const = 0;
  virtual Digest coverage_digest() { return digest_of(coverage()); }  // in a transaction: it may be kept
  virtual std::optional<CoverageEntry> coverage_of(const Id& scope) const = 0;
  virtual void set_coverage(const Id& scope, const std::optional<CoverageEntry>& entry) = 0;

  // Own changes that were withdrawn before a backup held them, sealed to the organisation's recovery key.
  virtual void keep_sealed(const Id& change, std::uint64_t position, const Bytes& sealed) = 0;
  virtual void drop_sealed_upto(std::uint64_t position) = 0;
  virtual void pin_sealed_beyond(std::uint64_t position) = 0;  // no backup reaches these any more: they stay

  // Purge receipts not yet handed over.
  virtual std::vector<Signed<PurgeReceipt>> purge_receipts() const = 0;
  virtual void put_purge_receipt(const Signed<PurgeReceipt>& receipt) = 0;
  virtual void erase_purge_receipts_upto(std::uint64_t number) = 0;
};

}  // namespace caseload::sync
