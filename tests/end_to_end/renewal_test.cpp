#include "tests/end_to_end/place.h"

#include <filesystem>
#include <fstream>

#include "tests/support/test.h"

namespace caseload::programs {
namespace {

// Lena's laptop through the years. Certificates are good for 365 days.
struct Years : Place {
  Years() {
    join("lena", "Lena Mori");
    CHECK(meet("lena").code == 0);
  }
  std::string identity() const {  // sealed: what it says is not seen, but that it was written anew
    std::ifstream file(home("lena") + "/identity", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Whether an ordinary session brings a new certificate.
  bool is_renewed() {
    const std::string before = identity();
    const Said said = meet("lena");
    CHECK_MESSAGE(said.code == 0, said.out, said.err);
    return identity() != before;
  }
  std::size_t devices() { return office({"device", "list"}).json().size(); }
};

TEST_CASE("a certificate is renewed by an ordinary session in its last third, and for a while after its end") {
  Years town;
  town.days_later(230);
  CHECK_FALSE(town.is_renewed());
  town.days_later(30);
  CHECK(town.is_renewed());
  CHECK_FALSE(town.is_renewed());
  town.days_later(365 + 80);
  CHECK(town.is_renewed());
  CHECK(town.devices() == 2);
  // The new one is as good as the first: it lasts its year.
  town.days_later(200);
  CHECK_FALSE(town.is_renewed());
}

TEST_CASE("a device of which the office wants nothing more gets no certificate either") {
  Years town;
  for (const Json& row : town.office({"device", "list"}).json()) {
    if (row.at("worker") == "Lena Mori") CHECK(town.office({"device", "suspend", row.at("id")}).code == 0);
  }
  town.days_later(300);
  const std::string before = town.identity();
  CHECK(error_of(town.meet("lena")) == "suspended");
  CHECK(town.identity() == before);
  town.days_later(100);
  CHECK(error_of(town.meet("lena")) == "certificate_expired");
  CHECK(town.identity() == before);
}

TEST_CASE("a certificate that ran out long ago: the device is told, is enrolled anew, and hands over all that it wrote") {
  Years town;
  const std::string scope = town.begin_case("lena", "Ruth Example");
  CHECK(town.meet("lena").code == 0);
  town.note("lena", scope, "Written before a long leave.");
  CHECK(town.as("lena", {"note", "add", scope, "--type", "phone", "--text-file", "-"}, "A draft").code == 0);
  CHECK(error_of(town.enrol("lena", town.invite("Lena Mori"))) == "already_there");

  town.days_later(365 + 91);
  const std::string code = town.invite("Lena Mori"), of_another = town.invite("Mara Silva");
  CHECK(town.as("lena", {"--passphrase-file", town.folder() / "passphrase", "unlock", "--for", "30"}).code == 0);
  CHECK(error_of(town.meet("lena")) == "certificate_expired");
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 1);
  CHECK(error_of(town.enrol("lena", of_another)) == "not_for_me");
  const std::string wrong = town.write("wrong", "another-passphrase-entirely\n");
  CHECK(error_of(town.as("lena", {"--passphrase-file", wrong, "enrol", "--server", town.address(), "--code", code})) == "wrong_passphrase");
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 1);

  const Said again = town.enrol("lena", code);
  REQUIRE_MESSAGE(again.code == 0, again.out, again.err);
  CHECK_FALSE(std::filesystem::exists(town.home("lena") + "/identity-next"));
  CHECK(town.devices() == 3);
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 1);
  const Said met = town.meet("lena");
  CHECK_MESSAGE(met.code == 0, met.out, met.err);
  CHECK(met.json().at("accepted") == 1);
  CHECK(town.has_words("lena", scope, "Written before a long leave."));
  CHECK(town.as("lena", {"draft", "list"}).json().size() == 1);
  CHECK(town.as("lena", {"rebuild", "--check"}).json().at("different") == 0);
  CHECK(town.as("lena", {"doctor"}).json().at("findings") == Json::array());
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
  // The code of another is not used up by having been tried in the wrong place.
  CHECK(town.enrol("mara", of_another).code == 0);
  // And by stick it is the new device that speaks, from its first bundle on.
  CHECK(town.as("lena", {"bundle", "export", "--to", town.folder() / "stick"}).json().at("bundle") == 1);
  CHECK(town.office({"bundle", "answer", town.folder() / "stick", "--to", town.folder() / "answer"}).code == 0);
  CHECK(town.as("lena", {"bundle", "import", town.folder() / "answer"}).code == 0);
}

TEST_CASE("enrolling anew, killed at any step, is done again with the same code, and until it is done the former device is whole") {
  Years town;
  const std::string scope = town.begin_case("lena", "Ruth Example");
  const std::string code = town.invite("Lena Mori");
  const std::vector<std::string> words{"--passphrase-file", town.folder() / "passphrase", "enrol", "--server", town.address(), "--code", code, "--again"};
  int deaths = 0;
  // Of some ninety steps every seventh: each costs the passphrase's own slowness.
  for (int nth = 3;; nth += 7) {
    const Said said = town.dying("lena", nth, words);
    if (said.code == 0) break;
    REQUIRE_MESSAGE(said.code == 97, said.out, said.err);
    ++deaths;
    CHECK(town.as("lena", {"status"}).json().at("unsent") == 1);
    // Killed after its last step but before it said so: it is the new device, and its code was used.
    if (town.devices() == 3 && !std::filesystem::exists(town.home("lena") + "/identity-next")) break;
  }
  CHECK(deaths > 3);
  CHECK(town.devices() == 3);
  const Said met = town.meet("lena");
  CHECK_MESSAGE(met.code == 0, met.out, met.err);
  CHECK(met.json().at("accepted") == 1);
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
}

TEST_CASE("a copied laptop that was called a twin is enrolled anew where a person says so, and its note is in the log") {
  Years town;
  const std::string scope = town.begin_case("lena", "Ruth Example");
  CHECK(town.meet("lena").code == 0);
  CHECK(town.as("lena", {"lock"}).code == 0);
  const std::string copy = town.home("lena") + "-copy";
  std::filesystem::copy(town.home("lena"), copy, std::filesystem::copy_options::recursive);
  const auto unlock = [&] { CHECK(town.as("lena", {"--passphrase-file", town.folder() / "passphrase", "unlock"}).code == 0); };
  const auto swap = [&] {
    CHECK(town.as("lena", {"lock"}).code == 0);
    std::filesystem::rename(town.home("lena"), copy + "-2");
    std::filesystem::rename(copy, town.home("lena"));
    std::filesystem::rename(copy + "-2", copy);
    unlock();
  };
  unlock();
  town.note("lena", scope, "By the first of the two.");
  CHECK(town.meet("lena").code == 0);
  swap();
  town.note("lena", scope, "By the second of the two.");
  for (int tries = 0; tries < 3 && town.as("lena", {"status"}).json().at("unsent") != 0; ++tries) static_cast<void>(town.meet("lena"));
  swap();
  town.note("lena", scope, "By the first, which has the older numbers now.");
  CHECK(error_of(town.meet("lena")) == "twin");
  CHECK(error_of(town.enrol("lena", town.invite("Lena Mori"))) == "already_there");
  const Said again = town.as("lena", {"--passphrase-file", town.folder() / "passphrase", "enrol", "--server", town.address(), "--code",
                                      town.invite("Lena Mori"), "--again"});
  REQUIRE_MESSAGE(again.code == 0, again.out, again.err);
  CHECK(town.meet("lena").code <= 1);
  CHECK(town.as("lena", {"status"}).json().at("unsent") == 0);
  town.note("lena", scope, "By the device that it is now.");
  CHECK(town.meet("lena").json().at("accepted") == 1);
  CHECK(town.has_words("lena", scope, "By the second of the two."));
  CHECK(town.office({"ledger", "verify"}).json().at("problems").empty());
}

}  // namespace
}  // namespace caseload::programs
