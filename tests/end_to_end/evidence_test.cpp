#include "tests/end_to_end/place.h"

#include <fstream>

#include "tests/support/test.h"

namespace caseload::programs {
namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Ana and Lena have worked on a case; a note of Ana's is contested.
struct Court : Place {
  Court() {
    for (const auto& [who, name] : std::map<std::string, std::string>{{"ana", "Ana Castro"}, {"lena", "Lena Mori"}}) {
      join(who, name);
      CHECK(meet(who).code == 0);
    }
    scope = begin_case("lena", "Ruth Example");
    assign("lena", scope, "ana");
    for (const char* who : {"lena", "ana"}) CHECK(meet(who).code == 0);
    other = this->note("ana", scope, "Another note, of the same day.");
    record = this->note("ana", scope, "She said that she would come on Tuesday.");
    CHECK(meet("ana").code == 0);
    CHECK(meet("lena").code == 0);
  }
  // Verified where there is neither office nor profile.
  Said verify(const std::string& file, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"verify", file};
    words.insert(words.end(), more.begin(), more.end());
    return as("nobody", words);
  }
  Json give(const std::string& who, const std::string& wanted, const std::string& file) {
    const Said said = as(who, {"evidence", wanted, "--out", folder() / file});
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    return said.json();
  }
  std::string scope, other, record;
};

TEST_CASE("evidence of a note holds without office and profile: its words, its author, when it was received, and where it stands") {
  Court town;
  const Json given = town.give("lena", town.record, "evidence");
  CHECK(given.at("changes") == 1);
  const std::string key = town.office({"ledger", "head"}).json().at("ledger_key");
  town.close();
  const Said said = town.verify(town.folder() / "evidence");
  CHECK_MESSAGE(said.code == 0, said.out, said.err);
  const Json found = said.json();
  CHECK(found.at("valid") == true);
  CHECK(found.at("author") == town.worker["ana"]);
  CHECK(found.at("record") == town.record);
  CHECK(found.at("position").get<int>() > 0);
  CHECK(found.at("position").get<int>() <= found.at("tree_size").get<int>() * 256);
  CHECK(found.at("ledger_key") == key);
  CHECK(found.at("history")[0].dump().find("come on Tuesday") != std::string::npos);
  // Of others nothing but digests, though they were signed together.
  CHECK(content(town.folder() / "evidence").find("Another note") == std::string::npos);
  CHECK(content(town.folder() / "evidence").find("Ruth") == std::string::npos);
  CHECK(town.verify(town.folder() / "evidence", {"--ledger-key", key}).code == 0);
  const Said other_office = town.verify(town.folder() / "evidence", {"--ledger-key", std::string(64, '0')});
  CHECK(other_office.code == 1);
  CHECK(other_office.json().at("valid") == false);
  CHECK(error_of(town.as("lena", {"evidence", town.record, "--out", town.folder() / "later"})) == "unreachable");
  CHECK(town.verify(town.folder() / "not there").code == 3);
}

TEST_CASE("evidence that was altered anywhere does not hold, and says why") {
  Court town;
  town.give("ana", town.record, "evidence");
  const std::string whole = content(town.folder() / "evidence");
  REQUIRE(whole.size() > 500);
  for (std::size_t at = 0; at < whole.size(); at += whole.size() / 25) {
    CAPTURE(at);
    std::string altered = whole;
    altered[at] = static_cast<char>(altered[at] ^ 0x10);
    const Said said = town.verify(town.write("altered", altered));
    CHECK(said.code == 1);
    CHECK(said.json().at("valid") == false);
    CHECK_FALSE(said.json().at("reasons").empty());
  }
  for (const std::string& other : {std::string(), whole.substr(0, whole.size() / 2), whole + "x", std::string("a letter")}) {
    CHECK(town.verify(town.write("altered", other)).json().at("valid") == false);
  }
}

TEST_CASE("evidence of what goes on: every change in its order, what is withheld stays withheld and holds, what the office has not is refused") {
  Court town;
  CHECK(town.as("lena", {"set", town.scope, "priority=high"}).code <= 3);
  const std::string unsent = town.note("lena", town.scope, "Not at the office yet; evidence sends it first.");
  const Json of_case = town.give("lena", town.scope, "case");
  CHECK(of_case.at("changes").get<int>() >= 1);
  CHECK(town.give("lena", unsent, "sent").at("changes") == 1);
  CHECK(town.verify(town.folder() / "case").json().at("valid") == true);
  CHECK(town.as("lena", {"rebuild", "--check"}).json().at("different") == 0);
  CHECK(error_of(town.as("lena", {"evidence", "0000-0000", "--out", town.folder() / "none"})) == "not_found");

  // Ben, of the same unit, sees that there is a case and whose it is.
  town.join("ben", "Ben Duarte");
  CHECK(town.meet("ben").code == 0);
  town.give("ben", town.scope, "seen");
  const Json seen = town.verify(town.folder() / "seen").json();
  CHECK(seen.at("valid") == true);
  CHECK_FALSE(seen.at("history")[0].at("withheld").empty());
  CHECK(town.verify(town.folder() / "case").json().at("history")[0].at("withheld").empty());

  // Mara leads another unit, and sees nothing of it.
  town.join("mara", "Mara Silva");
  CHECK(town.meet("mara").code == 0);
  CHECK(town.as("mara", {"evidence", town.record, "--out", town.folder() / "none"}).code == 3);
}

}  // namespace
}  // namespace caseload::programs
