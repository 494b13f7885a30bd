#include "server/service/store_writer.h"

#include <future>

#include "sync/transaction.h"
#include "tests/unit/server/store/memory_server_store.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;

namespace {

// A store whose commits can be counted, and broken.
class CountingStore : public MemoryServerStore {
 public:
  void commit_batch() override {
    if (breaks) throw Breakage(Breakage::What::input_output, "fsync");
    MemoryServerStore::commit_batch();
    ++commits;
  }
  bool breaks = false;
  int commits = 0;
};

// Holds the writer in an operation, so that what is handed in meanwhile waits.
class Held {
 public:
  explicit Held(StoreWriter& writer) {
    std::promise<void> holds;
    writer.hand_in(
        [&](ServerStore&) {
          holds.set_value();
          released_.get_future().wait();
        },
        [](bool) {});
    holds.get_future().wait();
  }
  void release() { released_.set_value(); }

 private:
  std::promise<void> released_;
};

void set(ServerStore& store, const std::string& name) {
  sync::StoreTransaction<ServerStore> act(store);
  store.set_value(name, Bytes{1});
  act.commit();
}

// One that finds a Fault half way, and takes back what it did.
void fail(ServerStore& store, const std::string& name) {
  const sync::StoreTransaction<ServerStore> act(store);
  store.set_value(name, Bytes{1});
}

// The log grows by one change.
void grow(ServerStore& store, std::uint64_t position) {
  SeededRandom random(position);
  sync::OfficeChange change;
  change.change.header.id = Id::make(position, random);
  change.position = position;
  sync::StoreTransaction<ServerStore> act(store);
  store.put(change);
  act.commit();
}

}  // namespace

TEST_CASE("what waits is made durable by one commit, and told after it") {
  CountingStore store;
  StoreWriter writer(store, {}, {});
  Held held(writer);
  std::vector<std::future<int>> told;
  for (int i = 0; i < 10; ++i) {
    auto promise = std::make_shared<std::promise<int>>();
    told.push_back(promise->get_future());
    writer.hand_in([i](ServerStore& s) { set(s, "value " + std::to_string(i)); },
                   [promise, &store](bool kept) { promise->set_value(kept ? store.commits : -1); });
  }
  CHECK(writer.queue_length() == 10);
  held.release();
  for (std::future<int>& one : told) CHECK(one.get() == 1);
  writer.stop();
  CHECK(store.commits == 1);
  CHECK(store.values("value ").size() == 10);
}

TEST_CASE("steps are carried out with nothing between them, and made durable by one commit") {
  CountingStore store;
  std::vector<std::uint64_t> grew;
  WriterHooks hooks;
  hooks.grew = [&] { grew.push_back(store.last_position()); };
  std::vector<News> heard;
  hooks.news = [&](const News& news) { heard.push_back(news); };
  StoreWriter writer(store, {1, Duration(60'000)}, hooks);
  SeededRandom random(1);
  const Id one = Id::make(1, random);
  Held held(writer);
  std::promise<int> told;
  std::string order;
  std::uint64_t step = 0;
  writer.hand_in(
      [&](ServerStore& s, Concern& concern) {
        order += "s";
        grow(s, ++step);
        if (step == 2) concern.scopes = {one};
        return step < 3;
      },
      [&](bool kept) { told.set_value(kept ? store.commits : -1); });
  writer.hand_in([&](ServerStore&) { order += "o"; }, [](bool) {});
  held.release();
  CHECK(told.get_future().get() == 2);
  writer.stop();
  CHECK(order == "ssso");
  CHECK(grew == std::vector<std::uint64_t>{1, 2, 3});
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].last_position == 3);
  CHECK(heard[0].concern.scopes == std::vector<Id>{one});
}

TEST_CASE("an operation that takes back its part undoes no other") {
  CountingStore store;
  StoreWriter writer(store, {}, {});
  Held held(writer);
  std::vector<std::future<bool>> told;
  for (int i = 0; i < 9; ++i) {
    auto promise = std::make_shared<std::promise<bool>>();
    told.push_back(promise->get_future());
    const bool fails = i % 3 == 1;
    writer.hand_in([i, fails](ServerStore& s) { (fails ? fail : set)(s, "value " + std::to_string(i)); },
                   [promise](bool kept) { promise->set_value(kept); });
  }
  held.release();
  for (std::future<bool>& one : told) CHECK(one.get());
  writer.stop();
  CHECK(store.commits == 1);
  const std::vector<std::string> kept{"value 0", "value 2", "value 3", "value 5", "value 6", "value 8"};
  CHECK(store.values("value ") == kept);
}

TEST_CASE("a batch has its limits, and what is beyond them waits for the next") {
  struct Row {
    WriterLimits limits;
    int commits;
  };
  for (const Row& row : {Row{{4, Duration(60'000)}, 3}, Row{{100, Duration(60'000)}, 1}, Row{{100, Duration(0)}, 9}}) {
    CountingStore store;
    StoreWriter writer(store, row.limits, {});
    Held held(writer);
    for (int i = 0; i < 8; ++i) writer.hand_in([](ServerStore& s) { set(s, "one"); }, [](bool) {});
    held.release();
    writer.stop();
    CHECK(store.commits == row.commits);
  }
}

TEST_CASE("a commit that fails is told to all of its batch and to all that come after, and nothing of it is there") {
  CountingStore store;
  std::exception_ptr why;
  WriterHooks hooks;
  hooks.broke = [&](std::exception_ptr broken) { why = broken; };
  StoreWriter writer(store, {}, hooks);
  CHECK(writer.wait_for([](ServerStore& s) { set(s, "before"); }));
  Held held(writer);
  std::vector<std::future<bool>> told;
  for (int i = 0; i < 3; ++i) {
    auto promise = std::make_shared<std::promise<bool>>();
    told.push_back(promise->get_future());
    writer.hand_in([](ServerStore& s) { set(s, "lost"); }, [promise](bool kept) { promise->set_value(kept); });
  }
  store.breaks = true;
  held.release();
  for (std::future<bool>& one : told) CHECK(!one.get());
  store.breaks = false;
  CHECK(!writer.wait_for([](ServerStore& s) { set(s, "after"); }));
  writer.stop();
  CHECK_THROWS_AS(std::rethrow_exception(why), Breakage);
  CHECK(store.values("").size() == 1);
  CHECK(store.commits == 1);
}

TEST_CASE("an operation that breaks is the end of the writer, as a commit is") {
  CountingStore store;
  bool broke = false;
  WriterHooks hooks;
  hooks.broke = [&](std::exception_ptr) { broke = true; };
  StoreWriter writer(store, {}, hooks);
  CHECK(!writer.wait_for([](ServerStore& s) {
    set(s, "half");
    throw Breakage(Breakage::What::disk_full, "a page");
  }));
  writer.stop();
  CHECK(broke);
  CHECK(store.values("").empty());
}

TEST_CASE("news is told after the commit, once a batch, with whom it concerns, and only if the log grew") {
  CountingStore store;
  std::vector<News> heard;
  int commits_then = 0;
  int grew = 0;
  WriterHooks hooks;
  hooks.grew = [&] { ++grew; };
  hooks.news = [&](const News& news) {
    heard.push_back(news);
    commits_then = store.commits;
  };
  SeededRandom random(1);
  const Id one = Id::make(1, random);
  const Id other = Id::make(2, random);
  StoreWriter writer(store, {}, hooks);
  CHECK(writer.wait_for([](ServerStore& s) { set(s, "no change"); }));
  Held held(writer);
  writer.hand_in([](ServerStore& s) { grow(s, 1); }, [](bool) {}, {false, {one}});
  writer.hand_in([](ServerStore& s) { set(s, "refused"); }, [](bool) {}, {true, {}});  // it added nothing
  writer.hand_in([](ServerStore& s) { grow(s, 2); }, [](bool) {}, {false, {other}});
  held.release();
  CHECK(writer.wait_for([](ServerStore&) {}));
  CHECK(writer.wait_for([](ServerStore& s) { grow(s, 3); }));
  writer.stop();
  REQUIRE(heard.size() == 2);
  CHECK(grew == 3);
  CHECK(heard[0].last_position == 2);
  CHECK(!heard[0].concern.everybody);
  CHECK(heard[0].concern.scopes == std::vector<Id>{one, other});
  CHECK(heard[1].last_position == 3);
  CHECK(heard[1].concern.everybody);
  CHECK(commits_then == store.commits);
}

TEST_CASE("stopping carries out what waits, and refuses what comes later") {
  CountingStore store;
  StoreWriter writer(store, {}, {});
  Held held(writer);
  writer.hand_in([](ServerStore& s) { set(s, "in time"); }, [](bool) {});
  held.release();
  writer.stop();
  CHECK(store.value("in time").has_value());
  CHECK(!writer.wait_for([](ServerStore& s) { set(s, "too late"); }));
  CHECK(!store.value("too late").has_value());
}
