#include "tests/unit/server/store/memory_server_store.h"

#include <algorithm>

namespace caseload::server {

void MemoryServerStore::show(const All& all) {
  office_.restore(all.office);
  extras_ = all.extras;
}

void MemoryServerStore::reopen() { show(*durable_); }

void MemoryServerStore::begin() {
  if (reads_) return show(*durable_);
  before_ = extras_;
  office_.begin();
}

void MemoryServerStore::commit() {
  if (reads_) return;
  office_.commit();
  if (!batch_) *durable_ = {office_.contents(), extras_};
}

void MemoryServerStore::rollback() {
  if (reads_ || !office_.in_transaction()) return;
  office_.rollback();
  extras_ = before_;
}

void MemoryServerStore::begin_batch() {
  CHECK(!batch_ && !office_.in_transaction(), "one batch at a time");
  batch_ = true;
}

void MemoryServerStore::commit_batch() {
  CHECK(batch_ && !office_.in_transaction(), "a batch ends when its parts have");
  batch_ = false;
  *durable_ = {office_.contents(), extras_};
}

void MemoryServerStore::rollback_batch() {
  if (!batch_) return;
  rollback();
  batch_ = false;
  show(*durable_);
}

std::unique_ptr<ServerStore> MemoryServerStore::reader() {
  return std::unique_ptr<ServerStore>(new MemoryServerStore(durable_, true));
}

void MemoryServerStore::put(const sync::OfficeChange& change) {
  const Id& id = change.change.header.id;
  const auto is_it = [&](const auto& entry) { return entry.second == id; };
  if (change.position == 0 && std::ranges::none_of(extras_.came, is_it))
    extras_.came.emplace(extras_.came.size(), id);
  office_.put(change);
}

std::vector<sync::OfficeDevice> MemoryServerStore::devices() const {
  std::vector<sync::OfficeDevice> all;
  for (const auto& [id, device] : office_.contents().devices) all.push_back(device);
  return all;
}

std::vector<sync::CustodyRow> MemoryServerStore::holders_of(const Id& scope) const {
  std::vector<sync::CustodyRow> rows;
  for (const auto& [key, row] : office_.contents().custody) {
    if (key.second == scope) rows.push_back(row);
  }
  return rows;
}

std::vector<Id> MemoryServerStore::held() const {
  std::vector<Id> held;
  for (const auto& [order, id] : extras_.came) {
    const sync::OfficeChange& change = office_.contents().changes.at(id);
    if (change.position == 0 && change.held_for != Fault::declined) held.push_back(id);
  }
  return held;
}

std::optional<Bytes> MemoryServerStore::value(const std::string& name) const {
  const auto found = extras_.values.find(name);
  if (found == extras_.values.end()) return std::nullopt;
  return found->second;
}

void MemoryServerStore::set_value(const std::string& name, const std::optional<Bytes>& value) {
  CHECK(office_.in_transaction(), "a store is written in a transaction");
  if (value)
    extras_.values.insert_or_assign(name, *value);
  else
    extras_.values.erase(name);
}

std::vector<std::string> MemoryServerStore::values(const std::string& prefix) const {
  std::vector<std::string> names;
  for (const auto& [name, value] : extras_.values) {
    if (name.starts_with(prefix)) names.push_back(name);
  }
  return names;
}

}  // namespace caseload::server
