#include "client/store/purge.h"

#include "common/sqlite/scan.h"
#include "common/sqlite/transaction.h"

namespace caseload::client {

void mark_cleaning_due(Database& database) {
  CHECK(database.in_transaction(), "a mark goes to the disk with what it is about");
  // By its one row, for SQLite makes the index write out what it gathered before a statement that could touch
  // several.
  database.prepare("UPDATE upkeep SET cleaning_due = 1 WHERE one = 1").run();
}

bool is_cleaning_due(Database& database) {
  Statement mark = database.prepare("SELECT cleaning_due FROM upkeep");
  mark.select();
  CHECK(mark.step(), "the upkeep of a database has its row");
  return mark.integer(0) == 1;
}

// The mark goes last: until the log is empty, older pages lie there.
Result<void> clean(Database& database) {
  if (!is_cleaning_due(database)) return {};
  {
    Transaction rewriting(database);
    database.prepare("INSERT INTO word_index (word_index) VALUES ('optimize')").run();
    rewriting.commit();
  }
  const Result<std::int64_t> wiped = wipe_page_gaps(database);
  if (!wiped) return wiped.fault();
  const Result<void> emptied = database.empty_log();
  if (!emptied) return emptied;
  Transaction done(database);
  database.prepare("UPDATE upkeep SET cleaning_due = 0").run();
  done.commit();
  return {};
}

Result<bool> is_gone(Database& database, std::span<const BytesView> pieces) {
  for (const BytesView piece : pieces) {
    const Result<std::vector<std::int64_t>> found = find_in_pages(database, piece);
    if (!found) return found.fault();
    if (!found->empty()) return false;
  }
  return true;
}

}  // namespace caseload::client
