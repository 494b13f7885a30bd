// W1 of the design: many notes of some 300 letters, kept, pushed, and fetched by devices that have nothing yet.

#include <filesystem>

#include "tests/bench/speed/measures.h"
#include "tests/bench/speed/plain_rows.h"
#include "tests/support/private_postgres.h"

namespace caseload::bench {
namespace {

constexpr double million = 1e6, mebibyte = 1 << 20, cache_mebibytes = 64;

// What any program pays, each in a new database.
struct Baselines {
  Cost plain, bare, upserted;
  std::uint64_t plain_bytes = 0;
};

class AllNotes {
 public:
  AllNotes(const Task& task, Report& report) : task_(task), report_(report), world_(task.office, {1, 1, 0}) {
    texts_ = make_texts(task.size.notes);  // after the devices' own processes: they would have it in their memory
    world_.begin_cases(task.size.cases);
  }

  void run() {
    baselines();
    save_and_push();
    fetch();
    memory();
  }

 private:
  double n() const { return static_cast<double>(texts_.size()); }

  void take(const Measure& measure, const Sample& sample) {
    report_.take({task_.named(measure.name), measure.unit, measure.beside, measure.goal}, sample);
  }

  // Of so many notes, in microseconds each.
  Sample each(double notes, const Cost& device, double office, const Cost& beside) const {
    const double us = million / notes;
    return {us * device.seconds, us * beside.seconds, us * device.processor, us * office, us * beside.processor};
  }

  void baselines() {
    const auto rows = [&](const char* name, const RowShape& shape) { return plain_rows(folder_ / name, texts_, shape); };
    of_.plain = rows("plain", {RowIndexes::to_read});
    of_.plain_bytes = std::filesystem::file_size(folder_ / "plain");
    of_.bare = rows("bare", {RowIndexes::none});
    if (task_.office == World::Office::postgresql) {
      PrivatePostgres& postgres = PrivatePostgres::instance();
      const double before = world_.office_seconds();  // the server's among them, and the office itself rests
      of_.upserted = upserted_rows(postgres.where(postgres.new_database()), texts_);
      const double server = world_.office_seconds() - before;
      take({"bare upsert, in commits of 10,000; of the processor here and in the server", "µs a note"}, each(n(), of_.upserted, server, {}));
      of_.upserted.processor += server;
      return;
    }
    take({"plain rows with two indexes and full text, in commits of 10,000", "µs a note"}, each(n(), of_.plain, 0, {}));
    take({"plain rows, one single commit", "µs a note", "plain rows"}, each(n(), rows("plain1", {RowIndexes::to_read, texts_.size()}), 0, of_.plain));
    take({"bare rows without index, in commits of 10,000", "µs a note", "plain rows"}, each(n(), of_.bare, 0, of_.plain));
    take({"bare rows, one single commit", "µs a note", "plain rows"}, each(n(), rows("bare1", {RowIndexes::none, texts_.size()}), 0, of_.plain));
  }

  // What the log's own indexes cost, before anybody signs, judges or answers.
  void beside_a_log(const Meeting& push) {
    const Cost log = plain_rows(folder_ / "log", texts_, {RowIndexes::of_a_log});
    take({"rows with the four indexes of the office's log, in commits of 10,000", "µs a note", "bare rows"}, each(n(), log, 0, of_.bare));
    take({"the same push", "µs a note", "rows with the log's indexes"}, each(n(), push.here, push.office, log));
  }

  void save_and_push() {
    const Cost saving = world_.save(texts_);
    if (task_.office == World::Office::sqlite)
      take({"saved on the device, in commits of 10,000", "µs a note", "plain rows", 1.5}, each(n(), saving, 0, of_.plain));
    const Meeting push = world_.meet(world_.importer());
    CHECK(push.outcome.report.accepted == texts_.size(), "all were accepted");
    const Measure pushed{"pushed by one importer, accepted durably", "µs a note"};
    if (task_.office == World::Office::sqlite) {
      take({pushed.name, pushed.unit, "bare rows", 2}, each(n(), push.here, push.office, of_.bare));
      beside_a_log(push);
      tell_bytes("bytes of that push", push.outcome.bytes_sent);
    } else {
      take({pushed.name, pushed.unit, "bare upsert", 1.8}, each(n(), push.here, push.office, of_.upserted));
    }
  }

  void fetch() {
    double before = world_.office_seconds();
    manager_ = world_.meet(*world_.lone_managers.front());
    CHECK(manager_.received >= texts_.size(), "all came");
    take({"a manager's first synchronisation, all of it", "µs a note", "plain rows", 1.5},
         each(n(), manager_.cost, world_.office_seconds() - before, of_.plain));
    const std::size_t some = world_.notes_of_caseworker(texts_.size());
    const std::vector<std::string> their_texts(texts_.begin(), texts_.begin() + static_cast<std::ptrdiff_t>(some));
    const Cost plain = plain_rows(folder_ / "plain60", their_texts, {RowIndexes::to_read});
    before = world_.office_seconds();
    const FirstSession caseworker = world_.meet(*world_.lone_caseworkers.front());
    CHECK(caseworker.received >= some, "the caseworker's cases came");
    take({"a caseworker's first synchronisation, 60 cases", "µs a note", "plain rows", 1.5},
         each(static_cast<double>(some), caseworker.cost, world_.office_seconds() - before, plain));
    if (task_.office == World::Office::sqlite) tell_bytes("bytes of the manager's first synchronisation", manager_.bytes);
  }

  void tell_bytes(const std::string& what, std::uint64_t bytes) {
    const double each = static_cast<double>(bytes) / n();
    take({what, "bytes a note", "text and 64 bytes", 0.45}, {each, static_cast<double>(lean_bytes(texts_)) / n()});
    take({what + ", beside JSON", "bytes a note", "compact JSON"}, {each, static_cast<double>(json_bytes(texts_)) / n()});
  }

  void memory() {
    const double peak = static_cast<double>(manager_.peak_kib) / 1024;
    const double office = static_cast<double>(world_.office_said().peak_kib) / 1024;
    take({"memory of the office at its peak, after all of that", "MiB"}, {office});
    if (task_.office == World::Office::postgresql) return;
    take({"memory of the manager's device at its peak, alone in its process", "MiB"}, {peak});
    take({"the same, beyond SQLite's cache of 64 MiB", "MiB", "", 64}, {peak - cache_mebibytes});
    take({"the manager's database on the disk", "MiB", "plain rows", 1.5},
         {static_cast<double>(manager_.file_bytes) / mebibyte, static_cast<double>(of_.plain_bytes) / mebibyte});
  }

  const Task& task_;
  Report& report_;
  World world_;
  TempFolder folder_;
  std::vector<std::string> texts_;
  Baselines of_;
  FirstSession manager_;
};

}  // namespace

void measure_all_notes(const Task& task, Report& report) {
  for (std::size_t run = 0; run < task.runs; ++run) AllNotes(task, report).run();
}

}  // namespace caseload::bench
