#include <fstream>

#include "client/store/audit.h"
#include "client/store/doctor.h"
#include "common/base/durable_file.h"
#include "tests/unit/client/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

struct Patient {
  explicit Patient(int notes = 20) {
    for (int i = 0; i < notes; ++i) {
      last = pen.note(scope, "alpha " + std::to_string(i));
      keep_in(*disk, last);
    }
    static_cast<void>(rebuild_records(*disk));
  }
  // What is found, but for a disk that is full already.
  std::vector<std::string> findings() {
    std::vector<std::string> names;
    for (const Fault& fault : examine(*disk, disk.path()).findings) {
      if (!(fault == Fault::quota)) names.emplace_back(fault.name());
    }
    return names;
  }
  StoreOnDisk disk;
  Pen pen{8};
  Id scope = pen.id();
  sync::Change last;
};

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE("a sound store has nothing wrong with it, and its numbers are right") {
  Patient p;
  CHECK(p.findings() == Found{});
  const StoreCounts counts = examine(*p.disk, p.disk.path()).counts;
  CHECK(counts.scopes == 1);
  CHECK(counts.records == 20);
  CHECK(counts.changes == 20);
  CHECK(counts.waiting == 20);
  CHECK(counts.audit_entries == 0);
  CHECK(counts.file_bytes > 20'000);
  CHECK(counts.disk_bytes_free > 0);
}

TEST_CASE("whatever was tampered with below the store is found, named, and mended where the log allows it") {
  struct Row {
    std::string spoil;
    std::string found;
    std::uint64_t different;
  };
  const Row rows[] = {
      {"UPDATE record SET occurred = occurred + 1 WHERE n = 3", "stale", 1},
      {"UPDATE record SET kind = 5 WHERE n = 3", "stale", 1},
      {"INSERT INTO scope (id) VALUES (zeroblob(16)); UPDATE record SET scope = 2 WHERE n = 3", "stale", 1},
      {"UPDATE record SET author = NULL WHERE n = 3", "stale", 1},
      {"UPDATE record SET shown = 0 WHERE n IN (3, 4)", "stale", 2},
      {"UPDATE record SET words = words + 1 WHERE n = 3", "stale", 1},
      {"DELETE FROM word_index WHERE rowid = 3", "stale", 1},
      {"UPDATE record SET words = NULL WHERE n = 3", "stale", 1},
      {"UPDATE change SET position = 9 WHERE n = 3", "damaged", 0},
      {"UPDATE change SET state = 3 WHERE n = 3", "damaged", 0},
      {"UPDATE device_state SET log_sum = zeroblob(32)", "damaged", 0},
      {"UPDATE change SET body = zeroblob(40) WHERE n = 3", "damaged", 0},
      {"UPDATE upkeep SET cleaning_due = 1", "held", 0},
      {"UPDATE upkeep SET index_form = zeroblob(32)", "stale", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.spoil);
    Patient p;
    p.disk.database().run_script(row.spoil);
    CHECK(p.findings() == Found{row.found});
    if (row.found != "stale") continue;
    CHECK(check_records(*p.disk).different == row.different);
    const RebuildReport report = rebuild_records(*p.disk);
    CHECK(report.different == row.different);
    CHECK(report.listed.size() == row.different);
    CHECK(p.findings() == Found{});
  }
}

TEST_CASE("a change that was taken out of the log from below is missed") {
  Patient p;
  p.disk.database().run_script("DELETE FROM change WHERE n = 3");
  CHECK(p.findings() == Found{"damaged", "stale"});
  CHECK(check_records(*p.disk).listed[0].what == Difference::What::extra);
}

// The file's pages as they were are written back one by one: each fits its key and its digest, and SQLCipher is content.
TEST_CASE("an old page that was put back is found") {
  Patient p;
  static constexpr std::size_t page_bytes = 4096;
  REQUIRE(p.disk.database().empty_log().ok());
  const Bytes before = *read_file(p.disk.path(), 10 << 20);
  within(*p.disk, [&](sync::DeviceStore& s) {
    sync::StoredChange stored = *s.find(p.last.header.id);
    stored.state = sync::ChangeState::sent;
    s.put(stored);
  });
  REQUIRE(p.disk.database().empty_log().ok());
  p.disk.close();
  const Bytes after = *read_file(p.disk.path(), 10 << 20);
  int old_pages = 0;
  int found = 0;
  for (std::size_t at = page_bytes; at + page_bytes <= std::min(before.size(), after.size()); at += page_bytes) {
    if (std::equal(before.begin() + static_cast<std::ptrdiff_t>(at), before.begin() + static_cast<std::ptrdiff_t>(at + page_bytes),
                   after.begin() + static_cast<std::ptrdiff_t>(at))) continue;
    ++old_pages;
    Bytes mixed = after;
    std::copy_n(before.begin() + static_cast<std::ptrdiff_t>(at), page_bytes, mixed.begin() + static_cast<std::ptrdiff_t>(at));
    replace_file(p.disk.path(), mixed);
    const Diagnosis diagnosis = examine(p.disk.path(), test_key(), catalogue());
    for (const Fault& fault : diagnosis.findings) {
      if (fault == Fault::damaged) {
        ++found;
        break;
      }
    }
  }
  CHECK(old_pages >= 2);  // the change's, and the one with the sum
  CHECK(found == old_pages);
}

TEST_CASE("a store that does not open says why") {
  Patient p;
  p.disk.close();
  const auto first = [&](const std::string& path, const Secret& key) {
    return examine(path, key, catalogue()).findings.at(0).code();
  };
  CHECK(first(p.disk.path() + "x", test_key()) == Fault::absent);
  CHECK(first(p.disk.path(), test_key(9)) == Fault::wrong_key);
  CHECK(examine(p.disk.path(), test_key(), catalogue()).counts.records == 20);
  Bytes file = *read_file(p.disk.path(), 10 << 20);
  file[5 * 4096 + 100] ^= 1;
  replace_file(p.disk.path(), file);
  CHECK(first(p.disk.path(), test_key()) == Fault::damaged);
  static constexpr std::string_view plain = "SQLite format 3";
  file.assign(8192, 0);
  std::copy(plain.begin(), plain.end(), file.begin());
  replace_file(p.disk.path(), file);
  CHECK(first(p.disk.path(), test_key()) == Fault::not_encrypted);
}

TEST_CASE("a store of a newer program is left as it is") {
  Patient p;
  p.disk.database().run_script("PRAGMA user_version = 99");
  p.disk.close();
  const Diagnosis diagnosis = examine(p.disk.path(), test_key(), catalogue());
  CHECK(diagnosis.findings.at(0) == Fault::newer_format);
}
