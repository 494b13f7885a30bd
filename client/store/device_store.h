#pragma once

#include <map>
#include <set>

#include "client/store/change_log.h"
#include "client/store/record_index.h"
#include "client/store/state_table.h"
#include "common/sqlite/transaction.h"

namespace caseload::client {

// Opens the device's database, or makes it, in the shape that this program knows; and finishes a cleaning that death
// interrupted. Faults: those of open_migrated().
Result<Database> open_store(const std::string& path, const Secret& key, OpenOptions options = {});

// SqlDeviceStore: what a device keeps, in its encrypted database.
//
// Shape    the log is the truth; a record is derived from its changes each time it is asked for. Rows for lists and
//          words for searching are written in the transaction of the change, the words at its end.
// Promise  beside the contract: purge receipts are given out only when nothing of what they speak of is left in the
//          file, its log, its index or the attachments. What cannot be cleaned yet is held back, not said to be
//          clean.
// Errors   Breakage, as in database.h. After disk_full the store goes on with the next transaction.
// Threads  one owner, the database's.
class SqlDeviceStore : public sync::DeviceStore {
 public:
  // Requires a database of open_store(), and a catalogue that outlives the store.
  SqlDeviceStore(Database& database, const Catalogue& catalogue);

  void begin() override;
  void commit() override;
  void rollback() override;
  void begin_batch() override;
  void commit_batch() override;
  void rollback_batch() override;

  sync::DeviceState state() const override { return state_.get(); }
  void set_state(const sync::DeviceState& state) override;

  std::optional<sync::StoredChange> find(const Id& change) const override { return log_.find(change); }
  std::vector<sync::StoredChange> changes_of_record(const Id& record) const override { return log_.of_record(record); }
  std::vector<sync::StoredChange> accepted_from_leaf(std::uint64_t leaf) const override;
  std::vector<sync::StoredChange> accepted_after(std::uint64_t position, std::size_t limit) const override;
  void put(const sync::StoredChange& change) override;
  void erase(const Id& change) override;
  std::optional<Id> move(const Id& change, const sync::ChangePlace& to) override;
  std::optional<Bytes> packed(const Id& change) const override { return log_.packed(change); }

  bool is_erased(const sync::ErasedPart& part) const override;
  bool is_any_erased(const Id& change) const override;
  void put_erased(const sync::ErasedPart& part) override;

  std::optional<sync::RecordRow> find_record(const Id& record) const override { return records_.find(record); }
  std::vector<sync::RecordRow> records_of_scope(const Id& scope) const override { return records_.of_scope(scope); }
  std::vector<Id> records_of_kind(KindNumber kind) const override { return records_.shown_of_kind(kind); }
  std::vector<Id> scopes() const override { return records_.scopes(); }
  std::vector<Id> uncovered_scopes() const override { return records_.uncovered_scopes(); }
  sync::RecordState record(const Id& record) const override;
  void put_record(const sync::RecordRow& row, const sync::RecordState& state) override;
  void put_in_record(const sync::StoredChange& change, const sync::RecordRow& row,
                     const sync::RecordState& state) override;
  void erase_record(const Id& record) override;

  std::vector<Id> unsent() const override { return log_.in_state(sync::ChangeState::unsent); }
  void visit_accepted(const Id& scope, const Visit& visit) const override { log_.visit_accepted(scope, visit); }
  void visit_unsent(const Visit& visit) const override;
  std::vector<Id> late() const override { return log_.in_state(sync::ChangeState::late); }
  std::vector<Id> declined() const override { return log_.in_state(sync::ChangeState::declined); }
  std::vector<sync::WaitingSegment> waiting() const override;
  std::optional<sync::WaitingSegment> find_waiting(std::uint64_t number) const override;
  void put_waiting(const sync::WaitingSegment& segment) override;
  void erase_waiting(std::uint64_t number) override;

  sync::Coverage coverage() const override { return records_.coverage(); }
  Digest coverage_digest() override;
  std::optional<sync::CoverageEntry> coverage_of(const Id& scope) const override { return records_.coverage_of(scope); }
  void set_coverage(const Id& scope, const std::optional<sync::CoverageEntry>& entry) override;

  void keep_sealed(const Id& change, std::uint64_t position, const Bytes& sealed) override;
  void drop_sealed_upto(std::uint64_t position) override;
  void pin_sealed_beyond(std::uint64_t position) override;

  std::vector<sync::Signed<sync::PurgeReceipt>> purge_receipts() const override;
  void put_purge_receipt(const sync::Signed<sync::PurgeReceipt>& receipt) override;
  void erase_purge_receipts_upto(std::uint64_t number) override;

  // What the contract does not ask for, and people do.
  std::vector<TimelineEntry> timeline(const TimelineQuery& query) const { return records_.timeline(query); }
  std::vector<std::pair<Id, Bytes>> sealed() const;  // by change

  // Lets go of contents that no document names any more, and cleans what is due. Requires no open transaction.
  // Faults: in_use, as clean() has it.
  Result<void> clean_up() const;

  const Catalogue& catalogue() const { return catalogue_; }
  Database& database() const { return database_; }  // of this room's other parts, and for a JoinedTransaction
  const RecordIndex& records() const { return records_; }
  RecordIndex& records() { return records_; }
  const ChangeLog& log() const { return log_; }

 private:
  // One transaction: of its own, or inside the batch that is open.
  class Part {
   public:
    Part(Database& database, bool inside);
    ~Part();
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;
    void commit();

   private:
    Database& database_;
    std::optional<Transaction> own_;
    bool open_ = true;
  };
  void write_words_if_many();
  void forget_transaction();
  std::set<Digest> named_contents() const;

  Database& database_;
  const Catalogue& catalogue_;
  Names names_;
  ChangeLog log_;
  RecordIndex records_;
  StateTable state_;
  std::optional<Transaction> batch_;
  std::optional<Part> transaction_;
  bool wrote_ = false;
  mutable std::optional<bool> any_erased_;  // whether any part was erased by law; asked again after put_erased()
};

}  // namespace caseload::client
