#include "client/store/doctor.h"

#include <filesystem>

#include "client/store/audit.h"
#include "client/store/purge.h"

namespace caseload::client {
namespace {

std::uint64_t count(Database& database, std::string_view sql) {
  Statement counted = database.prepare(sql);
  counted.select();
  return counted.step() ? static_cast<std::uint64_t>(counted.integer(0)) : 0;
}

StoreCounts count_all(Database& database, const std::string& path) {
  StoreCounts counts;
  counts.scopes = count(database, "SELECT count(*) FROM scope WHERE held > 0");
  counts.records = count(database, "SELECT count(*) FROM record WHERE shown = 1");
  counts.changes = count(database, "SELECT count(*) FROM change");
  counts.waiting = count(database, "SELECT count(*) FROM change WHERE state IN (1, 2)");
  counts.drafts = count(database, "SELECT count(*) FROM draft");
  counts.attachments = count(database, "SELECT count(*) FROM attachment");
  counts.audit_entries = count(database, "SELECT count(*) FROM audit");
  std::error_code unknown;
  const std::uintmax_t size = std::filesystem::file_size(path, unknown);
  if (!unknown) counts.file_bytes = size;
  const std::filesystem::space_info space = std::filesystem::space(path, unknown);
  if (!unknown) counts.disk_bytes_free = space.available;
  return counts;
}

void look_inside(SqlDeviceStore& store, std::vector<Fault>& findings) {
  if (store.log().count_sum() != StateTable(store.database()).read()) {
    findings.emplace_back(Fault::damaged, "the log is not the one that was written: an old page was put back");
  }
  const std::uint64_t astray =
      count(store.database(), "SELECT count(*) FROM change WHERE record NOT IN (SELECT n FROM record)");
  if (astray > 0) findings.emplace_back(Fault::damaged, std::to_string(astray) + " changes without their record's row");
  const RebuildReport report = check_records(store);
  if (report.different > 0) {
    findings.emplace_back(Fault::stale, std::to_string(report.different) + " records differ from the log");
  }
  if (!index_is_current(store)) findings.emplace_back(Fault::stale, "the index was made by another catalogue");
  const Result<void> audit = AuditTrail(store.database()).check();
  if (!audit) findings.push_back(audit.fault());
}

}  // namespace

Diagnosis examine(SqlDeviceStore& store, const std::string& path) {
  Diagnosis diagnosis;
  const Result<void> pages = store.database().check();
  if (!pages) {
    diagnosis.findings.push_back(pages.fault());
    if (pages.fault() == Fault::damaged) return diagnosis;
  }
  try {
    look_inside(store, diagnosis.findings);
    if (is_cleaning_due(store.database())) diagnosis.findings.emplace_back(Fault::held, "cleaning is due");
    diagnosis.counts = count_all(store.database(), path);
  } catch (const Breakage& breakage) {
    if (breakage.kind() != Breakage::What::damaged) throw;
    diagnosis.findings.emplace_back(Fault::damaged, breakage.what());
  }
  if (diagnosis.counts.disk_bytes_free < disk_bytes_wanted) {
    diagnosis.findings.emplace_back(Fault::quota, "little disk is free");
  }
  return diagnosis;
}

Diagnosis examine(const std::string& path, const Secret& key, const Catalogue& catalogue) {
  if (!std::filesystem::exists(path)) return {{Fault::absent}, {}};
  Result<Database> database = open_store(path, key);
  if (!database) return {{database.fault()}, {}};
  SqlDeviceStore store(*database, catalogue);
  return examine(store, path);
}

}  // namespace caseload::client
