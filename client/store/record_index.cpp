#include "client/store/record_index.h"

#include <set>

#include "common/base/text.h"
#include "common/crypto/hash.h"

namespace caseload::client {

using sync::RecordRow;

namespace {

constexpr std::string_view records =
    "SELECT record.id, scope.id, kind, actor.id, occurred, record.n, record.scope, shown, words FROM record "
    "JOIN scope ON scope.n = record.scope LEFT JOIN actor ON actor.n = author WHERE ";

std::string shown_where(std::string_view condition) {
  return std::string(records) + "shown = 1 AND " + std::string(condition);
}

RecordRow row_of(const Statement& row) {
  const Id author = row.is_null(3) ? Id{} : row.id(3);
  return {row.id(0), row.id(1), static_cast<KindNumber>(row.integer(2)), author};
}

TimelineEntry entry_at(const Statement& row) { return {row_of(row), from_milliseconds(row.integer(4))}; }

// Enough of a digest to tell whether words changed, and nothing that tells the words.
std::optional<std::int64_t> mark_of(std::string_view words) {
  if (words.empty()) return std::nullopt;
  const Digest digest = sha256(as_bytes(words));
  return cell(read_big_endian(BytesView(digest).first(8)));
}

// Where a record is, in words of the index; a search in one case asks for them too.
std::string place_words(std::int64_t scope, KindNumber kind) {
  return "s" + std::to_string(scope) + " k" + std::to_string(kind);
}

}  // namespace

bool is_indexed(const FieldEntry& field) {
  return field.searchable && field.type == ValueType::text && field.sensitivity != Sensitivity::sensitive;
}

std::string words_of(const Catalogue& catalogue, const sync::RecordState& state) {
  std::string words;
  const KindEntry* kind = catalogue.find_kind(state.kind());
  if (kind == nullptr) return words;
  for (const auto& [key, standing] : state.fields()) {
    const FieldEntry* field = kind->find_field(key.field);
    if (field == nullptr || !is_indexed(*field)) continue;
    for (const sync::HeldWrite& write : standing.standing()) {
      if (write.out || write.value.type() != ValueType::text) continue;
      if (!words.empty()) words += '\n';
      words += fold_for_search(write.value.text());
    }
  }
  return words;
}

TimelineEntry entry_of(const Catalogue& catalogue, const RecordRow& row, const sync::RecordState& state) {
  const sync::FieldView said = state.view(catalogue, header::occurred);
  const bool is_moment = !said.in_force.empty() && said.in_force.front().type() == ValueType::moment;
  if (is_moment) return {row, said.in_force.front().moment()};
  return {row, from_milliseconds(static_cast<std::int64_t>(row.record.milliseconds()))};
}

std::optional<RecordRow> RecordIndex::find(const Id& record) const {
  std::optional<TimelineEntry> found = entry(record);
  return found ? std::optional(found->row) : std::nullopt;
}

std::optional<TimelineEntry> RecordIndex::entry(const Id& record) const {
  const std::optional<Held> held = read(record);
  return held && held->shown ? std::optional(held->entry) : std::nullopt;
}

std::optional<RecordIndex::Held> RecordIndex::read(const Id& record) const {
  static const std::string by_id = std::string(records) + "record.id = ?";
  std::optional<Held> held;
  Statement find = database_.prepare(by_id);
  find.select(record);
  if (find.step()) {
    held = Held{find.integer(5), find.integer(6), entry_at(find), find.integer(7) == 1, std::nullopt};
    if (!find.is_null(8)) held->words = find.integer(8);
  }
  last_ = {record, held};
  return held;
}

std::optional<RecordIndex::Held> RecordIndex::held(const Id& record) {
  return last_ && last_->first == record ? last_->second : read(record);
}

std::vector<RecordRow> RecordIndex::of_scope(const Id& scope) const {
  std::vector<RecordRow> rows;
  Statement all =
      database_.prepare(shown_where("record.scope = (SELECT n FROM scope WHERE id = ?) ORDER BY record.id"));
  for (all.select(scope); all.step();) rows.push_back(row_of(all));
  return rows;
}

std::vector<Id> RecordIndex::of_kind(KindNumber kind) const {
  std::vector<Id> ids;
  Statement all = database_.prepare("SELECT id FROM record WHERE kind = ?");
  for (all.select(kind); all.step();) ids.push_back(all.id(0));
  return ids;
}

std::vector<Id> RecordIndex::shown_of_kind(KindNumber kind) const {
  std::vector<Id> ids;
  Statement all = database_.prepare("SELECT id FROM record WHERE kind = ? AND shown = 1 ORDER BY id");
  for (all.select(kind); all.step();) ids.push_back(all.id(0));
  return ids;
}

std::vector<Id> RecordIndex::all() const {
  std::vector<Id> ids;
  Statement all = database_.prepare("SELECT id FROM record ORDER BY id");
  for (all.select(); all.step();) ids.push_back(all.id(0));
  return ids;
}

std::vector<Id> RecordIndex::scopes() const {
  std::vector<Id> ids;
  Statement all = database_.prepare("SELECT id, held FROM scope ORDER BY id");
  for (all.select(); all.step();) {
    const Id id = all.id(0);
    const auto now = scopes_.find(id);
    if (all.integer(1) + (now == scopes_.end() ? 0 : now->second.moved) > 0) ids.push_back(id);
  }
  return ids;
}

// By an index of few rows; what this part counted is not in it yet.
std::vector<Id> RecordIndex::uncovered_scopes() const {
  std::set<Id> ids;
  Statement all = database_.prepare("SELECT id FROM scope WHERE held > 0 AND coverage IS NULL");
  for (all.select(); all.step();) ids.insert(all.id(0));
  for (const auto& [id, now] : scopes_) {
    if (now.moved == 0) continue;
    Statement one = database_.prepare("SELECT held FROM scope WHERE n = ? AND coverage IS NULL");
    one.select(now.number);
    if (!one.step()) continue;
    if (one.integer(0) + now.moved > 0) ids.insert(id);
    else ids.erase(id);
  }
  return {ids.begin(), ids.end()};
}

std::vector<RecordRow> RecordIndex::of_several_changes() const {
  std::vector<RecordRow> rows;
  Statement all = database_.prepare(
      shown_where("(SELECT count(*) FROM change WHERE change.record = record.n) > 1 ORDER BY scope.id, record.id"));
  for (all.select(); all.step();) rows.push_back(row_of(all));
  return rows;
}

// Three texts rather than one with many conditions, so that each goes by the index that fits it.
std::vector<TimelineEntry> RecordIndex::timeline(const TimelineQuery& query) const {
  CHECK(query.scope || query.kind != 0, "a timeline is of a scope or of a kind");
  constexpr std::string_view in_scope = "record.scope = (SELECT n FROM scope WHERE id = ?1) AND ?2 = 0 ";
  constexpr std::string_view in_both = "+kind = ?2 AND record.scope = (SELECT n FROM scope WHERE id = ?1) ";
  constexpr std::string_view of_kind = "?1 IS NULL AND kind = ?2 ";
  const std::string_view where = !query.scope ? of_kind : query.kind == 0 ? in_scope : in_both;
  std::optional<std::int64_t> occurred;
  std::optional<Id> last;
  if (query.before) {
    occurred = to_milliseconds(query.before->occurred);
    last = query.before->row.record;
  }
  Statement page = database_.prepare(shown_where(
      std::string(where) + "AND (?3 IS NULL OR occurred <= ?3 AND (occurred < ?3 OR record.id < ?4)) "
                           "ORDER BY occurred DESC, record.id DESC LIMIT ?5"));
  std::vector<TimelineEntry> entries;
  for (page.select(query.scope, query.kind, occurred, last, query.rows_max); page.step();) {
    entries.push_back(entry_at(page));
  }
  return entries;
}

bool RecordIndex::shows_words(const Id& record, std::string_view words) const {
  Statement find = database_.prepare(
      "SELECT record.words, EXISTS (SELECT 1 FROM word_index WHERE rowid = n) FROM record WHERE id = ?");
  find.select(record);
  if (!find.step()) return words.empty();
  const std::optional<std::int64_t> kept = find.is_null(0) ? std::nullopt : std::optional(find.integer(0));
  return kept == mark_of(words) && (find.integer(1) == 1) == kept.has_value();
}

void RecordIndex::put(const Catalogue& catalogue, const RecordRow& row, const sync::RecordState& state) {
  const std::optional<Held> before = held(row.record);
  if (!before) {
    static_cast<void>(add_row(catalogue, row, state));
    return;
  }
  std::string words = words_of(catalogue, state);
  const std::optional<std::int64_t> mark = mark_of(words);
  const WallTime occurred = entry_of(catalogue, row, state).occurred;
  const bool same_words = before->words == mark;
  const bool same_entry = before->shown && before->entry.row.author == row.author && before->entry.occurred == occurred;
  if (same_words && same_entry) return;
  last_.reset();
  if (!same_words) queue_words(before->number, {before->scope, row.kind, std::move(words), before->words.has_value()});
  database_.prepare("UPDATE record SET author = ?, occurred = ?, shown = 1, words = ? WHERE n = ?")
      .run(author_number(row.author), to_milliseconds(occurred), mark, before->number);
}

std::optional<std::int64_t> RecordIndex::add_first(const Catalogue& catalogue, const RecordRow& row,
                                                   const sync::RecordState& state) {
  if (held(row.record)) return std::nullopt;
  scope_now(row.scope).moved += 1;
  return add_row(catalogue, row, state);
}

std::int64_t RecordIndex::add_row(const Catalogue& catalogue, const RecordRow& row, const sync::RecordState& state) {
  std::string words = words_of(catalogue, state);
  const std::optional<std::int64_t> mark = mark_of(words);
  const std::int64_t number = insert(entry_of(catalogue, row, state), true, mark);
  if (mark) queue_words(number, {scope_now(row.scope).number, row.kind, std::move(words), false});
  return number;
}

std::int64_t RecordIndex::insert(const TimelineEntry& entry, bool shown, std::optional<std::int64_t> words) {
  last_.reset();
  const RecordRow& row = entry.row;
  const std::int64_t scope = scope_now(row.scope).number;
  database_
      .prepare("INSERT INTO record (id, scope, kind, author, occurred, shown, words) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run(row.record, scope, row.kind, author_number(row.author), to_milliseconds(entry.occurred), shown, words);
  return database_.last_row_id();
}

std::optional<std::int64_t> RecordIndex::author_number(const Id& author) {
  return author.is_none() ? std::nullopt : std::optional(names_.number_of(author));
}

void RecordIndex::erase(const Id& record) {
  const std::optional<Held> before = held(record);
  if (!before || !before->shown) return;
  last_.reset();
  const RecordRow& row = before->entry.row;
  if (before->words) queue_words(before->number, {before->scope, row.kind, {}, true});
  database_.prepare("UPDATE record SET shown = 0, author = NULL, words = NULL WHERE n = ?").run(before->number);
  database_
      .prepare("DELETE FROM record WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM change WHERE change.record = record.n)")
      .run(record);
  drop_scope_if_empty(row.scope);
}

void RecordIndex::erase_words(const Id& record) {
  last_.reset();
  database_.prepare("DELETE FROM word_index WHERE rowid = (SELECT n FROM record WHERE id = ?)").run(record);
  database_.prepare("UPDATE record SET words = NULL WHERE id = ?").run(record);
}

void RecordIndex::set_place(const RecordRow& row) {
  last_.reset();
  database_.prepare("UPDATE record SET scope = ?, kind = ? WHERE id = ?")
      .run(scope_now(row.scope).number, row.kind, row.record);
}

std::int64_t RecordIndex::add_change(const sync::ChangeHeader& header) {
  scope_now(header.scope).moved += 1;
  if (const std::optional<Held> before = held(header.record)) return before->number;
  const auto begun = static_cast<std::int64_t>(header.record.milliseconds());
  return insert({{header.record, header.scope, header.kind, {}}, from_milliseconds(begun)}, false, std::nullopt);
}

void RecordIndex::take_change(const sync::ChangeHeader& header) {
  last_.reset();
  scope_now(header.scope).moved -= 1;
  database_
      .prepare("DELETE FROM record WHERE id = ?1 AND shown = 0 "
               "AND NOT EXISTS (SELECT 1 FROM change WHERE change.record = record.n)")
      .run(header.record);
  drop_scope_if_empty(header.scope);
}

void RecordIndex::begin_part() {
  last_.reset();
  scopes_.clear();
}

void RecordIndex::end_part() {
  count_scopes();
  for (auto& [number, words] : part_words_) words_.insert_or_assign(number, std::move(words));
  part_words_.clear();
  begin_part();
}

void RecordIndex::forget_part() {
  for (const auto& [number, words] : part_words_) words_bytes_ -= words.words.size();
  part_words_.clear();
  begin_part();
}

void RecordIndex::forget_words() {
  forget_part();
  words_.clear();
  words_bytes_ = 0;
}

RecordIndex::ScopeNow& RecordIndex::scope_now(const Id& scope) {
  if (const auto known = scopes_.find(scope); known != scopes_.end()) return known->second;
  Statement find = database_.prepare("SELECT n FROM scope WHERE id = ?");
  find.select(scope);
  ScopeNow now;
  if (find.step()) {
    now.number = find.integer(0);
  } else {
    database_.prepare("INSERT INTO scope (id) VALUES (?)").run(scope);
    now.number = database_.last_row_id();
  }
  return scopes_.emplace(scope, now).first->second;
}

void RecordIndex::count_scopes() {
  for (auto& [id, now] : scopes_) {
    const std::int64_t moved = std::exchange(now.moved, 0);
    if (moved != 0) database_.prepare("UPDATE scope SET held = held + ? WHERE n = ?").run(moved, now.number);
  }
}

// Of what was queued before, by this part or an earlier one, the index knows nothing yet.
void RecordIndex::queue_words(std::int64_t number, Words words) {
  const auto earlier = part_words_.find(number);
  const auto ended = words_.find(number);
  if (earlier != part_words_.end()) words.replaces = earlier->second.replaces;
  else if (ended != words_.end()) words.replaces = ended->second.replaces;
  words_bytes_ += words.words.size();
  if (earlier != part_words_.end()) words_bytes_ -= earlier->second.words.size();
  part_words_.insert_or_assign(number, std::move(words));
}

void RecordIndex::write_words() {
  CHECK(words_.empty() || part_words_.empty(), "a part inside a batch ends before words are written");
  for (WordQueue* queue : {&words_, &part_words_}) {
    for (const auto& [number, words] : *queue) {
      if (words.replaces) database_.prepare("DELETE FROM word_index WHERE rowid = ?").run(number);
      if (words.words.empty()) continue;
      database_.prepare("INSERT INTO word_index (rowid, words, place) VALUES (?, ?, ?)")
          .run(number, words.words, place_words(words.scope, words.kind));
    }
    queue->clear();
  }
  words_bytes_ = 0;
}

void RecordIndex::drop_scope_if_empty(const Id& scope) {
  count_scopes();
  scopes_.erase(scope);
  database_
      .prepare("DELETE FROM scope WHERE id = ? AND held = 0 AND coverage IS NULL "
               "AND NOT EXISTS (SELECT 1 FROM record WHERE record.scope = scope.n)")
      .run(scope);
}

const sync::CoverageEntry& RecordIndex::read_coverage(BytesView body) const {
  Bytes bytes = to_bytes(body);
  const auto known = read_.find(bytes);
  if (known != read_.end()) return known->second;
  if (read_.size() >= read_max) read_.clear();
  sync::CoverageEntry entry = decode_own<sync::CoverageEntry>(body);
  return read_.emplace(std::move(bytes), std::move(entry)).first->second;
}

sync::Coverage RecordIndex::coverage() const {
  sync::Coverage coverage;
  Statement all = database_.prepare("SELECT id, coverage FROM scope WHERE coverage IS NOT NULL ORDER BY id");
  for (all.select(); all.step();) {
    coverage.emplace_hint(coverage.end(), all.id(0), read_coverage(all.blob(1)));
  }
  return coverage;
}

std::optional<sync::CoverageEntry> RecordIndex::coverage_of(const Id& scope) const {
  Statement find = database_.prepare("SELECT coverage FROM scope WHERE id = ? AND coverage IS NOT NULL");
  find.select(scope);
  if (!find.step()) return std::nullopt;
  return read_coverage(find.blob(0));
}

void RecordIndex::set_coverage(const Id& scope, const std::optional<sync::CoverageEntry>& entry) {
  std::optional<Bytes> body;
  if (entry) {
    static_cast<void>(scope_now(scope));
    body = encode(*entry);
  }
  database_.prepare("UPDATE scope SET coverage = ? WHERE id = ?").run(body, scope);
  drop_scope_if_empty(scope);
}

}  // namespace caseload::client
