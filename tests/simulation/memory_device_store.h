#pragma once

#include <map>
#include <tuple>
#include <utility>

#include "sync/device/device_store.h"
#include "tests/simulation/memory_transaction.h"

namespace caseload::sync {

// MemoryDeviceStore: a device's store that keeps DeviceStore's whole promise, in memory.
//
// Shape    everything durable is in Contents, a value: copied, it is a backup or a clone; put back, it is a restore.
// Promise  beside the contract: set_fault() makes a later operation fail or the process die, as memory_transaction says.
class MemoryDeviceStore : public DeviceStore {
 public:
  struct Record {
    RecordRow row;
    RecordState state;
  };
  struct Sealed {
    std::uint64_t position = 0;
    Bytes bytes;
  };
  struct Contents {
    DeviceState state;
    std::map<Id, StoredChange> changes;
    std::map<std::pair<Id, Id>, bool> of_record;  // record, change
    std::map<std::tuple<ChangeState, Stamp, Id>, bool> on_its_way;  // change: whatever is not accepted
    std::map<std::pair<Id, Id>, bool> of_scope;   // scope, record
    std::map<Id, Record> records;
    std::map<std::uint64_t, WaitingSegment> waiting;
    Coverage coverage;
    std::map<ErasedPart, bool> erased;
    std::map<Id, Sealed> sealed;
    std::map<std::uint64_t, Signed<PurgeReceipt>> purge_receipts;
  };

  explicit MemoryDeviceStore(const DeviceState& state) { held_.state = state; }

  const Contents& contents() const { return held_; }
  void restore(const Contents& contents);  // Requires no open transaction.
  void set_fault(const StoreFault& fault) { transaction_.set_fault(fault); }
  std::uint64_t operations() const { return transaction_.operations(); }
  bool in_transaction() const { return transaction_.is_open(); }

  void begin() override { transaction_.begin(); }
  void commit() override { transaction_.commit(); }
  void rollback() override { transaction_.rollback(); }
  void begin_batch() override { transaction_.begin_batch(); }
  void commit_batch() override { transaction_.commit_batch(); }
  void rollback_batch() override { transaction_.rollback_batch(); }

  DeviceState state() const override { return held_.state; }
  void set_state(const DeviceState& state) override { transaction_.assign(held_.state, state); }

  std::optional<StoredChange> find(const Id& change) const override;
  std::vector<StoredChange> changes_of_record(const Id& record) const override;
  std::vector<StoredChange> accepted_from_leaf(std::uint64_t leaf) const override;
  std::vector<StoredChange> accepted_after(std::uint64_t position, std::size_t limit) const override;
  void visit_accepted(const Id& scope, const Visit& visit) const override;
  void put(const StoredChange& change) override;
  void erase(const Id& change) override;

  std::optional<RecordRow> find_record(const Id& record) const override;
  std::vector<RecordRow> records_of_scope(const Id& scope) const override;
  std::vector<Id> records_of_kind(KindNumber kind) const override;
  std::vector<Id> scopes() const override;
  std::vector<Id> uncovered_scopes() const override;
  RecordState record(const Id& record) const override;
  void put_record(const RecordRow& row, const RecordState& state) override;
  void erase_record(const Id& record) override;

  std::vector<Id> unsent() const override { return in_state(ChangeState::unsent); }
  std::vector<Id> late() const override { return in_state(ChangeState::late); }
  std::vector<Id> declined() const override { return in_state(ChangeState::declined); }
  std::vector<WaitingSegment> waiting() const override;
  std::optional<WaitingSegment> find_waiting(std::uint64_t number) const override;
  void put_waiting(const WaitingSegment& segment) override;
  void erase_waiting(std::uint64_t number) override { transaction_.write(held_.waiting, number, std::nullopt); }

  Coverage coverage() const override { return held_.coverage; }
  std::optional<CoverageEntry> coverage_of(const Id& scope) const override;
  void set_coverage(const Id& scope, const std::optional<CoverageEntry>& entry) override;

  bool is_erased(const ErasedPart& part) const override { return held_.erased.contains(part); }
  bool is_any_erased(const Id& change) const override {
    const auto first = held_.erased.lower_bound({change, 0});
    return first != held_.erased.end() && first->first.change == change;
  }
  void put_erased(const ErasedPart& part) override { transaction_.write(held_.erased, part, true); }

  void keep_sealed(const Id& change, std::uint64_t position, const Bytes& sealed) override;
  void drop_sealed_upto(std::uint64_t position) override;
  void pin_sealed_beyond(std::uint64_t position) override;

  std::vector<Signed<PurgeReceipt>> purge_receipts() const override;
  void put_purge_receipt(const Signed<PurgeReceipt>& receipt) override;
  void erase_purge_receipts_upto(std::uint64_t number) override;

 private:
  std::vector<Id> in_state(ChangeState state) const;
  void place(const StoredChange& change, bool is_there);

  Contents held_;
  MemoryTransaction transaction_;
};

}  // namespace caseload::sync
