#pragma once

#include <span>

#include "common/sqlite/database.h"

namespace caseload::client {

// What was deleted leaves nothing behind, once the database was cleaned.
//
// Shape    delete: rows are overwritten where they stood (secure_delete) · mark_cleaning_due() in the same
//          transaction · clean(): the full-text index is written anew without what was deleted; copies that moving
//          rows left on pages are wiped; the write-ahead log, which holds older pages, is copied back and emptied ·
//          is_gone(): the proof, by reading every page as it is once decrypted.
// Promise  the mark is durable with the deletion and goes when cleaning is done, so that a death in between is made
//          good at the next opening. No receipt for a withdrawal leaves while it stands
//          (SqlDeviceStore::purge_receipts).
// Errors   clean(): in_use: another connection still reads the log; nothing is lost, it is to be tried again.
//          Breakage, as in database.h. After disk_full the mark stands.

void mark_cleaning_due(Database& database);  // Requires an open transaction.
bool is_cleaning_due(Database& database);
Result<void> clean(Database& database);      // Requires that none is open. Does nothing where nothing is due.

// Whether none of these pieces stands anywhere in the database. Pieces are short, as find_in_pages() says.
// Faults: in_use: the write-ahead log is not empty.
Result<bool> is_gone(Database& database, std::span<const BytesView> pieces);

}  // namespace caseload::client
