#include "tests/end_to_end/place.h"

#include <filesystem>

#include "tests/support/test.h"

namespace caseload::programs {
namespace {

TEST_CASE("the first day: from founding an office to a note that a manager reads") {
  Place town;
  town.join("lena", "Lena Mori");
  town.join("ana", "Ana Castro");
  CHECK(town.meet("lena").code == 0);
  const std::string scope = town.begin_case("lena", "Ruth Example");
  CHECK(town.meet("lena").json().at("accepted") == 1);
  town.assign("lena", scope, "ana");
  CHECK(town.meet("lena").code == 0);
  CHECK(town.meet("ana").json().at("received").get<int>() > 0);
  town.note("ana", scope, "Rang at nine; she will come on Tuesday.");
  CHECK(town.as("ana", {"status"}).json().at("unsent") == 1);
  CHECK(town.meet("ana").json().at("accepted") == 1);
  CHECK(town.as("ana", {"status"}).json().at("unsent") == 0);
  CHECK(town.meet("lena").code == 0);
  CHECK(town.has_words("lena", scope, "Rang at nine"));
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
}

TEST_CASE("a code works once: a second device, a guess, an old server and a locked profile are told apart") {
  Place town;
  const std::string code = town.invite("Ana Castro");
  CHECK(town.enrol("ana", code).code == 0);
  CHECK(error_of(town.enrol("other", code)) == "replayed");
  CHECK(error_of(town.enrol("guess", "0000-0000-0000-0000")) == "bad_code");
  CHECK(error_of(town.enrol("mistyped", "not a code")) == "bad_code");
  CHECK(error_of(town.enrol("ana", town.invite("Ana Castro"))) == "already_there");
  const Json refusals = town.office({"refusals"}).json();
  CHECK(refusals.size() == 2);
  CHECK(town.as("ana", {"lock"}).code == 0);
  CHECK(error_of(town.as("ana", {"status"})) == "locked");
  CHECK(error_of(town.as("nobody", {"status"})) == "locked");
  const std::string wrong = town.write("wrong", "another-passphrase-entirely\n");
  CHECK(error_of(town.as("ana", {"--passphrase-file", wrong, "status"})) == "wrong_passphrase");
  CHECK(town.as("ana", {"--passphrase-file", town.folder() / "passphrase", "status"}).code == 0);
}

TEST_CASE("H53 two people on one machine: neither's login touches the other's unsent work") {
  Place town;
  town.join("ana", "Ana Castro");
  town.join("lena", "Lena Mori");
  for (const char* who : {"lena", "ana"}) CHECK(town.meet(who).code == 0);
  const std::string scope = town.begin_case("lena", "Ruth Example");
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 1);
  CHECK(town.meet("ana").code == 0);
  CHECK(town.as("ana", {"lock"}).code == 0);
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 1);
  CHECK(town.meet("lena").json().at("accepted") == 1);
  const Json devices = town.office({"device", "list"}).json();
  REQUIRE(devices.size() == 3);
  CHECK(devices[1].at("machine") == devices[2].at("machine"));
}

TEST_CASE("a case passes to another unit while a note about it is on its way: nothing is lost, and the laptop lets go") {
  Place town;
  for (const auto& [who, name] : std::map<std::string, std::string>{{"ana", "Ana Castro"}, {"lena", "Lena Mori"}, {"sam", "Sam Okoro"}}) {
    town.join(who, name);
    CHECK(town.meet(who).code == 0);
  }
  const std::string scope = town.begin_case("lena", "Ruth Example");
  CHECK(town.meet("lena").code == 0);
  town.assign("lena", scope, "ana");
  CHECK(town.meet("lena").code == 0);
  CHECK(town.meet("ana").code == 0);
  town.note("ana", scope, "Written while the case was passing on.");
  CHECK(town.as("lena", {"case", "unassign", scope, "--to", town.worker["ana"]}).code == 0);
  town.assign("lena", scope, "sam");
  const Said moved = town.as("lena", {"set", scope, "unit=" + town.unit["South"]});
  CHECK_MESSAGE(moved.code == 0, moved.out);
  CHECK(town.meet("lena").code == 0);
  const Said back = town.meet("ana");
  CHECK(back.code == 1);  // late work: somebody has to judge it
  CHECK(back.json().at("late") == 1);
  CHECK(back.json().at("withdrawn") == 1);
  CHECK(town.as("ana", {"status"}).json().at("cases") == 0);
  CHECK(town.meet("ana").code == 0);  // the purge receipt
  const Json holders = town.office({"custody", scope}).json();
  for (const Json& row : holders) CHECK(row.at("worker") != "Ana Castro");
  CHECK(town.office({"late", "list"}).json().size() == 1);
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
}

TEST_CASE("a device that is lost hears so and nothing else, and one that is suspended hands over and gets nothing") {
  Place town;
  town.join("ana", "Ana Castro");
  town.join("lena", "Lena Mori");
  for (const char* who : {"ana", "lena"}) CHECK(town.meet(who).code == 0);
  const Json devices = town.office({"device", "list"}).json();
  std::map<std::string, std::string> of;
  for (const Json& row : devices) of[row.at("worker")] = row.at("id");
  CHECK(town.office({"device", "suspend", of["Lena Mori"]}).code == 0);
  const std::string scope = town.begin_case("lena", "Ruth Example");
  CHECK(error_of(town.meet("lena")) == "suspended");
  CHECK(town.office({"late", "list"}).json().size() == 1);
  CHECK(town.office({"device", "lost", of["Ana Castro"]}).code == 0);
  CHECK(error_of(town.meet("ana")) == "lost");
  CHECK(town.office({"device", "resume", of["Ana Castro"]}).code == 0);
  CHECK(town.meet("ana").code == 0);
}

TEST_CASE("an office killed at any moment has everything that it acknowledged") {
  Place town;
  town.join("lena", "Lena Mori");
  CHECK(town.meet("lena").code == 0);
  const std::string scope = town.begin_case("lena", "Ruth Example");
  for (int round = 0; round < 5; ++round) {
    town.note("lena", scope, "Note number " + std::to_string(round));
    CHECK(town.meet("lena").code == 0);
    town.kill_office();
    CHECK(error_of(town.meet("lena")) == "unreachable");
    town.open();
  }
  CHECK(town.meet("lena").code == 0);
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 0);
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
}

TEST_CASE("canaries: what people write is in clear in no file of the profile, the office, the logs or temporary folders") {
  Place town;
  town.join("lena", "Lena Mori");
  CHECK(town.meet("lena").code == 0);
  const std::string scope = town.begin_case("lena", "Canaryname Quillfeather");
  const std::vector<std::string> texts{"Canaryname", "canarynote", "canarydraft", "canaryplace", "canaryrisk", "canaryreason", "canarysearch",
                                       "canaryamend", "canaryrow", town.passphrase};
  const std::string note = town.note("lena", scope, "A canarynote about the visit.");
  CHECK(town.as("lena", {"note", "add", scope, "--type", "phone", "--text-file", "-"}, "canarydraft, unsigned").code == 0);
  CHECK(town.as("lena", {"note", "amend", note, "--reason", "canaryreason", "--text-file", "-"}, "canaryamend").code == 0);
  const Said risk = town.as("lena", {"risk", "add", scope, "level=high", "assessed_on=2026-11-22", "review_on=2026-12-22",
                                     "who_is_at_risk=canaryrisk", "rationale=canaryplace"});
  CHECK_MESSAGE(risk.code == 0, risk.out);
  CHECK(town.as("lena", {"search", "canarysearch"}).code == 0);
  CHECK(town.as("lena", {"void", note, "--reason", "canaryreason"}).code == 0);
  {
    // The table itself is in clear, as any table from outside; it is gone before we look.
    const std::string table = town.write("table.csv", "person_oid,first_name,last_name,gender,age,location,complexity_level,archetype_id,"
                                         "writer_style,embedded_scenarios,case_note\nX-1,canaryrow,Example,Female,30,Urban,2,a,b,c,canaryrow note\n");
    const Said taken = town.as("lena", {"import", table, "--mapping", CASELOAD_MAPPING});
    CHECK_MESSAGE(taken.code == 0, taken.out);
    std::remove(table.c_str());
  }
  CHECK(town.meet("lena").code <= 1);
  CHECK(town.as("lena", {"timeline", scope}).code == 0);
  std::remove((town.folder() / "passphrase").c_str());
  CHECK(find_in_clear(town.folder().path(), texts) == std::vector<std::string>());
  town.close();
  CHECK(find_in_clear(town.folder().path(), texts) == std::vector<std::string>());
  // The search for canaries finds one where there is one.
  town.write("tmp/left_behind", "a canarynote in clear");
  CHECK(find_in_clear(town.folder().path(), texts).size() == 1);
}

TEST_CASE("a passphrase forgotten: the organisation's offline key opens the profile again, and nothing else does") {
  Place town;
  town.join("lena", "Lena Mori");
  CHECK(town.meet("lena").code == 0);
  town.begin_case("lena", "Ruth Example");
  const std::string request = town.folder() / "request", answer = town.folder() / "answer";
  CHECK(town.as("lena", {"recover", "--request-out", request}).code == 0);
  const std::string wrong = town.write("wrong.key", "caseload recovery key 1\nnot one\n");
  CHECK(error_of(town.office({"recovery", "answer", request, "--recovery-key", wrong, "--out", answer})) == "damaged");
  const Said made = town.office({"recovery", "answer", request, "--recovery-key", town.folder() / "recovery.key", "--out", answer});
  CHECK_MESSAGE(made.code == 0, made.out);
  const std::string fresh = town.write("fresh", "velo-mira-toku-sani-bero\n");
  const Said back = town.as("lena", {"--passphrase-file", fresh, "recover", "--answer-file", answer});
  CHECK_MESSAGE(back.code == 0, back.out);
  CHECK(error_of(town.as("lena", {"--passphrase-file", town.folder() / "passphrase", "status"})) == "wrong_passphrase");
  CHECK(town.as("lena", {"--passphrase-file", fresh, "status"}).json().at("unsent") == 1);
}

TEST_CASE("H52 a device that is to be wiped keeps no key, and what it had not handed over the organisation can open") {
  Place town;
  for (const auto& [who, name] : std::map<std::string, std::string>{{"ana", "Ana Castro"}, {"lena", "Lena Mori"}}) {
    town.join(who, name);
    CHECK(town.meet(who).code == 0);
  }
  town.begin_case("lena", "Ruth Example");
  for (const Json& row : town.office({"device", "list"}).json()) {
    if (row.at("worker") != "Alex Administrator") CHECK(town.office({"device", "wipe", row.at("id")}).code == 0);
  }
  CHECK(error_of(town.meet("ana")) == "wipe");
  for (const char* name : {"/caseload.db", "/identity", "/keys-1", "/keys-2"}) CHECK_FALSE(std::filesystem::exists(town.home("ana") + name));
  CHECK(error_of(town.meet("lena")) == "wipe");
  CHECK(error_of(town.as("lena", {"status"})) == "locked");
  const std::string passphrase = town.folder() / "passphrase";
  CHECK(town.as("lena", {"--passphrase-file", passphrase, "status"}).code == 3);
  const std::string request = town.folder() / "request", answer = town.folder() / "answer";
  CHECK(town.as("lena", {"recover", "--request-out", request}).code == 0);
  CHECK(town.office({"recovery", "answer", request, "--recovery-key", town.folder() / "recovery.key", "--out", answer}).code == 0);
  CHECK(town.as("lena", {"--passphrase-file", passphrase, "recover", "--answer-file", answer}).code == 0);
  CHECK(town.as("lena", {"--passphrase-file", passphrase, "status"}).json().at("unsent") == 1);
}

TEST_CASE("passphrase: changed, forgotten with the organisation's answer refused without it, and with a new key") {
  Place town;
  town.join("ana", "Ana Castro");
  CHECK(town.meet("ana").code == 0);
  const std::string old_file = town.folder() / "passphrase";
  const std::string new_file = town.write("new", "velo-mira-toku-sani-bero\n");
  const std::string weak = town.write("weak", "password\n");
  CHECK(error_of(town.as("ana", {"--passphrase-file", old_file, "passphrase", "--new-passphrase-file", weak})) == "weak_passphrase");
  CHECK(town.as("ana", {"--passphrase-file", old_file, "passphrase", "--new-passphrase-file", new_file, "--compromised"}).code == 0);
  CHECK(error_of(town.as("ana", {"--passphrase-file", old_file, "status"})) == "wrong_passphrase");
  CHECK(town.as("ana", {"--passphrase-file", new_file, "status"}).code == 0);
  CHECK(town.as("ana", {"--passphrase-file", new_file, "sync"}).code == 0);
  const Json doctor = town.as("ana", {"--passphrase-file", new_file, "doctor"}).json();
  CHECK(doctor.at("findings") == Json::array());
  CHECK(town.as("ana", {"--passphrase-file", new_file, "rebuild", "--check"}).json().at("different") == 0);
}

}  // namespace
}  // namespace caseload::programs
