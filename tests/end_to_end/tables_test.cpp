#include <filesystem>
#include <fstream>

#include "common/sqlite/database.h"
#include "tests/end_to_end/programs.h"
#include "tests/support/private_postgres.h"

#include "tests/support/test.h"

namespace caseload::programs {
namespace {

// Lena leads the north and has one case; Sam works in the south and may read nothing of it.
struct Told : Town {
  std::string north = add_unit("North");
  std::string scope;
  Told() {
    add_unit("South");
    hire("Lena Mori", "manager", "North");
    hire("Sam Okoro", "caseworker", "South");
    open();
    join("lena", "Lena Mori");
    CHECK(meet("lena").code == 0);
    scope = wrote({"case", "add", "--name", "Ruth Example", "--unit", north});
    wrote({"action", "add", scope, "what=Ring the housing office", "why=Rent", "due=2026-01-10", "status=open", "owner_side=worker"});
    note("Rang; 'quoted', \"twice\" and māori.");
    CHECK(meet("lena").code == 0);
  }
  std::string wrote(std::vector<std::string> words) {
    const Said said = as("lena", std::move(words));
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    return said.json().at("id");
  }
  void note(const std::string& words) {
    const Said said = as("lena", {"note", "add", scope, "--type", "phone", "--text-file", "-", "--sign"}, words);
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
  }
  Said tables(const std::string& as_whom, const std::string& to) {
    return office({"report", "tables", "--as", as_whom, "--to", to, "--key", folder() / "tables.key"});
  }
};

std::string error_of(const Said& said) { return said.json().is_object() ? said.json().value("error", "") : said.out; }

// The first value of what a tool would be told that has the key.
std::string ask(const Told& town, const std::string& file, const std::string& sql) {
  std::string hex;
  std::ifstream(town.folder() / "tables.key") >> hex;
  Result<Database> database = Database::open(file, Secret::copy_of(*from_hex(hex)), {.read_only = true});
  REQUIRE_MESSAGE(database.ok(), hex.size());
  Statement statement = database->prepare(sql);
  statement.select();
  return statement.step() ? std::string(statement.text(0)) : "";
}

TEST_CASE("a reporting tool finds plain tables of what one worker may read, in an encrypted file of their own") {
  Told town;
  const std::string file = town.folder() / "tables.db";
  const Said said = town.tables("Lena Mori", file);
  REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
  CHECK(said.json().at("rows") == 3);
  CHECK(ask(town, file, "SELECT due FROM action WHERE status = 'open'") == "2026-01-10");
  CHECK(ask(town, file, "SELECT text FROM note JOIN \"case\" ON note.case_id = \"case\".id WHERE note.type = 'phone'") ==
        "Rang; 'quoted', \"twice\" and māori.");
  CHECK(ask(town, file, "SELECT author FROM note") == "Lena Mori");
  CHECK(find_in_clear(town.folder().path(), {"Ring the housing office"}).empty());
  // Anew, in its place, with what came since; in the name of who may read nothing, without it.
  town.note("Another.");
  CHECK(town.meet("lena").code == 0);
  CHECK(town.tables("Lena Mori", file).json().at("rows") == 4);
  CHECK(ask(town, file, "SELECT CAST(count(*) AS TEXT) FROM note") == "2");
  CHECK(town.tables("Sam Okoro", file).json().at("rows") == 0);
  CHECK(ask(town, file, "SELECT CAST(count(*) AS TEXT) FROM note") == "0");
  const Json made = town.office({"report", "made"}).json();
  CHECK(made.size() == 3);
  CHECK(made.back().at("report") == "tables");
}

TEST_CASE("and in the schema of a PostgreSQL, where what was granted on it outlasts their being made anew") {
  Told town;
  const PrivatePostgres& postgres = PrivatePostgres::instance();
  const std::string database = PrivatePostgres::instance().new_database();
  const std::string place = as_address(postgres.where(database));
  postgres.ask(database, "CREATE ROLE analyst; CREATE SCHEMA caseload; GRANT USAGE ON SCHEMA caseload TO analyst;"
                         "ALTER DEFAULT PRIVILEGES IN SCHEMA caseload GRANT SELECT ON TABLES TO analyst");
  for (int round = 0; round < 2; ++round) {
    const Said said = town.tables("Lena Mori", place);
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    CHECK(postgres.ask(database, "SET ROLE analyst; SELECT due - date '2026-01-01' FROM caseload.action") == "9");
    CHECK(postgres.ask(database, "SELECT text FROM caseload.note WHERE recorded > now() - interval '1 hour'") ==
          "Rang; 'quoted', \"twice\" and māori.");
  }
}

TEST_CASE("tables are made in somebody's name, under a key, at a place that there is") {
  Told town;
  const std::string file = town.folder() / "tables.db";
  CHECK(error_of(town.office({"report", "tables", "--to", file, "--key", town.folder() / "k"})) == "required");
  CHECK(error_of(town.office({"report", "tables", "--as", "Lena Mori", "--to", file})) == "required");
  CHECK(error_of(town.office({"report", "tables", "--as", "Lena Mori", "--key", town.folder() / "k"})) == "required");
  CHECK(error_of(town.tables("Nobody", file)) == "not_found");
  CHECK(error_of(town.tables("Lena Mori", "mysql://here")) == "bad_value");
  CHECK(error_of(town.tables("Lena Mori", "postgresql:///none?host=/nowhere")) == "unreachable");
  town.write("tables.key", "not a key");
  CHECK(error_of(town.tables("Lena Mori", file)) == "bad_key");
  CHECK_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace caseload::programs
