#include <array>

#include "common/base/durable_file.h"
#include "common/sqlite/database.h"
#include "server/admin/admin.h"
#include "server/backup/data_folder.h"
#include "server/office/directory.h"
#include "server/report/reports.h"
#include "server/tables/record_tables.h"

namespace caseload::server {
namespace {

constexpr int period_days = 30;  // without --from: up to --to, or today
constexpr int days_max = 3'650;

Result<Date> day_option(const Call& call, std::string_view name, Date otherwise) {
  return call.has(name) ? parse_date(call.option(name)) : Result<Date>(otherwise);
}

Result<ReportWish> wish_of(const AdminPlace& place, const Call& call) {
  ReportWish wish;
  if (call.has("as")) {
    const Result<Id> as = find_worker(place.office, call.option("as"));
    if (!as) return as.fault();
    wish.as = *as;
  }
  if (call.has("unit")) {
    const Result<Id> unit = find_unit(place.office, call.option("unit"));
    if (!unit) return unit.fault();
    wish.unit = *unit;
  }
  const Result<Date> upto = day_option(call, "to", std::chrono::floor<std::chrono::days>(place.office.clock().now()));
  if (!upto) return upto.fault();
  const Result<Date> from = day_option(call, "from", *upto - std::chrono::days(period_days));
  if (!from) return from.fault();
  if (*from > *upto) return Fault(Fault::bad_date, "--from comes after --to");
  wish.from = *from;
  wish.upto = *upto;
  if (call.has("days")) {
    const std::string days = call.option("days");
    const bool number = !days.empty() && days.size() < 5 && days.find_first_not_of("0123456789") == std::string::npos;
    if (!number || std::stoi(days) > days_max) return Fault(Fault::bad_value, "--days: a number of days");
    wish.days = std::stoi(days);
  }
  return wish;
}

std::uint64_t rows_of(const Report& report) {
  std::uint64_t rows = 0;
  for (const ReportTable& table : report.tables) rows += table.rows.size();
  return rows;
}

// Into a new file of its owner's; or, as JSON, to where the command was typed.
Result<Reply> give(const AdminPlace& place, const Call& call, const Report& report) {
  const std::string form = call.has("format") ? call.option("format") : "json";
  if (!call.has("out")) return Reply{Json::parse(report_as_json(report))};
  const std::string path = path_of(place, call.option("out"));
  if (Result<void> reserved = reserve_file(path); !reserved) return reserved.fault();
  const auto written = form == "csv" ? report_as_csv : form == "html" ? report_as_html : report_as_json;
  const std::string text = written(report);
  replace_file(path, as_bytes(text));
  return Reply{Json{{"file", path}, {"rows", rows_of(report)}, {"bytes", text.size()}}};
}

Result<Reply> make(AdminPlace& place, const Call& call) {
  const Result<ReportWish> wish = wish_of(place, call);
  if (!wish) return wish.fault();
  const std::string form = call.has("format") ? call.option("format") : "json";
  if (form != "json" && form != "csv" && form != "html") return Fault(Fault::bad_value, "--format: json, csv or html");
  if (form != "json" && !call.has("out")) return Fault(Fault::required, "--out FILE, which only its owner may read");
  const Result<Report> report = make_report(place.office, call.arguments[0], *wish);
  if (!report) return report.fault();
  const ReportAudit audit{to_milliseconds(report->at), wish->as, report->name, wish->unit, form, rows_of(*report)};
  place.with_writer([&](Office& office) { keep_audit(office.store(), audit); });
  return give(place, call, *report);
}

// Made where it is missing: the key of a file of tables, in hexadecimal, as tools that read SQLCipher take it.
Result<Secret> table_key(const std::string& path) {
  if (!file_exists(path)) {
    SystemRandom random;
    Secret made(database_key_bytes);
    random.fill(made.writable());
    const std::string text = to_hex(made.view()) + "\n";
    if (Result<void> reserved = reserve_file(path); !reserved) return reserved.fault();
    replace_file(path, as_bytes(text));
    return made;
  }
  const Result<Bytes> text = read_file(path, 2 * database_key_bytes + 2);
  if (!text) return text.fault();
  const Result<Bytes> key = from_hex(as_text(*text).substr(0, 2 * database_key_bytes));
  if (!key || key->size() != database_key_bytes) return Fault(Fault::bad_key, "--key: 64 digits in hexadecimal");
  return Secret::copy_of(*key);
}

Result<std::unique_ptr<TableSink>> open_sink(const AdminPlace& place, const Call& call,
                                             const std::vector<RecordTable>& shapes) {
  const bool is_file = call.option("to").find("://") == std::string::npos;
  const Result<std::optional<PostgresPlace>> elsewhere = read_place(is_file ? "" : call.option("to"));
  if (!elsewhere) return elsewhere.fault();
  if (*elsewhere) return open_postgres_sink((*elsewhere)->where, shapes);
  if (!call.has("key")) return Fault(Fault::required, "--key FILE, for tables in a file");
  const Result<Secret> key = table_key(path_of(place, call.option("key")));
  if (!key) return key.fault();
  return open_sqlite_sink(path_of(place, call.option("to")), *key, shapes);
}

Result<Reply> tables(AdminPlace& place, const Call& call) {
  for (const char* needed : {"as", "to"}) {
    if (!call.has(needed)) return Fault(Fault::required, std::string("--") + needed);
  }
  const Result<Id> as = find_worker(place.office, call.option("as"));
  if (!as) return as.fault();
  const std::vector<RecordTable> shapes = record_tables(Catalogue::built_in());
  const Result<std::unique_ptr<TableSink>> sink = open_sink(place, call, shapes);
  if (!sink) return sink.fault();
  const ReportAudit audit{to_milliseconds(place.office.clock().now()), *as, "tables", Id{}, "tables", 0};
  place.with_writer([&](Office& office) { keep_audit(office.store(), audit); });
  const ReportReader reader(place.office, *as);
  const std::uint64_t rows = fill_tables(reader, shapes, **sink);
  return Reply{Json{{"tables", shapes.size()}, {"rows", rows}}};
}

Result<Reply> list(AdminPlace&, const Call&) {
  Reply reply{Json::array()};
  for (const ReportEntry& entry : report_entries())
    reply.value.push_back({{"report", entry.name}, {"names_clients", entry.names_clients}, {"about", entry.about}});
  return reply;
}

Result<Reply> made(AdminPlace& place, const Call&) {
  std::map<Id, std::string> names;
  for (const WorkerRow& row : workers(place.office)) names[row.id] = row.name;
  Reply reply{Json::array()};
  for (const ReportAudit& audit : report_audits(place.office.store())) {
    reply.value.push_back({{"at", to_text(from_milliseconds(audit.at_ms))}, {"report", audit.report},
                           {"as", names[audit.as]}, {"unit", to_json(audit.unit)}, {"form", audit.form},
                           {"rows", audit.rows}});
  }
  return reply;
}

const std::array entries = {
    AdminEntry{{"report list", "", 0, 0, "the reports there are", {}}, list},
    AdminEntry{{"report made", "", 0, 0, "which reports were made, and in whose name", {}}, made},
    AdminEntry{{"report tables", "", 0, 0, "plain tables of every kind of record, for reporting tools",
                {{"as", "WORKER", "in whose name: what the rules let them read"},
                 {"to", "PLACE", "a file, or postgresql://…: what was made there before is made anew"},
                 {"key", "FILE", "of a file of tables: made where it is missing"}}}, tables, true},
    AdminEntry{{"report", "NAME", 1, 1, "a report of the office",
                {{"as", "WORKER", "in whose name: what the rules let them read"}, {"unit", "UNIT", "of this unit only"},
                 {"from", "DAY", "default: 30 days before --to"}, {"to", "DAY", "default: today"},
                 {"days", "N", "after which oversight is missing; default 28"},
                 {"format", "json|csv|html", "default: json"}, {"out", "FILE", "a new file"}}}, make, true},
};

}  // namespace

std::span<const AdminEntry> report_commands() { return entries; }

}  // namespace caseload::server
