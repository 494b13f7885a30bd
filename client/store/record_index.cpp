#include "client/store/record_index.h"

#include "common/base/text.h"
#include "common/crypto/hash.h"

namespace caseload::client {

using sync::RecordRow;

namespace {

constexpr std::string_view shown_records =
    "SELECT record.id, scope.id, kind, actor.id, occurred FROM record "
    "JOIN scope ON scope.n = record.scope LEFT JOIN actor ON actor.n = author WHERE shown = 1 AND ";

std::string shown_where(std::string_view condition) { return std::string(shown_records) + std::string(condition); }

RecordRow row_of(const Statement& row) {
  const Id author = row.is_null(3) ? Id{} : row.id(3);
  return {row.id(0), row.id(1), static_cast<KindNumber>(row.integer(2)), author};
}

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

Digest index_form(const Catalogue& catalogue) {
  Bytes bytes = to_bytes(as_bytes("caseload/index_form/1"));
  for (const KindEntry& kind : catalogue.kinds()) {
    for (const FieldEntry& field : kind.fields) {
      if (!is_indexed(field)) continue;
      append_u16(bytes, kind.number);
      append_u16(bytes, field.number);
    }
  }
  return sha256(bytes);
}

std::optional<RecordRow> RecordIndex::find(const Id& record) const {
  std::optional<TimelineEntry> found = entry(record);
  return found ? std::optional(found->row) : std::nullopt;
}

std::optional<TimelineEntry> RecordIndex::entry(const Id& record) const {
  Statement find = database_.prepare(shown_where("record.id = ?"));
  find.select(record);
  if (!find.step()) return std::nullopt;
  return TimelineEntry{row_of(find), from_milliseconds(find.integer(4))};
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
  Statement all = database_.prepare("SELECT id FROM scope WHERE held > 0 ORDER BY id");
  for (all.select(); all.step();) ids.push_back(all.id(0));
  return ids;
}

std::vector<Id> RecordIndex::uncovered_scopes() const {
  std::vector<Id> ids;
  Statement all = database_.prepare("SELECT id FROM scope WHERE held > 0 AND coverage IS NULL ORDER BY id");
  for (all.select(); all.step();) ids.push_back(all.id(0));
  return ids;
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
    entries.push_back({row_of(page), from_milliseconds(page.integer(4))});
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
  const Held held = held_row(row);
  const std::optional<std::int64_t> mark = put_words(held, row.kind, words_of(catalogue, state));
  std::optional<std::int64_t> author;
  if (!row.author.is_none()) author = names_.number_of(row.author);
  database_.prepare("UPDATE record SET author = ?, occurred = ?, shown = 1, words = ? WHERE n = ?")
      .run(author, to_milliseconds(entry_of(catalogue, row, state).occurred), mark, held.number);
}

std::optional<std::int64_t> RecordIndex::put_words(const Held& held, KindNumber kind, const std::string& words) {
  const std::optional<std::int64_t> mark = mark_of(words);
  if (held.words == mark) return mark;
  if (held.words) database_.prepare("DELETE FROM word_index WHERE rowid = ?").run(held.number);
  if (mark) {
    database_.prepare("INSERT INTO word_index (rowid, place, words) VALUES (?, ?, ?)")
        .run(held.number, place_words(held.scope, kind), words);
  }
  return mark;
}

void RecordIndex::erase(const Id& record) {
  const std::optional<RecordRow> row = find(record);
  if (!row) return;
  const Held held = held_row(*row);
  static_cast<void>(put_words(held, row->kind, {}));
  database_.prepare("UPDATE record SET shown = 0, author = NULL, words = NULL WHERE n = ?").run(held.number);
  database_
      .prepare("DELETE FROM record WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM change WHERE change.record = record.n)")
      .run(record);
  drop_scope_if_empty(row->scope);
}

std::int64_t RecordIndex::scope_number(const Id& scope) {
  Statement find = database_.prepare("SELECT n FROM scope WHERE id = ?");
  find.select(scope);
  if (find.step()) return find.integer(0);
  database_.prepare("INSERT INTO scope (id) VALUES (?)").run(scope);
  return database_.last_row_id();
}

void RecordIndex::forget_words(const Id& record) {
  database_.prepare("DELETE FROM word_index WHERE rowid = (SELECT n FROM record WHERE id = ?)").run(record);
  database_.prepare("UPDATE record SET words = NULL WHERE id = ?").run(record);
}

void RecordIndex::set_place(const RecordRow& row) {
  database_.prepare("UPDATE record SET scope = ?, kind = ? WHERE id = ?")
      .run(scope_number(row.scope), row.kind, row.record);
}

RecordIndex::Held RecordIndex::held_row(const RecordRow& row) {
  Statement find = database_.prepare("SELECT n, scope, words FROM record WHERE id = ?");
  find.select(row.record);
  if (find.step()) {
    return {find.integer(0), find.integer(1), find.is_null(2) ? std::nullopt : std::optional(find.integer(2))};
  }
  const std::int64_t scope = scope_number(row.scope);
  const auto begun = static_cast<std::int64_t>(row.record.milliseconds());
  database_.prepare("INSERT INTO record (id, scope, kind, occurred) VALUES (?, ?, ?, ?)")
      .run(row.record, scope, row.kind, begun);
  return {database_.last_row_id(), scope, std::nullopt};
}

std::int64_t RecordIndex::add_change(const sync::ChangeHeader& header) {
  database_.prepare("INSERT INTO scope (id, held) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET held = held + 1")
      .run(header.scope);
  return held_row({header.record, header.scope, header.kind, {}}).number;
}

void RecordIndex::take_change(const sync::ChangeHeader& header) {
  database_.prepare("UPDATE scope SET held = held - 1 WHERE id = ?").run(header.scope);
  database_
      .prepare("DELETE FROM record WHERE id = ?1 AND shown = 0 "
               "AND NOT EXISTS (SELECT 1 FROM change WHERE change.record = record.n)")
      .run(header.record);
  drop_scope_if_empty(header.scope);
}

void RecordIndex::drop_scope_if_empty(const Id& scope) {
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
    static_cast<void>(scope_number(scope));
    body = encode(*entry);
  }
  database_.prepare("UPDATE scope SET coverage = ? WHERE id = ?").run(body, scope);
  drop_scope_if_empty(scope);
}

}  // namespace caseload::client
