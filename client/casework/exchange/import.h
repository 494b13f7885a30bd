#pragma once

#include <functional>
#include <iosfwd>

#include "client/casework/exchange/row_values.h"

namespace caseload::client {

constexpr std::size_t complaints_max = 100;     // more than anybody mends before trying again
constexpr std::size_t changed_rows_max = 1'000;  // that are told by their number

// A dry run leaves nothing behind.
struct ImportOptions {
  bool dry_run = false;
  std::function<void(std::uint64_t bytes)> progress{};  // of the table, read so far
};

// What came of it: of a dry run, what would.
struct ImportReport {
  std::size_t rows = 0;                 // with something in them, the names of the columns left out
  std::size_t created = 0;              // records
  std::size_t skipped = 0;              // rows all of whose records were taken before
  std::size_t changed = 0;              // of these: rows that said other things then
  std::vector<std::size_t> changed_rows;  // the first of them
  std::vector<Complaint> complaints;    // any, and nothing was taken
  bool more = false;                    // reading ended early: there may be further complaints
};

// Takes a table into records: all of it, or nothing.
//
//   open a transaction ─ each row: read, check as an act of this person's, keep ─┬─ all is well: commit
//                                                                                └─ a complaint, a dry run: roll back
//
// Promise  on the disk when it returns; after complaints, a Fault or a Breakage nothing is. A dry run does the same
//          work and finds the same complaints. A row that was taken before is known by its key and not taken again,
//          whatever it says now: what has happened to its records since is people's work. Memory grows by one
//          reference for each case, and not with the table otherwise.
// Errors   lease_ended, clock_back, clock_ahead; required: a table with nothing in it. What is wrong with rows comes as
//          complaints. A refusal by the rules is in the audit trail.
Result<ImportReport> import_table(Workplace& place, const Mapping& mapping, std::istream& table,
                                  const ImportOptions& options = {});

}  // namespace caseload::client
