#include <nlohmann/json.hpp>

#include "server/report/report.h"

#include "tests/support/test.h"

namespace caseload::server {
namespace {

Report two_rows() {
  Report report{"caseload", "Cases.", from_milliseconds(0), 7, "Lena <b>Mori</b>", {}};
  report.tables.push_back({"By \"unit\"", {"unit", "open"}, {{"=HYPERLINK(\"x\")", "12"}, {"<script>alert(1)</script>", "3"}}, 1});
  return report;
}

TEST_CASE("as CSV no cell is taken for a formula, and every row has as many cells as there are columns") {
  const std::string csv = report_as_csv(two_rows());
  CHECK(csv.starts_with("\ufeff\"unit\",\"open\"\r\n"));
  CHECK(csv.find("\"'=HYPERLINK(\"\"x\"\")\",\"12\"\r\n") != std::string::npos);
}

TEST_CASE("as HTML foreign words stay words, nothing is fetched, and a plot stands beside its table") {
  const std::string html = report_as_html(two_rows());
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("<b>Mori") == std::string::npos);
  CHECK(html.find("&lt;script&gt;alert(1)") != std::string::npos);
  CHECK(html.find("default-src 'none'") != std::string::npos);
  for (const char* fetched : {"http:", "https:", "src=", "href=", "url("}) CHECK_MESSAGE(html.find(fetched) == std::string::npos, fetched);
  CHECK(html.find("<svg role=\"img\"") != std::string::npos);
  CHECK(html.find("width=\"360\"") != std::string::npos);  // the longest bar
  CHECK(html.find("width=\"90\"") != std::string::npos);   // a quarter of it
  CHECK(html.find("<td class=\"n\"><bdi>12</bdi></td>") != std::string::npos);
  CHECK(html.find("<h1>Caseload</h1>") != std::string::npos);
  CHECK(html.find("at 1970-01-01 00:00 UTC, position 7") != std::string::npos);
}

TEST_CASE("as HTML what is long is cut between letters beside its bar, and whole in the table, and the least bar is seen") {
  Report report = two_rows();
  std::string name;
  for (int i = 0; i < 30; ++i) name += "é";
  report.tables.front().rows = {{name, "100000"}, {"South", "1"}, {"not_assessed", "0"}, {"A_b", "0"}};
  const std::string html = report_as_html(report);
  CHECK(html.find(">" + name.substr(0, 48) + "…</text>") != std::string::npos);
  CHECK(html.find("<bdi>" + name + "</bdi>") != std::string::npos);
  CHECK(html.find("width=\"2\"") != std::string::npos);
  CHECK(html.find("width=\"0\"") != std::string::npos);
  CHECK(html.find("<bdi>not assessed</bdi>") != std::string::npos);
  CHECK(html.find("<bdi>A_b</bdi>") != std::string::npos);
}

TEST_CASE("as HTML a table without rows says so, and has no plot") {
  Report report = two_rows();
  report.tables.front().rows.clear();
  const std::string html = report_as_html(report);
  CHECK(html.find("<p>None.</p>") != std::string::npos);
  CHECK(html.find("<svg") == std::string::npos);
}

TEST_CASE("as JSON it is exact: what other forms alter stands here as it is") {
  const nlohmann::json all = nlohmann::json::parse(report_as_json(two_rows()));
  CHECK(all.at("tables").at(0).at("rows").at(0).at("unit") == "=HYPERLINK(\"x\")");
  CHECK(all.at("in_whose_name") == "Lena <b>Mori</b>");
  CHECK(all.at("position") == 7);
}

}  // namespace
}  // namespace caseload::server
