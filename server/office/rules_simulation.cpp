#include "server/office/rules_simulation.h"

#include <map>
#include <set>

#include "server/office/directory.h"
#include "sync/sharing/mask_difference.h"

namespace caseload::server {
namespace {

struct Where {
  std::string role;
  std::string what;
  std::string becomes;
  friend auto operator<=>(const Where&, const Where&) = default;
};
struct Whom {
  std::set<Id> cases;
  std::set<Id> workers;
};
struct Moved {
  std::set<std::string> gains;
  std::set<std::string> losses;
};

std::string name_of(const KindEntry& kind, const SectionEntry& section) { return kind.name + "." + section.name; }

// What moves in one case for one worker: each section once, in each way.
class Comparison {
 public:
  Comparison(const sync::Mask& before, const sync::Mask& after) {
    for (const sync::CellChange& cell : difference(before, after)) {
      const KindEntry* kind = Catalogue::built_in().find_kind(cell.kind);
      const SectionEntry* section = kind == nullptr ? nullptr : kind->find_section(cell.section);
      if (section != nullptr) moves_.insert({name_of(*kind, *section), cell.gained ? "read" : "not_read"});
    }
    for (const KindEntry& kind : Catalogue::built_in().kinds()) {
      if (kind.scope != ScopeType::case_file) continue;
      for (const SectionEntry& section : kind.sections) compare_rights(kind, section, before, after);
    }
  }
  const std::set<std::pair<std::string, std::string>>& moves() const { return moves_; }

 private:
  void compare_rights(const KindEntry& kind, const SectionEntry& section, const sync::Mask& before,
                      const sync::Mask& after) {
    sync::ObjectFacts object;
    object.kind = kind.number;
    object.section = section.number;
    const sync::Decision was = before.look_up(object), is = after.look_up(object);
    const bool wrote = was.level == sync::Level::write, writes = is.level == sync::Level::write;
    if (wrote != writes) moves_.insert({name_of(kind, section), writes ? "written" : "not_written"});
    if (was.may_decide != is.may_decide)
      moves_.insert({name_of(kind, section), is.may_decide ? "decided" : "not_decided"});
  }

  std::set<std::pair<std::string, std::string>> moves_;
};

std::vector<Id> cases_of(const Office& office) {
  std::vector<Id> cases;
  for (const Id& scope : office.store().scopes()) {
    const std::optional<sync::OfficeChange> root = office.store().find(scope);
    if (root && root->position != 0 && root->change.header.kind == kinds::case_file) cases.push_back(scope);
  }
  return cases;
}

}  // namespace

RulesSimulation simulate_rules(const Office& office, const sync::Rules& wanted) {
  RulesSimulation simulation;
  const sync::OfficeSelf self = office.self();
  const sync::CompiledRules other(wanted);
  sync::MadeMasks now(self.rules), then(other);
  const sync::OfficeFacts facts = office.facts();
  const std::vector<Id> cases = cases_of(office);
  std::map<Id, sync::ScopeFacts> scopes;
  for (const Id& scope : cases) scopes.emplace(scope, facts.scope(scope));
  std::map<Where, Whom> effects;
  std::map<std::pair<Id, std::string>, Moved> moved;
  for (const WorkerRow& worker : workers(office)) {
    if (!worker.active) continue;
    ++simulation.workers;
    sync::OfficeDevice device;
    device.worker = worker.id;
    const sync::ViewerFacts viewer = facts.viewer(device);
    for (const auto& [scope, scope_facts] : scopes) {
      const sync::Mask before = now.mask(viewer, scope_facts), after = then.mask(viewer, scope_facts);
      if (before == after) continue;
      const Comparison comparison(before, after);
      for (const auto& [what, becomes] : comparison.moves()) {
        Whom& whom = effects[{worker.role, what, becomes}];
        whom.cases.insert(scope);
        whom.workers.insert(worker.id);
        if (becomes == "read") moved[{scope, worker.role}].gains.insert(what);
        if (becomes == "not_read") moved[{scope, worker.role}].losses.insert(what);
      }
    }
  }
  simulation.cases = cases.size();
  for (const auto& [where, whom] : effects)
    simulation.effects.push_back({where.role, where.what, where.becomes, whom.cases.size(), whom.workers.size()});
  for (const auto& [where, sections] : moved)
    simulation.cases_moved.push_back({where.first, where.second, sections.gains.size(), sections.losses.size()});
  return simulation;
}

}  // namespace caseload::server
