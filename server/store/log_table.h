#pragma once

#include <optional>
#include <set>
#include <unordered_map>

#include "server/store/sql.h"
#include "sync/office/office_store.h"

namespace caseload::server {

// LogTable: accepted changes by position, late work, and what was erased by law.
//
// Shape    a change is the columns that are searched by, and one body: canonical bytes of the rest. Its digest is made
//          again from its header.
//          Questions are few and long rather than many and short, for each may be a journey to another process: whoever
//          has read a stretch asks about its records next, in that order, so they are read some hundreds at once, and
//          bodies that the stretch brought are not read again. What facts are made of is asked for by session after
//          session, and stays in memory.
// Promise  as OfficeStore says of the log. forget() when what was written is taken back, or another moment is read.
// Errors   Breakage; also for a row that is no change. Two changes at one position are our own mistake.
// Threads  that of its connection.
class LogTable {
 public:
  explicit LogTable(Sql& sql) : sql_(sql) {}

  std::uint64_t last_position() const;
  std::optional<sync::OfficeChange> find(const Id& change) const;
  void put(const sync::OfficeChange& change);
  std::vector<sync::OfficeChange> changes_of_record(const Id& record) const;
  void foresee(std::span<const Id> changes, std::span<const Id> records) const;
  std::vector<sync::OfficeChange> held_of_record(const Id& record) const;  // by id
  std::vector<Id> held() const;

  using Stretch = sync::OfficeStore::Stretch;
  using Erasure = sync::OfficeStore::Erasure;
  using Wanted = sync::OfficeStore::Wanted;
  std::uint64_t last_erasure() const;
  bool has_written(const Id& author, const Id& scope) const;
  std::vector<sync::ChangeHeader> names(const Stretch& stretch) const;
  std::vector<sync::OfficeChange> changes_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const;
  void put_erasure(const Erasure& erasure);
  std::vector<Erasure> erasures_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const;

  std::vector<Id> records_of(const Id& scope, KindNumber kind) const;
  std::vector<Id> scopes() const;

  void forget();

 private:
  static constexpr std::size_t known_max = 100'000;  // scopes in memory, 50 bytes each
  static constexpr std::size_t facts_max = 10'000;   // records of mostly one change, of a KiB
  static constexpr std::size_t stretch_max = 2'000;  // changes of the stretch that was read last
  static constexpr std::size_t ahead_max = 500;      // records read at once
  using Changes = std::vector<sync::OfficeChange>;

  std::uint64_t number_of(const Id& scope, std::uint64_t position);
  void keep_author(std::uint64_t scope, const sync::ChangeHeader& header);
  std::vector<sync::OfficeChange> changes(std::string_view text, SqlValues values) const;
  void read_stretch(const ScopeTexts& texts, std::span<const Id> scopes, const Stretch& stretch,
                    const Sql::EachRow& each) const;
  bool has_held() const;
  void foresee_changes(std::span<const Id> changes) const;
  void keep_absent(std::span<const Id> changes) const;
  void keep_stretch(const Changes& found, const Wanted& wanted) const;
  void forget_stretch() const;
  void read_records(std::span<const Id> records) const;
  void read_next_records(const Id& record) const;
  std::optional<sync::OfficeChange> from_stretch(std::uint64_t position) const;
  void was_put(const sync::ChangeHeader& header);

  Sql& sql_;
  mutable std::optional<std::uint64_t> last_;
  mutable std::optional<std::uint64_t> last_erasure_;
  mutable std::optional<bool> has_held_;  // any late work at all
  mutable std::set<Id> not_held_;         // records that were foreseen, without any
  mutable std::set<Id> absent_;                           // changes that were looked for, and are nowhere
  mutable std::map<Id, sync::OfficeChange> foreseen_;     // that are about to be asked for, each once
  mutable Kept<Id, sync::OfficeChange> roots_{facts_max};  // of scopes
  mutable Kept<Id, Changes> of_records_{facts_max};       // of those that facts are made of
  mutable Kept<std::pair<Id, KindNumber>, std::vector<Id>> creations_{known_max};  // by scope and kind
  mutable Kept<std::pair<Id, Id>, bool> has_written_{known_max};                   // by author and scope
  mutable std::map<Id, Changes> ahead_;           // of records that are about to be asked for, each once
  mutable Changes stretch_;                       // that was read last, or its beginning; less what was taken out
  mutable std::vector<std::uint64_t> positions_;  // of its changes
  mutable std::vector<Id> next_;                  // its records, in its order
  mutable std::size_t next_at_ = 0;               // so many of them were asked for
  mutable std::unordered_map<Id, std::size_t> last_places_;  // of its records, in that order
  std::unordered_map<Id, std::uint64_t> numbers_;  // of scopes
  std::set<std::pair<std::uint64_t, Id>> authors_;  // that are known to be there: by scope
};

}  // namespace caseload::server
