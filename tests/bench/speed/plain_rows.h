#pragma once

#include <string>
#include <vector>

#include "tests/bench/speed/machine.h"

namespace caseload::bench {

// What any program pays to keep notes as plain rows: note(id, case, author, type, occurred, recorded, place, text), by
// prepared statements, into a new database. In SQLCipher under the same key and settings as a device's.
enum class RowIndexes {
  none,
  to_read,  // two, and full text without content
  of_a_log  // none of words; the four of an office's log, which finds a change by its id, record, scope and kind
};
struct RowShape {
  RowIndexes indexes = RowIndexes::none;
  std::size_t a_commit = 10'000;
};
Cost plain_rows(const std::string& path, const std::vector<std::string>& texts, const RowShape& shape);

// What the same program pays for a hundred of them, spread over all, once all are there: changed in a field that no index
// has, or as many more in a log with its four; in one commit. Median of so many rounds.
Cost hundred_plain_rows(const std::string& path, const std::vector<std::string>& texts, RowIndexes indexes, std::size_t rounds);

// The same without index but for the id's, in a PostgreSQL, by an upsert: sent without waiting, 10,000 a commit.
Cost upserted_rows(const std::string& where, const std::vector<std::string>& texts);

// The bytes of the same notes as text: fields with tabs between them may take 64 beside the words; and as JSON without
// a blank too many.
std::uint64_t lean_bytes(const std::vector<std::string>& texts);
std::uint64_t json_bytes(const std::vector<std::string>& texts);

}  // namespace caseload::bench
