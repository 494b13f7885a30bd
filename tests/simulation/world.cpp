#include "tests/simulation/world.h"

#include <algorithm>

#include "tests/simulation/casework.h"
#include "tests/simulation/checks/loss_checks.h"

namespace caseload::sync {
namespace {

constexpr const char* names[] = {"Mia", "Tom", "Ana", "Wiremu", "Lena", "Omar", "Ida", "Juan", "Nora", "Kofi", "Sara", "Piet"};
constexpr const char* cast[] = {"manager", "caseworker", "caseworker", "provider", "custodial_officer", "records_officer", "auditor"};

}  // namespace

World::World(const Scenario& scenario, bool tells)
    : scenario_(scenario), tells_(tells), office_(scenario.real_keys, {scenario.page_changes, scenario.page_bytes}, scenario.seed),
      witness_(office_), office_checks_(office_, witness_), session_checks_(office_, witness_) {
  SeededRandom random(scenario.seed ^ 0x5eed);
  office_checks_.look();
  for (std::size_t i = 0; i < scenario.laptops; ++i) add_laptop(cast[i % std::size(cast)], random);
  office_.back_up();
}

void World::tell(const std::string& what) {
  if (tells_) story_.push_back(what);
}

// A new worker, with a device of their own. The office backs itself up at once, for nobody could enrol them again.
void World::add_laptop(const std::string& role, Random& random) {
  Office::Person person;
  person.role = role;
  person.unit = office_.units[random.below(8) == 0 ? 1 : 0];
  if (role == "provider") person.provider = office_.providers.front();
  Act worker{kinds::worker,
             {},
             {},
             {{worker_facts::role, Value::of_reference(office_.roles.at(role))},
              {21, Value::of_text(names[laptops_.size() % std::size(names)])}}};
  if (role != "provider") worker.writes.push_back({worker_facts::units, Value::of_reference(person.unit)});
  if (role == "provider") worker.writes.push_back({worker_facts::provider, Value::of_reference(person.provider)});
  person.worker = office_.administer({worker}, random).front();
  std::unique_ptr<Signer> key = office_.new_key();
  const Id device = office_.enrol(person.worker, key->public_key(), random);
  office_.people.push_back(person);
  const std::string name = std::string(names[laptops_.size() % std::size(names)]) + (laptops_.size() < std::size(names) ? "" : " again");
  laptops_.push_back(std::make_unique<Laptop>(Laptop::Identity{name, person.worker, device, role}, std::move(key), office_.identity(), office_.clock.now()));
  laptop_checks_.push_back(std::make_unique<LaptopChecks>(*laptops_.back(), witness_));
  office_.back_up();
  office_checks_.look();
}

Laptop& World::chosen(const Step& step) { return *laptops_[step.who % laptops_.size()]; }

Connection* World::connection_of(const Laptop& laptop) {
  for (const auto& connection : connections_) {
    if (&connection->laptop() == &laptop && !connection->device_left()) return connection.get();
  }
  return nullptr;
}

void World::learn_made(const Laptop& laptop) {
  for (const Id& id : laptop.store.unsent()) {
    if (!witness_.made.contains(id)) witness_.made_by(laptop.identity.name, laptop.store.find(id)->change);
  }
}

void World::look() {
  office_checks_.look();
  for (std::size_t i = 0; i < laptops_.size(); ++i) {
    laptop_checks_[i]->look();
    if (laptops_[i]->store.operations() > 0) note(laptops_[i]->store.operations());
  }
}

void World::perform(const Step& step) {
  SeededRandom random(step.salt);
  Laptop& laptop = chosen(step);
  try {
    const bool done = casework(step, laptop, random) || administration(step, laptop, random) || travel(step, laptop, random) ||
                      fault(step, laptop, random);
    if (tells_) tell(std::string(name_of(step.kind)) + " (" + laptop.identity.name + ", " + laptop.identity.role + ")" + (done ? "" : ": nothing to do"));
  } catch (const Crash&) {
    tell("the office dies");
    office_died();
  } catch (const Breakage&) {
    tell("the disk of the office is full");
    office_died();
  }
  sweep();
  look();
  look_for_losses(office_, laptops_, witness_);
  note(static_cast<std::uint64_t>(step.kind));
  note(office_.store.last_position());
}

bool World::casework(const Step& step, Laptop& laptop, Random& random) {
  if (step.kind > StepKind::undo_merge || laptop.gone) return false;
  const std::optional<Act> act = casework_act(step.kind, laptop, office_, random);
  if (!act) return false;
  if (!laptop.may(*act) && !random.chance(1, 6)) return false;
  try {
    laptop.act(*act, random);
    // People correct themselves at once.
    const std::optional<Act> again = random.chance(1, 4) ? casework_act(step.kind, laptop, office_, random) : std::nullopt;
    if (again) laptop.act(*again, random);
  } catch (const Crash&) {
    tell(laptop.identity.name + "'s laptop dies while saving");
    drop(laptop);
  } catch (const Breakage&) {
    tell(laptop.identity.name + "'s disk is full");
  }
  learn_made(laptop);
  return true;
}

void World::change_worker(Laptop& laptop, const std::vector<FieldWrite>& writes, Random& random) {
  const Id& worker = laptop.identity.worker;
  office_.administer({{kinds::worker, worker, worker, writes}}, random);
}

// Late work that may be released: its record is there, or it begins one whose scope is there.
void World::release_something(Random& random) {
  const auto& changes = office_.store.contents().changes;
  std::vector<std::pair<Stamp, Id>> ready;
  const auto accepted = [&](const Id& id) {
    const auto found = changes.find(id);
    return found != changes.end() && found->second.position != 0;
  };
  for (const auto& [id, held] : changes) {
    const ChangeHeader& header = held.change.header;
    if (held.position != 0) continue;
    if (header.creates() ? header.scope == header.record || accepted(header.scope) : accepted(header.record)) ready.emplace_back(header.stamp, id);
  }
  if (ready.empty()) return;
  const Id chosen = ready[random.below(ready.size())].second;
  witness_.released.insert(chosen);
  office_.release_late_work(chosen);
}

// Of a device, and so of every copy of it. A copy of a lost one is there to be enrolled anew.
void World::set_standing(Laptop& laptop, Standing standing, Random& random) {
  for (const auto& other : laptops_) {
    if (other->identity.device != laptop.identity.device) continue;
    other->standing = standing;
    if (standing == Standing::lost) other->wants_enrolment = true;
  }
  office_.set_standing(laptop.identity.device, standing, random);
}

bool World::administration(const Step& step, Laptop& laptop, Random& random) {
  using enum StepKind;
  switch (step.kind) {
    case enrol:
      if (laptops_.size() < 8) add_laptop(cast[random.below(std::size(cast))], random);
      return true;
    case change_role: {
      auto role = office_.roles.begin();
      std::advance(role, static_cast<std::ptrdiff_t>(random.below(office_.roles.size())));
      change_worker(laptop, {{worker_facts::role, Value::of_reference(role->second)}}, random);
      return true;
    }
    case change_unit:
      change_worker(laptop, {{worker_facts::units, Value::of_reference(office_.units[0]), random.chance(1, 2)},
                             {worker_facts::units, Value::of_reference(office_.units[1]), random.chance(1, 2)}}, random);
      return true;
    case change_rules: office_.use_rules(random.below(rules_variants().size()), random); return true;
    case suspend:
    case resume:
      if (laptop.standing == Standing::lost) return false;
      set_standing(laptop, step.kind == suspend ? Standing::suspended : Standing::active, random);
      return true;
    case lose:
      if (laptop.gone) return false;
      laptop.gone = true;
      drop(laptop);
      excuse_losses(office_, laptops_, {laptop, laptop.store.contents()}, witness_);
      set_standing(laptop, Standing::lost, random);
      return true;
    case release: release_something(random); return true;
    case back_up: office_.back_up(); return true;
    default: return false;
  }
}

Connection& World::connect(Laptop& laptop, Random& random, bool tamper) {
  const Connection::Manner manner{random.chance(1, 3) && !healing_, scenario_.frames, tamper};
  connections_.push_back(std::make_unique<Connection>(laptop, office_, session_checks_, manner));
  return *connections_.back();
}

// Some small moves of one session, in an order that chance gives. A crash or a broken disk ends it.
void World::run(Connection& connection, std::size_t moves, Random& random) {
  using Move = Connection::Move;
  for (std::size_t i = 0; i < moves; ++i) {
    Move possible[4];
    std::size_t count = 0;
    for (const Move move : {Move::device_effect, Move::office_effect, Move::to_office, Move::to_device}) {
      if (connection.can(move)) possible[count++] = move;
    }
    if (count == 0) return;
    const Move move = possible[random.below(count)];
    note(static_cast<std::uint64_t>(move));
    const bool on_laptop = move == Move::device_effect;
    try {
      connection.move(move, random);
    } catch (const Crash&) {
      if (!on_laptop) throw;
      tell(connection.laptop().identity.name + "'s laptop dies in a session");
      return drop(connection.laptop());
    } catch (const Breakage&) {
      if (!on_laptop) throw;
      tell(connection.laptop().identity.name + "'s disk is full in a session");
      return drop(connection.laptop());
    }
    office_checks_.look();
    if (on_laptop) look();
  }
}

bool World::travel(const Step& step, Laptop& laptop, Random& random) {
  using enum StepKind;
  if (step.kind == StepKind::time) {
    const Duration lengths[] = {std::chrono::minutes(5), std::chrono::hours(7), std::chrono::days(3), std::chrono::days(100)};
    const Duration by = lengths[random.below(std::size(lengths))];
    office_.clock.advance(by);
    for (const auto& each : laptops_) each->clock.advance(by + Duration(static_cast<std::int64_t>(random.below(4000)) - 2000));
    return true;
  }
  if (step.kind == wake) {
    for (const auto& connection : connections_) {
      if (connection->is_watching() && random.chance(2, 3)) connection->wake();
    }
    return true;
  }
  if (step.kind == StepKind::move) {
    if (connections_.empty()) return false;
    run(*connections_[step.who % connections_.size()], 1 + random.below(40), random);
    return true;
  }
  if ((step.kind != contact && step.kind != StepKind::connect) || laptop.gone) return false;
  if (laptop.wants_enrolment && random.chance(2, 3)) enrol_anew(laptop, random);
  Connection* open = connection_of(laptop);
  if (open != nullptr && open->is_watching()) open->again();
  if (open == nullptr) open = &this->connect(laptop, random, std::exchange(tamper_next_, false));
  run(*open, step.kind == contact ? moves_max : random.below(60), random);
  return true;
}

void World::enrol_anew(Laptop& laptop, Random& random) {
  drop(laptop);
  std::unique_ptr<Signer> key = office_.new_key();
  const Id device = office_.enrol(laptop.identity.worker, key->public_key(), random);
  office_.back_up();
  laptop.enrol_anew(device, std::move(key));
  laptop.backups.clear();
  if (laptop.standing == Standing::lost) laptop.standing = Standing::active;
  if (laptop.standing != Standing::active) office_.set_standing(device, laptop.standing, random);
}

void World::set_clock(Laptop& laptop, Random& random) {
  const WallTime now = office_.clock.now();
  const WallTime moments[] = {now, now + std::chrono::days(3650), WallTime{}, now - std::chrono::days(1), now + std::chrono::minutes(40),
                              now - std::chrono::days(365 * 60)};
  laptop.clock.set(moments[random.below(std::size(moments))]);
}

// What the directory said since the backup is said again, before anybody is let in.
void World::restore_office(Random& random) {
  drop_all();
  if (!office_.restore_backup()) return;
  office_checks_.restored();
  excuse_restore(office_, laptops_, witness_);
  say_standings(random);
}

void World::say_standings(Random& random) {
  for (const auto& laptop : laptops_) {
    const std::optional<OfficeDevice> row = office_.store.find_device(laptop->identity.device);
    if (row && row->standing != laptop->standing) office_.set_standing(laptop->identity.device, laptop->standing, random);
  }
}

bool World::fault(const Step& step, Laptop& laptop, Random& random) {
  using enum StepKind;
  const StoreFault::Kind deaths[] = {StoreFault::Kind::crash_before, StoreFault::Kind::crash_after};
  switch (step.kind) {
    case cut:
      if (Connection* open = connection_of(laptop)) {
        if (random.chance(1, 2)) open->leave();
        else drop(laptop);
      }
      return true;
    case restore_office: World::restore_office(random); return true;
    case StepKind::clone:
      if (laptops_.size() >= 8 || laptop.gone) return false;
      witness_.cloned.insert(laptop.identity.device);
      laptops_.push_back(laptop.clone(laptop.identity.name + "'s twin " + std::to_string(laptops_.size())));
      laptop_checks_.push_back(std::make_unique<LaptopChecks>(*laptops_.back(), witness_));
      return true;
    case image:
      if (!laptop.gone) laptop.backups.push_back(laptop.store.contents());
      return true;
    case restore_image: {
      if (laptop.gone || laptop.backups.empty()) return false;
      drop(laptop);
      const MemoryDeviceStore::Contents before = laptop.store.contents();
      laptop.store.restore(laptop.backups[random.below(laptop.backups.size())]);
      excuse_losses(office_, laptops_, {laptop, before}, witness_);
      for (std::size_t i = 0; i < laptops_.size(); ++i) {
        if (laptops_[i].get() == &laptop) laptop_checks_[i]->restored();
      }
      return true;
    }
    case StepKind::clock: set_clock(laptop, random); return true;
    case disk_full: laptop.store.set_fault({StoreFault::Kind::disk_full, random.below(20)}); return true;
    case laptop_crash: laptop.store.set_fault({deaths[random.below(2)], random.below(30)}); return true;
    case office_crash: office_.store.set_fault({deaths[random.below(2)], random.below(30)}); return true;
    case office_disk_full: office_.store.set_fault({StoreFault::Kind::disk_full, random.below(20)}); return true;
    case tamper: tamper_next_ = true; return true;
    default: return false;
  }
}

void World::drop(const Laptop& laptop) {
  for (const auto& connection : connections_) {
    if (&connection->laptop() == &laptop && !connection->over()) connection->close(Side::office);
  }
}

void World::drop_all() {
  for (const auto& connection : connections_) {
    if (!connection->over()) connection->close(Side::device);
  }
  sweep();
}

void World::office_died() {
  office_.store.rollback();
  drop_all();
  office_.restart();
}

void World::sweep() {
  for (const auto& connection : connections_) {
    if (connection->report().greeting == Greeting::twin) connection->laptop().wants_enrolment = true;
  }
  std::erase_if(connections_, [](const auto& connection) { return connection->over(); });
}

}  // namespace caseload::sync
