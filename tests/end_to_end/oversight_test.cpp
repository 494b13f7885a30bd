#include "tests/end_to_end/place.h"

#include "tests/support/test.h"

namespace caseload::programs {
namespace {

// What one role gains or loses of one thing, or null.
Json effect(const Json& simulation, const std::string& role, const std::string& what, const std::string& becomes) {
  for (const Json& one : simulation.at("effects")) {
    if (one.at("role") == role && one.at("what") == what && one.at("becomes") == becomes) return one;
  }
  return nullptr;
}

TEST_CASE("rules are tried out on the office as it stands: who would read and write what, in how many cases, and no client's name") {
  Place town;
  for (const auto& [who, name] : std::map<std::string, std::string>{{"ana", "Ana Castro"}, {"lena", "Lena Mori"}}) town.join(who, name);
  CHECK(town.meet("lena").code == 0);
  const std::string scope = town.begin_case("lena", "Ruth Example");
  town.begin_case("lena", "Joe Sample");
  town.assign("lena", scope, "ana");
  CHECK(town.meet("lena").code == 0);

  const std::string rules = town.office({"rules", "show"}).out;
  const std::string today = Json::parse(rules).get<std::string>();
  const Said same = town.office({"rules", "simulate", town.write("same", today)});
  REQUIRE_MESSAGE(same.code == 0, same.out, same.err);
  CHECK(same.json().at("effects").empty());
  CHECK(same.json().at("cases") == 2);
  CHECK(same.json().at("keeps_locked") == true);

  const Said more = town.office({"rules", "simulate", town.write("more", today + "\ncaseworker may read note.* in own unit\n")});
  REQUIRE_MESSAGE(more.code == 0, more.out, more.err);
  const Json gained = effect(more.json(), "caseworker", "note.narrative", "read");
  REQUIRE(gained.is_object());
  CHECK(gained.at("cases") == 2);     // of the north
  CHECK(gained.at("workers") == 2);   // Ana has one of them, Ben none, Sam is of the south
  CHECK(effect(more.json(), "manager", "note.narrative", "read").is_null());
  CHECK(effect(more.json(), "caseworker", "note.narrative", "not_read").is_null());
  CHECK(more.out.find("Ruth") == std::string::npos);

  std::string without;
  std::istringstream lines(today);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("caseworker") != 0) without += line + "\n";
  }
  const Said less = town.office({"rules", "simulate", town.write("less", without)});
  REQUIRE_MESSAGE(less.code == 0, less.out, less.err);
  CHECK(effect(less.json(), "caseworker", "note.narrative", "not_read").at("cases") == 1);
  CHECK(effect(less.json(), "caseworker", "note.narrative", "not_written").at("workers") == 1);
  CHECK(town.office({"rules", "simulate", town.write("wrong", "nonsense\n")}).code == 3);
  CHECK(Json::parse(town.office({"rules", "show"}).out) == today);
}

TEST_CASE("late work that waits is shown to administrators: since when, for whom, and not what it says") {
  Place town;
  for (const auto& [who, name] : std::map<std::string, std::string>{{"ana", "Ana Castro"}, {"lena", "Lena Mori"}}) {
    town.join(who, name);
    CHECK(town.meet(who).code == 0);
  }
  const std::string scope = town.begin_case("lena", "Ruth Example");
  CHECK(town.meet("lena").code == 0);
  town.assign("lena", scope, "ana");
  CHECK(town.meet("lena").code == 0);
  CHECK(town.meet("ana").code == 0);
  town.note("ana", scope, "Written in good faith.");
  CHECK(town.as("lena", {"case", "unassign", scope, "--to", town.worker["ana"]}).code == 0);
  CHECK(town.meet("lena").code == 0);
  CHECK(town.meet("ana").code == 1);
  const Json list = town.office({"late", "list"}).json();
  REQUIRE(list.size() == 1);
  const Said said = town.office({"late", "show", list[0].at("id")});
  CHECK(said.code == 1);
  const Json shown = said.json();
  CHECK(shown.at("case") == scope);
  CHECK(shown.at("author") == "Ana Castro");
  CHECK(shown.at("changes").size() == 1);
  CHECK(shown.at("changes")[0].at("kind") == "note");
  CHECK(shown.at("waits_for").dump().find("Lena Mori") != std::string::npos);
  CHECK(shown.at("waits_for").dump().find("Ana Castro") == std::string::npos);
  CHECK(shown.at("due").is_string());
  CHECK(said.out.find("good faith") == std::string::npos);
  CHECK(town.office({"late", "show", shown.at("id").get<std::string>().substr(0, 36)}).code == 1);
  CHECK(error_of(town.office({"late", "show", scope})) == "not_found");
}

}  // namespace
}  // namespace caseload::programs
