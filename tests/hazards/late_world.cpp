#include "tests/hazards/late_world.h"

#include <stdexcept>

#include "server/office/directory.h"
#include "sync/transaction.h"

namespace caseload {
namespace {

constexpr WallTime monday = Date(std::chrono::year(2026) / 3 / 2) + std::chrono::hours(9);

server::OfficeKeys keys_for(WallTime now, Random& random) {
  return *server::OfficeKeys::generate("Office of the test", server::RecoveryKey::generate(random), now, random);
}

template <class T>
T held(Result<T> result) {
  if (!result) throw std::runtime_error(result.fault().to_string());
  return *std::move(result);
}
void held(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.fault().to_string());
}

Value link(const Id& id) { return Value::of_reference(id); }
template <class E>
Value code(E chosen) {
  return Value::of_code(number_of(chosen));
}

}  // namespace

LateWorld::LateWorld() : clock(monday), keys(keys_for(monday, random)), office(store, keys, clock, random) {
  held(office.found("Alex Administrator"));
  north = held(server::add_unit(office, keys.administrator, "North", {}));
  south = held(server::add_unit(office, keys.administrator, "South", {}));
  mia = hire("Mia", "caseworker", north);
  tom = hire("Tom", "caseworker", south);
  lena = hire("Lena", "manager", north);
  omar = hire("Omar", "manager", north);
  rosa = hire("Rosa", "records_officer", north);
  ada = hire("Ada", "auditor", north);
  everybody_meets();
  the_case = begin(*mia, kinds::case_file, {}, {{case_facts::unit, link(north)}, {case_facts::status, code(CaseStatus::open)},
                                               {20, Value::of_text("Ruth Example")}});
  everybody_meets();
  for (const Laptop* who : {mia.get(), tom.get()}) {
    toms_assignment = begin(*lena, kinds::assignment, the_case, {{assignment_facts::worker, link(who->identity.worker)},
                                                                 {assignment_facts::role, code(AssignmentRole::lead)},
                                                                 {assignment_facts::from, Value::of_moment(clock.now())}});
  }
  everybody_meets();
}

std::unique_ptr<sync::Laptop> LateWorld::hire(const std::string& name, const std::string& role, const Id& unit) {
  const Id worker = held(server::add_worker(office, keys.administrator, {name, role, {unit}, {}}));
  auto key = std::make_unique<SigningKey>(SigningKey::generate(random));
  const Id device = held(office.administer(keys.administrator, {kinds::device, keys.device, {},
      {{device_facts::worker, link(worker)}, {device_facts::standing, code(Standing::active)},
       {device_facts::key, Value::of_text(to_hex(key->public_key()))}}, {}}));
  sync::OfficeDevice row;
  row.device = device;
  row.worker = worker;
  row.key = key->public_key();
  sync::StoreTransaction<sync::OfficeStore> act(store);
  store.put_device(row);
  act.commit();
  const sync::OfficeIdentity whom{keys.log, keys.device, keys.signing.public_key(), keys.ledger.public_key(), keys.recovery_key, &checker};
  return std::make_unique<Laptop>(Laptop::Identity{name, worker, device, role}, std::move(key), whom, clock.now());
}

Id LateWorld::begin(Laptop& who, KindNumber kind, const Id& scope, std::vector<FieldWrite> writes) {
  return who.act({kind, scope, {}, std::move(writes)}, random).header.id;
}

Id LateWorld::note(Laptop& who, const Id& scope, const std::string& words, NoteType type) {
  const WallTime occurred = who.clock.now() - std::chrono::hours(2);
  return begin(who, kinds::note, scope, {{header::type, code(type)}, {16, Value::of_text(words)},
                                         {header::occurred, Value::of_moment(occurred)}});
}

Id LateWorld::write(Laptop& who, const Id& record, std::vector<FieldWrite> writes) {
  const sync::RecordRow row = *who.store.find_record(record);
  return who.act({row.kind, row.scope, record, std::move(writes)}, random).header.id;
}

void LateWorld::decide(Laptop& who, const Id& late, LateDecision decision, const std::string& reason) {
  const KindEntry& kind = *Catalogue::built_in().find_kind(kinds::late_work);
  std::vector<FieldWrite> writes{{late_facts::decision, code(decision)}};
  if (!reason.empty()) writes.push_back({kind.find_field("decision_reason")->number, Value::of_text(reason)});
  write(who, late, std::move(writes));
}

sync::Ended LateWorld::meet(Laptop& who, bool tend) {
  sync::Ended ended = session({who.identity.device, who.store, who.trust(), who.clock}, office_end(), {});
  if (tend) tended = server::tend_late_work(office);
  return ended;
}

sync::Ended LateWorld::meet(const sync::DeviceEnd& device) {
  sync::Ended ended = session(device, office_end(), {});
  tended = server::tend_late_work(office);
  return ended;
}

void LateWorld::everybody_meets() {
  for (int round = 0; round < 2; ++round) {
    for (Laptop* who : everybody()) static_cast<void>(meet(*who));
  }
}

void LateWorld::pass(Duration time) {
  clock.advance(time);
  for (Laptop* who : everybody()) who->clock.advance(time);
}

void LateWorld::stand(const Laptop& who, Standing standing) {
  held(server::order_device(office, keys.administrator, who.identity.device, {standing, false}));
}

void LateWorld::end_toms_assignment() {
  write(*lena, toms_assignment, {{assignment_facts::until, Value::of_moment(clock.now())}});
  static_cast<void>(meet(*lena));
}

std::vector<Id> LateWorld::late_records(const Laptop& who) const {
  std::vector<Id> found;
  for (const auto& [id, record] : who.store.contents().records) {
    if (record.row.kind == kinds::late_work) found.push_back(id);
  }
  return found;
}

sync::FieldView LateWorld::view(const Laptop& who, const Id& record, std::string_view field) const {
  const sync::RecordState state = who.store.record(record);
  const KindEntry* kind = Catalogue::built_in().find_kind(state.kind());
  return kind == nullptr ? sync::FieldView() : state.view(Catalogue::built_in(), kind->find_field(field)->number);
}

std::string LateWorld::words(const Laptop& who, const Id& record, std::string_view field) const {
  const sync::FieldView seen = view(who, record, field);
  const bool one = seen.in_force.size() == 1 && seen.in_force.front().type() == ValueType::text;
  return one ? seen.in_force.front().text() : "";
}

bool LateWorld::reads_content(const Laptop& who, const Id& late) const { return !view(who, late, "content").in_force.empty(); }

bool LateWorld::is_released(const Id& change) const {
  const std::optional<sync::OfficeChange> found = store.find(change);
  return found && found->position != 0;
}

bool LateWorld::is_declined(const Id& change) const {
  const std::optional<sync::OfficeChange> found = store.find(change);
  return found && found->position == 0 && found->held_for == Fault::declined;
}

}  // namespace caseload
