#include <filesystem>

#include "common/sqlite/database.h"
#include "server/office/ledger_check.h"
#include "server/store/postgres_store.h"
#include "server/store/sqlite_store.h"
#include "tests/end_to_end/copy_store.h"
#include "tests/hazards/team.h"
#include "tests/support/private_postgres.h"
#include "tests/support/temp_folder.h"

#include "tests/support/test.h"

// T9: somebody with the key of the office's database alters one byte of its log. What devices that knew better say at
// their next session, and what the office says of itself.

namespace caseload::server {
namespace {

Secret key() {
  Secret made(database_key_bytes);
  for (std::uint8_t& byte : made.writable()) byte = 3;
  return made;
}

// The office's database in somebody's hands: as SQL has it, and as the office opens it.
class Hands {
 public:
  virtual ~Hands() = default;
  virtual const char* name() const = 0;
  virtual void fresh() = 0;  // as it was before anything was altered
  virtual std::string ask(const std::string& sql) = 0;  // the first value of the answer
  virtual std::string hex_of(const std::string& column) const = 0;
  virtual std::string literal(const std::string& hex) const = 0;
  virtual std::unique_ptr<ServerStore> open() = 0;
};

class InFile : public Hands {
 public:
  explicit InFile(const sync::MemoryOfficeStore::Contents& from) {
    copy_into(**open_sqlite_store(base_, key()), from);
  }
  const char* name() const override { return "SQLite"; }
  void fresh() override {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + end);
    std::filesystem::copy_file(base_, path_);
  }
  std::string ask(const std::string& sql) override {
    Database database = *Database::open(path_, key());
    Statement statement = database.prepare(sql);
    statement.select();
    return statement.step() ? std::string(statement.text(0)) : "";
  }
  std::string hex_of(const std::string& column) const override { return "lower(hex(" + column + "))"; }
  std::string literal(const std::string& hex) const override { return "x'" + hex + "'"; }
  std::unique_ptr<ServerStore> open() override { return *open_sqlite_store(path_, key()); }

 private:
  TempFolder folder_;
  std::string base_ = folder_ / "base.db";
  std::string path_ = folder_ / "office.db";
};

class InPostgres : public Hands {
 public:
  explicit InPostgres(const sync::MemoryOfficeStore::Contents& from) : base_(PrivatePostgres::instance().new_database()) {
    copy_into(**open_postgres_store({PrivatePostgres::instance().where(base_)}), from);
  }
  const char* name() const override { return "PostgreSQL"; }
  void fresh() override {
    PrivatePostgres& server = PrivatePostgres::instance();
    server.ask("postgres", "DROP DATABASE IF EXISTS altered");
    server.ask("postgres", "CREATE DATABASE altered TEMPLATE " + base_);
  }
  std::string ask(const std::string& sql) override { return PrivatePostgres::instance().ask("altered", sql); }
  std::string hex_of(const std::string& column) const override { return "encode(" + column + ", 'hex')"; }
  std::string literal(const std::string& hex) const override { return "'\\x" + hex + "'::bytea"; }
  std::unique_ptr<ServerStore> open() override { return *open_postgres_store({PrivatePostgres::instance().where("altered")}); }

 private:
  std::string base_;
};

// Where the byte is: a column of the log, and whether a session that counts everything is to notice, or only who checks
// the whole ledger.
struct Column {
  const char* table;
  const char* name;
  bool is_number = false;
  bool seen_in_session = true;
  const char* only = "1 = 1";  // of its rows
};
// What a session does not ask: how rows are looked up, what proofs are made of that nobody asked for, receipts that were
// delivered.
const Column columns[] = {
    {"change", "body"},
    {"change", "position", true},
    {"change", "id", false, false},
    {"change", "record", false, false},
    {"change", "scope", true},
    {"change", "kind", true, false},
    {"segment", "body"},
    {"segment", "digest"},
    {"segment", "device", false, false},
    {"segment", "epoch", true, false},
    {"segment", "number", true, false},
    {"acceptance", "body"},
    {"acceptance", "hash"},
    {"acceptance", "leaf", true},
    {"node", "digest", false, false},
    {"receipt", "body", false, false},
    {"receipt", "segment", false, false},
    {"state", "body", false, true, "length(body) > 100"},
};

struct Tally {
  int altered = 0, in_session = 0, by_office = 0;
  std::map<std::string, int> said;
};

// Mia, Tom and Lena know what the office's log says; each has one more note to hand over.
struct World {
  sync::Team team;
  std::vector<sync::MemoryDeviceStore::Contents> devices;

  World() {
    for (int i = 0; i < 6; ++i) {
      team.note(*team.mia, team.the_case, "Visit " + std::to_string(i));
      team.note(*team.tom, team.the_case, "Call " + std::to_string(i));
      static_cast<void>(team.meet(*team.mia));
      static_cast<void>(team.meet(*team.tom));
    }
    team.everybody_meets();
    for (sync::Laptop* who : everybody()) {
      team.note(*who, team.the_case, "Not yet sent.");
      devices.push_back(who->store.contents());
      devices.back().state.counted_whole = {};  // a day has passed: everything is counted
    }
  }
  std::array<sync::Laptop*, 3> everybody() { return {team.mia.get(), team.tom.get(), team.lena.get()}; }

  // What the first of them says who says anything; "" where nobody does.
  std::string sessions(ServerStore& store) {
    std::string said;
    for (std::size_t i = 0; i < devices.size() && said.empty(); ++i) {
      sync::Laptop& who = *everybody()[i];
      who.store.restore(devices[i]);
      const sync::Ended ended = session(sync::DeviceEnd{who.identity.device, who.store, who.trust(), who.clock},
                                        sync::OfficeEnd{store, team.office.self()});
      if (ended.device) said = ended.device->to_string().substr(0, ended.device->to_string().find(' '));
      if (ended.disk_full) said = "the_office_stops";
      // Told to its person, who is to tell the office: client/main.
      if (said.empty() && ended.report.repaired > 0) said = "held_otherwise";
      // Where another history is named, what was proved here when it came stays.
      if (said.starts_with("ledger_mismatch")) CHECK(who.store.contents().changes.size() >= devices[i].changes.size());
    }
    return said;
  }

  bool office_finds_it(ServerStore& store) {
    const sync::OfficeIdentity office = team.office.identity();
    try {
      return !check_ledger(store, {office.log, office.ledger_key, *office.checker}).problems.empty();
    } catch (const Breakage&) {
      return true;
    }
  }
};

void flip(std::string& hex, std::size_t byte, unsigned bit) {
  const unsigned before = static_cast<unsigned>(std::stoul(hex.substr(2 * byte, 2), nullptr, 16));
  const Bytes after{static_cast<std::uint8_t>(before ^ 1U << bit)};
  hex.replace(2 * byte, 2, to_hex(after));
}

// Alters one byte of one row.
void alter(Hands& hands, const Column& column, std::uint64_t chance) {
  const std::string table = column.table, name = column.name;
  const std::string rows = " FROM " + table + " WHERE " + name + " IS NOT NULL AND " + column.only;
  const std::uint64_t count = std::stoull(hands.ask("SELECT CAST(count(*) AS TEXT)" + rows));
  const std::string place = rows + " ORDER BY " + name + " LIMIT 1 OFFSET " + std::to_string(chance % count);
  if (column.is_number) {
    const std::string old = hands.ask("SELECT CAST(" + name + " AS TEXT)" + place);
    const std::string altered = std::to_string(std::stoull(old) ^ std::uint64_t{256});  // beyond any other row's
    hands.ask("UPDATE " + table + " SET " + name + " = " + altered + " WHERE " + name + " = " + old);
    return;
  }
  std::string hex = hands.ask("SELECT " + hands.hex_of(name) + place);
  const std::string old = hands.literal(hex);
  flip(hex, chance / count % (hex.size() / 2), static_cast<unsigned>(chance % 8));
  hands.ask("UPDATE " + table + " SET " + name + " = " + hands.literal(hex) + " WHERE " + name + " = " + old);
}

void try_all(World& world, Hands& hands, int bytes_of_each) {
  SeededRandom random(9);
  hands.fresh();
  REQUIRE(world.sessions(*hands.open()).empty());
  hands.fresh();
  REQUIRE_FALSE(world.office_finds_it(*hands.open()));
  for (const Column& column : columns) {
    Tally tally;
    for (int i = 0; i < bytes_of_each; ++i) {
      hands.fresh();
      const std::uint64_t chance = random.next();
      CAPTURE(chance);
      alter(hands, column, chance);
      ++tally.altered;
      const bool found = world.office_finds_it(*hands.open());
      tally.by_office += found ? 1 : 0;
      const std::string said = world.sessions(*hands.open());
      tally.in_session += said.empty() ? 0 : 1;
      ++tally.said[said];
    }
    std::string all;
    for (const auto& [said, times] : tally.said) all += " " + (said.empty() ? "nothing" : said) + " " + std::to_string(times);
    MESSAGE(hands.name(), " ", std::string(column.table), ".", std::string(column.name), ": ", tally.altered, " altered, ", tally.in_session,
            " noticed in a session, ", tally.by_office, " by the office:", all);

    CHECK(tally.by_office == tally.altered);
    if (column.seen_in_session) CHECK(tally.in_session == tally.altered);
  }
}

TEST_CASE("T9 one altered byte in the office's log, in SQLite: who says so at the next session, and when the office looks") {
  World world;
  InFile hands(world.team.office.store.contents());
  try_all(world, hands, 12);
}

TEST_CASE("T9 a receipt that was altered before its device had it is refused") {
  World world;
  InFile hands(world.team.office.store.contents());
  for (std::uint64_t byte = 0; byte < 200; byte += 9) {
    CAPTURE(byte);
    hands.fresh();
    sync::Laptop& mia = *world.team.mia;
    mia.store.restore(world.devices.front());
    const auto meet = [&](const sync::Line& line) {
      const std::unique_ptr<ServerStore> store = hands.open();
      return session(sync::DeviceEnd{mia.identity.device, mia.store, mia.trust(), mia.clock}, sync::OfficeEnd{*store, world.team.office.self()},
                     line);
    };
    static_cast<void>(meet(sync::Line{.to_device = 1}));  // STATUS
    REQUIRE(mia.store.waiting().size() == 1);
    alter(hands, {"receipt", "body", false, true, "rowid = (SELECT max(rowid) FROM receipt)"}, byte);
    const sync::Ended ended = meet({});
    CHECK((ended.device.has_value() || ended.disk_full));
    CHECK(mia.store.waiting().size() == 1);
  }
}

TEST_CASE("T9 one altered byte in the office's log, in PostgreSQL") {
  World world;
  InPostgres hands(world.team.office.store.contents());
  try_all(world, hands, 2);
}

}  // namespace
}  // namespace caseload::server
