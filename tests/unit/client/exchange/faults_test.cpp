// Every point at which the world can fail while a table is taken over, and while a case leaves. Of a table all is there
// or nothing, and it can be taken again; a file that has its name has its disclosure.
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "client/casework/exchange/export.h"
#include "client/casework/exchange/import.h"
#include "common/record/kinds.h"
#include "tests/support/fault_sweep.h"
#include "tests/unit/client/casework/profile.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

constexpr int table_taken = 1, case_given = 2;
constexpr std::size_t rows = 6;

constexpr std::string_view toml = R"(
source = "s"
[table]
key = ["id"]
[case]
fields.name = "{id}"
[[record]]
kind = "note"
[record.fields]
type = "contact"
text = "{text}"
)";

void must(bool done) {
  if (!done) throw std::logic_error("refused");
}

struct Day {
  Day() : mapping(*Mapping::parse(toml, Catalogue::built_in())), original(p.path()) {
    cases = p.store().records().of_kind(kinds::case_file).size();
    table = "id,text\n";
    for (std::size_t i = 0; i < rows; ++i) table += std::to_string(i) + "," + std::string(400, 'x') + "\n";
  }

  void copy_to(const std::string& folder) {
    p.close();
    std::filesystem::copy_file(original, folder + "/caseload.db");
  }

  ImportReport take() {
    std::istringstream in(table);
    const Result<ImportReport> report = import_table(p.place(), mapping, in);
    must(report.ok() && report->complaints.empty());
    return *report;
  }

  void work(const std::string& folder, const faults::Acknowledge& acknowledge) {
    static_cast<void>(take());
    acknowledge(table_taken);
    const Result<Exported> given = export_case(p.place(), {p.the_case, folder + "/case.json"});
    must(given.ok() || given.fault() == Fault::already_there);
    if (given) acknowledge(case_given);
  }

  void work_through_faults(const std::string& folder, const faults::Acknowledge& acknowledge) {
    bool open = false;
    for (int attempt = 0; attempt < 4; ++attempt) {
      try {
        if (!open) p.reopen(folder + "/caseload.db");
        open = true;
        return work(folder, acknowledge);
      } catch (const Breakage& breakage) {
        open = open && breakage.kind() == Breakage::What::disk_full;
      } catch (const std::runtime_error&) {
        open = false;
      }
    }
  }

  std::string judge(const std::string& folder, const faults::Numbers& acknowledged) {
    p.reopen(folder + "/caseload.db");
    const std::size_t now = p.store().records().of_kind(kinds::case_file).size() - cases;
    const std::size_t notes = p.store().records().of_kind(kinds::note).size();
    const std::size_t disclosures = p.store().records().of_kind(kinds::disclosure).size();
    const std::string path = folder + "/case.json";
    const bool given = std::filesystem::exists(path) && std::filesystem::file_size(path) > 0;
    if (now != 0 && now != rows) return "part of a table was taken";
    if (notes != now) return "cases without their notes";
    if (acknowledged.contains(table_taken) && now == 0) return "a table that was taken is lost";
    if (given && disclosures == 0) return "a file without its disclosure";
    if (acknowledged.contains(case_given) && !given) return "a file that was given is lost";
    const ImportReport again = take();
    if (again.created != (now == 0 ? 2 * rows : 0)) return "a table was taken twice";
    p.close();
    return {};
  }

  Profile p;
  Mapping mapping;
  std::string original;
  std::string table;
  std::size_t cases = 0;
};

}  // namespace

TEST_CASE("whatever fails while a table comes or a case leaves, it is all there or not at all") {
  Day day;
  faults::expect_no_loss({"exchange", [&](const std::string& folder) { day.copy_to(folder); },
                          [&](const std::string& folder, const faults::Acknowledge& done) { day.work_through_faults(folder, done); },
                          [&](const std::string& folder, const faults::Numbers& acknowledged) { return day.judge(folder, acknowledged); }},
                         2);  // CASELOAD_FAULT_POINTS=all tries every one
}
