#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "sync/ledger/change.h"
#include "sync/merge/policy.h"

namespace caseload::sync {

// FieldState: the standing writes of one field, or of one element of a set.
//
// Shape    standing = W \ ⋃ replaces(w) over all writes W that were applied: a function of the set, not of its order.
//          So is this state: it keeps the whole of ⋃ replaces(w), held or not, in which nothing replaced comes back.
// Requires each write is applied once; the log that holds (change, section) says whether it was.
class FieldState {
 public:
  void apply(HeldWrite write, std::span<const Id> replaces);
  void accept(const Id& change, std::uint64_t position, WallTime accepted);
  std::span<const HeldWrite> standing() const { return standing_; }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(standing_, replaced_);
  }
  friend bool operator==(const FieldState&, const FieldState&) = default;

 private:
  std::vector<HeldWrite> standing_;  // by change id, then value
  std::vector<Id> replaced_;         // by any write that was applied; ascending
};

// Where a write goes: a field, and in a set the element.
struct FieldKey {
  FieldNumber field = 0;
  Value element;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field, element);
  }
  friend auto operator<=>(const FieldKey&, const FieldKey&) = default;
};

// FieldView: what a person is shown of one field.
struct FieldView {
  const FieldEntry* entry = nullptr;
  std::vector<Value> in_force;       // one; several where `safest` cannot choose, or elements of a set; none if emptied
  std::vector<HeldWrite> standing;   // every value that stands, with author, device and time
  bool open = false;                 // a person is asked
};

enum class VoidState : std::uint8_t { not_voided = 0, voided = 1, voided_but_written_to = 2 };

// RecordState: one record, derived from the parts of its changes that are held.
//
// Promise  any order of changes or of parts gives the same state; fields that this version does not know are left to
//          the log, and a rebuild finds them when the catalogue has learned them.
// Errors   none: what comes here was checked. Parts of another record are our mistake.
// Threads  a value.
class RecordState {
 public:
  RecordState() = default;
  RecordState(const Id& record, KindNumber kind) : record_(record), kind_(kind) {}

  // Requires that this part of this change was not applied before.
  void apply(const Catalogue& catalogue, const Part& part, const Origin& origin);

  // A pending change was accepted: its writes take their place among the others.
  void accept(const Id& change, std::uint64_t position, WallTime accepted);

  // Forgets a section that is no longer to be seen here.
  void drop(const Catalogue& catalogue, SectionNumber section);

  const Id& record() const { return record_; }
  KindNumber kind() const { return kind_; }
  const std::map<FieldKey, FieldState>& fields() const { return fields_; }
  FieldView view(const Catalogue& catalogue, FieldNumber field) const;
  std::vector<FieldView> open_conflicts(const Catalogue& catalogue) const;

  // What a new write of this field (this element) must name as known: every change that stands there.
  std::vector<Id> known(const FieldKey& key) const;

  // A record that somebody else wrote to, beyond what the voider had read, stays visible.
  VoidState void_state(const Catalogue& catalogue) const;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(record_, kind_, fields_);
  }
  friend bool operator==(const RecordState&, const RecordState&) = default;

 private:
  Id record_;
  KindNumber kind_ = 0;
  std::map<FieldKey, FieldState> fields_;
};

}  // namespace caseload::sync
