#include "server/store/sql_store.h"

namespace caseload::server {

using sync::Signed;
using sync::TreeHead;

SqlStore::SqlStore(std::unique_ptr<Sql> sql, Role role)
    : sql_(std::move(sql)), role_(role), log_(*sql_), ledger_(*sql_), devices_(*sql_) {}

void SqlStore::forget() const {
  log_.forget();
  ledger_.forget();
  devices_.forget();
  state_values_.clear();
}

void SqlStore::begin() {
  wrote_ = false;
  if (role_ == Role::reader) {
    CHECK(state_ == State::idle, "one snapshot at a time");
    forget();
    sql_->begin_snapshot();
    state_ = State::alone;
  } else if (state_ == State::batch) {
    sql_->begin_part();
    state_ = State::part;
  } else {
    CHECK(state_ == State::idle, "one transaction at a time");
    sql_->begin();
    state_ = State::alone;
  }
}

// A commit that fails may have happened or not; either way this transaction is over.
void SqlStore::commit() {
  if (role_ == Role::reader) return rollback();
  CHECK(state_ == State::alone || state_ == State::part, "a commit ends a transaction");
  if (state_ == State::part) {
    sql_->end_part();
    state_ = State::batch;
    return;
  }
  try {
    sql_->commit();
  } catch (const Breakage&) {
    rollback();
    throw;
  }
  state_ = State::idle;
}

void SqlStore::rollback() {
  if (state_ != State::alone && state_ != State::part) return;
  if (wrote_) forget();
  if (state_ == State::part) {
    sql_->rollback_part();
    state_ = State::batch;
    return;
  }
  if (role_ == Role::reader)
    sql_->end_snapshot();
  else
    sql_->rollback();
  state_ = State::idle;
}

void SqlStore::begin_batch() {
  CHECK(role_ == Role::writer && state_ == State::idle, "one batch at a time, of the writer");
  sql_->begin();
  state_ = State::batch;
}

void SqlStore::commit_batch() {
  CHECK(state_ == State::batch, "a batch ends when its parts have");
  try {
    sql_->commit();
  } catch (const Breakage&) {
    rollback_batch();
    throw;
  }
  state_ = State::idle;
}

void SqlStore::rollback_batch() {
  if (state_ != State::batch && state_ != State::part) return;
  forget();
  sql_->rollback();
  state_ = State::idle;
}

std::unique_ptr<ServerStore> SqlStore::reader() {
  return std::make_unique<SqlStore>(sql_->beside(), Role::reader);
}

void SqlStore::require_writing() {
  CHECK(role_ == Role::writer && state_ != State::idle, "a store is written in a transaction");
  wrote_ = true;
}

void SqlStore::put(const sync::OfficeChange& change) {
  require_writing();
  log_.put(change);
}

std::vector<sync::OfficeChange> SqlStore::changes_of_record(const Id& record) const {
  return log_.changes_of_record(record);
}

std::vector<sync::OfficeChange> SqlStore::held_of_record(const Id& record) const {
  return log_.held_of_record(record);
}

std::vector<sync::OfficeChange> SqlStore::changes_of_scopes(std::span<const Id> scopes,
                                                            const Stretch& stretch) const {
  return log_.changes_of_scopes(scopes, stretch);
}

void SqlStore::put_erasure(const Erasure& erasure) {
  require_writing();
  log_.put_erasure(erasure);
}

std::vector<SqlStore::Erasure> SqlStore::erasures_of_scopes(std::span<const Id> scopes,
                                                            const Stretch& stretch) const {
  return log_.erasures_of_scopes(scopes, stretch);
}

std::optional<sync::OfficeSegment> SqlStore::find_segment(const Digest& segment) const {
  return ledger_.find_segment(segment);
}

void SqlStore::put_segment(const sync::OfficeSegment& segment) {
  require_writing();
  ledger_.put_segment(segment);
}

std::optional<Digest> SqlStore::segment_by_number(const Id& device, std::uint32_t epoch,
                                                  std::uint64_t number) const {
  return ledger_.segment_by_number(device, epoch, number);
}

std::optional<std::uint64_t> SqlStore::leaf_of(const sync::Acceptance& acceptance) const {
  return ledger_.leaf_of(acceptance);
}

void SqlStore::append_acceptance(const sync::Acceptance& acceptance) {
  require_writing();
  ledger_.append(acceptance);
}

void SqlStore::add_restore(const Signed<sync::Restore>& restore) {
  require_writing();
  ledger_.add_restore(restore);
}

void SqlStore::put_receipt(const Signed<sync::Receipt>& receipt) {
  require_writing();
  ledger_.put_receipt(receipt);
}

std::optional<Signed<sync::Receipt>> SqlStore::find_receipt(const Digest& segment) const {
  return ledger_.find_receipt(segment);
}

void SqlStore::put_device(const sync::OfficeDevice& device) {
  require_writing();
  devices_.put(device);
}

void SqlStore::put_coverage(const Id& device, const sync::Coverage& coverage) {
  require_writing();
  devices_.put_coverage(device, coverage);
}

void SqlStore::put_look(const Id& device, const sync::Look& look) {
  require_writing();
  devices_.put_look(device, look);
}

void SqlStore::put_custody(const sync::CustodyRow& row) {
  require_writing();
  devices_.put_custody(row);
}

void SqlStore::erase_custody(const Id& device, const Id& scope) {
  require_writing();
  devices_.erase_custody(device, scope);
}

std::optional<Bytes> SqlStore::state_value(std::string_view name) const {
  const std::string key(name);
  if (const std::optional<Bytes>* known = state_values_.find(key)) return *known;
  std::optional<Bytes> found;
  sql_->read("SELECT body FROM state WHERE name = $1", {as_bytes(name)},
             [&](const SqlRow& row) { found = to_bytes(row.bytes(0)); });
  return state_values_.keep(key, std::move(found));
}

void SqlStore::set_state_value(std::string_view name, BytesView body) {
  require_writing();
  state_values_.keep(std::string(name), to_bytes(body));
  sql_->write(
      "INSERT INTO state (name, body) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET body = excluded.body",
      {as_bytes(name), body});
}

std::optional<Signed<TreeHead>> SqlStore::head() const {
  const std::optional<Bytes> body = state_value("head");
  if (!body) return std::nullopt;
  return decode_own<Signed<TreeHead>>(*body);
}

void SqlStore::set_head(const Signed<TreeHead>& head) { set_state_value("head", encode(head)); }

std::uint64_t SqlStore::backed_up() const {
  const std::optional<Bytes> body = state_value("backed_up");
  return body ? decode_own<std::uint64_t>(*body) : 0;
}

void SqlStore::set_backed_up(std::uint64_t position) { set_state_value("backed_up", encode(position)); }

std::optional<Bytes> SqlStore::value(const std::string& name) const {
  std::optional<Bytes> found;
  sql_->read("SELECT body FROM value WHERE name = $1", {as_bytes(name)},
             [&](const SqlRow& row) { found = to_bytes(row.bytes(0)); });
  return found;
}

void SqlStore::set_value(const std::string& name, const std::optional<Bytes>& value) {
  require_writing();
  if (!value) {
    sql_->write("DELETE FROM value WHERE name = $1", {as_bytes(name)});
    return;
  }
  sql_->write(
      "INSERT INTO value (name, body) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET body = excluded.body",
      {as_bytes(name), *value});
}

// From the prefix on, up to the first name that no longer begins with it.
std::vector<std::string> SqlStore::values(const std::string& prefix) const {
  Bytes end = to_bytes(as_bytes(prefix));
  while (!end.empty() && end.back() == UINT8_MAX) end.pop_back();
  if (!end.empty()) ++end.back();
  std::vector<std::string> names;
  const auto take = [&](const SqlRow& row) { names.emplace_back(as_text(row.bytes(0))); };
  if (end.empty()) {
    sql_->read("SELECT name FROM value WHERE name >= $1 ORDER BY name", {as_bytes(prefix)}, take);
  } else {
    sql_->read("SELECT name FROM value WHERE name >= $1 AND name < $2 ORDER BY name", {as_bytes(prefix), end},
               take);
  }
  return names;
}

}  // namespace caseload::server
