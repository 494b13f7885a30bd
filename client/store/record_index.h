#pragma once

#include <map>
#include <span>
#include <unordered_map>

#include "client/store/names.h"

namespace caseload::client {

// A record in a list, in the order in which things happened.
struct TimelineEntry {
  sync::RecordRow row;
  WallTime occurred{};  // where nobody said when, it is when the record was begun

  friend bool operator==(const TimelineEntry&, const TimelineEntry&) = default;
};

// What to list, newest first. Of one scope, or of one kind, or both.
struct TimelineQuery {
  std::optional<Id> scope;
  KindNumber kind = 0;                  // 0: of any; Requires a scope then
  std::optional<TimelineEntry> before;  // what follows this one, the last of the page before
  std::size_t rows_max = 100;
};

// Whether a field's words may be looked for: the catalogue says so, and they are not held so closely that the index,
// too, must not have them.
bool is_indexed(const FieldEntry& field);

// All such words of a record, as they are compared; every value that stands, so that no side of a conflict is hidden.
std::string words_of(const Catalogue& catalogue, const sync::RecordState& state);

// The record's place in lists.
TimelineEntry entry_of(const Catalogue& catalogue, const sync::RecordRow& row, const sync::RecordState& state);

// RecordIndex: the rows that stand for scopes and records, and their words in the full-text index.
//
// Shape    what is counted and indexed of many records is gathered in memory while a transaction lasts: end_part() and
//          write_words() bring it to the database, so that a scope's count is one row a transaction, and the full-text
//          index is written in one go, in the order of its numbers.
// Promise  a scope or record that nothing is held of has no row. What is put is found by its words once its transaction
//          is committed; what is erased is not. Words that stay the same are not written again. A coverage whose bytes
//          were read before is not decoded again: thousands of scopes have a dozen masks.
// Requires every transaction begins with begin_part(), and ends with end_part() or forget_part(); the outermost one
//          with write_words() or forget_words() before it does.
// Errors   Breakage, as in database.h.
// Threads  one owner.
class RecordIndex {
 public:
  RecordIndex(Database& database, Names& names) : database_(database), names_(names) {}

  std::optional<sync::RecordRow> find(const Id& record) const;
  std::optional<TimelineEntry> entry(const Id& record) const;
  std::vector<sync::RecordRow> of_scope(const Id& scope) const;  // by id
  std::vector<Id> of_kind(KindNumber kind) const;  // of these two: also those that only late work is held of
  std::vector<Id> shown_of_kind(KindNumber kind) const;         // of these, the ones that exist for people, by id
  std::vector<Id> all() const;                     // by id
  std::vector<Id> scopes() const;                                // of which a change is held, by id
  std::vector<Id> uncovered_scopes() const;
  std::vector<sync::RecordRow> of_several_changes() const;  // where alone two writes can differ; by scope and id
  std::vector<TimelineEntry> timeline(const TimelineQuery& query) const;
  bool shows_words(const Id& record, std::string_view words) const;  // whether these are the ones in the index

  void put(const Catalogue& catalogue, const sync::RecordRow& row, const sync::RecordState& state);
  void erase(const Id& record);

  // For mending. What the index holds under this record's number, whether or not its row knows of it; and where it
  // is.
  void erase_words(const Id& record);
  void set_place(const sync::RecordRow& row);

  // For the log: a change came, a change went. The first gives the record's number. The second is for a change that
  // makes its record: the row is written once, whole; it gives nothing where the record has a row already.
  std::int64_t add_change(const sync::ChangeHeader& header);
  std::optional<std::int64_t> add_first(const Catalogue& catalogue, const sync::RecordRow& row,
                                        const sync::RecordState& state);
  void take_change(const sync::ChangeHeader& header);

  sync::Coverage coverage() const;
  std::optional<sync::CoverageEntry> coverage_of(const Id& scope) const;
  void set_coverage(const Id& scope, const std::optional<sync::CoverageEntry>& entry);

  void begin_part();
  void end_part();
  void forget_part();  // what end_part() has not seen
  void write_words();   // of all parts that ended; where there is but one, of what it gathered so far
  void forget_words();  // of all parts
  std::size_t words_bytes() const { return words_bytes_; }  // that wait for it

 private:
  // A record's row.
  struct Held {
    std::int64_t number = 0;
    std::int64_t scope = 0;
    TimelineEntry entry;
    bool shown = false;
    std::optional<std::int64_t> words;
  };
  // A scope's row: its number, and by how much its count moved in this part.
  struct ScopeNow {
    std::int64_t number = 0;
    std::int64_t moved = 0;
  };
  // What the full-text index is to hold under a number, and whether it holds something there already.
  struct Words {
    std::int64_t scope = 0;
    KindNumber kind = 0;
    std::string words;
    bool replaces = false;
  };
  using WordQueue = std::map<std::int64_t, Words>;

  std::optional<Held> read(const Id& record) const;
  std::optional<Held> held(const Id& record);  // the same, of the record that was read last without asking again
  std::int64_t add_row(const Catalogue& catalogue, const sync::RecordRow& row, const sync::RecordState& state);
  std::int64_t insert(const TimelineEntry& entry, bool shown, std::optional<std::int64_t> words);
  std::optional<std::int64_t> author_number(const Id& author);
  ScopeNow& scope_now(const Id& scope);  // made if it is not there
  void queue_words(std::int64_t number, Words words);
  void count_scopes();
  void drop_scope_if_empty(const Id& scope);
  const sync::CoverageEntry& read_coverage(BytesView body) const;

  static constexpr std::size_t read_max = 100;  // some 10 KiB each

  Database& database_;
  Names& names_;
  mutable std::map<Bytes, sync::CoverageEntry> read_;
  mutable std::optional<std::pair<Id, std::optional<Held>>> last_;  // what was read last, in this part
  std::unordered_map<Id, ScopeNow> scopes_;                         // that this part met
  WordQueue part_words_;
  WordQueue words_;  // of the parts that ended
  std::size_t words_bytes_ = 0;
};

}  // namespace caseload::client
