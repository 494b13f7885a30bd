#include "tests/hazards/team.h"

#include "sync/device/counting.h"

namespace caseload::sync {

Team::Team(const PageLimits& page) : office(false, page, 7) {
  mia = hire("Mia", "caseworker");
  tom = hire("Tom", "caseworker", 1);
  lena = hire("Lena", "manager");
  everybody_meets();
  the_case = open_case(*mia, "Ruth Example");
  everybody_meets();
  assign(*lena, the_case, *mia);
  toms_assignment = assign(*lena, the_case, *tom);
  everybody_meets();
}

std::unique_ptr<Laptop> Team::hire(const std::string& name, const std::string& role, std::size_t unit) {
  std::vector<FieldWrite> facts{{worker_facts::role, link(office.roles.at(role))}, {21, text(name)}};
  if (role == "provider") facts.push_back({worker_facts::provider, link(office.providers.front())});
  else facts.push_back({worker_facts::units, link(office.units[unit])});
  const Id worker = office.administer({{kinds::worker, {}, {}, facts}}, random).front();
  std::unique_ptr<Signer> key = office.new_key();
  const Id device = office.enrol(worker, key->public_key(), random);
  return std::make_unique<Laptop>(Laptop::Identity{name, worker, device, role}, std::move(key), office.identity(),
                                  office.clock.now());
}

Id Team::begin(Laptop& who, KindNumber kind, const Id& scope, std::vector<FieldWrite> writes) {
  return who.act({kind, scope, {}, std::move(writes)}, random).header.id;
}

Id Team::open_case(Laptop& who, const std::string& name) {
  return begin(who, kinds::case_file, {}, {{case_facts::unit, link(office.units.front())},
                                           {case_facts::status, code(CaseStatus::open)}, {case_name, text(name)}});
}

Id Team::note(Laptop& who, const Id& scope, const std::string& words) {
  return begin(who, kinds::note, scope, {{header::type, code(NoteType::contact)}, {note_text, text(words)}});
}

Id Team::write(Laptop& who, const Id& record, std::vector<FieldWrite> writes) {
  const RecordRow row = *who.store.find_record(record);
  return who.act({row.kind, row.scope, record, std::move(writes)}, random).header.id;
}

Id Team::assign(Laptop& manager, const Id& scope, const Laptop& whom) {
  return begin(manager, kinds::assignment, scope, {{assignment_facts::worker, link(whom.identity.worker)},
                                                   {assignment_facts::role, code(AssignmentRole::lead)},
                                                   {assignment_facts::from, Value::of_moment(office.clock.now())}});
}

void Team::end_assignment(Laptop& manager, const Id& assignment) {
  write(manager, assignment, {{assignment_facts::until, Value::of_moment(office.clock.now())}});
}

void Team::everybody_meets() {
  for (int round = 0; round < 2; ++round) {
    for (Laptop* who : {mia.get(), tom.get(), lena.get()}) static_cast<void>(meet(*who));
  }
}

void Team::pass(Duration time) {
  office.clock.advance(time);
  for (Laptop* who : {mia.get(), tom.get(), lena.get()}) who->clock.advance(time);
}

FieldView view(const Laptop& who, const Id& record, FieldNumber field) {
  return who.store.record(record).view(Catalogue::built_in(), field);
}

std::string words_of(const Laptop& who, const Id& record, FieldNumber field) {
  const FieldView seen = view(who, record, field);
  if (seen.in_force.size() != 1) return std::to_string(seen.in_force.size()) + " values";
  return seen.in_force.front().text();
}

bool holds(const Laptop& who, const Id& change) { return who.store.find(change).has_value(); }

bool holds_accepted(const Laptop& who, const Id& scope) {
  return std::ranges::any_of(who.store.contents().changes, [&](const auto& entry) {
    return entry.second.state == ChangeState::accepted && entry.second.change.header.scope == scope;
  });
}

bool is_in_custody(const Office& office, const Laptop& of, const Id& scope) {
  const std::vector<CustodyRow> rows = office.store.custody(of.identity.device);
  return std::ranges::any_of(rows, [&](const CustodyRow& row) { return row.scope == scope; });
}

std::uint64_t position_of(const Office& office, const Id& change) {
  const std::optional<OfficeChange> found = office.store.find(change);
  return found ? found->position : 0;
}

bool is_late(const Office& office, const Id& change) {
  const std::optional<OfficeChange> found = office.store.find(change);
  return found && found->position == 0;
}

std::size_t log_size(const Office& office) { return office.store.contents().by_position.size(); }

// Whether two records show the same. What they remember of writes that have not come yet depends on the order of arrival.
bool same_record(const RecordState& one, const RecordState& other) {
  return std::ranges::equal(one.fields(), other.fields(), [](const auto& a, const auto& b) {
    return a.first == b.first && std::ranges::equal(a.second.standing(), b.second.standing());
  });
}

bool same_view(const Laptop& one, const Laptop& other, const Id& scope) {
  const ScopeHoldings a = holdings_of(one.store, scope);
  const ScopeHoldings b = holdings_of(other.store, scope);
  if (a.count != b.count || a.digest != b.digest) return false;
  return std::ranges::all_of(one.store.records_of_scope(scope), [&](const RecordRow& row) {
    return same_record(one.store.record(row.record), other.store.record(row.record));
  });
}

bool is_quiet(const Laptop& who) {
  const Coverage coverage = who.store.coverage();
  const bool comes = std::ranges::any_of(coverage, [](const auto& entry) { return entry.second.backfill.has_value(); });
  return who.store.unsent().empty() && who.store.waiting().empty() && !comes;
}

}  // namespace caseload::sync
