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

// Nanoseconds for one operation. Each call of `batch` does `operations` of them.
double measure(std::size_t operations, const std::function<void()>& batch) {
  constexpr double seconds_a_run = 0.1;
  batch();  // warm
  std::vector<double> times;
  for (std::size_t run = 0; run < runs; ++run) {
    std::size_t batches = 0;
    const Steady::time_point begin = Steady::now();
    double seconds = 0;
    while (seconds < seconds_a_run) {
      batch();
      ++batches;
      seconds = std::chrono::duration<double>(Steady::now() - begin).count();
    }
    times.push_back(seconds * 1e9 / static_cast<double>(batches * operations));
  }
  return median(times);
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

struct Line {
  std::string what;
  double nanoseconds;
};

double row_insert() {
  const TempFolder folder;
  Secret key(database_key_bytes);
  const std::string sql = "CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB NOT NULL);";
  const std::string digest = to_hex(sha256(as_bytes(sql)));
  const Migration first{1, "001_first", sql, digest};
  Result<Database> database = open_migrated(folder / "rows.db", key, {&first, 1});
  CHECK(database.ok(), "a fresh database");
  SeededRandom random(7);
  Bytes body(row_bytes);
  random.fill(body);
  std::vector<double> times;
  for (std::size_t run = 0; run < runs; ++run) {
    const Steady::time_point begin = Steady::now();
    Transaction transaction(*database);
    Statement insert = database->prepare("INSERT INTO row (body) VALUES (?)");
    for (std::size_t i = 0; i < rows_a_run; ++i) insert.run(body);
    transaction.commit();
    times.push_back(std::chrono::duration<double>(Steady::now() - begin).count() * 1e9 / rows_a_run);
  }
  return median(times);
}

void measure_changes(const Notes& notes, std::vector<Line>& lines) {
  const auto each = [&](const std::string& what, const std::function<void(std::size_t)>& work) {
    lines.push_back({what, measure(page_notes, [&] {
                       for (std::size_t i = 0; i < page_notes; ++i) work(i);
                     })});
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

void measure_sharing(std::vector<Line>& lines) {
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
    lines.push_back({what, measure(times, [&] {
                       for (std::size_t i = 0; i < times; ++i) work();
                     })});
  };
  const Mask mask = compiled.mask(viewer, scope);
  each("decide one section of one record, by the rules", [&] { keep(static_cast<std::size_t>(decide(*rules, viewer, scope, note).level)); });
  each("look the same up in a mask", [&] { keep(static_cast<std::size_t>(mask.look_up(note).level)); });
  each("make the mask of one viewer on one scope", [&] { keep(compiled.mask(viewer, scope).rows().size()); });
}

void measure_ledger(const Notes& notes, std::vector<Line>& lines) {
  std::vector<StoredNode> nodes;
  lines.push_back({"append an acceptance to the ledger", measure(page_notes, [&] {
                     Frontier ledger;
                     nodes.clear();
                     for (std::size_t i = 0; i < page_notes; ++i) {
                       const Acceptance acceptance{notes.digests[i], 1 + i * 256, WallTime{}, ChangeBits::first(256)};
                       ledger.append(acceptance.leaf_hash(), nodes);
                     }
                     keep(nodes.size());
                   })});
  SeededRandom random(9);
  const SigningKey key = SigningKey::generate(random);
  const std::span<const Digest> members = std::span(notes.digests).first(segment_changes_max);
  SegmentHeader segment;
  segment.device = Id::make(1, random);
  segment.epoch = 1;
  segment.number = 1;
  segment.first_seq = 1;
  lines.push_back({"sign a segment of 256 changes, for each", measure(segment_changes_max, [&] { close_segment(segment, members, key); })});
  const Ed25519Checker checker;
  std::vector<Member> all;
  for (std::size_t i = 0; i < members.size(); ++i) all.push_back({static_cast<std::uint16_t>(i), members[i]});
  lines.push_back({"verify it, for each", measure(segment_changes_max, [&] {
                     CHECK(verify_segment(segment, key.public_key(), checker).ok(), "a good signature");
                     CHECK(check_members(segment, all, {}).ok(), "its members");
                   })});
}

void measure_frames(const Notes& notes, std::vector<Line>& lines) {
  Bytes page;
  for (const Bytes& packed : notes.packed) append(page, packed);
  FrameWriter writer;
  Bytes wire;
  lines.push_back({"compress a page of notes into a frame, for each", measure(page_notes, [&] {
                     wire.clear();
                     writer.write(11, page, wire);
                     keep(wire.size());
                   })});
  FrameWriter fresh;
  Bytes once;
  fresh.write(11, page, once);
  lines.push_back({"expand it, for each", measure(page_notes, [&] {
                     FrameReader reader;
                     BytesView left = once;
                     keep(reader.next(left)->value().body.size());
                   })});
  std::printf("A note: %zu bytes packed; %zu on the wire, among %zu.\n\n", page.size() / page_notes, once.size() / page_notes, page_notes);
}

}  // namespace

int main() {
  std::printf("%u cores, one used; g++ %s; median of %zu runs\n", std::thread::hardware_concurrency(), __VERSION__, runs);
  const Notes notes;
  std::vector<Line> lines;
  measure_changes(notes, lines);
  measure_sharing(lines);
  measure_ledger(notes, lines);
  measure_frames(notes, lines);
  const double row = row_insert();
  std::printf("| Operation | a second | ns each | of one row |\n|---|---|---|---|\n");
  for (const Line& line : lines) {
    std::printf("| %s | %.0f | %.0f | %.3f |\n", line.what.c_str(), 1e9 / line.nanoseconds, line.nanoseconds, line.nanoseconds / row);
  }
  std::printf("| insert one row of %zu bytes, encrypted, %zu in one transaction | %.0f | %.0f | 1 |\n", row_bytes, rows_a_run, 1e9 / row, row);
  return 0;
}
