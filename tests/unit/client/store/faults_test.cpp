// Every point at which the world can fail, over what people do with the device's store: saving notes, taking in a page of
// an import, letting go of a case. A child process works and tells what it holds to be safe; its fault comes; the store is
// opened again and must have all of that, be whole, and go on.
//
// Points are sampled so that the suite stays quick. CASELOAD_FAULT_POINTS=all in the environment tries each one.
#include <algorithm>

#include "client/store/audit.h"
#include "client/store/doctor.h"
#include "client/store/purge.h"
#include "client/store/search.h"
#include "tests/simulation/keys.h"
#include "tests/support/fault_sweep.h"
#include "tests/unit/client/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using namespace caseload::faults;

namespace {

constexpr int notes_before = 6;
constexpr int notes_after = 10;
constexpr int imported = 60;  // a note of the import is acknowledged as 1000 and its number, all of them at once
constexpr int withdrawn = 5000;

std::string path_in(const std::string& folder) { return folder + "/caseload.db"; }

struct Opened {
  explicit Opened(const std::string& folder) : database(open(folder)), store(database, catalogue()) {}
  static Database open(const std::string& folder) {
    Result<Database> opened = open_store(path_in(folder), test_key(), {.log_pages_max = 8});
    if (!opened) throw std::runtime_error(opened.fault().to_string());
    return std::move(*opened);
  }
  Database database;
  SqlDeviceStore store;
};

// The same notes in every process: what each says tells its number.
struct Story {
  Story() : pen(42), scope(pen.id()), other(pen.id()) {
    for (int i = 0; i < notes_after; ++i) notes.push_back(pen.note(scope, words(i)));
    for (int i = 0; i < imported; ++i) import.push_back(accepted(pen.note(other, words(1000 + i)), pen.device, static_cast<std::uint64_t>(i + 1)));
  }
  static std::string words(int number) { return "note number" + std::to_string(number) + " " + std::string(600, 'x'); }
  Pen pen;
  Id scope;
  Id other;
  std::vector<sync::Change> notes;
  std::vector<sync::StoredChange> import;
};

void take_import(SqlDeviceStore& store, const Story& story) {
  sync::StoreBatch<sync::DeviceStore> together(store);
  for (std::size_t begin = 0; begin < story.import.size(); begin += 20) {
    within(store, [&](sync::DeviceStore& s) {
      for (std::size_t i = begin; i < begin + 20; ++i) {
        put_merged(s, catalogue(), story.import[i], story.import[i].change.parts);
      }
    });
  }
  together.commit();
}

void prepare(const std::string& folder) {
  const Story story;
  Opened opened(folder);
  sync::DeviceState state;
  state.device = story.pen.device;
  state.worker = story.pen.worker;
  state.log = story.scope;
  within(opened.store, [&](sync::DeviceStore& s) { s.set_state(state); });
  for (int i = 0; i < notes_before; ++i) keep_in(opened.store, story.notes[static_cast<std::size_t>(i)]);
}

// A full disk is tried again; after anything else the store is opened anew.
void work(const std::string& folder, const Acknowledge& acknowledge) {
  const Story story;
  int next = notes_before;
  bool has_import = false;
  for (int opening = 0; opening < 3; ++opening) {
    try {
      Opened opened(folder);
      for (int refused = 0; refused < 3;) {
        try {
          for (; next < notes_after; ++next) {
            const sync::Change& note = story.notes[static_cast<std::size_t>(next)];
            if (!opened.store.find(note.header.id)) keep_in(opened.store, note);
            acknowledge(next);
          }
          if (!has_import && !opened.store.find(story.import.front().change.header.id)) take_import(opened.store, story);
          if (!has_import) acknowledge(1000);
          has_import = true;
          const std::unique_ptr<Signer> key = sync::make_signer(1, false);
          const sync::SealForRecovery seal = [](const sync::Change& change) { return pack(change); };
          within(opened.store, [&](sync::DeviceStore& s) {
            apply_reach(s, {catalogue(), seal, *key, {}}, {story.other, std::nullopt, std::nullopt});
          });
          if (!opened.store.purge_receipts().empty()) acknowledge(withdrawn);
          return;
        } catch (const Breakage& breakage) {
          if (breakage.kind() != Breakage::What::disk_full) throw;
          ++refused;
        }
      }
    } catch (const Breakage&) {
    } catch (const std::runtime_error&) {
    }
  }
}

std::string judge(const std::string& folder, const Numbers& acknowledged) {
  const Story story;
  Opened opened(folder);
  const Diagnosis diagnosis = examine(opened.store, path_in(folder));
  for (const Fault& fault : diagnosis.findings) {
    const bool expected = fault == Fault::quota || (fault == Fault::stale && fault.detail().find("catalogue") != std::string::npos);
    if (!expected) return fault.to_string();
  }
  for (int i = 0; i < notes_after; ++i) {
    const bool held = opened.store.find(story.notes[static_cast<std::size_t>(i)].header.id).has_value();
    const bool promised = i < notes_before || acknowledged.contains(i);
    if (promised && !held) return "note " + std::to_string(i) + " is lost";
    const bool found = search(opened.store, {.text = "number" + std::to_string(i)})->hits.size() == 1;
    if (found != held) return "note " + std::to_string(i) + " and the index disagree";
  }
  int held = 0;
  for (const sync::StoredChange& stored : story.import) held += opened.store.find(stored.change.header.id) ? 1 : 0;
  if (held != 0 && held != imported) return "half of an import";
  const std::size_t receipts = opened.store.purge_receipts().size();
  if (acknowledged.contains(withdrawn) && (held != 0 || receipts == 0)) return "a withdrawal is forgotten";
  if (receipts > 0) {
    if (held != 0) return "a receipt for what is still here";
    static constexpr std::string_view piece = "number1007";
    if (const Result<void> emptied = opened.database.empty_log(); !emptied) return "a log that cannot be emptied";
    const std::vector<BytesView> pieces{as_bytes(piece)};
    if (!*is_gone(opened.database, pieces)) return "a receipt, and the words are still here";
  } else if (acknowledged.contains(1000) && held == 0) {
    return "an import is lost";
  }
  Pen pen(77);
  keep_in(opened.store, pen.note(story.scope, "work goes on"));
  return {};
}

}  // namespace

TEST_CASE("nothing acknowledged is lost, nothing comes by half, no receipt is untrue, whatever the disk does") {
  expect_no_loss({"client_store", prepare, work, judge}, 11);  // no divisor of how many calls a save makes
}
