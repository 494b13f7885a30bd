#include "tests/simulation/laptop.h"

#include "sync/transaction.h"

namespace caseload::sync {
namespace {

DeviceState first_state(const Laptop::Identity& identity) {
  DeviceState state;
  state.device = identity.device;
  state.worker = identity.worker;
  return state;
}

}  // namespace

Laptop::Laptop(Identity who, std::unique_ptr<Signer> signer, const OfficeIdentity& whom, WallTime now)
    : identity(std::move(who)), key(std::move(signer)), office(whom), clock(now), store(first_state(identity)) {}

Authorship Laptop::authorship(const Act& act, const Id& id) const {
  Authorship by;
  by.author = identity.worker;
  by.id = id;
  const RecordState record = store.record(act.record);
  HybridClock stamps(clock, store.state().last_stamp);
  // What was seen came before, unless its clock is so far ahead that following it would only spread the fault.
  for (const auto& [key_of_field, field] : record.fields()) {
    for (const HeldWrite& write : field.standing()) static_cast<void>(stamps.follow(write.origin.stamp));
  }
  by.stamp = stamps.next();
  by.known = [record](const FieldKey& field) { return record.known(field); };
  return by;
}

Change Laptop::act(const Act& act, Random& random) {
  const Id id = Id::make(static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_milliseconds(clock.now()))), random);
  const Change change = compose_act(act, authorship(act, id), random);
  StoreTransaction kept(store);
  keep(store, Catalogue::built_in(), change);
  kept.commit();
  return change;
}

bool Laptop::may(const Act& act) const {
  if (act.scope.is_none()) return true;
  const Coverage coverage = store.coverage();
  const auto entry = coverage.find(act.scope);
  if (entry == coverage.end()) {
    const std::optional<RecordRow> begun = store.find_record(act.scope);
    return begun && begun->author == identity.worker;  // a case of one's own that no session has covered yet
  }
  const KindEntry* kind = Catalogue::built_in().find_kind(act.kind);
  ObjectFacts object{act.kind, 0, 0, 0, true};
  if (const std::optional<RecordFacts> facts = record_facts(store, Catalogue::built_in(), act.record)) {
    object = {act.kind, 0, facts->type, facts->marking, facts->author == identity.worker};
  }
  for (const FieldWrite& write : act.writes) {
    if (write.field == header::type && act.record.is_none()) object.type = write.value.code();
  }
  for (const FieldWrite& write : act.writes) {
    object.section = kind->find_field(write.field)->section;
    if (entry->second.mask.look_up(object).level != Level::write) return false;
  }
  return true;
}

void Laptop::enrol_anew(const Id& device, std::unique_ptr<Signer> signer) {
  StoreTransaction kept(store);
  adopt_identity(store, device);
  kept.commit();
  identity.device = device;
  key = std::move(signer);
  wants_enrolment = false;
}

std::unique_ptr<Laptop> Laptop::clone(const std::string& name) const {
  Identity who = identity;
  who.name = name;
  auto copy = std::make_unique<Laptop>(who, nullptr, office, clock.now());
  copy->key = key;
  copy->store.restore(store.contents());
  copy->standing = standing;
  copy->wants_enrolment = wants_enrolment;
  return copy;
}

DeviceTrust Laptop::trust() const {
  return {{office.log, office.ledger_key, office.recovery_key, *office.checker},
          office.device,
          office.key,
          *key,
          [](const Change& change) { return pack(change); }};
}

}  // namespace caseload::sync
