// caseload_bench_store: the device's store with 100,000 notes: taking them in, saving one more, searching, letting cases go.
// Beside each stands what the disk and the database cost without us.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include "client/store/device_store.h"
#include "client/store/search.h"
#include "common/record/kinds.h"
#include "common/sqlite/migrate.h"
#include "common/sqlite/transaction.h"
#include "sync/device/apply.h"
#include "sync/device/outbox.h"
#include "sync/session/limits.h"
#include "sync/transaction.h"
#include "tests/bench/language.h"
#include "tests/simulation/composing.h"
#include "tests/simulation/keys.h"
#include "tests/support/temp_folder.h"

namespace {

using namespace caseload;
using namespace caseload::client;
using Steady = std::chrono::steady_clock;

constexpr std::size_t notes = 100'000;
constexpr std::size_t cases = 500;
constexpr std::size_t notes_a_commit = 10'000;
constexpr std::size_t saves = 300;
constexpr std::size_t searches = 400;
constexpr FieldNumber note_text = 16;

double milliseconds(const std::function<void()>& work) {
  const Steady::time_point begin = Steady::now();
  work();
  return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

double at(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

void print(const char* what, const std::vector<double>& values) {
  std::printf("| %s | %.2f | %.2f |\n", what, at(values, 0.5), at(values, 0.95));
}

std::size_t resident_kib() {
  std::ifstream status("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  status >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

struct Office {
  Office() : worker(Id::make(1, language.random())), device(Id::make(2, language.random())) {
    for (std::size_t i = 0; i < cases; ++i) scopes.push_back(Id::make(10 + i, language.random()));
  }
  sync::Change note(std::size_t number) {
    const Id id = Id::make(1'790'000'000'000U + number, language.random());
    const sync::Authorship by{worker, id, Stamp::at(from_milliseconds(1'790'000'000'000 + static_cast<std::int64_t>(number))), {}};
    return compose_act({kinds::note, scopes[number % cases], {}, {{header::type, Value::of_code(1)}, {note_text, Value::of_text(language.text(300))}}},
                       by, language.random());
  }
  bench::Language language;
  Id worker;
  Id device;
  std::vector<Id> scopes;
};

Secret key() { return Secret(database_key_bytes); }

Database open(const std::string& path) {
  Result<Database> opened = open_store(path, key(), {.cache_bytes = 64 << 20});
  CHECK(opened.ok(), "the store opens");
  return std::move(*opened);
}

// The rows that any program would keep, with two indexes and full text.
constexpr Migration plain_shape{
    1, "001_plain",
    "CREATE TABLE note (n INTEGER PRIMARY KEY, id BLOB, scope BLOB, author BLOB, type INTEGER, occurred INTEGER, recorded INTEGER,"
    " place TEXT, text TEXT) STRICT; CREATE INDEX by_scope ON note (scope, occurred); CREATE INDEX by_id ON note (id);"
    "CREATE VIRTUAL TABLE note_index USING fts5(text, content='', contentless_delete=1);",
    "plain"};

Database open_plain(const std::string& path) {
  Result<Database> database = open_migrated(path, key(), std::span(&plain_shape, 1), {.cache_bytes = 64 << 20});
  CHECK(database.ok(), "the plain table opens");
  return std::move(*database);
}

double plain_rows(const std::string& path, const std::vector<sync::Change>& all) {
  Database database = open_plain(path);
  return milliseconds([&] {
    for (std::size_t begin = 0; begin < all.size(); begin += notes_a_commit) {
      Transaction transaction(database);
      for (std::size_t i = begin; i < begin + notes_a_commit; ++i) {
        const sync::Change& note = all[i];
        const std::string& text = note.parts.back().writes.back().value.bytes();
        database.prepare("INSERT INTO note (id, scope, author, type, occurred, recorded, place, text) VALUES (?, ?, ?, 1, ?, ?, 'office', ?)")
            .run(note.header.id, note.header.scope, note.header.author, i, i, text);
        database.prepare("INSERT INTO note_index (rowid, text) VALUES (?, ?)").run(database.last_row_id(), text);
      }
      transaction.commit();
    }
  });
}

void take_in(SqlDeviceStore& store, const Office& office, const std::vector<sync::Change>& all) {
  for (std::size_t begin = 0; begin < all.size(); begin += notes_a_commit) {
    sync::StoreTransaction<sync::DeviceStore> act(store);
    for (std::size_t i = begin; i < begin + notes_a_commit; ++i) {
      sync::StoredChange stored;
      stored.change = all[i];
      stored.device = office.device;
      stored.state = sync::ChangeState::accepted;
      stored.position = i + 1;
      stored.leaf = i / 256;
      put_merged(store, Catalogue::built_in(), stored, stored.change.parts);
    }
    act.commit();
  }
}

// What the disk asks for a write that stays: about as many bytes as a save adds to the log of the database.
std::vector<double> bare_syncs(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const Bytes block(48 << 10, 7);
  std::vector<double> times;
  for (std::size_t i = 0; i < saves; ++i) {
    times.push_back(milliseconds([&] {
      const bool written = ::write(file, block.data(), block.size()) == static_cast<ssize_t>(block.size());
      CHECK(written && ::fsync(file) == 0, "a write that stays");
    }));
  }
  ::close(file);
  return times;
}

std::vector<double> save_notes(SqlDeviceStore& store, Office& office) {
  std::vector<double> times;
  for (std::size_t i = 0; i < saves; ++i) {
    const sync::Change note = office.note(notes + i);
    times.push_back(milliseconds([&] {
      sync::StoreTransaction<sync::DeviceStore> act(store);
      keep(store, Catalogue::built_in(), note);
      act.commit();
    }));
  }
  return times;
}

std::vector<double> search_times(const SqlDeviceStore& store, SearchOrder order, const std::function<SearchQuery(std::size_t)>& ask) {
  std::vector<double> times;
  for (std::size_t i = 0; i < searches; ++i) {
    SearchQuery query = ask(i);
    query.order = order;
    times.push_back(milliseconds([&] { CHECK(search(store, query).ok(), "a search"); }));
  }
  return times;
}

void print_searches(const SqlDeviceStore& store, Office& office) {
  bench::Language& language = office.language;
  const auto one_word = [&](std::size_t) { return SearchQuery{.text = language.word()}; };
  const auto common = [&](std::size_t i) { return SearchQuery{.text = language.of_rank(i % 10)}; };
  const auto two_words = [&](std::size_t) { return SearchQuery{.text = language.word() + " " + language.word()}; };
  const auto phrase = [&](std::size_t) { return SearchQuery{.text = "\"" + language.word() + " " + language.word() + "\""}; };
  const auto prefix = [&](std::size_t) { return SearchQuery{.text = language.word().substr(0, 2) + "*"}; };
  const auto in_case = [&](std::size_t i) { return SearchQuery{.text = language.word(), .scope = office.scopes[i % cases]}; };
  print("search, a word, newest first", search_times(store, SearchOrder::newest, one_word));
  print("search, one of the ten most common words, newest first", search_times(store, SearchOrder::newest, common));
  print("search, the same, ranked", search_times(store, SearchOrder::ranked, common));
  print("search, two words, newest first", search_times(store, SearchOrder::newest, two_words));
  print("search, a phrase, newest first", search_times(store, SearchOrder::newest, phrase));
  print("search, two letters and a star, newest first", search_times(store, SearchOrder::newest, prefix));
  print("search, a word in one case, newest first", search_times(store, SearchOrder::newest, in_case));
}

// Cases that go, where no note waits to be sent: as many in one commit as a session takes together.
template <class Batch, class LetGo>
void each_withdrawn(const Batch& begin, const LetGo& let_go) {
  for (std::size_t i = cases - cases / 5; i < cases;) {
    auto batch = begin();
    const auto began = std::chrono::steady_clock::now();
    do let_go(i++);
    while (i < cases && std::chrono::steady_clock::now() - began < std::chrono::milliseconds(sync::commit_ms_max));
    batch.commit();
  }
}

// The same cases deleted from the plain table and its index, with overwrite, and the log emptied.
double plain_deletes(const std::string& path, const Office& office) {
  Database database = open_plain(path);
  return milliseconds([&] {
    each_withdrawn([&] { return Transaction(database); }, [&](std::size_t i) {
      database.prepare("DELETE FROM note_index WHERE rowid IN (SELECT n FROM note WHERE scope = ?)").run(office.scopes[i]);
      database.prepare("DELETE FROM note WHERE scope = ?").run(office.scopes[i]);
    });
    CHECK(database.empty_log().ok(), "nobody reads");
  });
}

void let_go(SqlDeviceStore& store, const Office& office, double plain) {
  const std::unique_ptr<Signer> signer = sync::make_signer(1, false);
  const sync::SealForRecovery seal = [](const sync::Change&) { return Bytes(500); };
  const double going = milliseconds([&] {
    each_withdrawn([&] { return sync::StoreBatch<sync::DeviceStore>(store); }, [&](std::size_t i) {
      sync::StoreTransaction<sync::DeviceStore> act(store);
      apply_reach(store, {Catalogue::built_in(), seal, *signer, {}}, {office.scopes[i], std::nullopt, std::nullopt});
      act.commit();
    });
  });
  const double cleaning = milliseconds([&] { CHECK(!store.purge_receipts().empty(), "a receipt for each case"); });
  std::printf("100 of %zu cases withdrawn: %.2f s, then cleaned and receipted: %.2f s; plain rows deleted: %.2f s, ratio %.2f\n", cases,
              going / 1e3, cleaning / 1e3, plain / 1e3, (going + cleaning) / plain);
}

void print_taken_in(double ours, double plain, const TempFolder& folder) {
  const double bytes = static_cast<double>(std::filesystem::file_size(folder / "store.db"));
  const double plain_bytes = static_cast<double>(std::filesystem::file_size(folder / "plain.db"));
  std::printf("taken in: %.2f s, plain rows with two indexes and full text: %.2f s, ratio %.2f\n", ours / 1e3, plain / 1e3, ours / plain);
  std::printf("on the disk: %.1f MB, plain %.1f MB, ratio %.2f\n", bytes / 1e6, plain_bytes / 1e6, bytes / plain_bytes);
}

}  // namespace

int main() {
  std::printf("%u cores, one used; g++ %s; %zu notes of some 300 letters in %zu cases\n", std::thread::hardware_concurrency(),
              __VERSION__, notes, cases);
  const TempFolder folder;
  Office office;
  std::vector<sync::Change> all;
  for (std::size_t i = 0; i < notes; ++i) all.push_back(office.note(i));
  const double plain = plain_rows(folder / "plain.db", all);
  Database database = open(folder / "store.db");
  SqlDeviceStore store(database, Catalogue::built_in());
  sync::DeviceState state;
  state.device = office.device;
  state.worker = Id::make(3, office.language.random());
  state.log = office.device;
  {
    sync::StoreTransaction<sync::DeviceStore> act(store);
    store.set_state(state);
    act.commit();
  }
  const std::size_t before = resident_kib();
  const double ours = milliseconds([&] { take_in(store, office, all); });
  CHECK(database.empty_log().ok(), "nobody reads");
  const std::size_t after = resident_kib();
  all.clear();
  print_taken_in(ours, plain, folder);
  std::printf("| Milliseconds | p50 | p95 |\n|---|---|---|\n");
  print("a bare write of 48 KiB with its fsync", bare_syncs(folder / "bare"));
  print("a note saved", save_notes(store, office));
  print_searches(store, office);
  TimelineQuery page;
  page.scope = office.scopes[7];
  std::vector<double> timelines;
  for (std::size_t i = 0; i < searches; ++i) {
    timelines.push_back(milliseconds([&] { CHECK(!store.timeline(page).empty(), "a page of a case"); }));
  }
  print("the latest hundred of a case, as rows", timelines);
  std::printf("memory: %zu KiB before the notes came in, %zu after, %zu at the end; of it 65536 are SQLite's cache\n", before, after,
              resident_kib());
  let_go(store, office, plain_deletes(folder / "plain.db", office));
  return 0;
}
