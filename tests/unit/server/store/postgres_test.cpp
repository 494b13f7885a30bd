// What only PostgreSQL can do to a store: several processes, conflicts, connections that are lost, servers that die.
// H62: a transaction is done again, or nothing of it was acknowledged; positions have no gaps either way.
#include <sys/wait.h>
#include <unistd.h>
#include <atomic>
#include <csignal>
#include <thread>

#include "tests/unit/server/store/subjects.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::server;
using std::chrono::milliseconds;

namespace {

const Id scope = numbered(901);

// Looked for first, as the engine does.
void put_next(ServerStore& store) {
  const std::uint64_t next = store.last_position() + 1;
  CHECK_FALSE(store.find(numbered(static_cast<std::uint32_t>(next))));
  store.put(held_at(note(static_cast<std::uint32_t>(next), scope), next));
  store.append_acceptance(acceptance_at(store.ledger_size()));
}

// The log is 1, 2, 3 … last, each with its leaf.
void holds_exactly(const ServerStore& store, std::uint64_t last) {
  CHECK(store.last_position() == last);
  CHECK(store.ledger_size() == last);
  const std::vector<sync::OfficeChange> log =
      store.changes_of_scopes(std::vector{scope}, {0, UINT64_MAX, SIZE_MAX});
  REQUIRE(log.size() == last);
  sync::TreeNodes tree;
  for (std::uint64_t n = 1; n <= last; ++n) {
    CHECK(log[n - 1].position == n);
    tree.append(acceptance_at(n - 1).leaf_hash());
  }
  if (last > 0) CHECK(root_at(store.nodes(), last) == tree.root().digest);
}

void holds_exactly(InPostgres& subject, std::uint64_t last) {
  holds_exactly(subject.store(), last);
  subject.reopen();
  holds_exactly(subject.store(), last);
}

// The first so many of what `when` says do this instead.
void plant(const InPostgres& subject, const std::string& when, const std::string& instead, int times) {
  subject.ask("CREATE SEQUENCE tries");
  subject.ask("CREATE FUNCTION trip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('tries') <= " +
              std::to_string(times) + " THEN " + instead + "; END IF; RETURN NEW; END $$");
  subject.ask("CREATE " + when + " FOR EACH ROW EXECUTE FUNCTION trip()");
}
const std::string at_a_write = "TRIGGER trip BEFORE INSERT ON change";
const std::string at_commit = "CONSTRAINT TRIGGER trip AFTER INSERT ON change DEFERRABLE INITIALLY DEFERRED";
const std::string conflict = "RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'";
const std::string deadlock = "RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'";
const std::string disconnect = "PERFORM pg_terminate_backend(pg_backend_pid())";

// Ends the sessions of a store, as a broken network does.
const std::string cut_all =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE application_name = 'caseload-server' AND datname = current_database()";

template <class Open>
auto within_seconds(Open open) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  auto opened = open();
  while (!opened && std::chrono::steady_clock::now() < end) {
    std::this_thread::yield();
    opened = open();
  }
  return opened;
}

}  // namespace

TEST_CASE("a conflict is tried again, wherever it comes, and leaves no gap") {
  struct Row {
    std::string when;
    std::string instead;
    int times;
  };
  const std::vector<Row> rows{{at_a_write, conflict, 1},  {at_a_write, conflict, 3},
                              {at_a_write, deadlock, 2},  {at_commit, conflict, 1},
                              {at_commit, deadlock, 3},   {at_a_write, disconnect, 1},
                              {at_commit, disconnect, 1}, {at_commit, disconnect, 2}};
  for (const Row& row : rows) {
    CAPTURE(row.when);
    CAPTURE(row.instead);
    InPostgres subject;
    within(subject.store(), [](ServerStore& store) { put_next(store); });
    plant(subject, row.when, row.instead, row.times);
    subject.store().begin_batch();
    within(subject.store(), [](ServerStore& store) { put_next(store); });
    subject.store().begin();
    put_next(subject.store());
    CHECK(subject.store().find(numbered(3)));
    subject.store().rollback();
    within(subject.store(), [](ServerStore& store) { put_next(store); });
    subject.store().commit_batch();
    holds_exactly(subject, 3);
  }
}

TEST_CASE("many new changes go together, and are there or not there together") {
  constexpr std::uint32_t count = 150;
  const auto put_many = [](ServerStore& store) {
    std::vector<Id> changes;
    for (std::uint32_t n = 2; n <= 1 + count; ++n) changes.push_back(numbered(n));
    store.foresee(changes, {});
    for (std::uint32_t n = 2; n <= 1 + count; ++n) store.put(held_at(note(n, scope), n));
    for (std::uint32_t n = 2; n <= 1 + count; ++n) store.append_acceptance(acceptance_at(store.ledger_size()));
  };
  for (const std::string& instead : {conflict, disconnect}) {
    InPostgres subject;
    within(subject.store(), [](ServerStore& store) { put_next(store); });
    plant(subject, at_a_write, instead, 1);
    subject.store().begin_batch();
    subject.store().begin();
    put_many(subject.store());
    subject.store().rollback();
    CHECK(subject.store().last_position() == 1);
    within(subject.store(), put_many);
    subject.store().commit_batch();
    holds_exactly(subject, 1 + count);
  }
}

TEST_CASE("a conflict that does not end is a breakage, and nothing of it is there") {
  for (const std::string& when : {at_a_write, at_commit}) {
    InPostgres subject;
    within(subject.store(), [](ServerStore& store) { put_next(store); });
    plant(subject, when, conflict, 1000);
    subject.store().begin();
    put_next(subject.store());
    CHECK_THROWS_AS(subject.store().commit(), Breakage);
    subject.store().rollback();
    subject.ask("DROP FUNCTION trip CASCADE");
    holds_exactly(subject.store(), 1);
    within(subject.store(), [](ServerStore& store) { put_next(store); });
    holds_exactly(subject, 2);
  }
}

TEST_CASE("what failed for good cannot be committed, whoever tries") {
  InPostgres subject;
  plant(subject, at_a_write, "RAISE EXCEPTION 'full' USING ERRCODE = '53100'", 1);
  subject.store().begin();
  try {
    put_next(subject.store());
    static_cast<void>(subject.store().find(numbered(1)));
    FAIL_CHECK("a full disk passed unseen");
  } catch (const Breakage& breakage) {
    CHECK(breakage.kind() == Breakage::What::disk_full);
    CHECK(std::string(breakage.what()).find("said") == std::string::npos);
  }
  CHECK_THROWS_AS(subject.store().commit(), Breakage);
  holds_exactly(subject, 0);
}

TEST_CASE("a server that dies in the middle of a batch, or between two, costs nothing but time") {
  InPostgres subject;
  PrivatePostgres& postgres = PrivatePostgres::instance();
  const auto die = [&] {
    postgres.crash();
    postgres.start_again();
  };
  within(subject.store(), [](ServerStore& store) { put_next(store); });
  die();
  subject.store().begin_batch();
  within(subject.store(), [](ServerStore& store) { put_next(store); });
  die();
  CHECK(subject.store().find(numbered(2)));
  within(subject.store(), [](ServerStore& store) { put_next(store); });
  subject.store().begin();
  put_next(subject.store());
  die();
  subject.store().rollback();
  subject.store().commit_batch();
  holds_exactly(subject, 3);
}

TEST_CASE("a server that stays away is a breakage, and its return finds what was acknowledged") {
  InPostgres subject;
  subject.close();
  PostgresPlace impatient = subject.place();
  impatient.patience = milliseconds(1);
  {
    const std::unique_ptr<PostgresStore> store = std::move(*open_postgres_store(impatient));
    within(*store, [](ServerStore& s) { put_next(s); });
    store->begin();
    put_next(*store);
    PrivatePostgres::instance().crash();
    CHECK_THROWS_AS(store->commit(), Breakage);
    CHECK(open_postgres_store(impatient).fault() == Fault::unreachable);
    store->begin();
    CHECK_THROWS_AS(put_next(*store), Breakage);
    store->rollback();
    PrivatePostgres::instance().start_again();
  }
  subject.reopen();
  holds_exactly(subject, 1);
}

// A commit that waits for a standby which is not there is on the disk already; then its session ends.
TEST_CASE("a commit whose answer is lost is found to have happened, and is not done twice") {
  InPostgres subject;
  const PrivatePostgres& postgres = PrivatePostgres::instance();
  within(subject.store(), [](ServerStore& store) { put_next(store); });
  // PostgreSQL begins to wait for standbys at a moment of its own, so commits that it does not hold up come first.
  postgres.ask("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  postgres.ask("postgres", "SELECT pg_reload_conf()");
  std::uint64_t kept = 1;
  std::atomic<bool> was_cut = false;
  while (!was_cut && kept < 1'000) {
    std::atomic<bool> committed = false;
    subject.store().begin();
    put_next(subject.store());
    std::thread other([&] {
      const std::string waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
      while (!committed && postgres.ask("postgres", waits) != "1") std::this_thread::yield();
      if (committed) return;
      was_cut = true;
      postgres.ask("postgres", "ALTER SYSTEM RESET synchronous_standby_names");
      subject.ask(cut_all);
      postgres.ask("postgres", "SELECT pg_reload_conf()");
    });
    subject.store().commit();
    committed = true;
    other.join();
    ++kept;
  }
  CHECK(was_cut);
  holds_exactly(subject.store(), kept);
  within(subject.store(), [](ServerStore& store) { put_next(store); });
  holds_exactly(subject, kept + 1);
}

TEST_CASE(
    "there is one writer, and when its process is killed in the middle, the next has all that was acknowledged") {
  InPostgres subject;
  subject.close();
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t first = ::fork();
  if (first == 0) {
    const Result<std::unique_ptr<PostgresStore>> store = open_postgres_store(subject.place());
    if (!store) ::_exit(1);
    for (char n = 1; n <= 5; ++n) {
      within(**store, [](ServerStore& s) { put_next(s); });
      if (::write(ends[1], &n, 1) != 1) ::_exit(1);
    }
    (*store)->begin_batch();
    within(**store, [](ServerStore& s) { put_next(s); });
    static_cast<void>((*store)->find(numbered(6)));
    if (::write(ends[1], "x", 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  ::close(ends[1]);
  char acknowledged = 0;
  for (char next = 0; next != 'x' && ::read(ends[0], &next, 1) == 1;)
    acknowledged = next == 'x' ? acknowledged : next;
  CHECK(acknowledged == 5);
  CHECK(open_postgres_store(subject.place()).fault() == Fault::in_use);
  const Result<std::unique_ptr<PostgresStore>> reader = open_postgres_reader(subject.place());
  REQUIRE(reader.ok());
  (*reader)->begin();
  holds_exactly(**reader, 5);
  (*reader)->rollback();
  ::kill(first, SIGKILL);
  ::waitpid(first, nullptr, 0);
  ::close(ends[0]);
  const Result<std::unique_ptr<PostgresStore>> second =
      within_seconds([&] { return open_postgres_store(subject.place()); });
  REQUIRE(second.ok());
  holds_exactly(**second, 5);
  within(**second, [](ServerStore& s) { put_next(s); });
  holds_exactly(**second, 6);
}

TEST_CASE("a writer that was cut off finds another in its place, and writes nothing") {
  for (const bool other_writes : {false, true}) {
    for (const bool other_stays : {false, true}) {
      if (!other_writes && !other_stays) continue;
      CAPTURE(other_writes);
      InPostgres subject;
      subject.close();
      PostgresPlace place = subject.place();
      place.patience = milliseconds(200);
      const std::unique_ptr<PostgresStore> first = std::move(*open_postgres_store(place));
      within(*first, [](ServerStore& s) { put_next(s); });
      first->begin();
      put_next(*first);
      subject.ask(cut_all);
      Result<std::unique_ptr<PostgresStore>> second =
          within_seconds([&] { return open_postgres_store(place); });
      REQUIRE(second.ok());
      if (other_writes) within(**second, [](ServerStore& s) { s.set_value("mine", Bytes{1}); });
      if (!other_stays) second->reset();
      CHECK_THROWS_AS(first->commit(), Breakage);
      first->rollback();
      if (other_stays) {
        CHECK_THROWS_AS(within(*first, [](ServerStore& s) { put_next(s); }), Breakage);
        second->reset();
      }
      const Result<std::unique_ptr<PostgresStore>> third =
          within_seconds([&] { return open_postgres_store(place); });
      REQUIRE(third.ok());
      holds_exactly(**third, 1);
      CHECK((*third)->value("mine").has_value() == other_writes);
    }
  }
}

TEST_CASE("a writer that was cut off does not go on from memory while another writes") {
  InPostgres subject;
  subject.close();
  PostgresPlace place = subject.place();
  place.patience = milliseconds(200);
  place.unheard = milliseconds(0);
  const std::unique_ptr<PostgresStore> first = std::move(*open_postgres_store(place));
  within(*first, [](ServerStore& s) { put_next(s); });
  subject.ask(cut_all);
  const Result<std::unique_ptr<PostgresStore>> second = within_seconds([&] { return open_postgres_store(place); });
  REQUIRE(second.ok());
  within(**second, [](ServerStore& s) { put_next(s); });
  CHECK_THROWS_AS(first->begin(), Breakage);
}

TEST_CASE("a reader whose connection is lost says so in a snapshot, and reads on in the next") {
  InPostgres subject;
  within(subject.store(), [](ServerStore& store) { put_next(store); });
  const std::unique_ptr<ServerStore> reader = subject.store().reader();
  subject.ask(cut_all);
  reader->begin();
  CHECK(reader->find(numbered(1)));
  subject.ask(cut_all);
  CHECK_THROWS_AS(static_cast<void>(reader->find(numbered(1))), Breakage);
  reader->rollback();
  within(subject.store(), [](ServerStore& store) { put_next(store); });
  reader->begin();
  holds_exactly(*reader, 2);
}

TEST_CASE("a reader is woken by a commit, and by nothing else") {
  InPostgres subject;
  const std::unique_ptr<PostgresStore> reader = std::move(*open_postgres_reader(subject.place()));
  CHECK(reader->wait_for_news(milliseconds(0)));  // it cannot know what was before
  CHECK_FALSE(reader->wait_for_news(milliseconds(0)));
  subject.store().begin();
  put_next(subject.store());
  subject.store().rollback();
  within(subject.store(), [](ServerStore& store) { CHECK(store.last_position() == 0); });
  CHECK_FALSE(reader->wait_for_news(milliseconds(1)));
  for (int round = 0; round < 3; ++round) {
    within(subject.store(), [](ServerStore& store) { put_next(store); });
    CHECK(reader->wait_for_news(std::chrono::seconds(10)));
    CHECK_FALSE(reader->wait_for_news(milliseconds(0)));
    reader->begin();
    CHECK(reader->last_position() == static_cast<std::uint64_t>(round + 1));
    reader->rollback();
  }
  reader->begin();  // what comes during a snapshot is heard after it
  within(subject.store(), [](ServerStore& store) { put_next(store); });
  CHECK(reader->last_position() == 3);
  reader->rollback();
  CHECK(reader->wait_for_news(std::chrono::seconds(10)));
  subject.ask(cut_all);
  CHECK(reader->wait_for_news(std::chrono::seconds(10)));
  CHECK(reader->wait_for_news(milliseconds(0)));  // listening anew
}

TEST_CASE("a database is opened only in the shape that this program knows, on a server that keeps its word") {
  InPostgres subject;
  subject.close();
  PrivatePostgres& postgres = PrivatePostgres::instance();
  const auto fault = [&] { return open_postgres_store(subject.place()).fault().code(); };
  const auto reader_fault = [&] { return open_postgres_reader(subject.place()).fault().code(); };
  subject.ask("UPDATE applied_migration SET digest = 'another'");
  CHECK(fault() == Fault::bad_migration);
  CHECK(reader_fault() == Fault::bad_migration);
  subject.ask("INSERT INTO applied_migration VALUES (99, '099_later', '')");
  CHECK(fault() == Fault::newer_format);
  CHECK(reader_fault() == Fault::newer_format);
  const PostgresPlace fresh{postgres.where(postgres.new_database())};
  CHECK(open_postgres_reader(fresh).fault() == Fault::absent);
  CHECK(open_postgres_store({postgres.where("nowhere")}).fault() == Fault::unreachable);
  postgres.ask("postgres", "ALTER SYSTEM SET fsync = off");
  postgres.ask("postgres", "SELECT pg_reload_conf()");
  while (postgres.ask("postgres", "SHOW fsync") != "off") std::this_thread::yield();
  CHECK(open_postgres_store(fresh).fault() == Fault::bad_value);
  postgres.ask("postgres", "ALTER SYSTEM RESET fsync");
  postgres.ask("postgres", "SELECT pg_reload_conf()");
  while (postgres.ask("postgres", "SHOW fsync") != "on") std::this_thread::yield();
  CHECK(open_postgres_store(fresh).ok());
}
