#include "sync/merge/compose.h"

#include <map>

namespace caseload::sync {

Result<Change> compose_writes(ChangeFacts facts, const Writing& writing, const SaltSeed& seed) {
  std::map<SectionNumber, Part> parts;
  for (const FieldWrite& wanted : writing.writes) {
    const FieldEntry* field = writing.kind.find_field(wanted.field);
    CHECK(field != nullptr, "what is written is a field of its kind");
    FieldKey key{wanted.field, {}};
    if (field->policy == MergePolicy::set) key.element = wanted.value;
    Part& part = parts[field->section];
    part.section = field->section;
    part.writes.push_back(
        {wanted.field, wanted.value, wanted.out, writing.known ? writing.known(key) : std::vector<Id>()});
  }
  std::vector<Part> all;
  for (auto& [number, part] : parts) all.push_back(std::move(part));
  if (facts.record.is_none()) facts.record = facts.id;
  if (facts.scope.is_none()) facts.scope = facts.record;
  return compose(facts, std::move(all), seed);
}

}  // namespace caseload::sync
