// caseload_bench_sessions: whole sessions with many newly begun cases: both machines, both desks, real keys, no wire. What
// counts is how the numbers in brackets grow: what a session costs must grow with what changed, not with its square.

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/store/device_store.h"
#include "common/sqlite/database.h"
#include "server/store/sqlite_store.h"
#include "sync/session/half.h"
#include "sync/transaction.h"
#include "tests/simulation/laptop.h"
#include "tests/simulation/office.h"
#include "tests/support/temp_folder.h"

namespace {

using namespace caseload;
using namespace caseload::sync;

constexpr FieldNumber case_name = 20, note_text = 16, worker_name = 21;

// Of the processor: what other programs do meanwhile, and what the disk takes, is not in it.
double milliseconds_of(const std::function<void()>& work) {
  const std::clock_t begin = std::clock();
  work();
  return 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

// One side of a session: what it was sent, and its machine.
struct End {
  SessionMachine& machine;
  AskDesk desk;
  std::deque<Bytes> arrived{};
  bool over = false;

  void did(Effects effects, End& other) {
    const HalfOutcome outcome = carry_out(machine, std::move(effects), desk);
    other.arrived.insert(other.arrived.end(), outcome.sent.begin(), outcome.sent.end());
    CHECK(!outcome.fault, outcome.fault ? outcome.fault->to_string() : std::string());
    over = over || outcome.finished;
  }
  bool take(End& other) {
    if (arrived.empty()) return false;
    const Bytes message = std::move(arrived.front());
    arrived.pop_front();
    did(machine.received(message), other);
    return true;
  }
};

// A device's disk, and the office's: in memory, or in a database.
class Disks {
 public:
  virtual ~Disks() = default;
  virtual const char* name() const = 0;
  virtual OfficeStore& begin_office(const MemoryOfficeStore& founded) = 0;
  virtual std::unique_ptr<DeviceStore> new_device(const DeviceState& state) = 0;
};

class InMemory : public Disks {
 public:
  const char* name() const override { return "in memory"; }
  OfficeStore& begin_office(const MemoryOfficeStore& founded) override {
    office_ = std::make_unique<MemoryOfficeStore>();
    office_->restore(founded.contents());
    return *office_;
  }
  std::unique_ptr<DeviceStore> new_device(const DeviceState& state) override {
    return std::make_unique<MemoryDeviceStore>(state);
  }

 private:
  std::unique_ptr<MemoryOfficeStore> office_;
};

class InDatabases : public Disks {
 public:
  const char* name() const override { return "in SQLCipher, on this disk"; }

  OfficeStore& begin_office(const MemoryOfficeStore& founded) override {
    office_ = std::move(*server::open_sqlite_store(next_path(), Secret(database_key_bytes)));
    StoreTransaction<OfficeStore> act(*office_);
    const MemoryOfficeStore::Contents& held = founded.contents();
    for (const auto& [position, id] : held.by_position) office_->put(held.changes.at(id));
    for (const auto& [digest, segment] : held.segments) office_->put_segment(segment);
    for (const auto& [leaf, acceptance] : held.acceptances) office_->append_acceptance(acceptance);
    for (const auto& [digest, receipt] : held.receipts) office_->put_receipt(receipt);
    for (const auto& [id, device] : held.devices) office_->put_device(device);
    office_->set_head(*held.head);
    act.commit();
    return *office_;
  }

  std::unique_ptr<DeviceStore> new_device(const DeviceState& state) override {
    databases_.push_back(std::make_unique<Database>(std::move(*client::open_store(next_path(), Secret(database_key_bytes)))));
    auto store = std::make_unique<client::SqlDeviceStore>(*databases_.back(), Catalogue::built_in());
    store->begin();
    store->set_state(state);
    store->commit();
    return store;
  }

 private:
  std::string next_path() { return folder_ / std::to_string(++files_); }

  TempFolder folder_;
  int files_ = 0;
  std::vector<std::unique_ptr<Database>> databases_;
  std::unique_ptr<server::ServerStore> office_;
};

// A worker's device, with a store of any kind.
class Device {
 public:
  Device(Disks& disks, Office& office, const std::string& role, Random& random) : clock_(office.clock.now()) {
    const std::vector<FieldWrite> facts{{worker_facts::role, Value::of_reference(office.roles.at(role))},
                                        {worker_name, Value::of_text(role)},
                                        {worker_facts::units, Value::of_reference(office.units.front())}};
    state_.worker = office.administer({{kinds::worker, {}, {}, facts}}, random).front();
    key_ = office.new_key();
    state_.device = office.enrol(state_.worker, key_->public_key(), random);
    store_ = disks.new_device(state_);
    const OfficeIdentity whom = office.identity();
    trust_ = std::make_unique<DeviceTrust>(DeviceTrust{{whom.log, whom.ledger_key, whom.recovery_key, *whom.checker},
                                                       whom.device, whom.key, *key_,
                                                       [](const Change& change) { return pack(change); }});
  }

  Id begin(KindNumber kind, const Id& scope, std::vector<FieldWrite> writes, Random& random) {
    HybridClock stamps(clock_, store_->state().last_stamp);
    const Id id = Id::make(static_cast<std::uint64_t>(to_milliseconds(clock_.now())), random);
    const Authorship by{state_.worker, id, stamps.next(), {}};
    keep(*store_, Catalogue::built_in(), compose_act({kind, scope, {}, std::move(writes)}, by, random));
    return id;
  }

  void begin_cases(std::size_t cases, const Id& unit, Random& random) {
    StoreTransaction<DeviceStore> act(*store_);
    for (std::size_t i = 0; i < cases; ++i) {
      const Id file = begin(kinds::case_file, {}, {{case_facts::unit, Value::of_reference(unit)},
                                                   {case_facts::status, Value::of_code(number_of(CaseStatus::open))},
                                                   {case_name, Value::of_text("Case " + std::to_string(i))}}, random);
      for (int note = 0; note < 2; ++note) {
        begin(kinds::note, file, {{header::type, Value::of_code(number_of(NoteType::contact))},
                                  {note_text, Value::of_text("Visited at home; all is well there.")}}, random);
      }
      last_case_ = file;
    }
    act.commit();
  }

  void one_more_note(Random& random) {
    StoreTransaction<DeviceStore> act(*store_);
    begin(kinds::note, last_case_, {{header::type, Value::of_code(number_of(NoteType::contact))},
                                    {note_text, Value::of_text("Called back.")}}, random);
    act.commit();
  }

  SessionReport meet(OfficeStore& office, const OfficeSelf& self) {
    DeviceDesk here(*store_, Catalogue::built_in(), *trust_, clock_);
    OfficeDesk there(office, self, PeerFacts{state_.device, false});
    DeviceSide device_side(false);
    OfficeSide office_side;
    End device{device_side, ask(here)};
    End of_office{office_side, ask(there)};
    device.did(device_side.start(), of_office);
    while (of_office.take(device) || device.take(of_office)) {
    }
    CHECK(device.over && of_office.over, "a session ends");
    CHECK(here.report().complete && here.report().repaired == 0, "nothing is amiss");
    return here.report();
  }

 private:
  ManualClock clock_;
  DeviceState state_;
  std::unique_ptr<Signer> key_;
  std::unique_ptr<DeviceStore> store_;
  std::unique_ptr<DeviceTrust> trust_;
  Id last_case_;
};

void run(Disks& disks, const std::vector<std::size_t>& sizes) {
  std::printf("\nStores %s; milliseconds of the processor, both sides; in brackets for each case\n\n", disks.name());
  std::printf("| New cases, of 3 records | push them | another's first session | one note more | nothing to say | "
              "and then a manager: nothing |\n|---|---|---|---|---|---|\n");
  for (const std::size_t cases : sizes) {
    SeededRandom random(70);
    Office founded(true, PageLimits{}, 7);
    Device worker(disks, founded, "caseworker", random);
    Device manager(disks, founded, "manager", random);
    OfficeStore& office = disks.begin_office(founded.store);
    const OfficeSelf self = founded.self();
    worker.meet(office, self);
    worker.begin_cases(cases, founded.units.front(), random);
    const double push = milliseconds_of([&] { CHECK(worker.meet(office, self).accepted == 3 * cases, "all of them"); });
    const double first = milliseconds_of([&] { CHECK(manager.meet(office, self).received >= 3 * cases, "all of them"); });
    worker.meet(office, self);
    worker.one_more_note(random);
    const double one = milliseconds_of([&] { CHECK(worker.meet(office, self).accepted == 1, "the one"); });
    const double empty = milliseconds_of([&] { CHECK(worker.meet(office, self).received == 0, "nothing"); });
    manager.meet(office, self);
    const double of_manager = milliseconds_of([&] { CHECK(manager.meet(office, self).received == 0, "nothing"); });
    const double n = static_cast<double>(cases);
    std::printf("| %zu | %.0f (%.2f) | %.0f (%.2f) | %.1f (%.3f) | %.1f (%.3f) | %.1f (%.3f) |\n", cases, push, push / n,
                first, first / n, one, one / n, empty, empty / n, of_manager, of_manager / n);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::size_t> sizes;
  for (int i = 1; i < count; ++i) sizes.push_back(std::strtoul(arguments[i], nullptr, 10));
  if (sizes.empty()) sizes = {100, 200, 400, 800};
  InMemory memory;
  run(memory, sizes);
  InDatabases databases;
  run(databases, sizes);
  return 0;
}
