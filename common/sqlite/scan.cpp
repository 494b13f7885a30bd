#include "common/sqlite/scan.h"

#include <algorithm>
#include <functional>
#include <sqlite3.h>
#include <sys/stat.h>

#include "common/sqlite/connection.h"
#include "common/sqlite/transaction.h"

namespace caseload {
namespace {

struct Gap {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Of a page of a table or an index; empty for any other. Those begin with a page number below 2^24 or with zeros, so
// that their first byte is none of the four kinds.
Gap gap_of(BytesView page) {
  const bool inner = page[0] == 2 || page[0] == 5;
  const bool leaf = page[0] == 10 || page[0] == 13;
  if (!inner && !leaf) return {};
  const auto cells = static_cast<std::size_t>(read_big_endian(page.subspan(3, 2)));
  const auto content = static_cast<std::size_t>(read_big_endian(page.subspan(5, 2)));
  const std::size_t begin = (inner ? 12 : 8) + 2 * cells;
  return content <= page.size() && begin < content ? Gap{begin, content} : Gap{};
}

bool is_clean(BytesView page) {
  const Gap gap = gap_of(page);
  return std::ranges::all_of(page.subspan(gap.begin, gap.end - gap.begin), [](std::uint8_t byte) { return byte == 0; });
}

// Pages may be written as bytes while this lives; at no other time, for what SQL can break by it.
class WritablePages {
 public:
  explicit WritablePages(sqlite3* handle) : handle_(handle) { set_defensive(0); }
  ~WritablePages() { set_defensive(1); }
  WritablePages(const WritablePages&) = delete;
  WritablePages& operator=(const WritablePages&) = delete;

 private:
  void set_defensive(int on) { static_cast<void>(sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, on, nullptr)); }

  sqlite3* handle_;
};

}  // namespace

Result<std::int64_t> wipe_page_gaps(Database& database) {
  constexpr std::int64_t pages_max = 1 << 24;
  std::vector<std::int64_t> unclean;
  Transaction wiping(database);
  Statement pages = database.prepare("SELECT pgno, data FROM sqlite_dbpage WHERE pgno > 1");  // 1: the schema's
  for (pages.select(); pages.step();) {
    if (pages.integer(0) >= pages_max) return Fault(Fault::too_large, "a database of more than 2^24 pages");
    if (!is_clean(pages.blob(1))) unclean.push_back(pages.integer(0));
  }
  const WritablePages writable(database.connection().handle());
  for (const std::int64_t number : unclean) {
    Statement find = database.prepare("SELECT data FROM sqlite_dbpage WHERE pgno = ?");
    find.select(number);
    CHECK(find.step(), "a page that was read is there");
    Bytes page = to_bytes(find.blob(0));
    find.finish();
    const Gap gap = gap_of(page);
    std::fill_n(page.begin() + static_cast<std::ptrdiff_t>(gap.begin), gap.end - gap.begin, 0);
    database.prepare("UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?").run(page, number);
  }
  wiping.commit();
  return static_cast<std::int64_t>(unclean.size());
}

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
