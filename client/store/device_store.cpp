#include "client/store/device_store.h"

#include <algorithm>

#include "client/store/attachments.h"
#include "client/store/purge.h"
#include "client/store/rebuild.h"
#include "common/record/kinds.h"
#include "common/sqlite/migrate.h"
#include "sync/device/derive.h"
#include "sync/ledger/acceptance.h"

namespace caseload::client {

std::span<const Migration> store_migrations();  // made by embed_migrations()

namespace {

using sync::ChangeState;
using sync::StoredChange;

constexpr std::size_t words_bytes_max = 8U << 20;  // that wait in memory for the index: what one batch brings at most

// Whether words or values went that were held before.
bool lost_parts(const StoredChange& before, const StoredChange& after) {
  return std::ranges::any_of(before.change.parts,
                             [&](const sync::Part& part) { return after.change.find(part.section) == nullptr; });
}

sync::WaitingSegment waiting_at(const Statement& row) {
  return {decode_own<sync::SegmentHeader>(row.blob(0)), decode_own<std::vector<Id>>(row.blob(1))};
}

}  // namespace

Result<Database> open_store(const std::string& path, const Secret& key, OpenOptions options) {
  Result<Database> database = open_migrated(path, key, store_migrations(), options);
  if (!database || options.read_only) return database;
  if (Result<void> cleaned = clean(*database); !cleaned) return cleaned.fault();
  return database;
}

SqlDeviceStore::SqlDeviceStore(Database& database, const Catalogue& catalogue)
    : database_(database), catalogue_(catalogue), names_(database), log_(database, names_), records_(database, names_),
      state_(database) {
  log_.set_sum(state_.read());
}

SqlDeviceStore::Part::Part(Database& database, bool inside) : database_(database) {
  if (inside) database_.prepare("SAVEPOINT part").run();
  else own_.emplace(database);
}

// Of a disk that was full, or of one that broke, the whole batch is gone already; its commit says so.
SqlDeviceStore::Part::~Part() {
  if (own_ || !open_ || !database_.in_transaction()) return;
  try {
    database_.prepare("ROLLBACK TO part").run();
    database_.prepare("RELEASE part").run();
  } catch (const Breakage&) {
  }
}

void SqlDeviceStore::Part::commit() {
  if (own_) return own_->commit();
  if (!database_.in_transaction()) throw Breakage(Breakage::What::refused, "the batch is gone");
  database_.prepare("RELEASE part").run();
  open_ = false;
}

void SqlDeviceStore::begin_batch() {
  CHECK(!batch_ && !transaction_, "one batch at a time");
  batch_.emplace(database_);
}

void SqlDeviceStore::commit_batch() {
  CHECK(batch_ && !transaction_, "a batch ends when its transactions have");
  try {
    if (!database_.in_transaction()) throw Breakage(Breakage::What::refused, "the batch is gone");
    records_.write_words();
    batch_->commit();
    batch_.reset();
  } catch (const Breakage&) {
    rollback_batch();
    throw;
  }
}

void SqlDeviceStore::rollback_batch() {
  batch_.reset();
  wrote_ = true;
  records_.forget_words();
  forget_transaction();
}

void SqlDeviceStore::begin() {
  CHECK(!transaction_, "one transaction at a time");
  transaction_.emplace(database_, batch_.has_value());
  records_.begin_part();
  claim_index(*this);
}

void SqlDeviceStore::commit() {
  CHECK(transaction_.has_value(), "a commit ends a transaction");
  try {
    records_.end_part();
    if (!batch_ || records_.words_bytes() > words_bytes_max) records_.write_words();
    if (wrote_) state_.write(log_.sum());
    transaction_->commit();
  } catch (const Breakage&) {
    forget_transaction();
    throw;
  }
  transaction_.reset();
  wrote_ = false;
}

void SqlDeviceStore::rollback() {
  if (transaction_) forget_transaction();
}

// What memory holds comes from the database again; where that is broken, every later call says so.
void SqlDeviceStore::forget_transaction() {
  transaction_.reset();
  names_.forget();
  any_erased_.reset();
  if (batch_) records_.forget_part();
  else records_.forget_words();
  if (!wrote_) return;
  wrote_ = false;
  try {
    log_.set_sum(state_.read());
  } catch (const Breakage&) {
  }
}

void SqlDeviceStore::set_state(const sync::DeviceState& state) {
  CHECK(transaction_.has_value(), "a store is written in a transaction");
  state_.set(state);
  wrote_ = true;
}

std::vector<StoredChange> SqlDeviceStore::accepted_after(std::uint64_t position, std::size_t limit) const {
  return log_.accepted_after(position, limit);
}

std::vector<StoredChange> SqlDeviceStore::accepted_from_leaf(std::uint64_t leaf) const {
  return log_.accepted_from_leaf(leaf);
}

void SqlDeviceStore::visit_unsent(const Visit& visit) const {
  log_.visit(ChangeState::unsent, visit);
}

void SqlDeviceStore::put(const StoredChange& change) {
  CHECK(transaction_.has_value(), "a store is written in a transaction");
  wrote_ = true;
  const std::optional<StoredChange> before = log_.find(change.change.header.id);
  if (!before) return log_.add(records_.add_change(change.change.header), change);
  log_.replace(*before, change);
  if (lost_parts(*before, change)) mark_cleaning_due(database_);
}

// Of a record without a row no change is held.
void SqlDeviceStore::put_in_record(const StoredChange& change, const sync::RecordRow& row,
                                   const sync::RecordState& state) {
  CHECK(transaction_.has_value(), "a store is written in a transaction");
  if (const std::optional<std::int64_t> made = records_.add_first(catalogue_, row, state)) {
    wrote_ = true;
    log_.add(*made, change);
  } else {
    put(change);
    records_.put(catalogue_, row, state);
  }
  write_words_if_many();
}

void SqlDeviceStore::erase(const Id& change) {
  CHECK(transaction_.has_value(), "a store is written in a transaction");
  const std::optional<StoredChange> before = log_.find(change);
  if (!before) return;
  wrote_ = true;
  log_.erase(*before);
  records_.take_change(before->change.header);
  mark_cleaning_due(database_);
}

std::optional<Id> SqlDeviceStore::move(const Id& change, const sync::ChangePlace& to) {
  CHECK(transaction_.has_value(), "a store is written in a transaction");
  wrote_ = true;
  return log_.move(change, to);
}

bool SqlDeviceStore::is_erased(const sync::ErasedPart& part) const {
  Statement find = database_.prepare("SELECT 1 FROM erased_part WHERE change = ? AND section = ?");
  find.select(part.change, part.section);
  return find.step();
}

// Where the law never erased anything, as on most devices, that is asked once.
bool SqlDeviceStore::is_any_erased(const Id& change) const {
  if (!any_erased_) {
    Statement any = database_.prepare("SELECT EXISTS (SELECT 1 FROM erased_part)");
    any.select();
    any_erased_ = any.step() && any.integer(0) == 1;
  }
  if (!*any_erased_) return false;
  Statement find = database_.prepare("SELECT 1 FROM erased_part WHERE change = ? LIMIT 1");
  find.select(change);
  return find.step();
}

void SqlDeviceStore::put_erased(const sync::ErasedPart& part) {
  any_erased_.reset();
  database_.prepare("INSERT INTO erased_part (change, section) VALUES (?, ?) ON CONFLICT DO NOTHING")
      .run(part.change, part.section);
}

sync::RecordState SqlDeviceStore::record(const Id& record) const {
  if (!records_.find(record)) return {};
  std::optional<sync::DerivedRecord> derived = derive_record(catalogue_, log_.of_record(record));
  return derived ? std::move(derived->state) : sync::RecordState();
}

void SqlDeviceStore::put_record(const sync::RecordRow& row, const sync::RecordState& state) {
  records_.put(catalogue_, row, state);
  write_words_if_many();
}

// A transaction that takes in a whole office does not hold all its words. Inside a batch they wait: what its own
// transactions hold is bounded, and one of them may yet be taken back.
void SqlDeviceStore::write_words_if_many() {
  if (!batch_ && records_.words_bytes() > words_bytes_max) records_.write_words();
}

void SqlDeviceStore::erase_record(const Id& record) { records_.erase(record); }

std::vector<sync::WaitingSegment> SqlDeviceStore::waiting() const {
  std::vector<sync::WaitingSegment> segments;
  Statement all = database_.prepare("SELECT header, changes FROM waiting_segment ORDER BY number");
  for (all.select(); all.step();) segments.push_back(waiting_at(all));
  return segments;
}

std::optional<sync::WaitingSegment> SqlDeviceStore::find_waiting(std::uint64_t number) const {
  Statement find = database_.prepare("SELECT header, changes FROM waiting_segment WHERE number = ?");
  find.select(cell(number));
  return find.step() ? std::optional(waiting_at(find)) : std::nullopt;
}

void SqlDeviceStore::put_waiting(const sync::WaitingSegment& segment) {
  database_
      .prepare("INSERT INTO waiting_segment (number, header, changes) VALUES (?1, ?2, ?3) "
               "ON CONFLICT (number) DO UPDATE SET header = ?2, changes = ?3")
      .run(cell(segment.header.number), encode(segment.header), encode(segment.changes));
}

void SqlDeviceStore::erase_waiting(std::uint64_t number) {
  database_.prepare("DELETE FROM waiting_segment WHERE number = ?").run(cell(number));
}

// Kept, so that who comes with nothing to say need not read what is covered. Whatever moves it strikes it out.
Digest SqlDeviceStore::coverage_digest() {
  CHECK(transaction_.has_value(), "a digest is kept in a transaction");
  Statement kept = database_.prepare("SELECT coverage FROM upkeep WHERE coverage IS NOT NULL");
  kept.select();
  if (kept.step()) return digest_at(kept, 0);
  const Digest digest = digest_of(coverage());
  database_.prepare("UPDATE upkeep SET coverage = ?").run(digest);
  return digest;
}

void SqlDeviceStore::set_coverage(const Id& scope, const std::optional<sync::CoverageEntry>& entry) {
  database_.prepare("UPDATE upkeep SET coverage = NULL WHERE coverage IS NOT NULL").run();
  records_.set_coverage(scope, entry);
}

void SqlDeviceStore::keep_sealed(const Id& change, std::uint64_t position, const Bytes& sealed) {
  database_
      .prepare("INSERT INTO sealed_change (change, position, sealed) VALUES (?1, ?2, ?3) "
               "ON CONFLICT (change) DO UPDATE SET position = ?2, sealed = ?3")
      .run(change, bound(position), sealed);
}

void SqlDeviceStore::drop_sealed_upto(std::uint64_t position) {
  database_.prepare("DELETE FROM sealed_change WHERE position <= ?").run(bound(position));
}

void SqlDeviceStore::pin_sealed_beyond(std::uint64_t position) {
  database_.prepare("UPDATE sealed_change SET position = ? WHERE position > ?")
      .run(bound(sync::position_max), bound(position));
}

std::vector<std::pair<Id, Bytes>> SqlDeviceStore::sealed() const {
  std::vector<std::pair<Id, Bytes>> copies;
  Statement all = database_.prepare("SELECT change, sealed FROM sealed_change ORDER BY change");
  for (all.select(); all.step();) copies.emplace_back(all.id(0), to_bytes(all.blob(1)));
  return copies;
}

std::vector<sync::Signed<sync::PurgeReceipt>> SqlDeviceStore::purge_receipts() const {
  std::vector<sync::Signed<sync::PurgeReceipt>> receipts;
  if (!transaction_ && !clean_up()) return receipts;
  Statement all = database_.prepare("SELECT body FROM purge_receipt ORDER BY number");
  for (all.select(); all.step();) receipts.push_back(decode_own<sync::Signed<sync::PurgeReceipt>>(all.blob(0)));
  return receipts;
}

void SqlDeviceStore::put_purge_receipt(const sync::Signed<sync::PurgeReceipt>& receipt) {
  database_
      .prepare("INSERT INTO purge_receipt (number, body) VALUES (?1, ?2) ON CONFLICT (number) DO UPDATE SET body = ?2")
      .run(cell(receipt.body.number), encode(receipt));
}

void SqlDeviceStore::erase_purge_receipts_upto(std::uint64_t number) {
  database_.prepare("DELETE FROM purge_receipt WHERE number <= ?").run(bound(number));
}

Result<void> SqlDeviceStore::clean_up() const {
  CHECK(!transaction_, "cleaning comes between transactions");
  if (!is_cleaning_due(database_)) return {};
  SqlAttachmentStore attachments(database_);
  const std::vector<Digest> contents = attachments.held();
  if (!contents.empty()) {
    const std::set<Digest> named = named_contents();
    for (const Digest& content : contents) {
      if (!named.contains(content)) attachments.erase(content);
    }
  }
  return clean(database_);
}

// By every change that is held, late work too: what a person still has to judge keeps its attachment.
std::set<Digest> SqlDeviceStore::named_contents() const {
  std::set<Digest> named;
  for (const Id& document : records_.of_kind(kinds::document)) {
    for (const StoredChange& stored : log_.of_record(document)) {
      for (const sync::Part& part : stored.change.parts) {
        for (const sync::Write& write : part.writes) {
          if (write.field != document_content::digest || write.value.type() != ValueType::text) continue;
          const Result<Bytes> digest = from_hex(write.value.text());
          if (digest && digest->size() == Digest{}.size()) named.insert(*take_exactly<32>(*digest));
        }
      }
    }
  }
  return named;
}

}  // namespace caseload::client
