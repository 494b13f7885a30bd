// caseload_bench_engine: what the engine's small steps cost, beside the cost of putting one row into an encrypted
// database, which every note costs anyway. One core; the median of several runs; ratios tell more than times.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "common/crypto/hash.h"
#include "common/record/kinds.h"
#include "common/sqlite/migrate.h"
#include "common/sqlite/transaction.h"
#include "sync/ledger/acceptance.h"
#include "sync/ledger/merkle.h"
#include "sync/ledger/segment.h"
#include "sync/merge/merge.h"
#include "sync/session/frame.h"
#include "sync/sharing/compiled_rules.h"
#include "sync/sharing/default_rules.h"
#include "sync/sharing/rules_text.h"
#include "tests/support/temp_folder.h"

namespace {

using namespace caseload;
using namespace caseload::sync;
using Steady = std::chrono::steady_clock;

constexpr std::size_t runs = 9;
constexpr std::size_t row_bytes = 400;
constexpr std::size_t rows_a_run = 20'000;
constexpr std::size_t page_notes = 512;  // a page of some 200 KiB
constexpr SectionNumber narrative = 1;
constexpr FieldNumber narrative_text = 16;

volatile std::size_t kept = 0;  // so that nothing measured is left out as useless
void keep(std::size_t value) { kept = kept + value; }

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Notes as people write them: some 300 bytes, no two alike.
class Notes {
 public:
  Notes() {
    for (std::size_t i = 0; i < page_notes; ++i) changes.push_back(make(i));
    for (const Change& change : changes) {
      packed.push_back(pack(change));
      digests.push_back(digest_of(change.header));
    }
  }

  std::vector<Change> changes;
  std::vector<Bytes> packed;
  std::vector<Digest> digests;
  SeededRandom random{2026};

 private:
  Change make(std::size_t number) {
    static constexpr std::string_view words[] = {"visited", "at home", "spoke with", "the plan", "was reviewed", "agreed to",
                                                 "call again", "on Tuesday", "school", "appointment", "did not", "want to",
                                                 "talk about", "housing", "benefits", "the children", "were well", "and"};
    std::string text = "Visit " + std::to_string(number) + ":";
    while (text.size() < 300) text += " " + std::string(words[random.below(std::size(words))]);
    const Id id = Id::make(1'764'000'000'000 + number, random);
    const Write type{header::type, Value::of_code(2), false, {}};
    const Write narrated{narrative_text, Value::of_text(text), false, {}};
    const ChangeFacts facts{id, Stamp{id.milliseconds() << 16}, worker, scope, id, kinds::note};
    return *compose(facts, {{header::section, {}, {type}}, {narrative, {}, {narrated}}}, random.bytes<16>());
  }

  Id worker = Id::make(1, random);
  Id scope = Id::make(2, random);
};

class Rows {
 public:
  Rows() : database_(open(folder_ / "rows.db")), body_(row_bytes) { SeededRandom(7).fill(body_); }

  double nanoseconds_each() {
    const Steady::time_point begin = Steady::now();
    Transaction transaction(database_);
    Statement insert = database_.prepare("INSERT INTO row (body) VALUES (?)");
    for (std::size_t i = 0; i < rows_a_run; ++i) insert.run(body_);
    transaction.commit();
    return std::chrono::duration<double>(Steady::now() - begin).count() * 1e9 / rows_a_run;
  }

 private:
  static Database open(const std::string& path) {
    const std::string sql = "CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB NOT NULL);";
    const std::string digest = to_hex(sha256(as_bytes(sql)));
    const Migration first{1, "001_first", sql, digest};
    Result<Database> database = open_migrated(path, Secret(database_key_bytes), {&first, 1});
    CHECK(database.ok(), "a fresh database");
    return *std::move(database);
  }

  TempFolder folder_;
  Database database_;
  Bytes body_;
};

// Bench: operation after operation, each run of one beside a run of rows, so that whatever else the machine does at that
// moment weighs on both.
class Bench {
 public:
  // Each call of `batch` does the operation so many times.
  void add(const std::string& what, std::size_t operations, const std::function<void()>& batch) {
    batch();  // warm
    std::vector<double> times;
    std::vector<double> ratios;
    for (std::size_t run = 0; run < runs; ++run) {
      const double row = rows_.nanoseconds_each();
      times.push_back(nanoseconds_each(operations, batch));
      ratios.push_back(times.back() / row);
      rows_ns_.push_back(row);
    }
    const double time = median(times);
    std::printf("| %s | %.0f | %.0f | %.3f |\n", what.c_str(), 1e9 / time, time, median(ratios));
  }

  double row_nanoseconds() const { return median(rows_ns_); }

 private:
  static double nanoseconds_each(std::size_t operations, const std::function<void()>& batch) {
    constexpr double seconds_a_run = 0.05;
    std::size_t batches = 0;
    const Steady::time_point begin = Steady::now();
    double seconds = 0;
    while (seconds < seconds_a_run) {
      batch();
      ++batches;
      seconds = std::chrono::duration<double>(Steady::now() - begin).count();
    }
    return seconds * 1e9 / static_cast<double>(batches * operations);
  }

  Rows rows_;
  std::vector<double> rows_ns_;
};

void add_changes(const Notes& notes, Bench& bench) {
  const auto each = [&](const std::string& what, const std::function<void(std::size_t)>& work) {
    bench.add(what, page_notes, [&] {
      for (std::size_t i = 0; i < page_notes; ++i) work(i);
    });
  };
  each("encode a note (pack)", [&](std::size_t i) { keep(pack(notes.changes[i]).size()); });
  each("decode a note (unpack, with the digests of its parts)", [&](std::size_t i) { keep(unpack(notes.packed[i])->parts.size()); });
  each("digest of a change", [&](std::size_t i) { keep(digest_of(notes.changes[i].header)[0]); });
  each("merge a note into its record", [&](std::size_t i) {
    const Change& change = notes.changes[i];
    RecordState state(change.header.record, change.header.kind);
    const Origin origin{change.header.id, change.header.author, {}, change.header.stamp, i + 1, {}};
    for (const Part& part : change.parts) state.apply(Catalogue::built_in(), part, origin);
    keep(state.fields().size());
  });
}

void add_sharing(Bench& bench) {
  const Result<Rules> rules = parse_rules(default_rules_text(), Catalogue::built_in());
  CHECK(rules.ok(), "the default rules");
  const CompiledRules compiled(*rules);
  SeededRandom random(3);
  ViewerFacts viewer;
  viewer.worker = Id::make(1, random);
  viewer.memberships = {{Id::make(2, random), "caseworker"}};
  ScopeFacts scope;
  scope.scope = Id::make(3, random);
  scope.unit = viewer.memberships.front().unit;
  scope.assignments = {{viewer.worker, AssignmentRole::lead}};
  const ObjectFacts note{kinds::note, narrative, 2, 1, false};
  constexpr std::size_t times = 100;
  const auto each = [&](const std::string& what, const std::function<void()>& work) {
    bench.add(what, times, [&] {
      for (std::size_t i = 0; i < times; ++i) work();
    });
  };
  const Mask mask = compiled.mask(viewer, scope);
  each("decide one section of one record, by the rules", [&] { keep(static_cast<std::size_t>(decide(*rules, viewer, scope, note).level)); });
  each("look the same up in a mask", [&] { keep(static_cast<std::size_t>(mask.look_up(note).level)); });
  each("make the mask of one viewer on one scope", [&] { keep(compiled.mask(viewer, scope).rows().size()); });
}

void add_ledger(const Notes& notes, Bench& bench) {
  std::vector<StoredNode> nodes;
  bench.add("append an acceptance to the ledger", page_notes, [&] {
    Frontier ledger;
    nodes.clear();
    for (std::size_t i = 0; i < page_notes; ++i) {
      const Acceptance acceptance{notes.digests[i], 1 + i * 256, WallTime{}, ChangeBits::first(256)};
      ledger.append(acceptance.leaf_hash(), nodes);
    }
    keep(nodes.size());
  });
  SeededRandom random(9);
  const SigningKey key = SigningKey::generate(random);
  const std::span<const Digest> members = std::span(notes.digests).first(segment_changes_max);
  SegmentHeader segment;
  segment.device = Id::make(1, random);
  segment.epoch = 1;
  segment.number = 1;
  segment.first_seq = 1;
  bench.add("sign a segment of 256 changes, for each", segment_changes_max, [&] { close_segment(segment, members, key); });
  const Ed25519Checker checker;
  std::vector<Member> all;
  for (std::size_t i = 0; i < members.size(); ++i) all.push_back({static_cast<std::uint16_t>(i), members[i]});
  bench.add("verify it, for each", segment_changes_max, [&] {
    CHECK(verify_segment(segment, key.public_key(), checker).ok(), "a good signature");
    CHECK(check_members(segment, all, {}).ok(), "its members");
  });
}

void add_frames(const Notes& notes, Bench& bench) {
  Bytes page;
  for (const Bytes& packed : notes.packed) append(page, packed);
  Bytes wire;
  bench.add("compress a page of notes into a frame, for each", page_notes, [&] {
    wire.clear();
    FrameWriter writer;  // a new stream: the page of before would be this one
    writer.write(11, page, wire);
    keep(wire.size());
  });
  FrameWriter fresh;
  Bytes once;
  fresh.write(11, page, once);
  bench.add("expand it, for each", page_notes, [&] {
    FrameReader reader;
    BytesView left = once;
    keep(reader.next(left)->value().body.size());
  });
}

}  // namespace

int main() {
  std::printf("%u cores, one used; g++ %s; median of %zu runs\n", std::thread::hardware_concurrency(), __VERSION__, runs);
  const Notes notes;
  std::printf("| Operation | a second | ns each | of one row |\n|---|---|---|---|\n");
  Bench bench;
  add_changes(notes, bench);
  add_sharing(bench);
  add_ledger(notes, bench);
  add_frames(notes, bench);
  const double row = bench.row_nanoseconds();
  std::printf("| insert one row of %zu bytes, encrypted, %zu in one transaction | %.0f | %.0f | 1 |\n", row_bytes, rows_a_run,
              1e9 / row, row);
  return 0;
}
