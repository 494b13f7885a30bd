#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "client/casework/exchange/export.h"
#include "client/casework/exchange/import.h"
#include "client/casework/typed.h"
#include "client/casework/wording.h"
#include "client/cli/answer.h"
#include "client/cli/command.h"
#include "common/program/progress.h"
#include "common/record/kinds.h"

namespace caseload::client {
namespace {

Json complaint_json(const Complaint& complaint) {
  return {{"row", complaint.row},
          {"column", complaint.column},
          {"error", complaint.fault.name()},
          {"message", wording_of(complaint.fault).happened}};
}

Answer answer_of(const ImportReport& report, bool dry_run) {
  const bool refused = !report.complaints.empty();
  Answer answer;
  if (refused) {
    answer.value = {{"error", report.complaints.front().fault.name()},
                    {"message", "Rows of the table cannot be taken."},
                    {"kept", "Nothing was taken. What was here is as it was."},
                    {"do", "Correct the rows named here, or the mapping, and import the table again."}};
  }
  answer.value["rows"] = report.rows;
  answer.value["created"] = report.created;
  answer.value["skipped"] = report.skipped;
  answer.value["changed"] = report.changed;
  answer.value["changed_rows"] = report.changed_rows;
  answer.value["dry_run"] = dry_run;
  answer.value["errors"] = Json::array();
  for (const Complaint& complaint : report.complaints) answer.value["errors"].push_back(complaint_json(complaint));
  answer.value["more_errors"] = report.more;
  answer.refused = refused;
  if (report.changed > 0) {
    answer.remark = "Rows that were taken before say something else now. They were left out; see changed_rows.";
  }
  return answer;
}

Result<Answer> take_table(Workplace& place, const Call& call) {
  if (!call.has("mapping")) return Fault(Fault::required, "--mapping MAP.toml");
  const Result<Mapping> mapping = Mapping::read(call.option("mapping"), place.catalogue());
  if (!mapping) return mapping.fault();
  const std::string& path = call.arguments[0];
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return Fault(Fault::absent, "the table");
  std::ifstream table(path, std::ios::binary);
  if (!table) return Fault(Fault::absent, "the table");
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  const bool dry_run = call.has("dry-run");
  Progress progress(Terminal::of(STDERR_FILENO), dry_run ? "Checking the table" : "Taking the table",
                    error ? 0 : bytes, [&] { return place.clock.steady(); });
  const auto shown = [&](std::uint64_t read) { progress.at(read); };
  const Result<ImportReport> report = import_table(place, *mapping, table, {dry_run, shown});
  if (!report) return report.fault();
  return answer_of(*report, dry_run);
}

Result<Answer> give_case(Workplace& place, const Call& call) {
  if (!call.has("out")) return Fault(Fault::required, "--out FILE.(json|csv|html)");
  const Result<Id> scope = find_case_typed(place, call.arguments[0]);
  if (!scope) return scope.fault();
  const KindEntry& disclosure = *place.catalogue().find_kind(kinds::disclosure);
  const Result<std::vector<FieldValue>> fields = read_fields(place, disclosure, call.all("field"));
  if (!fields) return fields.fault();
  const Result<Exported> exported = export_case(place, {*scope, call.option("out"), *fields});
  if (!exported) return exported.fault();
  return Answer{{{"records", exported->records},
                 {"digest", to_hex(exported->digest)},
                 {"disclosure", to_json(exported->disclosure)}}};
}

}  // namespace

std::span<const CommandEntry> exchange_commands() {
  static const std::vector<CommandEntry> table{
      {"import", "FILE.csv", 1, 1, "people, cases and notes from a table: all of it, or nothing",
       {{"mapping", "MAP.toml", "which columns become what; must be given"},
        {"dry-run", "", "the same checks; nothing is taken"}}, take_table},
      {"export", "CASE", 1, 1, "what you may see of a case, as a file; recorded as a disclosure",
       {{"out", "FILE", "a new file that ends in .json, .csv or .html; must be given"},
        {"field", "NAME=VALUE", "of the disclosure: recipient, type, lawful_basis …", true}}, give_case},
  };
  return table;
}

}  // namespace caseload::client
