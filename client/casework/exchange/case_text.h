#pragma once

#include <string>
#include <vector>

#include "client/casework/records.h"

namespace caseload::client {

// A case as it leaves: what is written into a file, and how it reads as JSON, CSV and HTML.

struct RecordWritten {
  RecordShown shown;
  WallTime occurred{};
};

struct CaseWritten {
  Id scope;
  Id by;
  WallTime at{};
  std::uint64_t position = 0;  // how far the office's log was read here; what came later is not in the file
  std::vector<RecordWritten> records;  // the case first, then in the order in which things happened
};

// One object; each record with its fields by section and name. Exact: what any other form has to alter stands here as
// it is kept.
std::string json_of(const Catalogue& catalogue, const CaseWritten& written);

// One row for each value of each field: record, kind, occurred, void, section, field, value, open. UTF-8 with its mark,
// which spreadsheets need; every cell in quotes, and defused.
std::string csv_of(const Catalogue& catalogue, const CaseWritten& written);

// One page that stands alone: no script, nothing fetched, every letter of foreign words escaped and kept in its own
// direction.
std::string html_of(const Catalogue& catalogue, const CaseWritten& written);

}  // namespace caseload::client
