#include "sync/sharing/visible.h"

namespace caseload::sync {
namespace {

CodeNumber code_in_force(const RecordState& state, const Catalogue& catalogue, FieldNumber field) {
  const FieldView view = state.view(catalogue, field);
  const bool known = !view.in_force.empty() && view.in_force.front().type() == ValueType::code;
  return known ? view.in_force.front().code() : CodeNumber{0};
}

std::int64_t integer_in_force(const RecordState& state, const Catalogue& catalogue, FieldNumber field) {
  const FieldView view = state.view(catalogue, field);
  const bool known = !view.in_force.empty() && view.in_force.front().type() == ValueType::integer;
  return known ? view.in_force.front().integer() : 0;
}

HeldFacts held_facts(const RecordState& state, const Catalogue& catalogue) {
  HeldFacts held;
  held.kind = static_cast<KindNumber>(integer_in_force(state, catalogue, late_facts::about_kind));
  held.type = static_cast<CodeNumber>(integer_in_force(state, catalogue, late_facts::about_type));
  held.sections = static_cast<std::uint32_t>(integer_in_force(state, catalogue, late_facts::about_sections));
  const FieldView author = state.view(catalogue, late_facts::about_author);
  const bool known = !author.in_force.empty() && author.in_force.front().type() == ValueType::reference;
  if (known) held.author = author.in_force.front().reference();
  return held;
}

bool may_read_held(const Mask& mask, const RecordFacts& record, const Id& worker) {
  if (!record.held || record.held->sections == 0) return false;
  const HeldFacts& held = *record.held;
  for (SectionNumber section = 0; section < section_end; ++section) {
    if ((held.sections >> section & 1U) == 0) continue;
    const ObjectFacts object{held.kind, section, held.type, record.marking, held.author == worker};
    if (mask.look_up(object).level < Level::read) return false;
  }
  return true;
}

}  // namespace

RecordFacts facts_of(const RecordState& state, const Catalogue& catalogue, const Id& scope, const Id& author) {
  RecordFacts facts{state.record(), scope, state.kind(), code_in_force(state, catalogue, header::type),
                    code_in_force(state, catalogue, header::marking), author};
  if (state.kind() == kinds::late_work) facts.held = held_facts(state, catalogue);
  return facts;
}

std::vector<SectionNumber> visible_sections(const Mask& mask, const RecordFacts& record, const Id& worker,
                                            const Catalogue& catalogue) {
  std::vector<SectionNumber> sections;
  const KindEntry* kind = catalogue.find_kind(record.kind);
  if (kind == nullptr) return sections;
  for (const SectionEntry& section : kind->sections) {
    const ObjectFacts object{record.kind, section.number, record.type, record.marking, record.author == worker};
    const Level level = mask.look_up(object).level;
    const bool held = record.kind == kinds::late_work && section.number == late_facts::content;
    const bool given = held ? level == Level::write && may_read_held(mask, record, worker) : level >= Level::read;
    if (given) sections.push_back(section.number);
  }
  return sections;
}

}  // namespace caseload::sync
