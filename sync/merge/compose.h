#pragma once

#include <functional>

#include "sync/merge/merge.h"

namespace caseload::sync {

// What one field gets. In a set it is an element, which `out` takes out of it. A value of none empties the field.
struct FieldWrite {
  FieldNumber field = 0;
  Value value;
  bool out = false;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field, value, out);
  }
  friend bool operator==(const FieldWrite&, const FieldWrite&) = default;
};

// Which writes of a field the author had seen: what the new one replaces.
using Known = std::function<std::vector<Id>(const FieldKey&)>;

// The change that writes these: each field in its section. A record of none is a new one, named by the change; a
// scope of
// none is the record's own. Requires fields that the kind has. Faults: those of compose().
struct Writing {
  const KindEntry& kind;
  std::span<const FieldWrite> writes;
  const Known& known;  // empty for a new record
};
Result<Change> compose_writes(ChangeFacts facts, const Writing& writing, const SaltSeed& seed);

}  // namespace caseload::sync
