#include <filesystem>
#include <fstream>

#include "tests/end_to_end/programs.h"

#include "tests/support/test.h"

namespace caseload::programs {
namespace {

// Lena leads the north and has one case, with an overdue action, a risk and no oversight; Sam works in the south.
struct Busy : Town {
  std::string north = add_unit("North");
  std::string south = add_unit("South");
  std::string lena = hire("Lena Mori", "manager", north);
  std::string sam = hire("Sam Okoro", "caseworker", south);
  std::string scope;

  Busy() {
    open();
    join("lena", "Lena Mori");
    CHECK(meet("lena").code == 0);
    scope = wrote({"case", "add", "--name", "=Ruth Example", "--unit", north});
    CHECK(as("lena", {"set", scope, "next_contact=2026-01-05"}).code == 0);
    wrote({"action", "add", scope, "what=Ring the housing office", "why=Rent", "due=2026-01-10", "status=open", "owner_side=worker", "owner=" + lena});
    wrote({"risk", "add", scope, "level=high", "status=current", "assessed_on=2026-01-02", "review_on=2026-02-02", "who_is_at_risk=her", "rationale=seen"});
    CHECK(as("lena", {"note", "add", scope, "--type", "phone", "--text-file", "-", "--sign"}, "Rang.").code == 0);
    CHECK(meet("lena").code == 0);
  }
  std::string wrote(std::vector<std::string> words) {
    const Said said = as("lena", std::move(words));
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    return said.json().at("id");
  }
  Json rows(std::vector<std::string> words, std::size_t table) {
    words.insert(words.begin(), "report");
    const Said said = office(std::move(words));
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    return said.json().at("tables").at(table).at("rows");
  }
};

std::string error_of(const Said& said) { return said.json().is_object() ? said.json().value("error", "") : said.out; }

TEST_CASE("reports that name clients say what the worker in whose name they are made may read, and no more") {
  Busy town;
  const Json actions = town.rows({"overdue-actions", "--as", "Lena Mori"}, 1);
  REQUIRE(actions.size() == 1);
  CHECK(actions[0].at("case") == "=Ruth Example");
  CHECK(actions[0].at("what") == "Ring the housing office");
  CHECK(actions[0].at("due") == "2026-01-10");
  CHECK(town.rows({"open-risks", "--as", "Lena Mori"}, 1).at(0).at("level") == "high");
  CHECK(town.rows({"oversight-gaps", "--as", "Lena Mori"}, 1).at(0).at("last oversight") == "never");
  CHECK(town.rows({"unsettled", "--as", "Lena Mori"}, 1).empty());
  for (const char* name : {"overdue-actions", "open-risks"}) {
    CAPTURE(name);
    CHECK(town.rows({name, "--as", "Sam Okoro"}, 1).empty());
    CHECK(town.rows({name, "--as", "Lena Mori", "--unit", "South"}, 1).empty());
    CHECK(error_of(town.office({"report", name})) == "required");
  }
  CHECK(town.rows({"oversight-gaps", "--as", "Sam Okoro"}, 1).empty());
  const std::string impact = "impact_on_person=She keeps her home.", why = "rationale=The rent is her first worry.";
  const std::vector<std::string> oversight{"note", "add", town.scope, "--type", "oversight", "--text-file", "-", "--field", impact, "--field", why, "--sign"};
  CHECK(town.as("lena", oversight, "Looked at it.").code == 0);
  CHECK(town.meet("lena").code == 0);
  CHECK(town.rows({"oversight-gaps", "--as", "Lena Mori"}, 1).empty());
}

TEST_CASE("late work of a case that nobody accepted yet stands in the report of those who judge it, and of nobody else") {
  Busy town;
  town.hire("Nora Lind", "manager", town.north);
  town.hire("Mara Silva", "manager", town.south);
  for (const Json& row : town.office({"device", "list"}).json()) {
    if (row.at("worker") == "Lena Mori") CHECK(town.office({"device", "suspend", row.at("id")}).code == 0);
  }
  town.wrote({"case", "add", "--name", "Tom Second", "--unit", town.north});
  CHECK(error_of(town.meet("lena")) == "suspended");
  const Json late = town.rows({"unsettled", "--as", "Nora Lind"}, 1);
  REQUIRE(late.size() == 1);
  CHECK(late[0].at("whose") == "Lena Mori");
  CHECK(late[0].at("kind") == "case");
  CHECK(late[0].at("why") == "device_suspended");
  CHECK(late[0].at("unit") == "North");
  CHECK(late[0].at("days") == "0");
  CHECK(late[0].at("case") != "Tom Second");
  for (const char* other : {"Mara Silva", "Sam Okoro"}) CHECK_MESSAGE(town.rows({"unsettled", "--as", other}, 1).empty(), other);
  CHECK(town.rows({"unsettled", "--as", "Nora Lind", "--unit", "South"}, 1).empty());
  CHECK(town.rows({"caseload"}, 0).at(0).at("open") == "1");
}

TEST_CASE("reports that name no client count all cases, and each report is recorded before it is shown") {
  Busy town;
  const Json caseload = town.rows({"caseload"}, 0);
  REQUIRE(caseload.size() == 1);
  CHECK(caseload[0].at("unit") == "North");
  CHECK(town.rows({"caseload"}, 1).at(0).at("worker") == "Lena Mori");
  CHECK(town.rows({"caseload", "--unit", "South"}, 0).empty());
  const Json contact = town.rows({"contact"}, 0);
  CHECK(contact.at(0).at("contacts made") == "1");
  CHECK(town.rows({"contact", "--from", "2020-01-01", "--to", "2020-02-01"}, 0).at(0).at("contacts made") == "0");
  CHECK(town.rows({"custody"}, 0).at(0).at("cases it may hold") == "1");
  CHECK(town.office({"report", "list"}).json().size() == 7);
  const Json made = town.office({"report", "made"}).json();
  CHECK(made.size() == 6);
  CHECK(made[0].at("report") == "caseload");
  CHECK(town.office({"report", "open-risks", "--as", "Lena Mori"}).code == 0);
  CHECK(town.office({"report", "made"}).json().back().at("as") == "Lena Mori");
}

TEST_CASE("a report in a file is its owner's alone, never over another, and without formulas") {
  Busy town;
  const std::string file = town.folder() / "actions.csv";
  CHECK(town.office({"report", "overdue-actions", "--as", "Lena Mori", "--format", "csv", "--out", file}).code == 0);
  CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms(077)) == std::filesystem::perms::none);
  std::ifstream stream(file);
  const std::string csv((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  CHECK(csv.find("\"'=Ruth Example\"") != std::string::npos);
  CHECK(error_of(town.office({"report", "overdue-actions", "--as", "Lena Mori", "--format", "csv", "--out", file})) == "already_there");
  CHECK(town.office({"report", "caseload", "--format", "html", "--out", town.folder() / "caseload.html"}).code == 0);
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {"report", "nonsense"}, {"report", "caseload", "--format", "xml"}, {"report", "caseload", "--format", "csv"},
           {"report", "caseload", "--from", "2026-13-01"}, {"report", "caseload", "--from", "2026-02-01", "--to", "2026-01-01"},
           {"report", "oversight-gaps", "--as", "Lena Mori", "--days", "-1"}, {"report", "open-risks", "--as", "Nobody"},
           {"report", "caseload", "--unit", "East"}}) {
    CAPTURE(wrong.back());
    CHECK(town.office(wrong).code >= 2);
  }
}

}  // namespace
}  // namespace caseload::programs
