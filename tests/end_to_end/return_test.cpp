#include "tests/end_to_end/place.h"

#include <httplib.h>
#include <poll.h>

#include "tests/support/test.h"

namespace caseload::programs {
namespace {

// Waits until the office says that so many devices watch.
bool watching(const Town& town, int wanted) {
  httplib::Client client("http://" + town.http);
  for (int waited = 0; waited < 20'000; waited += 20) {
    const httplib::Result got = client.Get("/metrics");
    if (got && got->body.find("caseload_sessions_watching " + std::to_string(wanted) + "\n") != std::string::npos) return true;
    ::poll(nullptr, 0, 20);
  }
  return false;
}

TEST_CASE("a device that watches comes back by itself when the office was gone, and has what was written meanwhile") {
  Place town;
  town.close();
  town.serve_options = {"--http", "127.0.0.1:0"};
  town.open();
  for (const auto& [who, name] : std::map<std::string, std::string>{{"ana", "Ana Castro"}, {"lena", "Lena Mori"}}) {
    town.join(who, name);
    CHECK(town.meet(who).code == 0);
  }
  const std::string scope = town.begin_case("lena", "Ruth Example");
  town.assign("lena", scope, "ana");
  CHECK(town.meet("lena").code == 0);
  const int process = town.leave_running("ana", {"sync", "--watch"});
  CHECK(watching(town, 1));
  town.kill_office();
  town.open();
  town.note("lena", scope, "While the line was lost.");
  CHECK(town.meet("lena").code == 0);
  CHECK(watching(town, 1));
  // Not killed this time, but closed as for an upgrade.
  town.close();
  town.open();
  CHECK(watching(town, 1));
  const Said said = town.stop("ana", process);
  CHECK_MESSAGE(said.code == 0, said.out, said.err);
  CHECK(said.json().at("received").get<int>() > 0);
  CHECK(said.err.find("tried again") != std::string::npos);
  CHECK(town.has_words("ana", scope, "While the line was lost."));
}

}  // namespace
}  // namespace caseload::programs
