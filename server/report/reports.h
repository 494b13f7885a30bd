#pragma once

#include <span>

#include "server/report/reader.h"
#include "server/report/report.h"

namespace caseload::server {

// What is asked: of one unit or all; `from` and `upto` are days, both within.
struct ReportWish {
  Id as;  // in whose name; none for a report that names no client
  Id unit{};
  Date from{};
  Date upto{};
  int days = 28;  // after which something counts as a gap
};

// ReportEntry: a row of the table of all reports. One that names clients holds what the worker in whose name it is made
// may read, and nothing else.
struct ReportEntry {
  std::string_view name;
  std::string_view about;
  bool names_clients = false;
  std::vector<ReportTable> (*tables)(const ReportReader& reader, const ReportWish& wish);
};
std::span<const ReportEntry> report_entries();

// Errors   bad_name: no such report; required: --as, for one that names clients.
Result<Report> make_report(const Office& office, std::string_view name, const ReportWish& wish);

// The tables, one function each.
std::vector<ReportTable> caseload_tables(const ReportReader& reader, const ReportWish& wish);
std::vector<ReportTable> contact_tables(const ReportReader& reader, const ReportWish& wish);
std::vector<ReportTable> custody_tables(const ReportReader& reader, const ReportWish& wish);
std::vector<ReportTable> action_tables(const ReportReader& reader, const ReportWish& wish);
std::vector<ReportTable> risk_tables(const ReportReader& reader, const ReportWish& wish);
std::vector<ReportTable> oversight_tables(const ReportReader& reader, const ReportWish& wish);
std::vector<ReportTable> unsettled_tables(const ReportReader& reader, const ReportWish& wish);

// ReportAudit: that a report was made: who, which, of what, when. Kept by the office before the report is shown.
struct ReportAudit {
  std::int64_t at_ms = 0;
  Id as;
  std::string report;
  Id unit;
  std::string form;
  std::uint64_t rows = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(at_ms, as, report, unit, form, rows);
  }
};
void keep_audit(ServerStore& store, const ReportAudit& audit);
std::vector<ReportAudit> report_audits(const ServerStore& store);

}  // namespace caseload::server
