// After a withdrawal nothing is left: not in a row, not in a free page, not in the index, not in the log of the database.
#include "client/store/attachments.h"
#include "client/store/purge.h"
#include "client/store/search.h"
#include "common/sqlite/scan.h"
#include "common/base/durable_file.h"
#include "common/crypto/hash.h"
#include "tests/simulation/keys.h"
#include "tests/unit/client/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

std::string moved(std::size_t i) { return static_cast<char>('a' + i) + std::string("zqmoved"); }

// Two cases of many notes each, written in turns so that they lie on the same pages. Every note has a word of its own,
// with an end that tells its case: of beginnings the index keeps only what the word before does not have.
struct TwoCases {
  explicit TwoCases(int notes) {
    sync::DeviceState state;
    state.device = pen.device;
    state.worker = pen.id();  // own work would stay, sealed, under its ids
    state.log = pen.id();
    within(*disk, [&](sync::DeviceStore& s) {
      s.set_state(state);
      for (int i = 0; i < notes; ++i) {
        for (const Id& scope : {going, staying}) {
          const std::string word = std::to_string(i) + (scope == going ? "zqgoing" : "zqstaying");
          sync::StoredChange stored = accepted(pen.note(scope, filler(i) + " " + word + " at Wharf Lane"), pen.device, ++position);
          put(s, stored);
          if (scope == going) records.push_back(stored.change.header.record);
        }
      }
    });
  }
  static std::string filler(int i) { return std::string(static_cast<std::size_t>(37 * (i % 40)), 'f'); }
  static void put(sync::DeviceStore& s, const sync::StoredChange& stored) {
    put_merged(s, catalogue(), stored, stored.change.parts);
  }
  void withdraw(const Id& scope) {
    const sync::SealForRecovery seal = [](const sync::Change&) { return Bytes(8, 1); };
    within(*disk, [&](sync::DeviceStore& s) {
      apply_reach(s, {catalogue(), seal, *key, {}}, {scope, std::nullopt, std::nullopt});
    });
  }
  std::size_t pages_with(BytesView piece) {
    REQUIRE(disk.database().empty_log().ok());
    return find_in_pages(disk.database(), piece)->size();
  }
  std::size_t pages_with(std::string_view piece) { return pages_with(as_bytes(piece)); }

  StoreOnDisk disk;
  Pen pen{5};
  Id going = pen.id();
  Id staying = pen.id();
  std::uint64_t position = 0;
  std::vector<Id> records;
  std::unique_ptr<Signer> key = sync::make_signer(1, false);
};

}  // namespace

TEST_CASE("after a case was withdrawn not a piece of it is left in the file or its log") {
  for (const int notes : {3, 150}) {
    CAPTURE(notes);
    TwoCases t(notes);
    CHECK(t.pages_with("1zqgoing ") > 0);
    CHECK(t.pages_with(BytesView(t.records[1].bytes)) > 0);
    t.withdraw(t.going);
    CHECK(is_cleaning_due(t.disk.database()));
    CHECK(t.disk->purge_receipts().size() == 1);
    CHECK_FALSE(is_cleaning_due(t.disk.database()));
    CHECK(std::filesystem::file_size(t.disk.path() + "-wal") < 40'000);  // the mark alone was written since
    std::size_t left = t.pages_with("zqgoing") + t.pages_with("qgoing");
    for (const Id& record : t.records) left += t.pages_with(BytesView(record.bytes));
    CHECK(left == 0);
    CHECK(t.pages_with("zqstaying") > 0);
    CHECK(search(*t.disk, {.text = "1zqgoing"})->hits.empty());
    CHECK(search(*t.disk, {.text = "1zqstaying"})->hits.size() == 1);
    CHECK(t.disk->scopes() == std::vector{t.staying});
  }
}

TEST_CASE("case after case withdrawn, nothing of any is left where others were moved about") {
  TwoCases t(40);
  std::vector<Id> scopes;
  for (int i = 0; i < 24; ++i) scopes.push_back(t.pen.id());
  std::map<Id, std::vector<Id>> records;
  for (int note = 0; note < 40; ++note) {
    within(*t.disk, [&](sync::DeviceStore& s) {
      for (std::size_t i = 0; i < scopes.size(); ++i) {
        const std::string words = TwoCases::filler(static_cast<int>(t.pen.random.below(60))) + " " + moved(i) + " ";
        const sync::StoredChange stored = accepted(t.pen.note(scopes[i], words), t.pen.device, ++t.position);
        TwoCases::put(s, stored);
        records[scopes[i]].push_back(stored.change.header.record);
      }
    });
  }
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    CAPTURE(i);
    const std::string word = moved(i);
    CHECK(t.pages_with(word) > 0);
    t.withdraw(scopes[i]);
    REQUIRE(t.disk->clean_up().ok());
    std::size_t left = t.pages_with(word);
    for (const Id& record : records[scopes[i]]) left += t.pages_with(BytesView(record.bytes));
    CHECK(left == 0);
  }
  CHECK(t.disk.database().check().ok());
  CHECK(search(*t.disk, {.text = "1zqgoing"})->hits.size() == 1);
}

TEST_CASE("without cleaning, words would be left: the proof can fail") {
  TwoCases t(20);
  t.withdraw(t.going);
  CHECK(t.pages_with("zqgoing") > 0);
}

TEST_CASE("a second withdrawal from an index of one piece leaves nothing either") {
  TwoCases t(20);
  t.withdraw(t.going);
  REQUIRE(t.disk->clean_up().ok());
  t.withdraw(t.staying);
  CHECK(t.pages_with("zqstaying") > 0);
  REQUIRE(t.disk->clean_up().ok());
  CHECK(t.pages_with("zqstaying") == 0);
}

TEST_CASE("a part that is withdrawn goes, and the rest of its record stays") {
  TwoCases t(2);
  const sync::Change person = t.pen.begin(kinds::person, t.staying, {{header::marking, Value::of_code(1)}, {person_name, Value::of_text("Zqruth Example")}});
  within(*t.disk, [&](sync::DeviceStore& s) { TwoCases::put(s, accepted(person, t.pen.device, 90)); });
  CHECK(search(*t.disk, {.text = "zqruth"})->hits.size() == 1);
  const sync::SealForRecovery seal = [](const sync::Change&) { return Bytes(8, 1); };
  within(*t.disk, [&](sync::DeviceStore& s) {
    apply_record_reach(s, {catalogue(), seal, *t.key, {}}, {person.header.record, {header::section}});
  });
  CHECK(search(*t.disk, {.text = "zqruth"})->hits.empty());
  REQUIRE(t.disk->clean_up().ok());
  CHECK(t.pages_with("Zqruth") + t.pages_with("zqruth") + t.pages_with("qruth") == 0);
  CHECK(t.disk->find_record(person.header.record));
  // It arrives again, and is found again.
  within(*t.disk, [&](sync::DeviceStore& s) {
    sync::Page page;
    sync::PageSegment carried;
    carried.segment.device = t.pen.device;
    carried.acceptance.accepted = sync::ChangeBits::first(1);
    carried.acceptance.first_position = 90;
    carried.indexes = {0};
    carried.changes = {pack(person)};
    page.segments = {carried};
    REQUIRE(apply_page(s, {catalogue(), seal, *t.key, {}}, *read_page(page)).ok());
  });
  CHECK(search(*t.disk, {.text = "zqruth"})->hits.size() == 1);
}

TEST_CASE("an attachment goes with its document, also one that had only begun to come") {
  TwoCases t(2);
  Bytes content(200'000, 'a');
  static constexpr std::string_view canary = "zqattached";
  std::copy(canary.begin(), canary.end(), content.begin() + 70'000);
  const Digest digest = sha256(content);
  SqlAttachmentStore attachments(t.disk.database());
  attachments.append(digest, content);
  attachments.close(digest);
  attachments.append(sha256(as_bytes("another")), BytesView(content).first(100'000));
  const std::vector<sync::FieldWrite> facts{{header::type, Value::of_code(1)}, {document_content::digest, Value::of_text(to_hex(digest))}};
  const sync::Change document = t.pen.begin(kinds::document, t.going, facts);
  within(*t.disk, [&](sync::DeviceStore& s) { TwoCases::put(s, accepted(document, t.pen.device, 91)); });
  t.withdraw(t.staying);
  REQUIRE(t.disk->clean_up().ok());
  CHECK(attachments.held() == std::vector{digest});
  CHECK(t.pages_with(canary) == 1);
  t.withdraw(t.going);
  REQUIRE(t.disk->clean_up().ok());
  CHECK(attachments.held().empty());
  CHECK(t.pages_with(canary) == 0);
}

TEST_CASE("what death interrupted is cleaned at the next opening") {
  TwoCases t(20);
  t.withdraw(t.going);
  t.disk.open();
  CHECK_FALSE(is_cleaning_due(t.disk.database()));
  CHECK(t.pages_with("zqgoing") == 0);
}

TEST_CASE("while a reader keeps the log from being emptied no receipt is given") {
  TwoCases t(5);
  t.withdraw(t.going);
  {
    Result<Database> beside = t.disk.database().open_beside(test_key());
    REQUIRE(beside.ok());
    const Snapshot reading(*beside);
    CHECK(t.disk->purge_receipts().empty());
    CHECK(is_cleaning_due(t.disk.database()));
    const std::vector<BytesView> piece{as_bytes("zqgoing")};
    CHECK(is_gone(t.disk.database(), piece).fault() == Fault::in_use);
  }
  CHECK(t.disk->purge_receipts().size() == 1);
}

TEST_CASE("nothing of a case is on the disk in clear, in any file, before or after it is withdrawn") {
  TwoCases t(30);
  for (int round = 0; round < 2; ++round) {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(t.disk.path()).parent_path())) {
      const Result<Bytes> bytes = read_file(entry.path().string(), 100 << 20);
      REQUIRE(bytes.ok());
      ++files;
      for (const std::string_view piece : {"zqgoing", "Wharf Lane", "SQLite format", "CREATE TABLE"}) {
        CHECK(as_text(*bytes).find(piece) == std::string_view::npos);
      }
    }
    CHECK(files >= 2);
    t.withdraw(t.going);
    REQUIRE(t.disk->clean_up().ok());
  }
}
