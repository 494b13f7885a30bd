#include "tests/simulation/composing.h"

#include <map>

namespace caseload::sync {

Change compose_act(const Act& act, const Authorship& by, Random& random) {
  const KindEntry* kind = Catalogue::built_in().find_kind(act.kind);
  CHECK(kind != nullptr, "an act of a known kind");
  std::map<SectionNumber, Part> parts;
  for (const FieldWrite& wanted : act.writes) {
    const FieldEntry* field = kind->find_field(wanted.field);
    CHECK(field != nullptr, "an act writes known fields");
    Write write{wanted.field, wanted.value, wanted.out, {}};
    FieldKey key{wanted.field, {}};
    if (field->policy == MergePolicy::set) key.element = wanted.value;
    if (!act.record.is_none()) write.replaces = by.known(key);
    Part& part = parts[field->section];
    part.section = field->section;
    part.writes.push_back(std::move(write));
  }
  std::vector<Part> all;
  for (auto& [number, part] : parts) all.push_back(std::move(part));
  ChangeFacts facts{by.id, by.stamp, by.author, act.scope, act.record, act.kind};
  if (facts.record.is_none()) facts.record = by.id;
  if (facts.scope.is_none()) facts.scope = facts.record;
  Result<Change> change = compose(facts, std::move(all), random.bytes<16>());
  CHECK(change.ok(), "an act composes");
  return std::move(*change);
}

}  // namespace caseload::sync
