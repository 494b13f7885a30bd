#pragma once

#include "client/store/names.h"

namespace caseload::client {

// ChangeLog: the changes that a device holds, row by row. The records they belong to are RecordIndex's affair.
//
// Promise  sum() tells whether the rows are those that were written: it is kept beside them, and an old page of the
//          database that was put back does not fit it. It is the exclusive-or of two digests a change, of its place and
//          of its body, so that a change moves without its words being read.
// Errors   Breakage, as in database.h; also for a row that is no change.
// Threads  one owner.
class ChangeLog {
 public:
  ChangeLog(Database& database, Names& names) : database_(database), names_(names) {}

  std::optional<sync::StoredChange> find(const Id& change) const;
  std::vector<sync::StoredChange> of_record(const Id& record) const;              // by position, then pending by stamp
  std::vector<sync::StoredChange> accepted_from_leaf(std::uint64_t leaf) const;   // by position
  std::vector<sync::StoredChange> accepted_after(std::uint64_t position, std::size_t limit) const;  // by position
  std::vector<Id> in_state(sync::ChangeState state) const;                        // in the order of their making

  std::optional<Bytes> packed(const Id& change) const;
  void visit_accepted(const Id& scope, const std::function<void(const sync::StoredChange&)>& visit) const;
  void visit(sync::ChangeState state, const std::function<void(const sync::StoredChange&)>& visit) const;

  // Each writes one row. Requires an open transaction. add(): of a change that is not held · replace(): `before` is
  // what the row held · move(): as DeviceStore has it.
  void add(std::int64_t record, const sync::StoredChange& change);
  void replace(const sync::StoredChange& before, const sync::StoredChange& change);
  std::optional<Id> move(const Id& change, const sync::ChangePlace& to);
  void erase(const sync::StoredChange& held);

  // The sum over all rows, as kept and as they are now.
  const Digest& sum() const { return sum_; }
  void set_sum(const Digest& sum) { sum_ = sum; }
  Digest count_sum() const;

 private:
  std::int64_t number_of(const Id& change) const;
  Id record_numbered(std::int64_t record) const;
  void toggle(const sync::StoredChange& change, BytesView body);

  Database& database_;
  Names& names_;
  Digest sum_{};
};

}  // namespace caseload::client
