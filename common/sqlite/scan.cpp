#include "common/sqlite/scan.h"

#include <algorithm>
#include <functional>
#include <sys/stat.h>

#include "common/sqlite/connection.h"
#include "common/sqlite/transaction.h"

namespace caseload {

Result<std::vector<std::int64_t>> find_in_pages(Database& database, BytesView sought) {
  CHECK(!sought.empty(), "nothing is everywhere");
  const Snapshot one_moment(database);
  struct stat log {};
  if (::stat((database.connection().path() + "-wal").c_str(), &log) == 0 && log.st_size > 0) {
    return Fault(Fault::in_use, "the write-ahead log is not empty");
  }
  std::vector<std::int64_t> found;
  const std::boyer_moore_horspool_searcher searcher(sought.begin(), sought.end());
  Statement pages = database.prepare("SELECT pgno, data FROM sqlite_dbpage ORDER BY pgno");
  pages.select();
  while (pages.step()) {
    const BytesView page = pages.blob(1);
    if (std::search(page.begin(), page.end(), searcher) != page.end()) found.push_back(pages.integer(0));
  }
  return found;
}

}  // namespace caseload
