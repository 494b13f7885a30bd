#include <array>

#include "client/main/device_place.h"
#include "client/store/doctor.h"

namespace caseload::client {
namespace {

constexpr std::array<std::string_view, 5> difference_names = {"", "missing", "extra", "row", "words"};

Result<Reply> rebuild(DevicePlace& place, const Call& call) {
  const Result<OpenProfile*> profile = place.open();
  if (!profile) return profile.fault();
  const RebuildReport report =
      call.has("check") ? check_records((*profile)->store()) : rebuild_records((*profile)->store());
  Json listed = Json::array();
  for (const Difference& one : report.listed)
    listed.push_back({{"id", to_json(one.record)}, {"what", difference_names[static_cast<std::size_t>(one.what)]}});
  Reply reply{Json{{"records", report.records}, {"different", report.different}, {"differences", listed}}};
  reply.needs_somebody = call.has("check") && report.different > 0;
  return reply;
}

// Keys, database, index, audit, disk. A profile that does not open is told why, as a finding.
Result<Reply> doctor(DevicePlace& place, const Call&) {
  const Result<Secret> key = place.key();
  if (!key) return key.fault();
  const Diagnosis diagnosis = examine(place.place().database(), *key, Catalogue::built_in());
  Json findings = Json::array();
  for (const Fault& fault : diagnosis.findings)
    findings.push_back({{"finding", fault.name()}, {"meaning", fault.to_string()}});
  const StoreCounts& counts = diagnosis.counts;
  Reply reply{Json{{"findings", findings},
                   {"cases", counts.scopes},
                   {"records", counts.records},
                   {"changes", counts.changes},
                   {"waiting", counts.waiting},
                   {"drafts", counts.drafts},
                   {"attachments", counts.attachments},
                   {"audit_entries", counts.audit_entries},
                   {"file_bytes", counts.file_bytes},
                   {"disk_bytes_free", counts.disk_bytes_free}}};
  reply.needs_somebody = !diagnosis.findings.empty();
  return reply;
}

const std::array entries = {
    DeviceEntry{{"rebuild", "", 0, 0, "derives every record from the log again, and puts right what differs",
                 {{"check", "", "compares only"}}}, rebuild},
    DeviceEntry{{"doctor", "", 0, 0, "looks at keys, database, index, audit and disk", {}}, doctor},
};

}  // namespace

std::span<const DeviceEntry> upkeep_commands() { return entries; }

}  // namespace caseload::client
