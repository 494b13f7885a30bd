#include "server/office/office.h"

#include "sync/sharing/default_rules.h"
#include "sync/sharing/rules_text.h"
#include "sync/transaction.h"

namespace caseload::server {
namespace {

using sync::StoreTransaction;

constexpr const char* own_numbers = "office/own";
constexpr FieldNumber worker_name = 21, rules_words = 18, device_label = 20;

// What the office's own device has to remember beside its row.
struct OwnNumbers {
  std::uint64_t next_seq = 1;
  std::uint64_t last_stamp = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(next_seq, last_stamp);
  }
};

OwnNumbers numbers_of(const ServerStore& store) {
  const std::optional<Bytes> bytes = store.value(own_numbers);
  if (!bytes) return {};
  const Result<OwnNumbers> numbers = decode<OwnNumbers>(*bytes);
  CHECK(numbers.ok(), "the office wrote its own numbers");
  return *numbers;
}

sync::CompiledRules compiled(const std::string& text) {
  Result<sync::Rules> rules = sync::parse_rules(text, Catalogue::built_in());
  CHECK(rules.ok(), "only rules that were read are installed");
  return sync::CompiledRules(std::move(*rules));
}

Value text(std::string_view words) { return Value::of_text(words); }
Value link(const Id& id) { return Value::of_reference(id); }
Value code(CodeNumber number) { return Value::of_code(number); }

}  // namespace

Office::Office(ServerStore& store, const OfficeKeys& keys, const Clock& clock, Random& random)
    : store_(store), keys_(keys), clock_(clock), random_(random), rules_text_(sync::default_rules_text()),
      rules_(compiled(rules_text_)) {
  read_rules();
}

Id Office::new_id() { return Id::make(static_cast<std::uint64_t>(to_milliseconds(clock_.now())), random_); }

Result<void> Office::found(const std::string& founder_name) {
  CHECK(store_.last_position() == 0, "an office is founded once");
  StoreTransaction act(static_cast<sync::OfficeStore&>(store_));
  sync::OfficeDevice own;
  own.device = keys_.device;
  own.worker = keys_.administrator;
  own.key = keys_.signing.public_key();
  own.is_office = true;
  store_.put_device(own);

  std::vector<AdministrativeAct> acts;
  acts.push_back({kinds::device, {}, {}, {{device_facts::worker, link(keys_.administrator)},
                                          {device_facts::standing, code(number_of(Standing::active))},
                                          {device_facts::key, text(to_hex(own.key))},
                                          {device_facts::sealing_key, text(to_hex(keys_.sealing.public_key()))},
                                          {device_label, text("the office")}}, keys_.device});
  acts.push_back({kinds::worker, {}, {}, {{worker_name, text(founder_name)}}, keys_.administrator});
  for (const sync::RoleLine& role : rules_.rules().roles) {
    acts.push_back({kinds::role, keys_.device, {}, {{role_facts::name, text(role.name)}}, {}});
  }
  acts.push_back({kinds::sharing_rules, keys_.device, {}, {{rules_words, text(rules_text_)}}, {}});
  const Result<std::vector<sync::Change>> changes = compose(keys_.administrator, acts);
  if (!changes) return changes.fault();
  if (Result<void> taken = take_own(*changes); !taken) return taken;
  act.commit();
  return {};
}

Result<std::vector<sync::Change>> Office::compose(const Id& as, std::span<const AdministrativeAct> acts) {
  OwnNumbers numbers = numbers_of(store_);
  const sync::OfficeFacts facts = this->facts();
  std::vector<sync::Change> changes;
  for (const AdministrativeAct& act : acts) {
    const KindEntry* kind = Catalogue::built_in().find_kind(act.kind);
    CHECK(kind != nullptr, "an act of a known kind");
    HybridClock stamps(clock_, Stamp{numbers.last_stamp});
    const Stamp stamp = stamps.next();
    numbers.last_stamp = stamp.value;
    const sync::RecordState before = act.record.is_none() ? sync::RecordState() : facts.state(act.record);
    const sync::Known known = [&](const sync::FieldKey& key) { return before.known(key); };
    Result<sync::Change> change =
        sync::compose_writes({act.id.is_none() ? new_id() : act.id, stamp, as, act.scope, act.record, act.kind},
                             {*kind, act.writes, known}, random_.bytes<16>());
    if (!change) return change.fault();
    changes.push_back(std::move(*change));
  }
  store_.set_value(own_numbers, encode(numbers));
  return changes;
}

// Requires an open transaction.
Result<void> Office::take_own(std::span<const sync::Change> changes) {
  OwnNumbers numbers = numbers_of(store_);
  const sync::OfficeDevice own = *store_.find_device(keys_.device);
  sync::SegmentHeader header;
  header.device = keys_.device;
  header.epoch = own.epoch;
  header.number = own.next_number;
  header.previous = own.previous;
  header.first_seq = numbers.next_seq;
  std::vector<Digest> digests;
  std::vector<Bytes> packed;
  for (const sync::Change& change : changes) {
    digests.push_back(digest_of(change.header));
    packed.push_back(pack(change));
  }
  close_segment(header, digests, keys_.signing);
  const Result<sync::Signed<sync::Receipt>> receipt = take_in(store_, intake(), {header, packed});
  if (!receipt) return receipt.fault();
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (receipt->body.judgement_of(i) == sync::Receipt::Judgement::late)
      return Fault(store_.find(changes[i].header.id)->held_for);
  }
  sign_head(store_, intake());
  numbers.next_seq += changes.size();
  store_.set_value(own_numbers, encode(numbers));
  return {};
}

Result<std::vector<Id>> Office::administer(const Id& as, std::span<const AdministrativeAct> acts) {
  StoreTransaction act(static_cast<sync::OfficeStore&>(store_));
  Result<std::vector<Id>> ids = administer_within(as, acts);
  if (ids) act.commit();
  return ids;
}

Result<std::vector<Id>> Office::administer_within(const Id& as, std::span<const AdministrativeAct> acts) {
  const Result<std::vector<sync::Change>> changes = compose(as, acts);
  if (!changes) return changes.fault();
  if (Result<void> taken = take_own(*changes); !taken) return taken.fault();
  std::vector<Id> ids;
  for (const sync::Change& change : *changes) ids.push_back(change.header.id);
  return ids;
}

Result<Id> Office::administer(const Id& as, const AdministrativeAct& act) {
  const Result<std::vector<Id>> ids = administer(as, {&act, 1});
  if (!ids) return ids.fault();
  return ids->front();
}

// The newest rules of the log.
void Office::read_rules() {
  const std::vector<Id> versions = store_.records_of(keys_.device, kinds::sharing_rules);
  if (versions.empty()) return;
  const sync::FieldView written = facts().state(versions.back()).view(Catalogue::built_in(), rules_words);
  if (written.in_force.empty() || written.in_force.front().text() == rules_text_) return;
  rules_text_ = written.in_force.front().text();
  rules_ = compiled(rules_text_);
}

sync::OfficeFacts Office::facts() const { return {store_, Catalogue::built_in(), {clock_.now()}}; }

sync::OfficeSelf Office::self() const {
  return {Catalogue::built_in(), rules_, keys_.log, keys_.device, keys_.ledger, checker_, clock_, sync::PageLimits(),
          sync::lease_max, [this](BytesView former) { return renewed(former); }};
}

// Where the authority itself has ended, devices go on with what they have, and are told when that runs out.
Bytes Office::renewed(BytesView former) const {
  Result<Bytes> certificate = keys_.authority.renew_device(
      former, {to_milliseconds(clock_.now()) / 1000, certificate_seconds}, random_);
  return certificate ? std::move(*certificate) : Bytes();
}

sync::IntakeContext Office::intake() const {
  const std::optional<sync::Signed<sync::TreeHead>> head = store_.head();
  return {Catalogue::built_in(), rules_,   keys_.log,   head ? head->body.restore_epoch : 0,
          keys_.ledger,          checker_, clock_.now()};
}

sync::OfficeTrust Office::trust() const {
  return {keys_.name,
          keys_.log,
          keys_.device,
          keys_.device,
          keys_.signing.public_key(),
          keys_.ledger.public_key(),
          keys_.recovery_key,
          keys_.recovery_sealing_key,
          keys_.sealing.public_key(),
          keys_.authority.certificate()};
}

}  // namespace caseload::server
