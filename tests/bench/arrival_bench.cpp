// caseload_bench_arrivals: two hundred devices come to one office within five seconds, each with twenty new notes, and fetch
// what is theirs: over real TLS, into the office's real database, with the devices' own databases in SQLCipher.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "client/store/device_store.h"
#include "server/store/sqlite_store.h"
#include "sync/transaction.h"
#include "tests/bench/speed/machine.h"
#include "tests/bench/speed/report.h"
#include "tests/end_to_end/copy_store.h"
#include "tests/end_to_end/running_office.h"
#include "tests/support/temp_folder.h"

namespace {

using namespace caseload;
using Clock_ = std::chrono::steady_clock;

constexpr std::size_t notes_each = 20;
constexpr std::size_t units = 10;  // who of a unit knows of each other's cases
constexpr std::chrono::milliseconds arrive_within{5'000};

Secret key(std::uint8_t first) {
  Secret made(database_key_bytes);
  for (std::uint8_t& byte : made.writable()) byte = first;
  return made;
}

// A worker's machine, with the case that it brought to the office before.
struct Machine {
  std::unique_ptr<sync::Laptop> self;  // its key, its clock, whom it trusts
  std::unique_ptr<Database> database;
  std::unique_ptr<client::SqlDeviceStore> store;
  std::size_t unit = 0;
  Id the_case;
  double took_ms = 0;
  bool well = false;
  std::uint64_t received = 0;

  Id write(const sync::Act& act, Random& random) {
    const Id id = Id::make(static_cast<std::uint64_t>(to_milliseconds(self->clock.now())), random);
    HybridClock stamps(self->clock, store->state().last_stamp);
    const sync::Change change = sync::compose_act(act, {self->identity.worker, id, stamps.next(), {}}, random);
    keep(*store, Catalogue::built_in(), change);
    return id;
  }

  client::SyncOutcome meet(const client::LinkSetting& setting) {
    const sync::DeviceTrust trust = self->trust();
    return client::SyncRunner(*store, Catalogue::built_in(), trust, self->clock).run(setting);
  }
};

class Fleet {
 public:
  Fleet(sync::Team& team, std::size_t count) : team_(team), machines_(count) {
    while (team.office.units.size() < units) {
      const sync::Act unit{kinds::unit, {}, {}, {{17, sync::text("Unit " + std::to_string(team.office.units.size()))}}};
      team.office.units.push_back(team.office.administer({unit}, random_).front());
    }
    manager_ = team.hire("Manager", "manager");
    std::vector<sync::FieldWrite> everywhere;
    for (const Id& unit : team.office.units) everywhere.push_back({worker_facts::units, sync::link(unit)});
    team.office.administer({{kinds::worker, {}, manager_->identity.worker, everywhere}}, random_);
    for (std::size_t i = 0; i < count; ++i) {
      Machine& machine = machines_[i];
      machine.unit = i % units;
      machine.self = team.hire("Worker " + std::to_string(i), "caseworker", machine.unit);
      const std::string path = folder_ / (std::to_string(i) + ".db");
      machine.database = std::make_unique<Database>(std::move(*client::open_store(path, key(9), {.cache_bytes = 2 << 20})));
      machine.store = std::make_unique<client::SqlDeviceStore>(*machine.database, Catalogue::built_in());
      sync::StoreTransaction<client::SqlDeviceStore> act(*machine.store);
      sync::DeviceState state = machine.store->state();
      state.device = machine.self->identity.device;
      state.worker = machine.self->identity.worker;
      machine.store->set_state(state);
      act.commit();
    }
  }

  // Everybody has one case of their own, and has fetched what everybody has. Then a manager of all units leaves a note in
  // each case, and everybody writes.
  void settle(const RunningOffice& office) {
    for (Machine& machine : machines_) {
      sync::StoreTransaction<client::SqlDeviceStore> act(*machine.store);
      machine.the_case = machine.write({kinds::case_file, {}, {}, {{case_facts::unit, sync::link(team_.office.units[machine.unit])},
                                                                   {case_facts::status, sync::code(CaseStatus::open)},
                                                                   {sync::case_name, sync::text("Ruth Example")}}}, random_);
      act.commit();
    }
    for (int round = 0; round < 2; ++round) everybody_meets(office);
    CHECK(!office.meet(*manager_).fault, "a manager");
    for (const Machine& machine : machines_) team_.note(*manager_, machine.the_case, "Seen, and agreed.");
    CHECK(office.meet(*manager_).report.accepted == machines_.size(), "a note in each case");
    for (Machine& machine : machines_) {
      sync::StoreTransaction<client::SqlDeviceStore> act(*machine.store);
      for (std::size_t note = 0; note < notes_each; ++note) {
        machine.write({kinds::note, machine.the_case, {}, {{header::type, sync::code(NoteType::contact)},
                                                           {sync::note_text, sync::text("Visited at home. All is well there; the next visit is on Tuesday, "
                                                                                        "and the school will be asked about the mornings.")}}}, random_);
      }
      act.commit();
    }
  }

  void everybody_meets(const RunningOffice& office) {
    constexpr std::size_t at_once = 16;
    std::vector<std::thread> meeting;
    for (std::size_t first = 0; first < at_once; ++first) {
      meeting.emplace_back([this, &office, first] {
        for (std::size_t i = first; i < machines_.size(); i += at_once) machines_[i].meet(office.link(machines_[i].self->identity.device));
      });
    }
    for (std::thread& one : meeting) one.join();
  }

  void arrive(const RunningOffice& office) {
    std::vector<std::thread> coming;
    const Clock_::time_point begin = Clock_::now();
    for (std::size_t i = 0; i < machines_.size(); ++i) {
      const client::LinkSetting setting = office.link(machines_[i].self->identity.device);
      const auto when = begin + arrive_within * i / machines_.size();
      coming.emplace_back([this, i, setting, when] {
        std::this_thread::sleep_until(when);
        Machine& machine = machines_[i];
        const Clock_::time_point began = Clock_::now();
        const client::SyncOutcome outcome = machine.meet(setting);
        machine.took_ms = std::chrono::duration<double, std::milli>(Clock_::now() - began).count();
        machine.well = !outcome.fault && outcome.report.complete && outcome.report.accepted == notes_each && outcome.report.received > 0;
        machine.received = outcome.report.received;
      });
    }
    for (std::thread& one : coming) one.join();
  }

  const std::vector<Machine>& machines() const { return machines_; }

 private:
  sync::Team& team_;
  TempFolder folder_;
  SystemRandom random_;
  std::vector<Machine> machines_;
  std::unique_ptr<sync::Laptop> manager_;
};

void tell(bench::Report& report, const Fleet& fleet, const server::ServiceCounts& before, const server::ServiceCounts& after) {
  std::vector<double> times;
  double failed = 0, received = 0;
  for (const Machine& machine : fleet.machines()) {
    times.push_back(machine.took_ms);
    failed += machine.well ? 0 : 1;
    received += static_cast<double>(machine.received);
  }
  const double pushes = static_cast<double>(times.size());
  report.take({"sessions that failed", "sessions", "", 0}, {failed});
  report.take({"a session, p50", "ms"}, {bench::percentile(times, 0.5)});
  report.take({"a session, p95", "ms", "", 500}, {bench::percentile(times, 0.95)});
  report.take({"a session, the longest", "ms"}, {bench::percentile(times, 1)});
  report.take({"commits of the office for each session", "commits"}, {static_cast<double>(after.commits - before.commits) / pushes});
  report.take({"operations of its writer for each session", "operations"}, {static_cast<double>(after.operations - before.operations) / pushes});
  report.take({"changes received, all together", "changes"}, {received});
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t devices = 200;
  std::string json;
  for (int i = 1; i < count; ++i) {
    if (std::string(arguments[i]) == "--json" && i + 1 < count) json = arguments[++i];
    else devices = std::strtoul(arguments[i], nullptr, 10);
  }
  if (devices == 0) {
    std::fputs("usage: caseload_bench_arrivals [DEVICES] [--json FILE]    200 devices without\n", stderr);
    return 2;
  }
  bench::Report::Facts facts = bench::machine_facts();
  facts.emplace_back("size", std::to_string(devices) + " devices within 5 s, " + std::to_string(notes_each) + " notes each, all in one process");
  bench::Report report(facts);
  TempFolder folder;  // on the disk; the devices' own stand elsewhere, as they do in life
  ::setenv("TMPDIR", "/dev/shm", 1);
  sync::Team team;
  Fleet fleet(team, devices);
  std::unique_ptr<server::ServerStore> store = std::move(*server::open_sqlite_store(folder / "office.db", key(3)));
  server::copy_into(*store, team.office.store.contents());
  OfficeManner manner;
  manner.store = store.get();
  RunningOffice office(team, manner);
  fleet.settle(office);
  const server::ServiceCounts before = office.service().counts();
  const bench::Cost arriving = bench::cost_of([&] { fleet.arrive(office); });
  const server::ServiceCounts after = office.service().counts();
  office.stop();
  tell(report, fleet, before, after);
  report.take({"of the processor for each session, both sides", "ms"}, {1'000 * arriving.processor / static_cast<double>(devices)});
  report.print();
  if (!json.empty()) report.write(json);
  return 0;
}
