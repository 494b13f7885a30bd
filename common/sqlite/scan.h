#pragma once

#include <cstdint>
#include <vector>

#include "common/sqlite/database.h"

namespace caseload {

// The numbers of the pages on which these bytes stand once decrypted: in rows, indexes, free pages and page ends.
// The proof that something deleted is gone, and the test that what should be there is encrypted and not just missing.
//
// Limits   bytes that begin on one page and end on another are not found: look for several short pieces. A full-text
//          index keeps words folded and without their common beginnings.
// Faults   in_use: the write-ahead log is not empty, so that older pages may lie there; empty_log() comes first.
Result<std::vector<std::int64_t>> find_in_pages(Database& database, BytesView sought);

// Overwrites what SQLite leaves on its pages between the list of cells and the cells. When it moves a row to a
// neighbouring page the old copy stays there, and secure_delete, which overwrites the row when it is deleted, does
// not know of it.
//
// Promise  rows, indexes and their order are untouched; afterwards only what can be read as a row is on such pages.
//          Gives how many pages were written.
// Errors   Breakage, as in database.h. Faults: too_large: more than 2^24 pages, where kinds of pages cannot be told
//          apart.
// Requires no open transaction, and a database without auto_vacuum.
// Source   https://sqlite.org/fileformat2.html, section 1.6
Result<std::int64_t> wipe_page_gaps(Database& database);

}  // namespace caseload
