#pragma once

#include "client/casework/act.h"

namespace caseload::client {

// Conflicts: fields whose standing values did not know of each other, and that ask for a person.

struct ConflictingValue {
  Id change;  // the choice, for resolve()
  Value value;
  Id author;
  Id device;
  Stamp stamp;
  std::optional<WallTime> received;
};
struct Conflict {
  sync::RecordRow row;
  const FieldEntry* field = nullptr;
  std::vector<Value> in_force;           // meanwhile
  std::vector<ConflictingValue> values;  // every one that stands, by change
};

// All of a case, or of everything here. Errors: not_found: no such case; those of begin_looking().
Result<std::vector<Conflict>> conflicts(Workplace& place, const std::optional<Id>& scope = {});

// How many records ask for somebody; nothing of what they say.
std::size_t count_conflicts(const Workplace& place);

// Settles one: the value of one of the changes that stand, or another. The reason is kept as an amendment of the
// record, in the same transaction.
//
// Errors   required: a reason; not_found: the record, or a change whose value stands; stale: the field asks nobody
//          (any more); bad_value: a record that belongs to no case, where nothing holds a reason: its field is set;
//          those of perform(), not_allowed among them: settling for less protection is for who may decide it.
struct Resolution {
  Id record;
  FieldNumber field = 0;
  std::optional<Id> take{};     // a change
  std::optional<Value> value{}; // or this; one of the two is given
  std::string reason;
};
Result<Done> resolve(Workplace& place, const Resolution& resolution);

}  // namespace caseload::client
