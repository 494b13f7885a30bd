#pragma once

#include "client/casework/act.h"

namespace caseload::client {

constexpr std::size_t export_bytes_max = 256U << 20;  // of a file, which is made in memory

struct ExportWanted {
  Id scope;
  std::string path;                     // ends in .json, .csv or .html
  std::vector<FieldValue> disclosed{};  // what the person says of the disclosure: to whom, for what, on what basis
};

struct Exported {
  std::size_t records = 0;
  Digest digest{};  // SHA-256 of the file
  Id disclosure;
};

// Writes what the person may see of a case on this device into a file, and that it was given into the case.
//
//   may it be recorded? ─> audit entry ─> one snapshot ─> the file, under another name ─> disclosure ─> its name
//
// Promise  a file that has its name has its disclosure in the case and its entry in the audit trail, and had them
//          first. Readable by its owner only, on the disk, and never in place of another file. Drafts and late work
//          are not in it. After a Fault there is no file.
// Errors   bad_name: another ending; already_there: something has this name; absent: no such folder; not_found: the
//          case. not_allowed, lease_ended and others of check(): what may not be recorded as a disclosure does not
//          leave. too_large. What the rules refused is in the audit trail.
Result<Exported> export_case(Workplace& place, const ExportWanted& wanted);

}  // namespace caseload::client
