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
  std::vector<sync::OfficeChange> held_of_record(const Id& record) const;  // by id
  std::vector<Id> held() const;

  using Stretch = sync::OfficeStore::Stretch;
  using Erasure = sync::OfficeStore::Erasure;
  using Wanted = sync::OfficeStore::Wanted;
  std::uint64_t last_erasure() const;
  bool has_written(const Id& author, const Id& scope) const;
  std::vector<Id> scopes_touched(const Stretch& stretch) const;
  std::vector<sync::OfficeChange> changes_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const;
  void put_erasure(const Erasure& erasure);
  std::vector<Erasure> erasures_of_scopes(std::span<const Id> scopes, const Stretch& stretch) const;

  std::vector<Id> records_of(const Id& scope, KindNumber kind) const;
  std::vector<Id> scopes() const;

  void forget();

 private:
  static constexpr std::size_t known_max = 100'000;  // scopes in memory, 50 bytes each

  std::uint64_t number_of(const Id& scope, std::uint64_t position);
  void keep_author(std::uint64_t scope, const Id& author);
  std::vector<sync::OfficeChange> changes(std::string_view text, SqlValues values) const;
  void read_stretch(const ScopeTexts& texts, std::span<const Id> scopes, const Stretch& stretch,
                    const Sql::EachRow& each) const;

  Sql& sql_;
  mutable std::optional<std::uint64_t> last_;
  mutable std::optional<Id> absent_;  // the change that was looked for last, where it was nowhere
  std::unordered_map<Id, std::uint64_t> numbers_;  // of scopes
  std::set<std::pair<std::uint64_t, Id>> authors_;  // that are known to be there: by scope
};

}  // namespace caseload::server
