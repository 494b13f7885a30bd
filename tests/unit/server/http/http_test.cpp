#include <httplib.h>

#include "server/http/http_door.h"
#include "server/http/metrics.h"

#include "tests/support/test.h"

namespace caseload::server {
namespace {

HttpDoor::Pages one_page() {
  return {{"/page", [] { return HttpAnswer{200, "text/plain", "words\n"}; }}};
}

TEST_CASE("a page is given to a program on this machine, and another path, method or name is not") {
  const Result<std::unique_ptr<HttpDoor>> door = HttpDoor::open({"127.0.0.1", 0}, one_page());
  REQUIRE(door.ok());
  httplib::Client client("127.0.0.1", (*door)->port());
  const auto page = client.Get("/page");
  REQUIRE(page);
  CHECK(page->status == 200);
  CHECK(page->body == "words\n");
  CHECK(page->get_header_value("Cache-Control") == "no-store");
  CHECK(client.Get("/other")->status == 404);
  CHECK(client.Get("/page/../page")->status == 404);
  CHECK(client.Post("/page", "", "text/plain")->status == 404);
  CHECK(client.Get("/page", {{"Host", "office.example:80"}})->status == 421);
  CHECK(client.Get("/page", {{"Host", "localhost:80"}})->status == 200);
  CHECK(client.Get("/page", {{"Host", "[::1]:80"}})->status == 200);
  CHECK(client.Get("/page", {{"Host", "127.0.0.1.example"}})->status == 421);
}

TEST_CASE("only loopback addresses are listened at") {
  for (const char* host : {"0.0.0.0", "::", "192.168.1.4", "10.0.0.1", "example.org", "::ffff:127.0.0.1", "128.0.0.1", ""}) {
    CAPTURE(host);
    const Result<std::unique_ptr<HttpDoor>> door = HttpDoor::open({host, 0}, one_page());
    REQUIRE_FALSE(door.ok());
    CHECK(door.fault() == Fault::bad_value);
  }
  for (const char* host : {"127.0.0.1", "127.0.0.2", "localhost"}) {
    CAPTURE(host);
    CHECK(HttpDoor::open({host, 0}, one_page()).ok());
  }
}

TEST_CASE("a port that somebody has is not shared") {
  const Result<std::unique_ptr<HttpDoor>> door = HttpDoor::open({"127.0.0.1", 0}, one_page());
  REQUIRE(door.ok());
  const Result<std::unique_ptr<HttpDoor>> second = HttpDoor::open({"127.0.0.1", (*door)->port()}, one_page());
  REQUIRE_FALSE(second.ok());
  CHECK(second.fault() == Fault::in_use);
}

TEST_CASE("metrics have a help and a type for each name, and ages count from what happened") {
  ServiceCounts counts;
  counts.sessions = 3;
  counts.refused[Fault::lost] = 2;
  OfficeFigures figures;
  figures.now = from_milliseconds(1'000'000'000);
  figures.last_position = 90;
  figures.backup_at = figures.now - std::chrono::hours(2);
  figures.backup_position = 70;
  figures.late_waiting = 1;
  figures.late_oldest = figures.now - std::chrono::minutes(3);
  figures.head_at = figures.now + std::chrono::hours(1);  // a clock that was set back: no age
  const std::string text = metrics_text(counts, figures);
  for (const char* line : {"caseload_sessions_total 3\n", "caseload_refused_total{fault=\"lost\"} 2\n", "caseload_not_backed_up 20\n",
                           "caseload_backup_age_seconds 7200\n", "caseload_late_work_oldest_seconds 180\n", "caseload_head_age_seconds 0\n"}) {
    CHECK_MESSAGE(text.find(line) != std::string::npos, line);
  }
  std::istringstream lines(text);
  std::string name, line;
  while (std::getline(lines, line)) {
    if (line.starts_with("# HELP ")) name = line.substr(7, line.find(' ', 7) - 7);
    else if (!line.starts_with("# TYPE " + name)) CHECK_MESSAGE(line.starts_with(name), line);
  }
}

TEST_CASE("an office is not ready with a full disk or a clock behind its ledger") {
  OfficeFigures figures;
  figures.now = from_milliseconds(1'000'000'000);
  figures.head_at = figures.now;
  figures.disk_bytes = 100ULL << 30;
  figures.disk_free_bytes = 50ULL << 30;
  CHECK(problems_of(figures).empty());
  figures.disk_free_bytes = free_bytes_min - 1;
  CHECK(problems_of(figures) == std::vector<std::string>{"disk_nearly_full"});
  figures.disk_bytes = 4ULL << 30;  // a small disk: a tenth of it will do
  CHECK(problems_of(figures).empty());
  figures.head_at = figures.now + clock_back_max + std::chrono::seconds(1);
  CHECK(problems_of(figures) == std::vector<std::string>{"clock_back"});
}

}  // namespace
}  // namespace caseload::server
