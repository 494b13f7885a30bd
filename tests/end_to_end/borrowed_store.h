#pragma once

#include <functional>

#include "server/store/store.h"
#include "tests/simulation/memory_office_store.h"

namespace caseload::server {

// BorrowedStore: the store of a team's office, which stays the team's, as a server has one.
//
// Promise  a batch that is rolled back leaves nothing. Its parts commit and roll back for themselves.
//          before_commit, where there is one, runs in commit_batch(): it may throw, as a disk does.
// Absent   readers: there is one thread that reads; copies.
class BorrowedStore : public ServerStore {
 public:
  explicit BorrowedStore(sync::MemoryOfficeStore& store) : store_(store) {}

  std::function<void()> before_commit;
  std::uint64_t commits = 0;
  std::uint64_t parts = 0;

  void begin_batch() override { before_.reset(); }
  void commit_batch() override {
    if (before_commit) before_commit();
    ++commits;
  }
  void rollback_batch() override {
    store_.rollback();
    if (before_) store_.restore(*before_);
  }
  std::unique_ptr<ServerStore> reader() override { return nullptr; }
  Result<void> copy_to(const std::string&, const Secret&) const override { return Fault::not_found; }

  void begin() override { store_.begin(); }
  void commit() override {
    store_.commit();
    ++parts;
  }
  void rollback() override { store_.rollback(); }

  std::vector<sync::OfficeDevice> devices() const override {
    std::vector<sync::OfficeDevice> all;
    for (const auto& [id, device] : store_.contents().devices) all.push_back(device);
    return all;
  }
  std::vector<sync::CustodyRow> holders_of(const Id& scope) const override {
    std::vector<sync::CustodyRow> rows;
    for (const auto& [key, row] : store_.contents().custody) {
      if (row.scope == scope) rows.push_back(row);
    }
    return rows;
  }
  std::vector<Id> held() const override { return {}; }
  void add_restore(const sync::Signed<sync::Restore>& restore) override { written().add_restore(restore); }
  void set_backed_up(std::uint64_t position) override { written().set_backed_up(position); }
  std::optional<Bytes> value(const std::string& name) const override {
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional<Bytes>(found->second);
  }
  void set_value(const std::string& name, const std::optional<Bytes>& value) override {
    if (value) values_[name] = *value;
    else values_.erase(name);
  }
  std::vector<std::string> values(const std::string& prefix) const override {
    std::vector<std::string> names;
    for (const auto& [name, value] : values_) {
      if (name.starts_with(prefix)) names.push_back(name);
    }
    return names;
  }

  // The engine's part: the store's own.
  using Change = sync::OfficeChange;
  std::uint64_t last_position() const override { return store_.last_position(); }
  std::optional<Change> find(const Id& change) const override { return store_.find(change); }
  void put(const Change& change) override { written().put(change); }
  std::vector<Change> changes_of_record(const Id& record) const override { return store_.changes_of_record(record); }
  std::vector<Change> held_of_record(const Id& record) const override { return store_.held_of_record(record); }
  std::vector<Change> changes_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const override {
    return store_.changes_of_scopes(scopes, stretch);
  }
  void put_erasure(const Erasure& erasure) override { written().put_erasure(erasure); }
  std::vector<Erasure> erasures_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const override {
    return store_.erasures_of_scopes(scopes, stretch);
  }
  std::vector<Id> records_of(const Id& scope, KindNumber kind) const override { return store_.records_of(scope, kind); }
  std::uint64_t last_erasure() const override { return store_.last_erasure(); }
  std::vector<sync::ChangeHeader> names(const Stretch& stretch) const override { return store_.names(stretch); }
  bool has_written(const Id& author, const Id& scope) const override { return store_.has_written(author, scope); }
  std::vector<Id> scopes() const override { return store_.scopes(); }
  std::optional<sync::OfficeSegment> find_segment(const Digest& segment) const override {
    return store_.find_segment(segment);
  }
  void put_segment(const sync::OfficeSegment& segment) override { written().put_segment(segment); }
  std::optional<Digest> segment_by_number(const Id& device, std::uint32_t epoch, std::uint64_t number) const override {
    return store_.segment_by_number(device, epoch, number);
  }
  std::uint64_t ledger_size() const override { return store_.ledger_size(); }
  sync::Acceptance acceptance(std::uint64_t leaf) const override { return store_.acceptance(leaf); }
  std::optional<std::uint64_t> leaf_of(const sync::Acceptance& acceptance) const override {
    return store_.leaf_of(acceptance);
  }
  void append_acceptance(const sync::Acceptance& acceptance) override { written().append_acceptance(acceptance); }
  const sync::NodeReader& nodes() const override { return store_.nodes(); }
  std::optional<sync::Signed<sync::TreeHead>> head() const override { return store_.head(); }
  void set_head(const sync::Signed<sync::TreeHead>& head) override { written().set_head(head); }
  std::vector<sync::Signed<sync::Restore>> restores() const override { return store_.restores(); }
  void put_receipt(const sync::Signed<sync::Receipt>& receipt) override { written().put_receipt(receipt); }
  std::optional<sync::Signed<sync::Receipt>> find_receipt(const Digest& segment) const override {
    return store_.find_receipt(segment);
  }
  std::optional<sync::OfficeDevice> find_device(const Id& device) const override { return store_.find_device(device); }
  void put_device(const sync::OfficeDevice& device) override { written().put_device(device); }
  sync::Coverage coverage(const Id& device) const override { return store_.coverage(device); }
  void put_coverage(const Id& device, const sync::Coverage& coverage) override {
    written().put_coverage(device, coverage);
  }
  std::optional<sync::Look> look(const Id& device) const override { return store_.look(device); }
  void put_look(const Id& device, const sync::Look& look) override { written().put_look(device, look); }
  std::vector<sync::CustodyRow> custody(const Id& device) const override { return store_.custody(device); }
  void put_custody(const sync::CustodyRow& row) override { written().put_custody(row); }
  void erase_custody(const Id& device, const Id& scope) override { written().erase_custody(device, scope); }
  std::uint64_t backed_up() const override { return store_.backed_up(); }

 private:
  // Copied when something is first written, so that batches that only read cost nothing.
  sync::MemoryOfficeStore& written() {
    if (!before_) before_ = store_.contents();
    return store_;
  }

  sync::MemoryOfficeStore& store_;
  std::optional<sync::MemoryOfficeStore::Contents> before_;  // what rollback_batch() goes back to
  std::map<std::string, Bytes> values_;
};

}  // namespace caseload::server
