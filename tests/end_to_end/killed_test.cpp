#include "tests/end_to_end/place.h"

#include <cstdlib>

// The office dies before one operation on its disk after another, while a device hands over, receives, lets go and says so.

namespace caseload::programs {
namespace {

// How many operations lie between two deaths; every one, where the environment asks for it.
int stride() {
  const char* wanted = std::getenv("CASELOAD_FAULT_POINTS");
  return wanted != nullptr && std::string(wanted) == "all" ? 1 : 7;
}

// Sam, of the other unit, has one case for good, and one of two others by turns.
struct Turns : Place {
  std::string kept, one, other;
  std::vector<std::string> words;

  Turns() {
    for (const auto& [who, name] : std::map<std::string, std::string>{{"lena", "Lena Mori"}, {"sam", "Sam Okoro"}}) {
      join(who, name);
      CHECK(meet(who).code == 0);
    }
    kept = begin_case("lena", "Ruth Example");
    one = begin_case("lena", "Tom Example");
    other = begin_case("lena", "Uma Example");
    for (const std::string& scope : {kept, one}) assign("lena", scope, "sam");
    CHECK(meet("lena").code == 0);
    CHECK(meet("sam").code == 0);
  }

  // Everything that a session can bring: a note from Sam, one for him, a case that goes and one that comes.
  void prepare() {
    CHECK(as("lena", {"case", "unassign", one, "--to", worker["sam"]}).code == 0);
    assign("lena", other, "sam");
    std::swap(one, other);
    write_note("lena");
    const Said said = meet("lena");
    REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    write_note("sam");
  }
  void write_note(const std::string& who) {
    words.push_back("Note number " + std::to_string(words.size()) + ".");
    note(who, kept, words.back());
  }
  void expect_whole(const std::string& who) {
    const std::string seen = as(who, {"timeline", kept}).out;
    for (const std::string& note : words) {
      const std::size_t at = seen.find(note);
      CHECK_MESSAGE(at != std::string::npos, who, ": ", note);
      CHECK_MESSAGE(seen.find(note, at + 1) == std::string::npos, who, " has twice: ", note);
    }
  }
};

TEST_CASE("H42 the office killed before any operation on its disk, in a whole session: nothing acknowledged is lost or doubled") {
  Turns town;
  const std::string fault = "CASELOAD_FAULT=kind=kill prefix=" + (town.folder() / "office/") + " nth=";
  int in_session = 0, while_opening = 0, lived = 0;
  for (int nth = 1; lived == 0; nth += stride()) {
    CAPTURE(nth);
    town.prepare();
    town.kill_office();
    town.serve_variables = {"LD_PRELOAD=" CASELOAD_FAULT_SHIM, "ASAN_OPTIONS=verify_asan_link_order=0", fault + std::to_string(nth)};
    const bool opened = town.tries_to_open();
    if (opened) {
      const Said cut = town.meet("sam");
      const bool acknowledged = town.as("sam", {"status"}).json().at("unsent") == 0;
      CHECK((cut.code != 0 || acknowledged));
      // The purge receipt travels in the session that follows.
      if (!town.office_died()) town.meet("sam");
      ++(town.office_died() ? in_session : lived);
    } else {
      ++while_opening;
    }
    if (town.is_open()) town.kill_office();
    town.serve_variables.clear();
    town.open();
    for (int contact = 0; contact < 2; ++contact) {
      const Said said = town.meet("sam");
      REQUIRE_MESSAGE(said.code == 0, said.out, said.err);
    }
    CHECK(town.as("sam", {"status"}).json().at("unsent") == 0);
    for (const Json& row : town.office({"custody", town.other}).json()) CHECK(row.at("worker") != "Sam Okoro");
  }
  CHECK(in_session > 3);
  CHECK(town.meet("lena").code == 0);
  town.expect_whole("lena");
  town.expect_whole("sam");
  CHECK(town.office({"late", "list"}).json().empty());
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
  MESSAGE("killed ", while_opening, " times while it opened, ", in_session, " times in sessions");
}

}  // namespace
}  // namespace caseload::programs
