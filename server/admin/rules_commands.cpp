#include <array>

#include "common/base/durable_file.h"
#include "server/admin/admin.h"
#include "server/office/directory.h"
#include "server/office/rules_simulation.h"
#include "sync/sharing/rules_text.h"

namespace caseload::server {
namespace {

constexpr FieldNumber rules_words = 18;

Result<std::string> rules_text(const std::string& path) {
  const Result<Bytes> file = read_file(path, sync::rules_bytes_max);
  if (!file) return file.fault();
  return std::string(as_text(*file));
}

Result<Reply> rules_check(AdminPlace& place, const Call& call) {
  const Result<std::string> text = rules_text(path_of(place, call.arguments[0]));
  if (!text) return text.fault();
  const sync::RulesReading reading = sync::read_rules(*text, Catalogue::built_in());
  Reply reply{Json{{"rules", reading.rules.rules.size()}, {"problems", Json::array()}}};
  for (const sync::RuleProblem& problem : reading.problems) {
    reply.value["problems"].push_back(
        {{"line", problem.line}, {"column", problem.column}, {"problem", problem.fault.to_string()}});
  }
  reply.needs_somebody = !reading.problems.empty();
  return reply;
}

// Only rules that are right, that keep every locked line, and whose roles the office has.
Result<Reply> rules_install(AdminPlace& place, const Call& call) {
  const Result<Id> as = acting(place, call);
  const Result<std::string> text = rules_text(path_of(place, call.arguments[0]));
  if (!as) return as.fault();
  if (!text) return text.fault();
  const Result<sync::Rules> wanted = sync::parse_rules(*text, Catalogue::built_in());
  if (!wanted) return wanted.fault();
  const Result<sync::Rules> now = sync::parse_rules(place.office.rules_text(), Catalogue::built_in());
  CHECK(now.ok(), "rules in force are rules");
  if (Result<void> kept = sync::keeps_locked(*now, *wanted, Catalogue::built_in()); !kept) return kept.fault();
  std::vector<AdministrativeAct> acts;
  const Id scope = place.office.keys().device;
  for (const sync::RoleLine& role : wanted->roles) {
    const bool known = std::ranges::any_of(now->roles, [&](const sync::RoleLine& r) { return r.name == role.name; });
    if (!known) acts.push_back({kinds::role, scope, {}, {{role_facts::name, Value::of_text(role.name)}}, {}});
  }
  acts.push_back({kinds::sharing_rules, scope, {}, {{rules_words, Value::of_text(*text)}}, {}});
  const Result<std::vector<Id>> done = place.office.administer(*as, acts);
  if (!done) return done.fault();
  place.office.read_rules();
  return Reply{Json{{"id", to_json(done->back())}, {"rules", wanted->rules.size()},
                    {"version", to_hex(version_of(*wanted, Catalogue::built_in()))}}};
}

Result<Reply> rules_show(AdminPlace& place, const Call&) { return Reply{Json(place.office.rules_text())}; }

struct Asked {
  sync::ViewerFacts viewer;
  sync::ScopeFacts scope;
};

// What a worker's device would be given of a case, as the log stands.
Result<Asked> asked(const AdminPlace& place, const Call& call) {
  for (const char* needed : {"worker", "case"}) {
    if (!call.has(needed)) return Fault(Fault::required, std::string("--") + needed);
  }
  const Result<Id> worker = find_worker(place.office, call.option("worker"));
  if (!worker) return worker.fault();
  const Result<Id> scope = Id::parse(call.option("case"));
  if (!scope) return scope.fault();
  if (!place.office.store().find(*scope)) return Fault(Fault::not_found, "no such case");
  sync::OfficeDevice as_device;
  as_device.worker = *worker;
  const sync::OfficeFacts facts = place.office.facts();
  return Asked{facts.viewer(as_device), facts.scope(*scope)};
}

std::string_view name_of(sync::Level level) {
  constexpr std::array<std::string_view, 4> names = {"none", "see", "read", "write"};
  return names[static_cast<std::size_t>(level)];
}

Result<Reply> rules_explain(AdminPlace& place, const Call& call) {
  const Result<Asked> facts = asked(place, call);
  if (!facts) return facts.fault();
  const sync::CompiledRules& rules = place.office.self().rules;
  const sync::Mask mask = rules.mask(facts->viewer, facts->scope);
  Reply reply{Json::array()};
  for (const KindEntry& kind : Catalogue::built_in().kinds()) {
    if (kind.scope != ScopeType::case_file) continue;
    for (const SectionEntry& section : kind.sections) {
      sync::ObjectFacts object;
      object.kind = kind.number;
      object.section = section.number;
      const sync::Decision verdict = mask.look_up(object);
      if (verdict.level == sync::Level::none) continue;
      reply.value.push_back({{"what", std::string(kind.name) + "." + std::string(section.name)},
                             {"level", name_of(verdict.level)},
                             {"decide", verdict.may_decide},
                             {"line", verdict.line}});
    }
  }
  reply.remark = "For records of others, of no type and no marking; the line is that of the rule.";
  return reply;
}

// Nothing is changed, and nothing of a client is in it.
Result<Reply> rules_simulate(AdminPlace& place, const Call& call) {
  const Result<std::string> text = rules_text(path_of(place, call.arguments[0]));
  if (!text) return text.fault();
  const Result<sync::Rules> wanted = sync::parse_rules(*text, Catalogue::built_in());
  if (!wanted) return wanted.fault();
  const Result<sync::Rules> now = sync::parse_rules(place.office.rules_text(), Catalogue::built_in());
  CHECK(now.ok(), "rules in force are rules");
  const RulesSimulation simulation = simulate_rules(place.office, *wanted);
  Reply reply{Json{{"version", to_hex(version_of(*wanted, Catalogue::built_in()))},
                   {"keeps_locked", sync::keeps_locked(*now, *wanted, Catalogue::built_in()).ok()},
                   {"cases", simulation.cases},
                   {"workers", simulation.workers},
                   {"effects", Json::array()},
                   {"cases_moved", Json::array()}}};
  for (const RulesEffect& one : simulation.effects) {
    reply.value["effects"].push_back({{"role", one.role}, {"what", one.what}, {"becomes", one.becomes},
                                      {"cases", one.cases}, {"workers", one.workers}});
  }
  for (const CaseEffect& one : simulation.cases_moved) {
    reply.value["cases_moved"].push_back({{"case", to_json(one.scope)}, {"role", one.role},
                                          {"gains", one.gains}, {"losses", one.losses}});
  }
  return reply;
}

const std::array entries = {
    AdminEntry{{"rules check", "FILE", 1, 1, "reads sharing rules and tells what is wrong with them", {}},
               rules_check},
    AdminEntry{{"rules install", "FILE", 1, 1, "from now on these rules; locked lines stay", {as_option()}},
               rules_install},
    AdminEntry{{"rules simulate", "FILE", 1, 1, "who would gain and lose what by these rules, as the log stands", {}},
               rules_simulate, true},
    AdminEntry{{"rules show", "", 0, 0, "the rules in force", {}}, rules_show},
    AdminEntry{{"rules explain",
                "",
                0,
                0,
                "what a worker is given of a case, and by which line",
                {{"worker", "WORKER", "who"}, {"case", "CASE", "the case's identifier"}}},
               rules_explain},
};

}  // namespace

std::span<const AdminEntry> rules_commands() { return entries; }

}  // namespace caseload::server
