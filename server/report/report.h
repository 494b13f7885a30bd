#pragma once

#include <string>
#include <vector>

#include "common/time/time.h"

namespace caseload::server {

// Report: what managers are told, before it has a form.
//
// Shape    one or more tables; a number is written without words around it. `plot` is a column of numbers that is drawn
//          as bars in HTML, beside the table that says the same; -1: none.
struct ReportTable {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows{};
  int plot = -1;
};
struct Report {
  std::string name;
  std::string about;         // one sentence
  WallTime at{};
  std::uint64_t position = 0;  // how far the log went
  std::string in_whose_name{};  // none: it names no client
  std::vector<ReportTable> tables{};
};

// For people: 2026-11-22 17:05 UTC.
std::string in_minutes(WallTime moment);

// JSON: exact · CSV: one table after another, each cell in quotes and defused · HTML: one page that stands alone,
// with nothing fetched and no script.
std::string report_as_json(const Report& report);
std::string report_as_csv(const Report& report);
std::string report_as_html(const Report& report);

}  // namespace caseload::server
