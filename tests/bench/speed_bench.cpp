// caseload_bench: whole sessions of the two programs' parts as they run: an office in a process of its own, on a real
// database, behind TLS on loopback; a device with a real database in this one. What each measure is beside is what any
// program pays to keep the same notes: plain rows in SQLCipher under the same key and settings, in commits of 10,000.

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "client/link/sync_runner.h"
#include "client/store/device_store.h"
#include "common/sqlite/migrate.h"
#include "common/sqlite/transaction.h"
#include "server/service/service.h"
#include "server/store/sqlite_store.h"
#include "sync/transaction.h"
#include "tests/bench/language.h"
#include "tests/end_to_end/copy_store.h"
#include "tests/end_to_end/running_office.h"
#include "tests/simulation/office.h"
#include "tests/support/temp_folder.h"

namespace {

using namespace caseload;
using namespace caseload::sync;
using Steady = std::chrono::steady_clock;

constexpr std::size_t cases_of_caseworker = 60;
constexpr std::size_t rows_a_commit = 10'000;
constexpr FieldNumber case_name = 20, note_text = 16, worker_name = 21;

double seconds(const std::function<void()>& work) {
  const Steady::time_point begin = Steady::now();
  work();
  return std::chrono::duration<double>(Steady::now() - begin).count();
}

std::size_t peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtoul(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

struct Size {
  std::size_t notes = 100'000;
  std::size_t cases = 500;
};

// The rows that any program would keep: with two indexes and full text, or bare.
constexpr Migration plain_shape{
    1, "001_plain",
    "CREATE TABLE note (n INTEGER PRIMARY KEY, id BLOB, scope BLOB, author BLOB, type INTEGER, occurred INTEGER, recorded INTEGER,"
    " place TEXT, text TEXT) STRICT; CREATE INDEX by_scope ON note (scope, occurred); CREATE INDEX by_id ON note (id);"
    "CREATE VIRTUAL TABLE note_index USING fts5(text, content='', contentless_delete=1);", "plain"};
constexpr Migration bare_shape{
    1, "001_bare",
    "CREATE TABLE note (n INTEGER PRIMARY KEY, id BLOB, scope BLOB, author BLOB, type INTEGER, occurred INTEGER, recorded INTEGER,"
    " place TEXT, text TEXT) STRICT;", "bare"};

double plain_rows(const std::string& path, const std::vector<std::string>& texts, std::size_t count, bool indexed) {
  const Migration& shape = indexed ? plain_shape : bare_shape;
  Database database = *open_migrated(path, Secret(database_key_bytes), std::span(&shape, 1), {.cache_bytes = 64 << 20});
  SeededRandom random(5);
  return seconds([&] {
    for (std::size_t begin = 0; begin < count; begin += rows_a_commit) {
      Transaction transaction(database);
      for (std::size_t i = begin; i < std::min(begin + rows_a_commit, count); ++i) {
        const Id id = Id::make(i, random);
        database.prepare("INSERT INTO note (id, scope, author, type, occurred, recorded, place, text) VALUES (?, ?, ?, 1, ?, ?, 'office', ?)")
            .run(id, id, id, i, i, texts[i]);
        if (indexed) database.prepare("INSERT INTO note_index (rowid, text) VALUES (?, ?)").run(database.last_row_id(), texts[i]);
      }
      transaction.commit();
    }
  });
}

// What the office's process says at its end.
struct OfficeSaid {
  std::uint64_t commits = 0;
  std::uint64_t operations = 0;
  std::size_t peak_kib = 0;
  double cpu = 0;
};

// The office: a child process, which goes when its owner closes the line to it.
class OfficeProcess {
 public:
  OfficeProcess(sync::Office& founded, const Certificates& certificates, const std::string& path) {
    int down[2], up[2];
    CHECK(::pipe(down) == 0 && ::pipe(up) == 0, "pipes");
    child_ = ::fork();
    if (child_ == 0) {
      ::close(down[1]);
      ::close(up[0]);
      serve(founded, certificates, path, down[0], up[1]);
      std::_Exit(0);
    }
    ::close(down[0]);
    ::close(up[1]);
    to_ = down[1];
    from_ = up[0];
    CHECK(::read(from_, &port_, sizeof port_) == sizeof port_, "the office opens");
  }
  ~OfficeProcess() { if (child_ > 0) stop(); }
  OfficeProcess(const OfficeProcess&) = delete;
  OfficeProcess& operator=(const OfficeProcess&) = delete;

  OfficeSaid stop() {
    ::close(to_);
    OfficeSaid said;
    CHECK(::read(from_, &said, sizeof said) == sizeof said, "the office says how it was");
    ::waitpid(std::exchange(child_, 0), nullptr, 0);
    ::close(from_);
    return said;
  }
  std::uint16_t port() const { return port_; }

 private:
  static void serve(sync::Office& founded, const Certificates& certificates, const std::string& path, int from, int to) {
    const bool is_new = !std::filesystem::exists(path);
    auto store = std::move(*server::open_sqlite_store(path, Secret(database_key_bytes), {.cache_bytes = 64 << 20}));
    if (is_new) server::copy_into(*store, founded.store.contents());
    Log log([](std::string_view) {}, [] { return LogTime{}; }, LogLevel::error, 100);
    const server::ServiceSetting setting{founded.self(), [] {}, {certificates.authority()},
                                         *TlsContext::office(certificates.server()), Endpoint("127.0.0.1", 0)};
    auto service = std::move(*server::Service::open(*store, setting, log));
    std::thread watch([&] {
      char byte = 0;
      static_cast<void>(!::read(from, &byte, 1));
      service->stop();
    });
    const std::uint16_t port = service->port();
    CHECK(::write(to, &port, sizeof port) == sizeof port, "the port is told");
    service->run();
    watch.join();
    const server::ServiceCounts counts = service->counts();
    const OfficeSaid said{counts.commits, counts.operations, peak_kib(), static_cast<double>(std::clock()) / CLOCKS_PER_SEC};
    CHECK(::write(to, &said, sizeof said) == sizeof said, "the end is told");
  }

  pid_t child_ = 0;
  int to_ = -1, from_ = -1;
  std::uint16_t port_ = 0;
};

// A worker's device on a real database.
class Device {
 public:
  Device(sync::Office& office, const std::string& role, const Id& unit, const std::string& folder, Random& random)
      : path_(folder + "/" + role + std::to_string(++made_)), clock_(office.clock.now()) {
    const std::vector<FieldWrite> facts{{worker_facts::role, Value::of_reference(office.roles.at(role))},
                                        {worker_name, Value::of_text(role)},
                                        {worker_facts::units, Value::of_reference(unit)}};
    state.worker = office.administer({{kinds::worker, {}, {}, facts}}, random).front();
    key_ = office.new_key();
    state.device = office.enrol(state.worker, key_->public_key(), random);
    const OfficeIdentity whom = office.identity();
    trust_ = std::make_unique<DeviceTrust>(DeviceTrust{{whom.log, whom.ledger_key, whom.recovery_key, *whom.checker},
                                                       whom.device, whom.key, *key_,
                                                       [](const Change& change) { return pack(change); }});
    begin_anew();
  }

  // As enrolled: nothing in its store.
  void begin_anew() {
    store_.reset();
    database_.reset();
    ++life_;
    database_ = std::make_unique<Database>(
        std::move(*client::open_store(path_ + "-" + std::to_string(life_), Secret(database_key_bytes), {.cache_bytes = 64 << 20})));
    store_ = std::make_unique<client::SqlDeviceStore>(*database_, Catalogue::built_in());
    StoreTransaction<DeviceStore> act(*store_);
    store_->set_state(state);
    act.commit();
  }

  Id begin(KindNumber kind, const Id& scope, std::vector<FieldWrite> writes, Random& random) {
    if (!stamps_) stamps_.emplace(clock_, store_->state().last_stamp);
    const Id id = Id::make(static_cast<std::uint64_t>(to_milliseconds(clock_.now())), random);
    const Authorship by{state.worker, id, stamps_->next(), {}};
    keep(*store_, Catalogue::built_in(), compose_act({kind, scope, {}, std::move(writes)}, by, random));
    return id;
  }
  template <class F>
  void in_one_act(const F& work) {
    StoreTransaction<DeviceStore> act(*store_);
    work();
    act.commit();
  }

  client::SyncOutcome meet(const client::LinkSetting& setting) {
    client::SyncRunner runner(*store_, Catalogue::built_in(), *trust_, clock_);
    client::SyncOutcome outcome = runner.run(setting);
    CHECK(!outcome.fault, outcome.fault ? outcome.fault->to_string() : std::string());
    return outcome;
  }
  std::uint64_t file_bytes() {
    CHECK(database_->empty_log().ok(), "nobody reads");
    return std::filesystem::file_size(path_ + "-" + std::to_string(life_));
  }

  DeviceState state;

 private:
  static inline int made_ = 0;
  std::string path_;
  int life_ = 0;
  ManualClock clock_;
  std::unique_ptr<Signer> key_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<client::SqlDeviceStore> store_;
  std::unique_ptr<DeviceTrust> trust_;
  std::optional<HybridClock> stamps_;
};

struct Line {
  std::string measure;
  double value = 0;
  std::string unit;
  double ratio = 0;
  std::string beside;
};

class Table {
 public:
  void add(Line line) {
    std::printf("| %s | %.3f %s | %.2f | %s |\n", line.measure.c_str(), line.value, line.unit.c_str(), line.ratio, line.beside.c_str());
    std::fflush(stdout);
    lines_.push_back(std::move(line));
  }
  void write(const std::string& path) const {
    std::ofstream file(path);
    file << "[";
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const Line& line = lines_[i];
      file << (i == 0 ? "\n" : ",\n") << " {\"measure\": \"" << line.measure << "\", \"value\": " << line.value << ", \"unit\": \""
           << line.unit << "\", \"ratio\": " << line.ratio << ", \"beside\": \"" << line.beside << "\"}";
    }
    file << "\n]\n";
  }

 private:
  std::vector<Line> lines_;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void run(const Size& size, Table& table) {
  const TempFolder folder;
  bench::Language language;
  std::vector<std::string> texts;
  std::size_t text_bytes = 0;
  for (std::size_t i = 0; i < size.notes; ++i) text_bytes += texts.emplace_back(language.text(300)).size();
  const double plain = plain_rows(folder / "plain", texts, size.notes, true);
  const double bare = plain_rows(folder / "bare", texts, size.notes, false);
  const std::size_t of_caseworker = size.notes / size.cases * cases_of_caseworker;
  const double plain_of_caseworker = plain_rows(folder / "plain60", texts, of_caseworker, true);
  const double n = static_cast<double>(size.notes);
  table.add({"the same notes as plain rows with two indexes and full text", 1e6 * plain / n, "us a note", 1, ""});
  table.add({"as plain rows without any", 1e6 * bare / n, "us a note", bare / plain, "plain rows"});

  SeededRandom random(70);
  sync::Office founded(true, PageLimits{}, 7);
  Device importer(founded, "manager", founded.units.front(), folder.path(), random);
  Device manager(founded, "manager", founded.units.front(), folder.path(), random);
  Device caseworker(founded, "caseworker", founded.units.back(), folder.path(), random);
  const Certificates certificates(founded.clock.now());
  OfficeProcess office(founded, certificates, folder / "office.db");
  const auto link = [&](const Device& who) {
    return client::LinkSetting{*TlsContext::device(certificates.device(who.state.device)), {certificates.authority()},
                               Endpoint("127.0.0.1", office.port())};
  };
  importer.meet(link(importer));
  std::vector<Id> cases;
  importer.in_one_act([&] {
    for (std::size_t i = 0; i < size.cases; ++i) {
      cases.push_back(importer.begin(kinds::case_file, {}, {{case_facts::unit, Value::of_reference(founded.units.front())},
                                                            {case_facts::status, Value::of_code(number_of(CaseStatus::open))},
                                                            {case_name, Value::of_text("Case " + std::to_string(i))}}, random));
      if (i >= cases_of_caseworker) continue;
      importer.begin(kinds::assignment, cases.back(), {{assignment_facts::worker, Value::of_reference(caseworker.state.worker)},
                                                       {assignment_facts::role, Value::of_code(number_of(AssignmentRole::lead))},
                                                       {assignment_facts::from, Value::of_moment(founded.clock.now())}}, random);
    }
  });
  importer.meet(link(importer));
  const double saving = seconds([&] {
    for (std::size_t begin = 0; begin < size.notes; begin += rows_a_commit) {
      importer.in_one_act([&] {
        for (std::size_t i = begin; i < std::min(begin + rows_a_commit, size.notes); ++i) {
          importer.begin(kinds::note, cases[i % size.cases], {{header::type, Value::of_code(number_of(NoteType::contact))},
                                                              {note_text, Value::of_text(texts[i])}}, random);
        }
      });
    }
  });
  table.add({"saved on the device, in commits of 10,000", 1e6 * saving / n, "us a note", saving / plain, "plain rows; goal 1.5"});
  client::SyncOutcome pushed;
  const double push = seconds([&] { pushed = importer.meet(link(importer)); });
  CHECK(pushed.report.accepted == size.notes, "all were accepted");
  table.add({"pushed, accepted durably", 1e6 * push / n, "us a note", push / bare, "rows without index; goal 2"});
  const double lean = static_cast<double>(text_bytes) + 64.0 * n;
  table.add({"bytes of that push", static_cast<double>(pushed.bytes_sent) / n, "a note", static_cast<double>(pushed.bytes_sent) / lean,
             "text and 64 bytes a note; goal 0.45"});
  client::SyncOutcome first;
  const double all = seconds([&] { first = manager.meet(link(manager)); });
  CHECK(first.report.received >= size.notes, "all came");
  table.add({"a manager's first synchronisation, all of it", 1e6 * all / n, "us a note", all / plain, "plain rows; goal 1.5"});
  table.add({"bytes of that", static_cast<double>(first.bytes_received) / n, "a note", static_cast<double>(first.bytes_received) / lean,
             "text and 64 bytes a note; goal 0.45"});
  const double some = seconds([&] { first = caseworker.meet(link(caseworker)); });
  CHECK(first.report.received >= of_caseworker, "sixty cases came");
  table.add({"a caseworker's first synchronisation, 60 cases", 1e6 * some / static_cast<double>(of_caseworker), "us a note",
             some / plain_of_caseworker, "plain rows; goal 1.5"});
  table.add({"the manager's database on the disk", static_cast<double>(manager.file_bytes()) / 1e6, "MB",
             static_cast<double>(manager.file_bytes()) / static_cast<double>(std::filesystem::file_size(folder / "plain")), "plain rows; goal 1.5"});

  std::vector<double> empty, hundred;
  for (int i = 0; i < 9; ++i) empty.push_back(seconds([&] { manager.meet(link(manager)); }));
  table.add({"a cold session with nothing to do, 500 cases", 1e3 * median(empty), "ms", 0, ""});
  for (int i = 0; i < 9; ++i) {
    importer.in_one_act([&] {
      for (std::size_t k = 0; k < 100; ++k)
        importer.begin(kinds::note, cases[k], {{header::type, Value::of_code(number_of(NoteType::contact))}, {note_text, Value::of_text(texts[k])}}, random);
    });
    importer.meet(link(importer));
    hundred.push_back(seconds([&] { CHECK(manager.meet(link(manager)).report.received == 100, "the hundred"); }));
  }
  table.add({"a cold session with 100 new notes", 1e3 * median(hundred), "ms", 0, ""});
  const OfficeSaid said = office.stop();
  table.add({"the office's memory at its peak", static_cast<double>(said.peak_kib) / 1024, "MiB", 0, ""});
  table.add({"the devices' memory at its peak, all three with this program's own", static_cast<double>(peak_kib()) / 1024, "MiB", 0, ""});
}

}  // namespace

int main(int count, char** arguments) {
  Size size;
  std::string json;
  for (int i = 1; i + 1 < count; i += 2) {
    if (std::strcmp(arguments[i], "--notes") == 0) size.notes = std::strtoul(arguments[i + 1], nullptr, 10);
    if (std::strcmp(arguments[i], "--cases") == 0) size.cases = std::strtoul(arguments[i + 1], nullptr, 10);
    if (std::strcmp(arguments[i], "--json") == 0) json = arguments[i + 1];
  }
  std::printf("%u cores; g++ %s; %zu notes of some 300 letters in %zu cases; TLS, signatures, rules, encryption and index on; every commit on the disk\n\n",
              std::thread::hardware_concurrency(), __VERSION__, size.notes, size.cases);
  std::printf("| Measure | value | ratio | beside |\n|---|---|---|---|\n");
  Table table;
  run(size, table);
  if (!json.empty()) table.write(json);
  return 0;
}
