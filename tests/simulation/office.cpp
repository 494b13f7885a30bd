#include "tests/simulation/office.h"

#include "sync/sharing/default_rules.h"
#include "sync/sharing/rules_text.h"
#include "sync/transaction.h"

namespace caseload::sync {
namespace {

constexpr WallTime begin_of_world = Date(std::chrono::year(2026) / 3 / 2) + std::chrono::hours(9);

RulesVariant compiled(const std::string& text) {
  Result<Rules> rules = parse_rules(text, Catalogue::built_in());
  CHECK(rules.ok(), "the rules of the simulated world are rules");
  return {text, CompiledRules(std::move(*rules))};
}

Value text(std::string_view words) { return Value::of_text(words); }
Value code(CodeNumber number) { return Value::of_code(number); }
Value link(const Id& id) { return Value::of_reference(id); }

}  // namespace

const std::vector<RulesVariant>& rules_variants() {
  static const std::vector<RulesVariant> variants = [] {
    const std::string usual(default_rules_text());
    std::vector<RulesVariant> made;
    made.push_back(compiled(usual));
    made.push_back(compiled(usual + "caseworker never writes risk.assessment\n"));
    made.push_back(compiled(usual + "caseworker never reads note.narrative marking restricted\n"));
    made.push_back(compiled(usual + "caseworker may read case.* risk.* action.* in own unit\n"));
    return made;
  }();
  return variants;
}

Office::Office(bool real_keys, const PageLimits& page, std::uint64_t seed)
    : clock(begin_of_world), real_keys_(real_keys), page_(page), ledger_key_(new_key()), recovery_key_(new_key()),
      own_key_(new_key()), rules_(rules_variants().front().compiled) {
  SeededRandom random(seed);
  log = Id::make(static_cast<std::uint64_t>(to_milliseconds(clock.now())), random);
  found(random);
}

// The office's first segment: itself, who administers it, its roles, units, provider and rules.
void Office::found(Random& random) {
  const auto new_id = [&] { return Id::make(static_cast<std::uint64_t>(to_milliseconds(clock.now())), random); };
  own_device = new_id();
  administrator = new_id();
  OfficeDevice own;
  own.device = own_device;
  own.worker = administrator;
  own.key = own_key_->public_key();
  own.is_office = true;
  store.begin();
  store.put_device(own);
  store.commit();

  std::vector<Change> changes;
  const auto add = [&](const Act& act, const Id& id) {
    HybridClock stamps(clock, last_stamp_);
    last_stamp_ = stamps.next();
    changes.push_back(compose_act(act, {administrator, id, last_stamp_, {}}, random));
    return id;
  };
  add({kinds::device, {}, {}, {{device_facts::worker, link(administrator)}, {device_facts::key, text(to_hex(own.key))}}}, own_device);
  add({kinds::worker, {}, {}, {{21, text("Alex Administrator")}}}, administrator);
  for (const char* name : {"caseworker", "manager", "records_officer", "provider", "auditor", "custodial_officer"}) {
    roles[name] = add({kinds::role, own_device, {}, {{role_facts::name, text(name)}}}, new_id());
  }
  for (const char* name : {"North", "South"}) units.push_back(add({kinds::unit, {}, {}, {{17, text(name)}}}, new_id()));
  providers.push_back(add({kinds::provider, own_device, {}, {{17, text("Harbour Housing")}}}, new_id()));
  add(sharing_rules_act(0), new_id());
  take_own(changes);
}

Act Office::sharing_rules_act(std::size_t variant) const {
  return {kinds::sharing_rules, own_device, {}, {{18, text(rules_variants()[variant].text)}}};
}

void Office::take_own(const std::vector<Change>& changes) {
  StoreTransaction act(store);
  const OfficeDevice own = *store.find_device(own_device);
  SegmentHeader header;
  header.device = own_device;
  header.epoch = own.epoch;
  header.number = own.next_number;
  header.previous = own.previous;
  header.first_seq = next_seq_;
  next_seq_ += changes.size();
  std::vector<Digest> digests;
  std::vector<Bytes> packed;
  for (const Change& change : changes) {
    digests.push_back(digest_of(change.header));
    packed.push_back(pack(change));
  }
  close_segment(header, digests, *own_key_);
  const Result<Signed<Receipt>> receipt = take_in(store, intake(), {header, packed});
  CHECK(receipt.ok(), receipt.ok() ? "" : receipt.fault().to_string());
  CHECK(receipt->body.late.empty(), "the office accepts its own administrative acts");
  sign_head(store, intake());
  act.commit();
  read_rules();
}

std::vector<Id> Office::administer(const std::vector<Act>& acts, Random& random) {
  std::vector<Change> changes;
  std::vector<Id> ids;
  const OfficeFacts facts(store, Catalogue::built_in(), {clock.now()});
  for (const Act& act : acts) {
    HybridClock stamps(clock, last_stamp_);
    last_stamp_ = stamps.next();
    const RecordState record = act.record.is_none() ? RecordState() : facts.state(act.record);
    const Id id = Id::make(static_cast<std::uint64_t>(to_milliseconds(clock.now())), random);
    changes.push_back(compose_act(act, {administrator, id, last_stamp_, [&](const FieldKey& key) { return record.known(key); }}, random));
    ids.push_back(id);
  }
  take_own(changes);
  return ids;
}

Id Office::enrol(const Id& worker, const PublicKey& key, Random& random) {
  const Id device = administer({{kinds::device, own_device, {}, {{device_facts::worker, link(worker)},
                                                                 {device_facts::standing, code(number_of(Standing::active))},
                                                                 {device_facts::key, text(to_hex(key))}}}}, random).front();
  OfficeDevice row;
  row.device = device;
  row.worker = worker;
  row.key = key;
  StoreTransaction act(store);
  store.put_device(row);
  act.commit();
  return device;
}

void Office::set_standing(const Id& device, Standing standing, Random& random) {
  administer({{kinds::device, own_device, device, {{device_facts::standing, code(number_of(standing))}}}}, random);
  StoreTransaction act(store);
  OfficeDevice row = *store.find_device(device);
  row.standing = standing;
  store.put_device(row);
  act.commit();
}

void Office::use_rules(std::size_t variant, Random& random) { administer({sharing_rules_act(variant)}, random); }

// The newest rules of the log.
void Office::read_rules() {
  const std::vector<Id> versions = store.records_of(own_device, kinds::sharing_rules);
  const FieldView written = OfficeFacts(store, Catalogue::built_in(), {clock.now()}).state(versions.back()).view(Catalogue::built_in(), 18);
  for (std::size_t i = 0; i < rules_variants().size(); ++i) {
    if (rules_variants()[i].text != written.in_force.front().text() || rules_now_ == i) continue;
    rules_ = rules_variants()[i].compiled;
    rules_now_ = i;
  }
}

bool Office::release_late_work(const Id& change) {
  StoreTransaction act(store);
  if (!release(store, intake(), change)) return false;
  sign_head(store, intake());
  act.commit();
  return true;
}

void Office::back_up() {
  StoreTransaction act(store);
  store.set_backed_up(store.last_position());
  act.commit();
  backup_ = store.contents();
}

// As the restore command does it: what was kept is stated under the offline recovery key, and a new epoch begins.
bool Office::restore_backup() {
  if (!backup_) return false;
  const std::uint32_t epoch = store.head()->body.restore_epoch + 1;
  store.set_fault({});  // a restore is prepared beside the store, and swapped in whole
  store.restore(*backup_);
  StoreTransaction act(store);
  const std::uint64_t size = store.ledger_size();
  store.add_restore(sign(Restore{log, epoch, {size, root_at(store.nodes(), size)}, clock.now()}, *recovery_key_));
  IntakeContext with = intake();
  with.restore_epoch = epoch;
  sign_head(store, with);
  // Epochs granted since the backup are not known any more: the office's own device goes on in one nobody had.
  OfficeDevice own = *store.find_device(own_device);
  own.epoch = epoch + 1;
  own.next_number = 1;
  own.previous = {};
  store.put_device(own);
  act.commit();
  backup_ = store.contents();
  read_rules();
  return true;
}

void Office::restart() { read_rules(); }

OfficeSelf Office::self() {
  return {Catalogue::built_in(), rules_, log, own_device, *ledger_key_, signature_checker(real_keys_), clock, page_};
}

IntakeContext Office::intake() const {
  const std::optional<Signed<TreeHead>> head = store.head();
  return {Catalogue::built_in(), rules_, log, head ? head->body.restore_epoch : 0, *ledger_key_, signature_checker(real_keys_), clock.now()};
}

OfficeIdentity Office::identity() const {
  return {log, own_device, own_key_->public_key(), ledger_key_->public_key(), recovery_key_->public_key(), &signature_checker(real_keys_)};
}

}  // namespace caseload::sync
