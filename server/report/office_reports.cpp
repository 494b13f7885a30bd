// Reports that name no client: counts, by unit, worker and device.

#include <algorithm>

#include "common/practice/completeness.h"
#include "server/report/reports.h"

namespace caseload::server {
namespace {

std::string text(std::uint64_t number) { return std::to_string(number); }

struct Load {
  std::uint64_t prospective = 0, open = 0, suspended = 0, closed = 0, nobody = 0;
  std::uint64_t leads = 0, helps = 0;
};

void count(CaseStatus status, Load& load) {
  switch (status) {
    case CaseStatus::prospective: ++load.prospective; break;
    case CaseStatus::open: ++load.open; break;
    case CaseStatus::suspended: ++load.suspended; break;
    case CaseStatus::closed: ++load.closed; break;
  }
}

std::string word_of(Standing standing) {
  if (standing == Standing::active) return "active";
  return standing == Standing::suspended ? "suspended" : "lost";
}

struct Contact {
  std::uint64_t open = 0, overdue = 0, unplanned = 0, made = 0, silent = 0;
  std::int64_t worst_days = 0;
};

void add_contacts(const ReportReader& reader, const ReportReader::Case& one, const ReportWish& wish, Contact& contact) {
  std::uint64_t made = 0;
  for (const ReportReader::Entry& note : reader.records(one, kinds::note)) {
    if (!is_contact(code_in(note.state, "type"))) continue;
    const Date day = std::chrono::floor<std::chrono::days>(moment_in(note.state, "occurred").value_or(note.created));
    if (day >= wish.from && day <= wish.upto) ++made;
  }
  contact.made += made;
  if (one.status != CaseStatus::open) return;
  ++contact.open;
  if (made == 0) ++contact.silent;
  const std::optional<Date> next = date_in(one.state, "next_contact");
  if (!next) ++contact.unplanned;
  if (!next || *next >= reader.today()) return;
  ++contact.overdue;
  contact.worst_days = std::max<std::int64_t>(contact.worst_days, (reader.today() - *next).count());
}

}  // namespace

std::vector<ReportTable> caseload_tables(const ReportReader& reader, const ReportWish& wish) {
  std::map<std::string, Load> by_unit, by_worker;
  for (const ReportReader::Case& one : reader.cases(wish.unit)) {
    Load& unit = by_unit[reader.name_of_unit(one.unit)];
    count(one.status, unit);
    if (one.status == CaseStatus::closed) continue;
    if (one.assignments.empty()) ++unit.nobody;
    for (const sync::AssignmentFact& assignment : one.assignments) {
      Load& worker = by_worker[reader.name_of_worker(assignment.worker)];
      ++(assignment.as == AssignmentRole::lead ? worker.leads : worker.helps);
    }
  }
  ReportTable units{"By unit", {"unit", "open", "prospective", "suspended", "closed", "nobody assigned"}, {}, 1};
  for (const auto& [name, load] : by_unit)
    units.rows.push_back({name, text(load.open), text(load.prospective), text(load.suspended), text(load.closed),
                          text(load.nobody)});
  ReportTable workers{"By worker, without closed cases", {"worker", "leads", "works on"}, {}, 1};
  for (const auto& [name, load] : by_worker) workers.rows.push_back({name, text(load.leads), text(load.helps)});
  return {std::move(units), std::move(workers)};
}

std::vector<ReportTable> contact_tables(const ReportReader& reader, const ReportWish& wish) {
  std::map<std::string, Contact> by_unit;
  for (const ReportReader::Case& one : reader.cases(wish.unit))
    add_contacts(reader, one, wish, by_unit[reader.name_of_unit(one.unit)]);
  ReportTable table{"Contact from " + to_text(wish.from) + " to " + to_text(wish.upto),
                    {"unit", "contacts made", "open cases", "without any", "next contact overdue", "worst, days",
                     "none planned"}, {}, 4};
  for (const auto& [name, contact] : by_unit) {
    table.rows.push_back({name, text(contact.made), text(contact.open), text(contact.silent), text(contact.overdue),
                          std::to_string(contact.worst_days), text(contact.unplanned)});
  }
  return {std::move(table)};
}

std::vector<ReportTable> custody_tables(const ReportReader& reader, const ReportWish&) {
  const ServerStore& store = reader.office().store();
  ReportTable table{"Devices", {"device", "cases it may hold", "told to let go", "worker", "standing", "last lease",
                    "late changes"}, {}, 1};
  for (const DeviceRow& row : devices(reader.office())) {
    if (row.id == reader.office().keys().device) continue;
    std::uint64_t holds = 0, withdrawn = 0;
    for (const sync::CustodyRow& custody : store.custody(row.id)) {
      const std::optional<sync::OfficeChange> root = store.find(custody.scope);
      if (root && root->change.header.kind == kinds::case_file) ++(custody.withdrawn ? withdrawn : holds);
    }
    table.rows.push_back({row.label.empty() ? row.id.short_form() : row.label, text(holds), text(withdrawn),
                          reader.name_of_worker(row.worker), word_of(row.standing),
                          row.lease_number > 0 ? in_minutes(row.lease_granted) : "never", text(row.late)});
  }
  return {std::move(table)};
}

}  // namespace caseload::server
