#include "tests/simulation/composing.h"

namespace caseload::sync {

Change compose_act(const Act& act, const Authorship& by, Random& random) {
  const KindEntry* kind = Catalogue::built_in().find_kind(act.kind);
  CHECK(kind != nullptr, "an act of a known kind");
  const Known known = act.record.is_none() ? Known() : by.known;
  Result<Change> change = compose_writes({by.id, by.stamp, by.author, act.scope, act.record, act.kind},
                                         {*kind, act.writes, known}, random.bytes<16>());
  CHECK(change.ok(), "an act composes");
  return std::move(*change);
}

}  // namespace caseload::sync
