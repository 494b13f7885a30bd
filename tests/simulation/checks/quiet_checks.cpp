#include "tests/simulation/checks/quiet_checks.h"

#include <algorithm>

#include "sync/merge/survivor.h"
#include "sync/office/facts.h"

namespace caseload::sync {
namespace {

std::vector<Value> sorted(std::vector<Value> values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

void look_at_record(const Laptop& laptop, const MemoryDeviceStore::Record& record, const Witness& witness) {
  const KindEntry* kind = Catalogue::built_in().find_kind(record.row.kind);
  std::set<SectionNumber> sections;
  for (const StoredChange& stored : laptop.store.changes_of_record(record.row.record)) {
    if (stored.state != ChangeState::accepted) return;  // somebody is still to judge some of it
    for (const Part& part : stored.change.parts) sections.insert(part.section);
  }
  for (const FieldEntry& field : kind->fields) {
    if (!sections.contains(field.section)) continue;
    const FieldView shown = record.state.view(Catalogue::built_in(), field.number);
    const Reference::Field known = witness.reference.field(record.row.record, field.number);
    const std::string where = kind->name + "." + field.name + " on " + laptop.identity.name;
    demand(sorted(shown.in_force) == known.values, "I4", where + " is not what the reference says");
    demand(shown.open == known.open, "I4", where + (known.open ? " asks nobody" : " asks without need"));
  }
}

}  // namespace

void look_at_quiet_laptop(const Office& office, const Laptop& laptop, const Witness& witness) {
  const auto& contents = laptop.store.contents();
  const std::string& name = laptop.identity.name;
  for (const auto& [id, stored] : contents.changes) {
    const bool waits = stored.state == ChangeState::unsent || stored.state == ChangeState::sent;
    demand(!waits, "I14", "a change still waits on " + name);
  }
  demand(contents.waiting.empty(), "I14", "a segment still waits on " + name);
  for (const auto& [scope, entry] : contents.coverage) demand(!entry.backfill, "I14", "a backfill still runs on " + name);
  demand(contents.state.cursor == office.store.last_position(), "I14", "the cursor of " + name + " is stuck");
  demand(contents.purge_receipts.empty(), "I14", "a purge receipt still waits on " + name);
  for (const auto& [id, record] : contents.records) look_at_record(laptop, record, witness);
  for (const auto& [id, stored] : contents.changes) {
    if (!is_out_of_records(stored.state)) continue;
    const auto held = office.store.contents().changes.find(id);
    demand(held != office.store.contents().changes.end(), "I1", "late work of " + name + " that the office does not have");
  }
}

void look_at_custody(const Office& office, const Laptop& laptop) {
  const auto& contents = laptop.store.contents();
  for (const CustodyRow& row : office.store.custody(laptop.identity.device)) {
    const auto of_scope = [&](const auto& held) { return held.second.change.header.scope == row.scope; };
    const bool held = contents.coverage.contains(row.scope) || std::ranges::any_of(contents.changes, of_scope);
    demand(held || !row.withdrawn, "I14", "custody of " + laptop.identity.name + " over what it let go");
  }
}

void look_at_survivors(const Office& office, const Laptop& laptop) {
  const Catalogue& catalogue = Catalogue::built_in();
  const OfficeFacts facts(office.store, catalogue, {office.clock.now()});
  const auto named = [&](const RecordState& state) {
    if (state.kind() != kinds::case_file) return Id{};
    const FieldView view = state.view(catalogue, case_facts::merged_into);
    const bool one = view.in_force.size() == 1 && view.in_force.front().type() == ValueType::reference;
    return one ? view.in_force.front().reference() : Id{};
  };
  const auto here = [&](const Id& id) { return named(laptop.store.record(id)); };
  const auto there = [&](const Id& id) { return named(facts.state(id)); };
  for (const auto& [id, record] : laptop.store.contents().records) {
    if (record.row.kind != kinds::case_file) continue;
    // A chain may lead to a case that the laptop does not have: from there on the office knows.
    const Id shown = find_survivor(id, here).scope;
    demand(find_survivor(shown, there).scope == find_survivor(id, there).scope, "I16",
           laptop.identity.name + " shows a case as part of another than the office does");
  }
}

void look_at_quiet_office(const Office& office, const Witness& witness) {
  for (const auto& [id, made] : witness.made) {
    const auto held = office.store.contents().changes.find(id);
    if (held == office.store.contents().changes.end()) continue;
    const Change& change = held->second.change;
    demand(change.header == made.change.header && change.parts == made.change.parts, "I1", "other bytes at the office than were made");
  }
}

}  // namespace caseload::sync
