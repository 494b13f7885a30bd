#pragma once

#include <map>
#include <memory>

#include "server/store/store.h"
#include "tests/simulation/memory_office_store.h"

namespace caseload::server {

// MemoryServerStore: the simulated world's office store, with what the programs around the engine need of it.
//
// Promise  the whole of ServerStore's, for one thread. Every commit copies everything, so it is for tests of a
//          size that people read.
class MemoryServerStore : public ServerStore {
 public:
  MemoryServerStore() : MemoryServerStore(std::make_shared<All>(), false) {}
  void reopen();  // Requires no open transaction.

  void begin() override;
  void commit() override;
  void rollback() override;
  void begin_batch() override;
  void commit_batch() override;
  void rollback_batch() override;
  Result<void> copy_to(const std::string&, const Secret&) const override { return Fault::absent; }
  std::unique_ptr<ServerStore> reader() override;

  std::uint64_t last_position() const override { return office_.last_position(); }
  std::optional<sync::OfficeChange> find(const Id& c) const override { return office_.find(c); }
  void put(const sync::OfficeChange& change) override;
  std::vector<sync::OfficeChange> changes_of_record(const Id& r) const override {
    return office_.changes_of_record(r);
  }
  std::vector<sync::OfficeChange> held_of_record(const Id& r) const override {
    return office_.held_of_record(r);
  }
  std::vector<sync::OfficeChange> changes_of_scopes(std::span<const Id> scopes,
                                                    const Stretch& s) const override {
    return office_.changes_of_scopes(scopes, s);
  }
  void put_erasure(const Erasure& erasure) override { office_.put_erasure(erasure); }
  bool has_written(const Id& author, const Id& scope) const override { return office_.has_written(author, scope); }
  std::uint64_t last_erasure() const override { return office_.last_erasure(); }
  std::vector<sync::ChangeHeader> names(const Stretch& s) const override { return office_.names(s); }
  std::optional<sync::Look> look(const Id& device) const override { return office_.look(device); }
  void put_look(const Id& device, const sync::Look& look) override { office_.put_look(device, look); }
  std::vector<Erasure> erasures_of_scopes(std::span<const Id> scopes, const Stretch& s) const override {
    return office_.erasures_of_scopes(scopes, s);
  }
  std::vector<Id> records_of(const Id& scope, KindNumber kind) const override {
    return office_.records_of(scope, kind);
  }
  std::vector<Id> scopes() const override { return office_.scopes(); }

  std::optional<sync::OfficeSegment> find_segment(const Digest& s) const override {
    return office_.find_segment(s);
  }
  void put_segment(const sync::OfficeSegment& segment) override { office_.put_segment(segment); }
  std::optional<Digest> segment_by_number(const Id& device, std::uint32_t epoch,
                                          std::uint64_t number) const override {
    return office_.segment_by_number(device, epoch, number);
  }
  std::uint64_t ledger_size() const override { return office_.ledger_size(); }
  sync::Acceptance acceptance(std::uint64_t leaf) const override { return office_.acceptance(leaf); }
  std::optional<std::uint64_t> leaf_of(const sync::Acceptance& a) const override {
    return office_.leaf_of(a);
  }
  void append_acceptance(const sync::Acceptance& acceptance) override {
    office_.append_acceptance(acceptance);
  }
  const sync::NodeReader& nodes() const override { return office_.nodes(); }
  std::optional<sync::Signed<sync::TreeHead>> head() const override { return office_.head(); }
  void set_head(const sync::Signed<sync::TreeHead>& head) override { office_.set_head(head); }
  std::vector<sync::Signed<sync::Restore>> restores() const override { return office_.restores(); }
  void put_receipt(const sync::Signed<sync::Receipt>& receipt) override { office_.put_receipt(receipt); }
  std::optional<sync::Signed<sync::Receipt>> find_receipt(const Digest& s) const override {
    return office_.find_receipt(s);
  }

  std::optional<sync::OfficeDevice> find_device(const Id& device) const override {
    return office_.find_device(device);
  }
  void put_device(const sync::OfficeDevice& device) override { office_.put_device(device); }
  sync::Coverage coverage(const Id& device) const override { return office_.coverage(device); }
  void put_coverage(const Id& device, const sync::Coverage& coverage) override {
    office_.put_coverage(device, coverage);
  }
  std::vector<sync::CustodyRow> custody(const Id& device) const override { return office_.custody(device); }
  void put_custody(const sync::CustodyRow& row) override { office_.put_custody(row); }
  void erase_custody(const Id& device, const Id& scope) override { office_.erase_custody(device, scope); }
  std::uint64_t backed_up() const override { return office_.backed_up(); }

  std::vector<sync::OfficeDevice> devices() const override;
  std::vector<sync::CustodyRow> holders_of(const Id& scope) const override;
  std::vector<Id> held() const override;
  void add_restore(const sync::Signed<sync::Restore>& restore) override { office_.add_restore(restore); }
  void set_backed_up(std::uint64_t position) override { office_.set_backed_up(position); }
  std::optional<Bytes> value(const std::string& name) const override;
  void set_value(const std::string& name, const std::optional<Bytes>& value) override;
  std::vector<std::string> values(const std::string& prefix) const override;

 private:
  struct Extras {
    std::map<std::string, Bytes> values;
    std::map<std::uint64_t, Id> came;  // every change that was ever held, in that order
  };
  struct All {
    sync::MemoryOfficeStore::Contents office;
    Extras extras;
  };
  MemoryServerStore(std::shared_ptr<All> durable, bool reads) : durable_(std::move(durable)), reads_(reads) {}

  void show(const All& all);

  std::shared_ptr<All> durable_;  // shared with readers
  bool reads_;
  bool batch_ = false;
  sync::MemoryOfficeStore office_;
  Extras extras_;
  Extras before_;
};

}  // namespace caseload::server
