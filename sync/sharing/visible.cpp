#include "sync/sharing/visible.h"

namespace caseload::sync {
namespace {

CodeNumber code_in_force(const RecordState& state, const Catalogue& catalogue, FieldNumber field) {
  const FieldView view = state.view(catalogue, field);
  const bool known = !view.in_force.empty() && view.in_force.front().type() == ValueType::code;
  return known ? view.in_force.front().code() : CodeNumber{0};
}

}  // namespace

RecordFacts facts_of(const RecordState& state, const Catalogue& catalogue, const Id& scope, const Id& author) {
  return {state.record(), scope, state.kind(), code_in_force(state, catalogue, header::type),
          code_in_force(state, catalogue, header::marking), author};
}

std::vector<SectionNumber> visible_sections(const Mask& mask, const RecordFacts& record, const Id& worker,
                                            const Catalogue& catalogue) {
  std::vector<SectionNumber> sections;
  const KindEntry* kind = catalogue.find_kind(record.kind);
  if (kind == nullptr) return sections;
  for (const SectionEntry& section : kind->sections) {
    const ObjectFacts object{record.kind, section.number, record.type, record.marking, record.author == worker};
    if (mask.look_up(object).level >= Level::read) sections.push_back(section.number);
  }
  return sections;
}

}  // namespace caseload::sync
