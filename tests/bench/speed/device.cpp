#include "tests/bench/speed/device.h"

#include <filesystem>

#include "sync/transaction.h"

namespace caseload::bench {

Id hire(sync::Office& office, const std::string& role, const Id& unit, Random& random) {
  const std::vector<sync::FieldWrite> facts{{worker_facts::role, Value::of_reference(office.roles.at(role))},
                                            {worker_name, Value::of_text(role)},
                                            {worker_facts::units, Value::of_reference(unit)}};
  return office.administer({{kinds::worker, {}, {}, facts}}, random).front();
}

Device::Device(sync::Office& office, const Id& worker, const std::string& path, Random& random)
    : path_(path), clock_(office.clock.now()), random_(random.next()), key_(office.new_key()) {
  state_.worker = worker;
  state_.device = office.enrol(worker, key_->public_key(), random);
  const sync::OfficeIdentity whom = office.identity();
  trust_ = std::make_unique<sync::DeviceTrust>(sync::DeviceTrust{{whom.log, whom.ledger_key, whom.recovery_key, *whom.checker},
                                                                 whom.device, whom.key, *key_,
                                                                 [](const sync::Change& change) { return pack(change); }});
}

void Device::open(std::size_t cache_bytes) {
  database_ = std::make_unique<Database>(
      std::move(*client::open_store(path_, Secret(database_key_bytes), {.cache_bytes = cache_bytes})));
  store_ = std::make_unique<client::SqlDeviceStore>(*database_, Catalogue::built_in());
  in_one_act([&] { store_->set_state(state_); });
}

Id Device::begin(KindNumber kind, const Id& scope, std::vector<sync::FieldWrite> writes) {
  return keep_act({kind, scope, {}, std::move(writes)}, {});
}

void Device::write(const Id& record, std::vector<sync::FieldWrite> writes) {
  const std::optional<sync::RecordRow> row = store_->find_record(record);
  CHECK(row.has_value(), "what is written to is here");
  keep_act({row->kind, row->scope, record, std::move(writes)}, store_->record(record));
}

Id Device::note(const Id& scope, const std::string& text) {
  return begin(kinds::note, scope, {{header::type, Value::of_code(number_of(NoteType::contact))}, {note_text, Value::of_text(text)}});
}

Id Device::keep_act(const sync::Act& act, const sync::RecordState& seen) {
  if (!stamps_) stamps_.emplace(clock_, store_->state().last_stamp);
  for (const auto& [key, field] : seen.fields()) {
    for (const sync::HeldWrite& write : field.standing()) static_cast<void>(stamps_->follow(write.origin.stamp));
  }
  const Id id = Id::make(static_cast<std::uint64_t>(to_milliseconds(clock_.now())), random_);
  const sync::Authorship by{state_.worker, id, stamps_->next(), [&](const sync::FieldKey& key) { return seen.known(key); }};
  keep(*store_, Catalogue::built_in(), compose_act(act, by, random_));
  return id;
}

void Device::in_one_act(const std::function<void()>& work) {
  sync::StoreTransaction<sync::DeviceStore> act(*store_);
  work();
  act.commit();
}

client::SyncOutcome Device::meet(const client::LinkSetting& setting) {
  client::SyncOutcome outcome = client::SyncRunner(*store_, Catalogue::built_in(), *trust_, clock_).run(setting);
  CHECK(!outcome.fault, outcome.fault ? outcome.fault->to_string() : std::string());
  CHECK(outcome.report.complete, "a session is complete");
  return outcome;
}

std::uint64_t Device::file_bytes() {
  CHECK(database_->empty_log().ok(), "nobody reads");
  return std::filesystem::file_size(path_);
}

}  // namespace caseload::bench
