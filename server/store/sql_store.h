#pragma once

#include "server/store/device_table.h"
#include "server/store/ledger_table.h"
#include "server/store/log_table.h"
#include "server/store/store.h"

namespace caseload::server {

// SqlStore: the office's store in a database, whichever speaks Sql.
//
// Shape    between begin() and its end stands a transaction of its own; inside a batch, a part of it.
//
//              idle ── begin ──▶ alone ── commit, rollback ──▶ idle
//              idle ── begin_batch ──▶ batch ── commit_batch, rollback_batch ──▶ idle
//                                      batch ── begin ──▶ part ── commit, rollback ──▶ batch
//
//          A reader knows begin() and its end only: they open and close its snapshot.
// Promise  as ServerStore says.
// Errors   as ServerStore says. Writing outside a transaction, or to a reader, is our own mistake.
// Threads  one owner each.
class SqlStore : public ServerStore {
 public:
  enum class Role { writer, reader };
  SqlStore(std::unique_ptr<Sql> sql, Role role);

  void begin() override;
  void commit() override;
  void rollback() override;
  void begin_batch() override;
  void commit_batch() override;
  void rollback_batch() override;
  std::unique_ptr<ServerStore> reader() override;
  Result<void> copy_to(const std::string& path, const Secret& key) const override { return sql_->copy_to(path, key); }

  std::uint64_t last_position() const override { return log_.last_position(); }
  std::optional<sync::OfficeChange> find(const Id& change) const override { return log_.find(change); }
  void put(const sync::OfficeChange& change) override;
  std::vector<sync::OfficeChange> changes_of_record(const Id& record) const override;
  std::vector<sync::OfficeChange> held_of_record(const Id& record) const override;
  std::vector<sync::OfficeChange> changes_of_scopes(std::span<const Id> scopes,
                                                    const Stretch& stretch) const override;
  void foresee(std::span<const Id> changes, std::span<const Id> records) const override {
    log_.foresee(changes, records);
  }
  void put_erasure(const Erasure& erasure) override;
  std::vector<Erasure> erasures_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const override;
  std::uint64_t last_erasure() const override { return log_.last_erasure(); }
  std::vector<sync::ChangeHeader> names(const Stretch& stretch) const override { return log_.names(stretch); }
  bool has_written(const Id& author, const Id& scope) const override { return log_.has_written(author, scope); }
  std::vector<Id> records_of(const Id& scope, KindNumber kind) const override {
    return log_.records_of(scope, kind);
  }
  std::vector<Id> scopes() const override { return log_.scopes(); }
  std::vector<Id> held() const override { return log_.held(); }

  std::optional<sync::OfficeSegment> find_segment(const Digest& segment) const override;
  void put_segment(const sync::OfficeSegment& segment) override;
  std::optional<Digest> segment_by_number(const Id& device, std::uint32_t epoch,
                                          std::uint64_t number) const override;
  std::uint64_t ledger_size() const override { return ledger_.size(); }
  sync::Acceptance acceptance(std::uint64_t leaf) const override { return ledger_.acceptance(leaf); }
  std::optional<std::uint64_t> leaf_of(const sync::Acceptance& acceptance) const override;
  void append_acceptance(const sync::Acceptance& acceptance) override;
  const sync::NodeReader& nodes() const override { return ledger_.nodes(); }
  std::optional<sync::Signed<sync::TreeHead>> head() const override;
  void set_head(const sync::Signed<sync::TreeHead>& head) override;
  std::vector<sync::Signed<sync::Restore>> restores() const override { return ledger_.restores(); }
  void add_restore(const sync::Signed<sync::Restore>& restore) override;
  void put_receipt(const sync::Signed<sync::Receipt>& receipt) override;
  std::optional<sync::Signed<sync::Receipt>> find_receipt(const Digest& segment) const override;

  std::optional<sync::OfficeDevice> find_device(const Id& device) const override {
    return devices_.find(device);
  }
  void put_device(const sync::OfficeDevice& device) override;
  std::vector<sync::OfficeDevice> devices() const override { return devices_.all(); }
  sync::Coverage coverage(const Id& device) const override { return devices_.coverage(device); }
  void put_coverage(const Id& device, const sync::Coverage& coverage) override;
  std::optional<sync::Look> look(const Id& device) const override { return devices_.look(device); }
  void put_look(const Id& device, const sync::Look& look) override;
  std::vector<sync::CustodyRow> custody(const Id& device) const override { return devices_.custody(device); }
  std::vector<sync::CustodyRow> holders_of(const Id& scope) const override {
    return devices_.holders_of(scope);
  }
  void put_custody(const sync::CustodyRow& row) override;
  void erase_custody(const Id& device, const Id& scope) override;
  std::uint64_t backed_up() const override;
  void set_backed_up(std::uint64_t position) override;

  std::optional<Bytes> value(const std::string& name) const override;
  void set_value(const std::string& name, const std::optional<Bytes>& value) override;
  std::vector<std::string> values(const std::string& prefix) const override;

 protected:
  Sql& sql() { return *sql_; }

 private:
  enum class State { idle, alone, batch, part };

  void forget() const;
  void require_writing();
  std::optional<Bytes> state_value(std::string_view name) const;
  void set_state_value(std::string_view name, BytesView body);

  std::unique_ptr<Sql> sql_;
  Role role_;
  State state_ = State::idle;
  bool wrote_ = false;  // since the last begin(): else there is nothing to be forgotten
  mutable Kept<std::string, std::optional<Bytes>> state_values_{10};
  mutable LogTable log_;
  mutable LedgerTable ledger_;
  mutable DeviceTable devices_;
};

}  // namespace caseload::server
