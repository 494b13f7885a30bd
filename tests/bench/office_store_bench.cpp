// The office's stores, measured: changes taken in by the batch, found, and fed to devices, while the log grows. The
// same work on SQLite and on PostgreSQL. Times are milliseconds; the machine's disk decides the commits.
#include <chrono>
#include <cstdio>
#include <functional>

#include "common/base/random.h"
#include "server/store/postgres_store.h"
#include "server/store/sqlite_store.h"
#include "sync/transaction.h"
#include "tests/simulation/composing.h"
#include "tests/support/private_postgres.h"
#include "tests/support/temp_folder.h"

using namespace caseload;
using namespace caseload::server;

namespace {

constexpr std::size_t scopes_all = 5'000, scopes_few = 50;
constexpr std::uint64_t batch = 10'000, segment = 20;
constexpr FieldNumber note_text = 16;

double milliseconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

class Bench {
 public:
  explicit Bench(ServerStore& store) : store_(store) {
    for (std::size_t i = 0; i < scopes_all; ++i) scopes_.push_back(id());
    device_.device = id();
  }

  void run(const char* name) {
    std::printf("%s\n%10s %12s %12s %9s %9s %9s %9s %9s\n", name, "log", "10,000 in", "bare 1 in", "find",
                "record", "one scope", "tail 5000", "page 5000");
    for (const std::uint64_t upto : {batch, 2 * batch, 5 * batch, 10 * batch}) {
      while (next_ <= upto - batch) take_in(batch);
      const double in = milliseconds_of([&] { take_in(batch); });
      const double one = milliseconds_of([&] { take_in(1); });
      std::printf("%10llu %12.0f %12.2f %9.3f %9.3f %9.2f %9.2f %9.2f\n",
                  static_cast<unsigned long long>(next_ - 1), in, one,
                  each(500, [&] { static_cast<void>(store_.find(some())); }),
                  each(500, [&] { static_cast<void>(store_.changes_of_record(some())); }),
                  each(50,
                       [&] {
                         feed({&scopes_[chance_.below(scopes_all)], 1}, 0, 1'000);
                       }),
                  each(20, [&] { feed(scopes_, next_ - 21, 1'000); }),
                  each(5, [&] { feed(scopes_, next_ / 2, 1'000); }));
    }
    std::printf("%10s a page of 1,000 of %zu scopes among %zu: %.2f\n", "", scopes_few, scopes_all,
                each(20, [&] { feed(std::span(scopes_).first(scopes_few), 0, 1'000); }));
  }

 private:
  Id id() { return Id::make(1'790'000'000'000U + ++made_, chance_); }
  Id some() { return written_[chance_.below(written_.size())]; }

  double each(int times, const std::function<void()>& work) {
    return milliseconds_of([&] {
             for (int i = 0; i < times; ++i) work();
           }) /
           times;
  }

  void feed(std::span<const Id> scopes, std::uint64_t after, std::size_t limit) {
    static_cast<void>(store_.changes_of_scopes(scopes, {after, UINT64_MAX, limit}));
  }

  sync::OfficeChange note() {
    const std::string words(300, static_cast<char>('a' + chance_.below(26)));
    const sync::Authorship by{device_.device, id(), Stamp::at(from_milliseconds(1'790'000'000'000)),
                              [](const sync::FieldKey&) { return std::vector<Id>(); }};
    sync::OfficeChange held;
    held.change = compose_act(
        {kinds::note, scopes_[chance_.below(scopes_all)], {}, {{note_text, Value::of_text(words), false}}},
        by, chance_);
    held.digest = digest_of(held.change.header);
    held.position = next_++;
    return held;
  }

  // As intake writes it, without judging: what is measured is the store.
  void take_in(std::uint64_t changes) {
    std::vector<sync::OfficeChange> notes;
    for (std::uint64_t i = 0; i < changes; ++i) notes.push_back(note());
    store_.begin_batch();
    for (std::size_t at = 0; at < notes.size(); at += segment) {
      sync::StoreTransaction<ServerStore> part(store_);
      sync::OfficeSegment of;
      of.header.device = device_.device;
      of.header.number = ++device_.next_number;
      const sync::Acceptance acceptance{
          digest_of(of.header),
          notes[at].position,
          {},
          sync::ChangeBits::first(std::min<std::size_t>(segment, notes.size() - at))};
      for (std::size_t i = at; i < std::min<std::size_t>(at + segment, notes.size()); ++i) {
        of.changes.push_back(notes[i].digest);
        notes[i].segment = acceptance.segment;
        static_cast<void>(store_.find(notes[i].change.header.id));
        store_.put(notes[i]);
        written_.push_back(notes[i].change.header.id);
      }
      store_.put_segment(of);
      store_.append_acceptance(acceptance);
      store_.put_device(device_);
      part.commit();
    }
    store_.commit_batch();
  }

  ServerStore& store_;
  SeededRandom chance_{5};
  std::uint64_t made_ = 0;
  std::uint64_t next_ = 1;
  std::vector<Id> scopes_;
  std::vector<Id> written_;
  sync::OfficeDevice device_;
};

}  // namespace

int main() {
  const TempFolder folder;
  Secret key(database_key_bytes);
  OpenOptions options;
  options.cache_bytes = 64 << 20;
  Result<std::unique_ptr<ServerStore>> sqlite = open_sqlite_store(folder / "office.db", key, options);
  if (!sqlite) return 1;
  Bench(**sqlite).run("SQLite");
  PrivatePostgres& postgres = PrivatePostgres::instance();
  Result<std::unique_ptr<PostgresStore>> store =
      open_postgres_store({postgres.where(postgres.new_database())});
  if (!store) return 1;
  Bench(**store).run("PostgreSQL");
  return 0;
}
