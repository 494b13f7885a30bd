#pragma once

#include <map>
#include <tuple>
#include <utility>

#include "sync/office/office_store.h"
#include "tests/simulation/memory_transaction.h"

namespace caseload::sync {

// MemoryOfficeStore: an office's store that keeps OfficeStore's whole promise, in memory.
//
// Shape    as MemoryDeviceStore: everything durable is in Contents, so a copy is a backup.
// Promise  beside the contract: what only the programs around the engine write (a restore, how far a backup reaches) is
//          written by add_restore() and set_backed_up(), in a transaction like everything else.
class MemoryOfficeStore : public OfficeStore, private NodeReader {
 public:
  struct Contents {
    std::map<Id, OfficeChange> changes;
    std::map<std::uint64_t, Id> by_position;
    std::map<std::pair<Id, Id>, bool> of_record;                        // record, change
    std::map<std::pair<Id, std::uint64_t>, Id> of_scope;                // scope, position → change
    std::map<std::tuple<Id, KindNumber, std::uint64_t>, Id> creations;  // scope, kind, position → record
    std::map<Id, std::uint64_t> scopes;                                 // → position of its first change
    std::map<Digest, OfficeSegment> segments;
    std::map<std::tuple<Id, std::uint32_t, std::uint64_t>, Digest> by_number;  // device, epoch, number
    std::map<std::uint64_t, Acceptance> acceptances;
    std::map<Digest, std::uint64_t> leaves;  // hash of an acceptance → its leaf
    std::map<NodePlace, Digest> nodes;
    std::map<Digest, Signed<Receipt>> receipts;
    std::optional<Signed<TreeHead>> head;
    std::map<std::uint32_t, Signed<Restore>> restores;
    std::map<Id, OfficeDevice> devices;
    std::map<Id, Coverage> coverages;
    std::map<Id, Look> looks;
    std::map<std::pair<Id, Id>, CustodyRow> custody;  // device, scope
    std::map<std::pair<std::uint64_t, ErasedPart>, Erasure> erasures;  // position, part
    std::uint64_t backed_up = 0;
  };

  const Contents& contents() const { return held_; }
  void restore(const Contents& contents);  // Requires no open transaction.
  void set_fault(const StoreFault& fault) { transaction_.set_fault(fault); }
  std::uint64_t operations() const { return transaction_.operations(); }
  std::uint64_t writes() const { return transaction_.writes(); }
  bool in_transaction() const { return transaction_.is_open(); }
  void add_restore(const Signed<Restore>& restore);
  void set_backed_up(std::uint64_t position) { transaction_.assign(held_.backed_up, position); }

  void begin() override { transaction_.begin(); }
  void commit() override { transaction_.commit(); }
  void rollback() override { transaction_.rollback(); }
  void begin_batch() { transaction_.begin_batch(); }
  void commit_batch() { transaction_.commit_batch(); }
  void rollback_batch() { transaction_.rollback_batch(); }

  std::uint64_t last_position() const override;
  std::optional<OfficeChange> find(const Id& change) const override;
  void put(const OfficeChange& change) override;
  std::vector<OfficeChange> changes_of_record(const Id& record) const override;
  std::vector<OfficeChange> held_of_record(const Id& record) const override;
  std::vector<OfficeChange> changes_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const override;
  void put_erasure(const Erasure& erasure) override {
    transaction_.write(held_.erasures, {erasure.position, erasure.part}, erasure);
  }
  std::vector<Erasure> erasures_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const override;
  std::uint64_t last_erasure() const override;
  std::vector<ChangeHeader> names(const Stretch& stretch) const override;
  bool has_written(const Id& author, const Id& scope) const override;
  std::vector<Id> records_of(const Id& scope, KindNumber kind) const override;
  std::vector<Id> scopes() const override;

  std::optional<OfficeSegment> find_segment(const Digest& segment) const override;
  void put_segment(const OfficeSegment& segment) override;
  std::optional<Digest> segment_by_number(const Id& device, std::uint32_t epoch, std::uint64_t number) const override;
  std::uint64_t ledger_size() const override { return held_.acceptances.size(); }
  Acceptance acceptance(std::uint64_t leaf) const override;
  std::optional<std::uint64_t> leaf_of(const Acceptance& acceptance) const override;
  void append_acceptance(const Acceptance& acceptance) override;
  const NodeReader& nodes() const override { return *this; }
  std::optional<Signed<TreeHead>> head() const override { return held_.head; }
  void set_head(const Signed<TreeHead>& head) override;
  std::vector<Signed<Restore>> restores() const override;
  void put_receipt(const Signed<Receipt>& receipt) override;
  std::optional<Signed<Receipt>> find_receipt(const Digest& segment) const override;

  std::optional<OfficeDevice> find_device(const Id& device) const override;
  void put_device(const OfficeDevice& device) override { transaction_.write(held_.devices, device.device, device); }
  Coverage coverage(const Id& device) const override;
  void put_coverage(const Id& device, const Coverage& coverage) override {
    transaction_.write(held_.coverages, device, coverage);
  }
  std::optional<Look> look(const Id& device) const override;
  void put_look(const Id& device, const Look& look) override { transaction_.write(held_.looks, device, look); }
  std::vector<CustodyRow> custody(const Id& device) const override;
  void put_custody(const CustodyRow& row) override;
  void erase_custody(const Id& device, const Id& scope) override;
  std::uint64_t backed_up() const override { return held_.backed_up; }

 private:
  Digest node(NodePlace place) const override;
  std::vector<OfficeChange> of_record(const Id& record, bool accepted) const;
  std::vector<OfficeChange> changes_of_scope(const Id& scope, const Stretch& stretch) const;

  Contents held_;
  MemoryTransaction transaction_;
};

}  // namespace caseload::sync
