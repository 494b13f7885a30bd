// Every point at which the world can fail, over the sqlite room and durable files. A child process works and tells over
// a pipe what it holds to be safe; after its fault the parent looks whether that was true.
#include <algorithm>
#include <cstdlib>
#include <unistd.h>

#include "common/base/durable_file.h"
#include "common/sqlite/transaction.h"
#include "tests/support/fault_sweep.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/sqlite/notes.h"

#include "tests/support/test.h"

using namespace caseload;
using faults::Acknowledge;
using faults::expect_no_loss;
using faults::ignoring_breakage;
using faults::in_child;
using faults::Kind;
using faults::Numbers;
using faults::Plan;
using faults::Scenario;
using faults::Tally;

namespace {

constexpr int notes_kept_before = 3;
constexpr int notes_to_keep = 8;
constexpr int small_log = 4;  // pages, so that the log is copied back now and then
constexpr int long_log = 1000;

std::string body(int number) { return "note " + std::to_string(number) + " " + std::string(3000, 'x'); }

void keep(Database& database, int number) {
  Transaction transaction(database);
  database.prepare("INSERT INTO note (id, body) VALUES (?, ?) ON CONFLICT DO NOTHING").run(number, body(number));
  transaction.commit();
}

// Some notes, in a database whose program died, so that they are only in the log.
void prepare_notes(const std::string& folder) {
  Numbers none;
  in_child([&](const Acknowledge&) {
    Result<Database> database = open_notes(folder + "/notes.db", test_key());
    for (int i = 1; i <= notes_kept_before; ++i) keep(*database, i);
    ::_exit(0);
  }, none);
}

// Keeps notes one by one. A full disk is tried again; after anything else the database is opened anew.
void keep_notes(const std::string& folder, const Acknowledge& acknowledge, std::string_view setting, int log_pages) {
  int next = notes_kept_before + 1;
  for (int opened = 0; opened < 3; ++opened) {
    try {
      Result<Database> database = open_notes(folder + "/notes.db", test_key(), {.log_pages_max = log_pages});
      if (!database) return;
      database->run_script(setting);
      for (int refused = 0; refused < 3 && next <= notes_to_keep;) {
        try {
          keep(*database, next);
          acknowledge(next++);
        } catch (const Breakage& breakage) {
          if (breakage.kind() != Breakage::What::disk_full) throw;
          ++refused;
        }
      }
    } catch (const Breakage&) {
    }
  }
}

std::string judge_notes(Database& database, const Numbers& acknowledged, int notes_max) {
  const Result<void> checked = database.check();
  if (!checked) return "check: " + checked.fault().to_string();
  Numbers found;
  Statement all = database.prepare("SELECT id, body FROM note ORDER BY id");
  for (all.select(); all.step();) {
    found.insert(static_cast<int>(all.integer(0)));
    if (all.text(1) != body(static_cast<int>(all.integer(0)))) return "a note with another text";
  }
  for (int i = 1; i <= notes_kept_before; ++i) {
    if (!found.contains(i)) return "an old note is lost";
  }
  if (!std::includes(found.begin(), found.end(), acknowledged.begin(), acknowledged.end())) return "a note is lost";
  if (*found.rbegin() > notes_max) return "a note that nobody wrote";
  return {};
}

std::string judge_kept(const std::string& folder, const Numbers& acknowledged) {
  Result<Database> database = open_notes(folder + "/notes.db", test_key());
  if (!database) return "open: " + database.fault().to_string();
  const int last = acknowledged.empty() ? notes_kept_before : *acknowledged.rbegin();
  const std::string wrong = judge_notes(*database, acknowledged, last + 1);
  if (!wrong.empty()) return wrong;
  keep(*database, 99);  // work goes on
  return count_notes(*database) > last ? "" : "nothing more can be kept";
}

Scenario keeping(std::string name, std::string setting, int log_pages) {
  const auto work = [setting, log_pages](const std::string& folder, const Acknowledge& acknowledge) {
    keep_notes(folder, acknowledge, setting, log_pages);
  };
  return {std::move(name), prepare_notes, work, judge_kept};
}

Scenario migrating() {
  const auto work = [](const std::string& folder, const Acknowledge& acknowledge) {
    ignoring_breakage([&] {
      if (open_migrated(folder + "/notes.db", test_key(), note_migrations())) acknowledge(1);
    });
  };
  const auto judge = [](const std::string& folder, const Numbers& acknowledged) -> std::string {
    const std::string path = folder + "/notes.db";
    {
      const Result<Database> old = open_notes(path, test_key());
      const bool is_new = !old && old.fault() == Fault::newer_format;
      if (!old && !is_new) return "neither old nor new: " + old.fault().to_string();
      if (!acknowledged.empty() && !is_new) return "the old one, though the new one was said to be there";
    }
    Result<Database> database = open_migrated(path, test_key(), note_migrations());
    if (!database) return "open: " + database.fault().to_string();
    if (file_exists(path + "-migrating") || file_exists(path + "-migrating-wal")) return "leftovers";
    return judge_notes(*database, {}, notes_kept_before);
  };
  return {"migrating", prepare_notes, work, judge};
}

Scenario creating() {
  const auto work = [](const std::string& folder, const Acknowledge& acknowledge) {
    ignoring_breakage([&] {
      if (open_notes(folder + "/notes.db", test_key())) acknowledge(1);
    });
  };
  const auto judge = [](const std::string& folder, const Numbers& acknowledged) -> std::string {
    const std::string path = folder + "/notes.db";
    if (!acknowledged.empty() && !file_exists(path)) return "said to be there, and is not";
    Result<Database> database = open_notes(path, test_key());
    if (!database) return "open: " + database.fault().to_string();
    return database->check() ? "" : "damaged";
  };
  return {"creating", [](const std::string&) {}, work, judge};
}

Scenario backing_up() {
  const auto work = [](const std::string& folder, const Acknowledge& acknowledge) {
    ignoring_breakage([&] {
      Result<Database> database = open_notes(folder + "/notes.db", test_key());
      if (database && database->backup_to(folder + "/copy.db", test_key(50))) acknowledge(1);
    });
  };
  const auto judge = [](const std::string& folder, const Numbers& acknowledged) -> std::string {
    const std::string wrong = judge_kept(folder, {});
    if (!wrong.empty()) return wrong;
    if (!file_exists(folder + "/copy.db")) return acknowledged.empty() ? "" : "said to be there, and is not";
    Result<Database> copy = Database::open(folder + "/copy.db", test_key(50));
    if (!copy) return "open the copy: " + copy.fault().to_string();
    return judge_notes(*copy, {}, notes_kept_before);
  };
  return {"backing up", prepare_notes, work, judge};
}

Scenario replacing() {
  static const Bytes old_content(3000, 'o');
  static const Bytes new_content(5000, 'n');
  const auto prepare = [](const std::string& folder) { replace_file(folder + "/key", old_content); };
  const auto work = [](const std::string& folder, const Acknowledge& acknowledge) {
    ignoring_breakage([&] {
      replace_file(folder + "/key", new_content);
      acknowledge(1);
    });
  };
  const auto judge = [](const std::string& folder, const Numbers& acknowledged) -> std::string {
    const Result<Bytes> content = read_file(folder + "/key", 10'000);
    if (!content) return "neither old nor new";
    if (*content == new_content) return {};
    if (!acknowledged.empty()) return "the old one, though the new one was said to be there";
    return *content == old_content ? "" : "a mixture";
  };
  return {"replacing", prepare, work, judge};
}

}  // namespace

TEST_CASE("no acknowledged note is lost, whatever the disk does and whenever") {
  expect_no_loss(keeping("keeping", "", small_log));
  expect_no_loss(keeping("keeping with a long log", "", long_log));
}

TEST_CASE("a migration that fails anywhere leaves the old database or the new one") { expect_no_loss(migrating()); }

TEST_CASE("a database whose making fails anywhere is whole or not there") { expect_no_loss(creating()); }

TEST_CASE("a backup that fails anywhere is whole or not there, and the database unharmed") {
  expect_no_loss(backing_up());
}

TEST_CASE("a file whose replacing fails anywhere is the old one or the new one") { expect_no_loss(replacing()); }

TEST_CASE("any program can be given a fault through its environment") {
  const TempFolder folder;
  const std::string write = "/bin/sh -c 'echo kept > " + (folder / "note") + "' 2>/dev/null";
  const std::string fault = "LD_PRELOAD=" FAULT_SHIM_LIBRARY " CASELOAD_FAULT='nth=1 prefix=" + folder.path() + " kind=";
  for (const char* kind : {"enospc'", "eio'", "kill'", "eio sticky=1'", "power seed=4'"}) {
    CAPTURE(kind);
    CHECK(std::system((fault + kind + " " + write).c_str()) != 0);
    CHECK_FALSE(file_exists(folder / "note"));
  }
  CHECK(std::system((fault + "count' " + write).c_str()) == 0);
  CHECK(file_exists(folder / "note"));
}

TEST_CASE("these tests would notice a database that acknowledges too early") {
  const std::vector<Plan> power{{.kind = Kind::power, .seed = 1}, {.kind = Kind::power, .seed = 1000}};
  const Tally tally = explore(keeping("keeping carelessly", "PRAGMA synchronous = NORMAL", small_log), power);
  CHECK_FALSE(tally.wrong.empty());
}
