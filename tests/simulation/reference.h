#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "common/record/catalogue.h"
#include "sync/ledger/change.h"
#include "sync/sharing/decide.h"

namespace caseload::sync {

// Reference: what design 3.1, 3.3 and 4.1 say of a log, computed anew for each question, in the simplest way.
//
// Promise  it shares no code with merging, the office or the device, only the form of a change, the catalogue and
//          decide(); so where it and the engine agree, two readings of the design agree.
// Requires accepted changes, each once.
// Threads  a value.
class Reference {
 public:
  Reference(const Catalogue& catalogue, Rules rules, const Id& office_scope)
      : catalogue_(&catalogue), rules_(std::move(rules)), office_scope_(office_scope) {}

  // The log grows by a whole change. Positions need not come in order.
  void accept(const Change& change, std::uint64_t position, WallTime accepted_at, const Id& device);
  // The office was restored: what stood beyond this position was never accepted.
  void forget_beyond(std::uint64_t position);
  // A part was erased by law: nobody holds it, and what it wrote is replaced by the change that ordered it.
  void erase(const Id& change, SectionNumber section);
  void change_rules(Rules rules) { rules_ = std::move(rules); }

  // The parts that a device of this worker is to hold once a session at `now` is over. A suspended device gains
  // nothing: for it this is what it may keep. A lost one hears of nothing, and may hold nothing.
  using Held = std::set<std::pair<Id, SectionNumber>>;
  Held may_hold(const Id& worker, Standing standing, WallTime now) const;

  // The values in force, ascending, and whether a person is asked. Fields that nobody knows have none.
  struct Field {
    std::vector<Value> values;
    bool open = false;
    friend bool operator==(const Field&, const Field&) = default;
  };
  Field field(const Id& record, FieldNumber field) const;
  std::vector<Id> records() const;

  // What rules look at, for tests and for messages of the simulated world.
  ViewerFacts viewer(const Id& worker, Standing standing) const;
  ScopeFacts scope(const Id& scope, WallTime now) const;

 private:
  struct Accepted {
    Change change;
    std::uint64_t position = 0;
    WallTime at{};
    Id device;
  };
  struct Unreplaced {  // a write that nobody replaced
    const Accepted* by = nullptr;
    const Write* write = nullptr;
  };
  struct Moments {
    FieldNumber from = 0;
    FieldNumber until = 0;
  };

  const Accepted* creator(const Id& record) const;
  const KindEntry* kind_of(const Id& record) const;
  std::vector<Unreplaced> standing(const Id& record, FieldNumber field) const;
  std::optional<Value> only(const Id& record, FieldNumber field, ValueType type) const;
  Id id_in(const Id& record, FieldNumber field) const;
  CodeNumber code_in(const Id& record, FieldNumber field) const;
  std::vector<Id> in_force(const Id& scope, KindNumber kind, Moments moments, WallTime now) const;
  bool is_voided(const Id& record) const;
  Id survivor(Id scope) const;
  void add_people(const Id& scope, WallTime now, ScopeFacts& facts) const;

  const Catalogue* catalogue_;
  Rules rules_;
  Id office_scope_;
  std::map<std::uint64_t, Accepted> log_;
  std::map<Id, std::set<std::uint64_t>> records_;  // positions of the changes of each
  std::map<std::pair<Id, KindNumber>, std::set<std::uint64_t>>
      created_;  // in a scope, positions of creating changes
};

}  // namespace caseload::sync
