#include <httplib.h>

#include "tests/end_to_end/programs.h"

#include "tests/support/test.h"

namespace caseload::programs {
namespace {

std::uint64_t number(const std::string& metrics, const std::string& name) {
  const std::size_t at = metrics.find("\n" + name + " ");
  return at == std::string::npos ? UINT64_MAX : std::stoull(metrics.substr(at + name.size() + 2));
}

TEST_CASE("an office at work says on loopback that it is alive and ready, and how it stands, without naming anybody") {
  Town town;
  const std::string unit = town.add_unit("Canaryunit");
  town.hire("Lena Canaryname", "manager", unit);
  town.serve_options = {"--http", "127.0.0.1:0"};
  town.open();
  town.join("lena", "Lena Canaryname");
  CHECK(town.meet("lena").code == 0);
  httplib::Client client("http://" + town.http);
  REQUIRE(client.Get("/healthz"));
  CHECK(client.Get("/healthz")->status == 200);
  const auto ready = client.Get("/readyz");
  REQUIRE(ready);
  CHECK(ready->status == 200);
  CHECK(Json::parse(ready->body).at("ready") == true);
  const std::string before = client.Get("/metrics")->body;
  CHECK(number(before, "caseload_sessions_total") >= 1);
  CHECK(number(before, "caseload_backups") == 0);
  CHECK(number(before, "caseload_late_work") == 0);
  CHECK(before.find("caseload_devices{standing=\"active\"} 1\n") != std::string::npos);
  CHECK(town.office({"device", "suspend", town.office({"device", "list"}).json().at(1).at("id")}).code == 0);
  CHECK(town.as("lena", {"case", "add", "--name", "Ruth Canarycase", "--unit", unit}).code == 0);
  town.meet("lena");
  CHECK(town.office({"backup", "--to", town.folder() / "tmp"}).code == 0);
  const std::string after = client.Get("/metrics")->body;
  CHECK(number(after, "caseload_late_work") == 1);
  CHECK(number(after, "caseload_backups") == 1);
  CHECK(number(after, "caseload_not_backed_up") == 0);
  for (const std::string& text : {before, after}) CHECK(text.find("Canary") == std::string::npos);
}

TEST_CASE("health is not given to the network") {
  Town town;
  for (const char* where : {"0.0.0.0:0", "192.0.2.1:9464", "nonsense"}) {
    const Said said = town.office({"serve", "--listen", "127.0.0.1:0", "--http", where});
    CHECK(said.code != 0);
    CHECK(said.json().at("error") == "bad_value");
  }
}

}  // namespace
}  // namespace caseload::programs
