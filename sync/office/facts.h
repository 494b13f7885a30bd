#pragma once

#include <optional>
#include <span>

#include "common/record/kinds.h"
#include "sync/merge/merge.h"
#include "sync/office/office_store.h"
#include "sync/sharing/compiled_rules.h"
#include "sync/sharing/visible.h"

namespace caseload::sync {

// OfficeFacts: what rules look at, read from the accepted log as it stands now.
//
// Promise  the same log and moment give the same facts. Nothing late, voided, not yet begun or already ended is in
//          them, and next_change says when time alone will change them.
// Threads  one owner, on one snapshot or inside the writer's transaction.
class OfficeFacts {
 public:
  // Of the log up to a position: of all of it where intake judges, up to a session's head where that is served.
  struct When {
    WallTime now;
    std::uint64_t upto = UINT64_MAX;
  };
  OfficeFacts(const OfficeStore& store, const Catalogue& catalogue, When when)
      : store_(store), catalogue_(catalogue), when_(when) {}

  ViewerFacts viewer(const OfficeDevice& device) const;

  // A scope that was merged into another has the survivor's unit, assignments, referrals, consents and emergencies.
  ScopeFacts scope(const Id& scope) const;

  // A scope that a change is only about to create.
  ScopeFacts scope_to_be(const Change& change) const;

  // Nothing if no accepted change has created it.
  std::optional<RecordFacts> record(const Id& record) const;
  // The same, of changes that are at hand: all that there are of it up to the position, by position.
  std::optional<RecordFacts> record(const Id& record, std::span<const OfficeChange* const> changes) const;
  RecordState state(const Id& record) const;  // without its devices: no rule asks for them

  // What a record would be after this change too.
  RecordState after(RecordState record, const Change& change) const;

 private:
  // What the log has of a record, read once. Its creation also where it is held, or later than what is looked at.
  struct Reading {
    Id record;
    RecordState state;
    std::optional<OfficeChange> created;

    bool exists_upto(std::uint64_t position) const {
      return created && created->position != 0 && created->position <= position;
    }
  };

  Reading read(const Id& record) const;
  RecordState state_of(const Id& record, std::span<const OfficeChange> changes) const;
  void apply(const Id& record, const OfficeChange& held, RecordState& state) const;
  std::vector<RecordState> records_of(const Id& scope, KindNumber kind) const;
  void add_people(const Reading& root, ScopeFacts& facts) const;
  void add_consents(const Id& scope, ScopeFacts& facts) const;
  bool in_force(const RecordState& state, FieldNumber from, FieldNumber until, std::optional<WallTime>& next) const;

  const OfficeStore& store_;
  const Catalogue& catalogue_;
  When when_;
};

}  // namespace caseload::sync
