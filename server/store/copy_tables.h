#pragma once

#include "server/store/sql.h"

namespace caseload::server {

// Copies all that one store keeps into another that is new, whichever databases they are: so an office's backup is
// always
// an SQLite file, and an office may move from one database to the other.
//
// Shape    by pages of some thousand rows, each a transaction of its own; the last rows are those that make a store one
//          that something was accepted into. Row numbers of late work are given anew, in the same order.
// Promise  `from` is read within the snapshot or transaction that its owner began.
// Requires that nobody else writes `to`; after a Breakage it is to be thrown away.
// Errors   Breakage of either.
void copy_tables(Sql& from, Sql& to);

// With a file for open_sqlite_store() under this key. Into one: it appears whole or not at all; Faults: already_there.
// Out of one: Faults: already_there: an office is in that store; those of open_sqlite_store().
Result<void> copy_into_file(Sql& from, const std::string& path, const Secret& key);
Result<void> copy_from_file(const std::string& path, const Secret& key, Sql& to);

}  // namespace caseload::server
