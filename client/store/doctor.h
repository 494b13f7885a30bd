#pragma once

#include "client/store/rebuild.h"

namespace caseload::client {

constexpr std::uint64_t disk_bytes_wanted = 200U << 20;  // a first synchronisation, and room to clean the index

// How much there is of everything; no more than numbers.
struct StoreCounts {
  std::uint64_t scopes = 0;
  std::uint64_t records = 0;
  std::uint64_t changes = 0;
  std::uint64_t waiting = 0;  // changes without a receipt
  std::uint64_t drafts = 0;
  std::uint64_t attachments = 0;
  std::uint64_t audit_entries = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t disk_bytes_free = 0;
};

// Diagnosis: what is wrong with a device's database, each once; nothing if all is well.
//
// Shape    findings: in_use, wrong_key, not_encrypted, absent, newer_format, bad_migration: it does not open, and
//          nothing else was looked at · damaged: a page, a row, the audit trail, or a log that is not the one that
//          was written (an old page was put back) · stale: records or words differ from the log; rebuild_records()
//          mends that · held: cleaning is due · quota: little disk is free.
struct Diagnosis {
  std::vector<Fault> findings;
  StoreCounts counts;
};

// Opens the database with this key, if it can, and looks at all of it: every page, every change, every entry. Changes
// nothing but what opening does. Takes seconds for a large one.
Diagnosis examine(const std::string& path, const Secret& key, const Catalogue& catalogue);

// The same for one that is open. Requires no open transaction.
Diagnosis examine(SqlDeviceStore& store, const std::string& path);

}  // namespace caseload::client
