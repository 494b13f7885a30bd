// caseload_bench_page: the page over 100,000 records: what each screen costs on the server's side, from the request to the
// last letter of its answer; and the first screen after the database was opened, beyond key derivation.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "client/keys/key_file.h"
#include "client/web/site.h"
#include "common/record/kinds.h"
#include "sync/device/apply.h"
#include "sync/transaction.h"
#include "tests/simulation/composing.h"
#include "tests/simulation/keys.h"
#include "tests/support/temp_folder.h"

namespace {

using namespace caseload;
using namespace caseload::client;
using Steady = std::chrono::steady_clock;

constexpr std::size_t cases = 500;
constexpr std::size_t notes = 92'500;
constexpr std::size_t of_the_largest = 5'000;  // notes in one case; the others have some 175
constexpr std::size_t actions = 5'000;
constexpr std::size_t risks = 1'000;
constexpr std::size_t others = 1'000;  // outcomes
constexpr std::size_t requests = 25;
constexpr std::uint16_t port = 8123;
constexpr std::int64_t now = 1'795'000'000'000;

double milliseconds(const std::function<void()>& work) {
  const Steady::time_point begin = Steady::now();
  work();
  return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

double at(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

// A caseload of invented words, as if an office had sent it.
class Caseload {
 public:
  explicit Caseload(const std::string& path) : path_(path) {
    worker_ = Id::make(1, random_);
    device_ = Id::make(2, random_);
    open();
    sync::DeviceState state;
    state.device = device_;
    state.worker = worker_;
    state.log = device_;
    sync::StoreTransaction<SqlDeviceStore> act(*store_);
    store_->set_state(state);
    act.commit();
    fill();
  }

  void open() {
    Result<Database> opened = open_store(path_, Secret(database_key_bytes), {.cache_bytes = 64 << 20});
    CHECK(opened.ok(), "the store opens");
    database_ = std::make_unique<Database>(std::move(*opened));
    store_ = std::make_unique<SqlDeviceStore>(*database_, Catalogue::built_in());
    audit_ = std::make_unique<AuditTrail>(*database_);
    drafts_ = std::make_unique<Drafts>(*database_);
    const sync::Lease lease = sync::grant_lease({device_, 1}, clock_.now());
    place_.reset(new Workplace{*store_, *audit_, *drafts_, clock_, Zone::utc(), random_, worker_, device_, lease, sync::TimeFloor(lease.granted())});
  }
  void close() {
    place_.reset();
    drafts_.reset();
    audit_.reset();
    store_.reset();
    database_.reset();
  }

  Workplace* place() { return place_.get(); }
  Clock& clock() { return clock_; }
  const std::vector<Id>& scopes() const { return scopes_; }

 private:
  std::string words(std::size_t bytes) {
    std::string text;
    while (text.size() < bytes) {
      for (std::uint64_t letters = 2 + random_.below(7); letters > 0; --letters) text += static_cast<char>('a' + random_.below(8));
      text += ' ';
    }
    return text;
  }

  static sync::FieldWrite field(KindNumber kind, const char* name, const Value& value) {
    return {Catalogue::built_in().find_kind(kind)->find_field(name)->number, value};
  }
  void put(KindNumber kind, const Id& scope, const Id& id, std::vector<sync::FieldWrite> writes) {
    const sync::Authorship by{worker_, id, Stamp::at(from_milliseconds(static_cast<std::int64_t>(id.milliseconds()))), {}};
    sync::StoredChange stored;
    stored.change = compose_act({kind, scope, {}, std::move(writes)}, by, random_);
    stored.device = device_;
    stored.state = sync::ChangeState::accepted;
    stored.position = ++position_;
    stored.leaf = position_ / 256;
    put_merged(*store_, Catalogue::built_in(), stored, stored.change.parts);
  }

  Id next_id() { return Id::make(static_cast<std::uint64_t>(now) - 100'000'000'000U + position_ * 1'000'000U, random_); }
  Value day(std::int64_t from_now) { return Value::of_date(std::chrono::floor<std::chrono::days>(clock_.now()) + std::chrono::days(from_now)); }
  Value day_within(std::uint64_t days) { return day(static_cast<std::int64_t>(random_.below(days)) - 10); }

  void fill() {
    sync::StoreTransaction<SqlDeviceStore> act(*store_);
    const Id role = next_id();
    put(kinds::role, device_, role, {field(kinds::role, "name", Value::of_text("manager"))});
    put(kinds::worker, worker_, worker_,
        {field(kinds::worker, "role", Value::of_reference(role)), field(kinds::worker, "name", Value::of_text("Lena"))});
    for (std::size_t i = 0; i < cases; ++i) {
      const Id scope = next_id();
      put(kinds::case_file, scope, scope,
          {field(kinds::case_file, "status", Value::of_code(number_of(CaseStatus::open))), field(kinds::case_file, "name", Value::of_text(words(14))),
           field(kinds::case_file, "next_contact", day_within(40)), field(kinds::case_file, "reference", Value::of_text("C-" + std::to_string(i)))});
      scopes_.push_back(scope);
    }
    const auto any = [&] { return scopes_[random_.below(cases)]; };
    for (std::size_t i = 0; i < actions; ++i) {
      put(kinds::action, any(), next_id(),
          {field(kinds::action, "status", Value::of_code(i % 3 == 0 ? 1 : 2)), field(kinds::action, "due", day_within(60)),
           field(kinds::action, "what", Value::of_text(words(40)))});
    }
    for (std::size_t i = 0; i < risks; ++i) {
      put(kinds::risk, any(), next_id(),
          {field(kinds::risk, "level", Value::of_code(static_cast<CodeNumber>(1 + i % 4))), field(kinds::risk, "status", Value::of_code(1)),
           field(kinds::risk, "review_on", day_within(90))});
    }
    for (std::size_t i = 0; i < others; ++i) put(kinds::outcome, any(), next_id(), {field(kinds::outcome, "what", Value::of_text(words(60)))});
    for (std::size_t i = 0; i < notes; ++i) {
      const Id scope = i < of_the_largest ? scopes_[0] : any();
      put(kinds::note, scope, next_id(),
          {field(kinds::note, "type", Value::of_code(static_cast<CodeNumber>(1 + i % 4))), field(kinds::note, "text", Value::of_text(words(300)))});
    }
    act.commit();
    CHECK(database_->empty_log().ok(), "nobody reads");
  }

  std::string path_;
  SeededRandom random_{17};
  ManualClock clock_{from_milliseconds(now)};
  Id worker_;
  Id device_;
  std::uint64_t position_ = 0;
  std::vector<Id> scopes_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqlDeviceStore> store_;
  std::unique_ptr<AuditTrail> audit_;
  std::unique_ptr<Drafts> drafts_;
  std::unique_ptr<Workplace> place_;
};

class OpenSitting final : public Sitting {
 public:
  explicit OpenSitting(Caseload& caseload) : caseload_(caseload) {}
  std::mutex& mutex() override { return mutex_; }
  Workplace* workplace() override { return caseload_.place(); }
  Result<void> unlock(const Secret&) override { return {}; }
  void lock() override {}
  void begin_sync() override {}
  SyncNow sync_now() override { return {}; }
  std::string office() const override { return "office"; }

 private:
  Caseload& caseload_;
  std::mutex mutex_;
};

struct Asking {
  Site& site;
  std::string cookie{};

  HttpResponse get(const std::string& target) const { return site.answer({"GET", target, {{"host", "127.0.0.1:8123"}, {"cookie", cookie}}, ""}); }
  void enter() {
    for (const auto& [name, value] : get(site.launch_path()).headers) {
      if (name == "Set-Cookie") cookie = value.substr(0, value.find(';'));
    }
  }
};

// A real key file at its real cost.
double unlocks(const TempFolder& folder) {
  SystemRandom random;
  const SystemClock clock;
  const Secret device_secret(database_key_bytes);
  const KeySetting setting{.folder = folder.path(), .device_secret = device_secret, .clock = clock, .random = random};
  const Passphrase passphrase = *Passphrase::read(as_bytes("tiko-fame-ludo-ravi-sebu"));
  CHECK(KeyFile::create(setting, passphrase, SealingKey::generate(random).public_key()).ok(), "a key file");
  return milliseconds([&] {
    Result<KeyFile> file = KeyFile::open(setting);
    CHECK(file.ok() && file->unlock(passphrase).ok(), "it opens");
  });
}

}  // namespace

int main() {
  std::printf("%u cores, one used; g++ %s; %zu notes, %zu actions and %zu other records in %zu cases\n", std::thread::hardware_concurrency(),
              __VERSION__, notes, actions, risks + others + cases, cases);
  const TempFolder folder;
  Caseload caseload(folder / "caseload.db");
  OpenSitting sitting(caseload);
  SystemRandom random;
  Site site({sitting, caseload.clock(), random, port, idle_default});
  Asking asking{site};
  asking.enter();
  caseload.close();
  const double unlocking = unlocks(folder);
  const double opening = milliseconds([&] { caseload.open(); });
  HttpResponse home;
  const double first = milliseconds([&] { home = asking.get("/"); });
  if (home.status != 200) std::printf("%d\n%s\n", home.status, home.body.c_str());
  std::printf("a passphrase tried, and right: %.0f ms; the database opened: %.0f ms; the first screen then: %.0f ms; in all: %.0f ms\n", unlocking,
              opening, first, unlocking + opening + first);
  const std::string one = "/case/" + caseload.scopes()[7].to_string(), largest = "/case/" + caseload.scopes()[0].to_string();
  const std::pair<const char*, std::string> screens[] = {{"my caseload", "/"},
                                                         {"to do, with its pictures", "/work"},
                                                         {"a case", one},
                                                         {"a case of 5,000 notes", largest},
                                                         {"a timeline", one + "/timeline"},
                                                         {"a timeline of 5,000 notes, the first page", largest + "/timeline"},
                                                         {"the same, its fiftieth page", largest + "/timeline?page=50"},
                                                         {"search, a word", "/search?q=ab*"},
                                                         {"conflicts", "/conflicts"},
                                                         {"what is where", "/sync"},
                                                         {"team", "/team"},
                                                         {"handovers", "/handovers"},
                                                         {"help: the frame alone", "/help"}};
  std::printf("| Screen, milliseconds on the server's side | p50 | p95 | kB |\n|---|---|---|---|\n");
  for (const auto& [what, target] : screens) {
    std::vector<double> times;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < requests; ++i) {
      times.push_back(milliseconds([&] {
        const HttpResponse response = asking.get(target);
        CHECK(response.status == 200, "a screen");
        bytes = response.body.size();
      }));
    }
    std::printf("| %s | %.1f | %.1f | %zu |\n", what, at(times, 0.5), at(times, 0.95), bytes / 1000);
  }
  return 0;
}
