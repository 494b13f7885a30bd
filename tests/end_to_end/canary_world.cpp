#include "tests/end_to_end/canary_world.h"

#include <filesystem>

#include "client/store/purge.h"
#include "sync/device/apply.h"
#include "sync/device/outbox.h"
#include "sync/sharing/rules_text.h"
#include "sync/transaction.h"

namespace caseload::canary {
namespace {

using sync::FieldWrite;

constexpr std::size_t letters = 16, half = letters / 2;
constexpr std::size_t log_bytes_max = 32 + 24 + 4096;  // its header, and one page with its own

Value text(std::string_view words) { return Value::of_text(words); }
Value link(const Id& id) { return Value::of_reference(id); }

std::uint64_t number_of_half(std::string_view word) {
  std::uint64_t number = 0;
  for (const char letter : word) number = number << 5 | static_cast<std::uint64_t>(letter - 'a');
  return number;
}

CodeNumber some_code(const FieldEntry& field, Random& random) {
  const CodeList* list = Catalogue::built_in().find_code_list(field.code_list);
  return list == nullptr || list->codes.empty() ? CodeNumber{1} : list->codes[random.below(list->codes.size())].number;
}

Secret key() {
  Secret made(database_key_bytes);
  for (std::uint8_t& byte : made.writable()) byte = 5;
  return made;
}

sync::Rules parsed(const std::string& rules) {
  Result<sync::Rules> read = sync::parse_rules(rules, Catalogue::built_in());
  CHECK(read.ok(), "rules made by chance are rules: " + rules);
  return *std::move(read);
}

}  // namespace

std::string Canaries::next(Random& random) {
  std::string word;
  for (std::size_t i = 0; i < letters; ++i) word += static_cast<char>('a' + random.below(26));
  by_word_[word] = all_.size();
  for (std::size_t at : {std::size_t{0}, half}) by_half_[number_of_half(std::string_view(word).substr(at, half))] = all_.size();
  all_.emplace_back(word, Place());
  return word;
}

void Canaries::stand_in(const sync::Change& change) {
  for (const sync::Part& part : change.parts) {
    for (const sync::Write& write : part.writes) {
      if (write.value.type() != ValueType::text) continue;
      const auto known = by_word_.find(write.value.text());
      if (known != by_word_.end()) all_[known->second].second = {change.header.id, part.section};
    }
  }
}

void Canaries::find(BytesView bytes, std::set<std::size_t>& found) const {
  constexpr std::uint64_t mask = (std::uint64_t{1} << 5 * half) - 1;
  std::uint64_t number = 0;
  std::size_t run = 0;
  for (const std::uint8_t byte : bytes) {
    const bool letter = byte >= 'a' && byte <= 'z';
    run = letter ? run + 1 : 0;
    if (!letter) continue;
    number = (number << 5 | static_cast<std::uint64_t>(byte - 'a')) & mask;
    if (run < half) continue;
    if (const auto known = by_half_.find(number); known != by_half_.end()) found.insert(known->second);
  }
}

Viewer::Viewer(sync::Office& office, const std::string& name, const sync::OfficeIdentity& whom, Random& random)
    : clock(office.clock.now()), key_(office.new_key()), whom_(whom) {
  std::vector<FieldWrite> facts{{worker_facts::role, link(office.roles.at(name))}, {21, text(name)}};
  if (name == "provider") facts.push_back({worker_facts::provider, link(office.providers.front())});
  else facts.push_back({worker_facts::units, link(office.units[random.below(office.units.size())])});
  worker = office.administer({{kinds::worker, {}, {}, facts}}, random).front();
  device = office.enrol(worker, key_->public_key(), random);
  Result<Database> opened = client::open_store(folder_ / "caseload.db", key());
  CHECK(opened.ok(), "a store");
  database_ = std::make_unique<Database>(*std::move(opened));
  store_ = std::make_unique<client::SqlDeviceStore>(*database_, Catalogue::built_in());
  sync::StoreTransaction<client::SqlDeviceStore> act(*store_);
  sync::DeviceState state = store_->state();
  state.device = device;
  state.worker = worker;
  store_->set_state(state);
  act.commit();
}

// What is sealed for the organisation's recovery key nobody here can read.
sync::DeviceEnd Viewer::end() {
  const auto seal = [](const sync::Change& change) {
    Bytes bytes = pack(change);
    for (std::uint8_t& byte : bytes) byte ^= 0xa5;
    return bytes;
  };
  return {device, *store_, {{whom_.log, whom_.ledger_key, whom_.recovery_key, *whom_.checker}, whom_.device, whom_.key, *key_, seal}, clock};
}

CanaryWorld::CanaryWorld(std::uint64_t seed, const Plant& plant) : random_(seed), plant_(plant), office_(false, {40, 100'000}, seed + 1'000) {
  office_.roles["importer"] = office_.administer({{kinds::role, office_.own_device, {}, {{role_facts::name, text("importer")}}}}, random_).front();
  new_rules();
  const Id worker = office_.administer({{kinds::worker, {}, {}, {{worker_facts::role, link(office_.roles.at("importer"))},
                                                                 {worker_facts::units, link(office_.units.front())}, {21, text("Importer")}}}},
                                       random_).front();
  std::unique_ptr<Signer> key_of_importer = office_.new_key();
  const Id device = office_.enrol(worker, key_of_importer->public_key(), random_);
  importer_ = std::make_unique<sync::Laptop>(sync::Laptop::Identity{"importer", worker, device, "importer"}, std::move(key_of_importer),
                                             office_.identity(), office_.clock.now());
  for (const char* role : roles) viewers_.push_back(std::make_unique<Viewer>(office_, role, office_.identity(), random_));
  import_meets();
  for (int i = 0; i < 3; ++i) import(kinds::case_file, {});
  import_meets();
  for (const KindEntry& kind : Catalogue::built_in().kinds()) {
    const bool of_a_case = kind.scope == ScopeType::case_file && kind.number != kinds::case_file && kind.number != kinds::late_work;
    if (of_a_case) import(kind.number, some_scope());
  }
}

void CanaryWorld::new_rules() {
  const RandomRules made(random_);
  office_.administer({{kinds::sharing_rules, office_.own_device, {}, {{18, text(made.text())}}}}, random_);
  rules_.emplace(parsed(made.text(plant_.ignored)));
  if (!reference_) reference_.emplace(Catalogue::built_in(), parsed(made.text()), office_.own_device);
  else reference_->change_rules(parsed(made.text()));
  story_ = made.text();
}

sync::OfficeEnd CanaryWorld::office_end() {
  const sync::OfficeSelf self = office_.self();
  return {office_.store, {self.catalogue, *rules_, self.log, self.office_scope, self.ledger_key, self.checker, self.clock, self.page}};
}

Id CanaryWorld::some_scope() {
  const std::vector<Id> cases = [&] {
    std::vector<Id> found;
    for (const auto& [id, record] : importer_->store.contents().records) {
      if (record.row.kind == kinds::case_file) found.push_back(id);
    }
    return found;
  }();
  return cases[random_.below(cases.size())];
}

FieldWrite CanaryWorld::filled(const KindEntry& kind, const FieldEntry& field) {
  switch (field.type) {
    case ValueType::text: {
      const Value word = text(canaries_.next(random_));
      return {field.number, Catalogue::built_in().check(kind, field, word).ok() ? word : Value()};
    }
    case ValueType::code: return {field.number, Value::of_code(some_code(field, random_))};
    case ValueType::integer: return {field.number, Value::of_integer(field.integer_min)};
    case ValueType::date: return {field.number, Value::of_date(Date(std::chrono::year(2026) / 11 / 22))};
    case ValueType::moment: return {field.number, Value::of_moment(office_.clock.now())};
    case ValueType::boolean: return {field.number, Value::of_boolean(random_.chance(1, 2))};
    default: return {field.number, link(office_.units.front())};
  }
}

std::vector<FieldWrite> CanaryWorld::all_fields(const KindEntry& kind) {
  std::vector<FieldWrite> writes;
  for (const FieldEntry& field : kind.fields) {
    const bool moves_it = field.number == header::voided || field.number == header::void_cursor || field.number == header::signed_off ||
                          (kind.number == kinds::case_file && field.number == case_facts::merged_into);
    if (!moves_it) writes.push_back(filled(kind, field));
  }
  set_facts(kind, writes);
  return writes;
}

// The fields that rules look at say something that chance can give rights by.
void CanaryWorld::set_facts(const KindEntry& kind, std::vector<FieldWrite>& writes) {
  std::map<FieldNumber, Value> facts;
  const Id worker = some_viewer().worker;
  switch (kind.number) {
    case kinds::case_file: facts[case_facts::unit] = link(office_.units[random_.below(office_.units.size())]); break;
    case kinds::assignment:
      facts = {{assignment_facts::worker, link(worker)}, {assignment_facts::role, Value::of_code(static_cast<CodeNumber>(1 + random_.below(3)))},
               {assignment_facts::until, Value()}};
      break;
    case kinds::referral:
      facts = {{referral_facts::provider, link(office_.providers.front())}, {referral_facts::worker, link(worker)},
               {referral_facts::status, Value::of_code(number_of(ReferralStatus::sent))}, {referral_facts::until, Value()}};
      break;
    case kinds::consent:
      facts = {{consent_facts::name, text(random_.chance(2, 3) ? "service" : "safety")},
               {consent_facts::status, Value::of_code(number_of(ConsentStatus::given))}, {consent_facts::expires, Value()}};
      break;
    case kinds::emergency_access:
      facts = {{emergency_facts::worker, link(worker)}, {emergency_facts::ended, Value::of_boolean(false)},
               {emergency_facts::until, Value::of_moment(office_.clock.now() + std::chrono::hours(random_.below(48)))}};
      break;
    default: break;
  }
  for (FieldWrite& write : writes) {
    if (const auto fact = facts.find(write.field); fact != facts.end()) write.value = fact->second;
  }
  std::erase_if(writes, [](const FieldWrite& write) { return write.value.is_none(); });
}

void CanaryWorld::import(KindNumber number, const Id& scope) {
  const KindEntry& kind = *Catalogue::built_in().find_kind(number);
  canaries_.stand_in(importer_->act({number, scope, {}, all_fields(kind)}, random_));
}

// Words of a record anew, and perhaps its marking.
void CanaryWorld::rewrite(const sync::RecordRow& row) {
  const KindEntry& kind = *Catalogue::built_in().find_kind(row.kind);
  std::vector<FieldWrite> writes;
  for (const FieldEntry& field : kind.fields) {
    const bool plain = field.type == ValueType::text && field.policy != MergePolicy::once && field.number >= header::own_field_first;
    if (plain && !(row.kind == kinds::consent && field.number == consent_facts::name) && random_.chance(1, 3)) writes.push_back(filled(kind, field));
  }
  if (random_.chance(1, 2)) writes.push_back({header::marking, Value::of_code(static_cast<CodeNumber>(1 + random_.below(3)))});
  std::erase_if(writes, [](const FieldWrite& write) { return write.value.is_none(); });
  if (!writes.empty()) canaries_.stand_in(importer_->act({row.kind, row.scope, row.record, writes}, random_));
}

void CanaryWorld::happen_to_a_record() {
  std::vector<sync::RecordRow> rows;
  for (const auto& [id, record] : importer_->store.contents().records) {
    if (record.row.kind < kinds::worker && record.row.kind != kinds::late_work) rows.push_back(record.row);
  }
  const sync::RecordRow row = rows[random_.below(rows.size())];
  const auto write = [&](FieldNumber field, const Value& value) { importer_->act({row.kind, row.scope, row.record, {{field, value}}}, random_); };
  switch (row.kind) {
    case kinds::case_file: write(case_facts::unit, link(office_.units[random_.below(office_.units.size())])); break;
    case kinds::assignment: write(assignment_facts::until, Value::of_moment(office_.clock.now())); break;
    case kinds::referral: write(referral_facts::status, Value::of_code(static_cast<CodeNumber>(1 + random_.below(4)))); break;
    case kinds::consent: write(consent_facts::status, Value::of_code(static_cast<CodeNumber>(1 + random_.below(4)))); break;
    case kinds::emergency_access: write(emergency_facts::ended, Value::of_boolean(random_.chance(1, 2))); break;
    default: rewrite(row);
  }
}

void CanaryWorld::happen_to_a_worker() {
  Viewer& viewer = some_viewer();
  if (random_.chance(1, 6)) {
    viewer.standing = viewer.standing == Standing::active ? Standing::suspended : Standing::active;
    return office_.set_standing(viewer.device, viewer.standing, random_);
  }
  FieldWrite write{worker_facts::units, link(office_.units[random_.below(office_.units.size())])};
  if (random_.chance(1, 2)) write = {worker_facts::role, link(office_.roles.at(roles[random_.below(std::size(roles))]))};
  office_.administer({{kinds::worker, {}, viewer.worker, {write}}}, random_);
}

void CanaryWorld::happen() {
  constexpr KindNumber rights[] = {kinds::assignment, kinds::referral, kinds::consent, kinds::emergency_access};
  switch (random_.below(8)) {
    case 0:
    case 1: return import(rights[random_.below(std::size(rights))], some_scope());
    case 2: return import(static_cast<KindNumber>(2 + random_.below(29)), some_scope());
    case 3: return happen_to_a_worker();
    case 4: return write_own(some_viewer());
    default: return happen_to_a_record();
  }
}

// What its device says it may write: a note of its own, in the sections that it may.
void CanaryWorld::write_own(Viewer& viewer) {
  constexpr KindNumber own_kinds[] = {kinds::note, kinds::action, kinds::risk, kinds::need};
  const KindEntry& kind = *Catalogue::built_in().find_kind(own_kinds[random_.below(std::size(own_kinds))]);
  for (const auto& [scope, entry] : viewer.store().coverage()) {
    std::vector<FieldWrite> writes;
    for (const FieldEntry& field : kind.fields) {
      const sync::ObjectFacts object{kind.number, field.section, 1, 1, true};
      if (field.number < header::own_field_first || entry.mask.look_up(object).level != sync::Level::write) continue;
      if (field.type == ValueType::text) writes.push_back(filled(kind, field));
    }
    std::erase_if(writes, [](const FieldWrite& write) { return write.value.is_none(); });
    if (writes.empty()) continue;
    if (kind.find_field(header::type) != nullptr) writes.push_back({header::type, Value::of_code(1)});
    writes.push_back({header::marking, Value::of_code(1)});
    const Id id = Id::make(static_cast<std::uint64_t>(to_milliseconds(viewer.clock.now())), random_);
    HybridClock stamps(viewer.clock, viewer.store().state().last_stamp);
    const sync::Change change = sync::compose_act({kind.number, scope, {}, writes}, {viewer.worker, id, stamps.next(), {}}, random_);
    sync::StoreTransaction<client::SqlDeviceStore> act(viewer.store());
    keep(viewer.store(), Catalogue::built_in(), change);
    act.commit();
    canaries_.stand_in(change);
    viewer.own.insert(id);
    return;
  }
}

void CanaryWorld::import_meets() {
  const sync::DeviceEnd end{importer_->identity.device, importer_->store, importer_->trust(), importer_->clock};
  for (int contact = 0; contact < 2; ++contact) {
    const sync::Ended ended = session(end, office_end());
    if (!ended.well() || ended.report.late > 0) wrong.push_back("the importer's session: " + (ended.device ? ended.device->to_string() : "late work"));
  }
  learn();
}

void CanaryWorld::learn() {
  const auto& contents = office_.store.contents();
  for (auto at = contents.by_position.upper_bound(learned_); at != contents.by_position.end(); ++at) {
    const sync::OfficeChange& held = contents.changes.at(at->second);
    reference_->accept(held.change, held.position, held.accepted, contents.segments.at(held.segment).header.device);
    learned_ = at->first;
  }
}

void CanaryWorld::round() {
  const Duration time = std::chrono::hours(random_.below(20));
  office_.clock.advance(time);
  importer_->clock.advance(time);
  for (const auto& viewer : viewers_) viewer->clock.advance(time);
  if (random_.chance(1, 6)) new_rules();
  for (std::size_t left = 1 + random_.below(6); left > 0; --left) happen();
  import_meets();
  for (const auto& viewer : viewers_) meet(*viewer);
}

void CanaryWorld::meet(Viewer& viewer) {
  constexpr int contacts_max = 4;
  for (int contact = 0; contact < contacts_max; ++contact) {
    const sync::Ended ended = session(viewer.end(), office_end());
    ++sessions;
    const bool let_go = client::is_cleaning_due(viewer.database());
    CHECK(viewer.store().clean_up().ok(), "nobody else reads the log");
    learn();
    const bool again = ended.device == Fault(Fault::stale) || ended.report.repaired > 0;
    if (again) continue;
    if (ended.device) wrong.push_back("a session ended with " + ended.device->to_string());
    return look_at(viewer, let_go);
  }
  wrong.push_back("a device does not come to rest");
}

void CanaryWorld::look_at(Viewer& viewer, bool let_go) {
  // Emptied, but for the page that says so.
  const bool log_is_empty = std::filesystem::file_size(viewer.log_path()) <= log_bytes_max;
  if (let_go && !log_is_empty) wrong.push_back("older pages lie in the log of a device that let go of something");
  const sync::Reference::Held may = reference_->may_hold(viewer.worker, viewer.standing, office_.clock.now());
  if (plant_.keeps_a_copy) keep_a_copy(viewer, may);
  look_at_parts(viewer, may);
  look_at_pages(viewer, may);
}

void CanaryWorld::look_at_parts(Viewer& viewer, const sync::Reference::Held& may) {
  sync::Reference::Held held;
  for (const Id& scope : viewer.store().scopes()) {
    for (const sync::RecordRow& row : viewer.store().records_of_scope(scope)) {
      for (const sync::StoredChange& stored : viewer.store().changes_of_record(row.record)) {
        if (stored.state != sync::ChangeState::accepted) continue;
        for (const sync::Part& part : stored.change.parts) held.emplace(stored.change.header.id, part.section);
      }
    }
  }
  for (const Canaries::Place& place : held) {
    if (!may.contains(place)) wrong.push_back("a part is held that the rules do not give:\n" + story_);
  }
  const bool gains = viewer.standing == Standing::active;
  if (gains && held.size() < may.size()) wrong.push_back("a part is missing that the rules give:\n" + story_);
}

void CanaryWorld::look_at_pages(Viewer& viewer, const sync::Reference::Held& may) {
  CHECK(viewer.database().empty_log().ok(), "nobody else reads the log");
  viewer.seen.clear();
  Statement pages = viewer.database().prepare("SELECT data FROM sqlite_dbpage");
  for (pages.select(); pages.step();) canaries_.find(pages.blob(0), viewer.seen);
  seen += viewer.seen.size();
  const bool gains = viewer.standing == Standing::active;
  for (std::size_t i = 0; i < canaries_.all().size(); ++i) {
    const Canaries::Place& place = canaries_.all()[i].second;
    const std::optional<sync::OfficeChange> at_office = office_.store.find(place.first);
    const bool ours = viewer.own.contains(place.first) && (!at_office || at_office->position == 0);
    const bool stands = viewer.seen.contains(i), should = may.contains(place);
    if (stands && !should && !ours) wrong.push_back("a canary stands on a page of a device that may not have it");
    if (gains && should && !stands) wrong.push_back("a canary is missing from a device that may have it");
  }
}

// Nobody looks for a draft's words among records.
void CanaryWorld::keep_a_copy(Viewer& viewer, const sync::Reference::Held& may) {
  for (const std::size_t i : viewer.seen) {
    const auto& [word, place] = canaries_.all()[i];
    if (may.contains(place)) continue;
    Statement draft = viewer.database().prepare("INSERT OR REPLACE INTO draft (id, scope, kind, saved, content) VALUES (?, ?, 0, 0, ?)");
    draft.run(place.first, place.first, as_bytes(word));
  }
}

}  // namespace caseload::canary
