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

}  // namespace caseload
