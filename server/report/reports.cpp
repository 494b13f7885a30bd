#include "server/report/reports.h"

#include <array>

#include "server/store/sql.h"
#include "sync/transaction.h"

namespace caseload::server {
namespace {

constexpr const char* audit_prefix = "audit/report/";

constexpr std::array entries = {
    ReportEntry{"caseload", "Cases by unit and by worker.", false, caseload_tables},
    ReportEntry{"contact", "Whether cases are contacted when they should be, by unit.", false, contact_tables},
    ReportEntry{"custody", "Devices, what each may hold, and which have not let go.", false, custody_tables},
    ReportEntry{"overdue-actions", "Actions that are open beyond their day.", true, action_tables},
    ReportEntry{"open-risks", "Risks that have not ended, the highest first.", true, risk_tables},
    ReportEntry{"oversight-gaps", "Open cases that nobody looked at as a supervisor.", true, oversight_tables},
    ReportEntry{"unsettled", "What people disagree on, and work that waits for a decision.", true, unsettled_tables},
};

const ReportEntry* find_report(std::string_view name) {
  for (const ReportEntry& entry : entries) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace

std::span<const ReportEntry> report_entries() { return entries; }

Result<Report> make_report(const Office& office, std::string_view name, const ReportWish& wish) {
  const ReportEntry* entry = find_report(name);
  if (entry == nullptr) return Fault(Fault::bad_name, "no such report: report list names them");
  if (entry->names_clients && wish.as.is_none())
    return Fault(Fault::required, "--as WORKER: this report names clients");
  ReportWish narrowed = wish;
  if (!entry->names_clients) narrowed.as = {};
  const ReportReader reader(office, narrowed.as);
  Report report{std::string(entry->name), std::string(entry->about), office.clock().now(),
                office.store().last_position()};
  if (entry->names_clients) report.in_whose_name = reader.name_of_worker(wish.as);
  report.tables = entry->tables(reader, narrowed);
  return report;
}

// In the order in which they were made; two of one millisecond stand beside each other.
void keep_audit(ServerStore& store, const ReportAudit& audit) {
  sync::StoreTransaction act(static_cast<sync::OfficeStore&>(store));
  const std::string digits = std::to_string(audit.at_ms);
  const std::string name = audit_prefix + std::string(16 - std::min<std::size_t>(16, digits.size()), '0') + digits;
  std::string free = name;
  for (int n = 1; store.value(free).has_value(); ++n) free = name + "-" + std::to_string(n);
  store.set_value(free, encode(audit));
  act.commit();
}

std::vector<ReportAudit> report_audits(const ServerStore& store) {
  std::vector<ReportAudit> all;
  for (const std::string& name : store.values(audit_prefix)) all.push_back(decode_own<ReportAudit>(*store.value(name)));
  return all;
}

}  // namespace caseload::server
