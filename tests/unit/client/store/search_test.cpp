#include "client/store/rebuild.h"
#include "client/store/search.h"
#include "tests/unit/client/store/samples.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

struct Notes {
  Id add(std::string_view words, const Id& scope) {
    const sync::Change note = pen.note(scope, words);
    keep_in(*disk, note);
    return note.header.record;
  }
  Id add(std::string_view words) { return add(words, one); }
  std::vector<Id> found(const SearchQuery& query) {
    const Result<SearchResult> result = search(*disk, query);
    REQUIRE(result.ok());
    std::vector<Id> ids;
    for (const SearchHit& hit : result->hits) ids.push_back(hit.entry.row.record);
    return ids;
  }
  std::size_t count(std::string_view typed) { return found({.text = std::string(typed)}).size(); }

  StoreOnDisk disk;
  Pen pen{11};
  Id one = pen.id();
  Id two = pen.id();
};

}  // namespace

TEST_CASE("people search as they write") {
  Notes n;
  n.add("Visited Māori liaison at O'Brien's; said: \"all is well\" (for now).");
  n.add("Phone call about housing. Ruth was well-prepared, C++ course begins 12/03.");
  n.add("Ελένη και Στέφανος ΣΙΓΜΑΣ — Straße, naïve café, İstanbul, ﬁne.");
  struct Row {
    std::string_view typed;
    std::size_t hits;
  };
  static constexpr Row rows[] = {
      {"maori", 1}, {"MĀORI", 1}, {"Māori liaison", 1}, {"liaison Māori", 1}, {"obrien", 0}, {"O'Brien", 1}, {"o'brien's", 1},
      {"brien", 1}, {"well", 2}, {"\"all is well\"", 1}, {"\"is all well\"", 0}, {"all well", 1}, {"hous*", 1}, {"hous", 0},
      {"housing*", 1}, {"\"phone ca\"*", 1}, {"\"phone ca\"", 0}, {"well-prepared", 1}, {"C++", 1}, {"12/03", 1}, {"σιγμας", 1},
      {"ΣΤΈΦΑΝΟΣ", 1}, {"strasse", 1}, {"cafe", 1}, {"istanbul", 1}, {"fine", 1}, {"nobody", 0}, {"housing nobody", 0},
      {"  housing  ", 1}, {"housing \"", 1}, {"\"housing", 1}, {"housing *", 1}, {"housing ---", 1}, {"&& housing ||", 1},
      {"", 0}, {"   ", 0}, {"*", 0}, {"\"\"", 0}, {"\" \"", 0}, {"---", 0}, {"***", 0}, {"\"*\"*", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.typed);
    CHECK(n.count(row.typed) == row.hits);
  }
}

TEST_CASE("what looks like the index's own language is words") {
  Notes n;
  n.add("near and not or alpha beta place words col s1 k3");
  n.add("gamma");
  struct Row {
    std::string_view typed;
    std::size_t hits;
  };
  static constexpr Row rows[] = {
      {"alpha OR gamma", 0}, {"alpha AND beta", 1}, {"alpha NOT beta", 1}, {"NEAR(alpha beta)", 0}, {"NEAR(alpha beta, 5)", 0},
      {"words:alpha", 0}, {"words : alpha", 1}, {"place:s1", 0}, {"{place words}: alpha", 1}, {"-alpha", 1}, {"^alpha", 1},
      {"alpha + beta", 1}, {"(alpha", 1}, {"alpha)", 1}, {")(", 0}, {"\"alpha", 1}, {"alpha\"", 1}, {"al\"pha", 0}, {"\"\"\"", 0},
      {"alpha' OR '1'='1", 0}, {"alpha; DROP TABLE record", 0}, {"alpha\\", 1}, {"alpha%", 1}, {"_lpha", 0}, {"'", 0}, {"alpha,beta", 1},
      {"a*b*", 0}, {"alpha**", 1}, {"\"alpha\"**", 1}, {"*alpha", 1}, {"rank:bm25", 0}, {"k3 s1", 1}, {"gamma k3", 0}, {"gamma s1", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.typed);
    CHECK(n.count(row.typed) == row.hits);
  }
}

TEST_CASE("what nobody can mean is refused by name, and never as an error of the index") {
  Notes n;
  n.add("alpha");
  std::string many;
  for (int i = 0; i < 33; ++i) many += "a ";
  const std::pair<std::string, Fault::Code> rows[] = {
      {std::string("alpha\0beta", 10), Fault::text_control}, {"alpha\x01", Fault::text_control}, {"alpha\xff", Fault::text_encoding},
      {"\xc0\x80", Fault::text_encoding}, {std::string(1'001, 'a'), Fault::too_large}, {many, Fault::too_many},
  };
  for (const auto& [typed, fault] : rows) {
    const Result<SearchResult> refused = search(*n.disk, {.text = typed});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.fault() == fault);
  }
  SeededRandom random(4);
  static constexpr std::string_view pieces[] = {"\"", "*", " ", "(", ")", "alpha", "AND", "OR", "NOT", "NEAR", ":", "^", "-", "+", "{", "}", ",", "'", "ā",
                                                "א", "\u202e"};
  for (int i = 0; i < 3'000; ++i) {
    std::string typed;
    for (std::uint64_t length = random.below(12); length > 0; --length) typed += pieces[random.below(std::size(pieces))];
    CAPTURE(typed);
    CHECK(search(*n.disk, {.text = typed}).ok());
  }
}

TEST_CASE("a search in one case, or of some kinds, finds nothing else") {
  Notes n;
  const Id here = n.add("alpha here", n.one);
  const Id there = n.add("alpha there", n.two);
  const sync::Change person = n.pen.begin(kinds::person, n.two, {{person_name, Value::of_text("Alpha Example")}});
  keep_in(*n.disk, person);
  CHECK(n.found({.text = "alpha"}).size() == 3);
  CHECK(n.found({.text = "alpha", .scope = n.one}) == std::vector{here});
  CHECK(n.found({.text = "alpha", .scope = n.two, .kinds = {kinds::note}}) == std::vector{there});
  CHECK(n.found({.text = "alpha", .kinds = {kinds::person}}) == std::vector{person.header.record});
  CHECK(n.found({.text = "alpha", .kinds = {kinds::person, kinds::note}}).size() == 3);
  CHECK(n.found({.text = "alpha", .kinds = {kinds::risk}}).empty());
  CHECK(n.found({.text = "alpha", .scope = n.pen.id()}).empty());
  CHECK(n.found({.text = "alpha OR there", .scope = n.one}).empty());
}

TEST_CASE("hits come newest first, or the best first, and not more than asked for") {
  Notes n;
  std::vector<Id> all;
  for (int day = 0; day < 9; ++day) {
    const sync::Change note = n.pen.begin(kinds::note, n.one, {{header::type, Value::of_code(1)},
        {header::occurred, Value::of_moment(from_milliseconds(1'000'000 * ((day * 4) % 9)))},
        {note_text, Value::of_text(day == 5 ? "alpha alpha alpha" : "alpha among many other words that nobody asked about")}});
    keep_in(*n.disk, note);
    all.push_back(note.header.record);
  }
  const Result<SearchResult> newest = search(*n.disk, {.text = "alpha", .hits_max = 4});
  REQUIRE(newest->hits.size() == 4);
  CHECK(newest->more);
  for (std::size_t i = 1; i < 4; ++i) CHECK(newest->hits[i - 1].entry.occurred > newest->hits[i].entry.occurred);
  const Result<SearchResult> ranked = search(*n.disk, {.text = "alpha", .order = SearchOrder::ranked, .hits_max = 9});
  REQUIRE(ranked->hits.size() == 9);
  CHECK_FALSE(ranked->more);
  CHECK(ranked->hits[0].entry.row.record == all[5]);
  CHECK(search(*n.disk, {.text = "alpha", .hits_max = 0})->hits.empty());
  CHECK(search(*n.disk, {.text = "alpha", .hits_max = 100'000})->hits.size() == 9);
}

TEST_CASE("a snippet shows the place, cannot reorder what stands around it, and is cut between letters") {
  Notes n;
  struct Row {
    std::string text;
    std::string typed;
    std::string shown;
  };
  std::string far = "begin";
  for (int i = 0; i < 100; ++i) far += " ā";
  const Row rows[] = {
      {"short and sweet", "sweet", "\u2068short and sweet\u2069"},
      {"over\u202eriding line\nbreaks\tand tabs", "line", "\u2068overriding line breaks and tabs\u2069"},
      {far + " needle in hay", "NEEDLE", "needle in hay\u2069"},
      {"café CAFÉ", "cafe", "\u2068café CAFÉ\u2069"},
      {std::string(3'000, 'w') + " end", "end", "end\u2069"},
  };
  for (const Row& row : rows) {
    const Id record = n.add(row.text);
    const Result<SearchResult> result = search(*n.disk, {.text = row.typed});
    REQUIRE(result->hits.size() >= 1);
    CHECK(result->hits[0].entry.row.record == record);
    CHECK(result->hits[0].field == note_text);
    CHECK(result->hits[0].snippet.find(row.shown) != std::string::npos);
    CHECK(result->hits[0].snippet.size() < snippet_bytes_max + 20);
    CHECK(result->hits[0].snippet.find("\u202e") == std::string::npos);
  }
}

TEST_CASE("every side of a conflict is found, and what was replaced is not") {
  Notes n;
  const sync::Change person = n.pen.begin(kinds::person, n.one, {{person_name, Value::of_text("first")}});
  keep_in(*n.disk, person);
  const sync::Change mine = n.pen.edit(*n.disk, person.header.record, {{person_name, Value::of_text("second")}});
  const sync::Change theirs = n.pen.edit(*n.disk, person.header.record, {{person_name, Value::of_text("third")}});
  keep_in(*n.disk, mine);
  receive(*n.disk, accepted(theirs, n.pen.device, 5));
  CHECK(n.count("first") == 0);
  CHECK(n.count("second") == 1);
  CHECK(n.count("third") == 1);
}

TEST_CASE("fields that are not for searching, or held too closely, are in no index") {
  Notes n;
  int fields = 0;
  int indexed = 0;
  for (const KindEntry& kind : catalogue().kinds()) {
    for (const FieldEntry& field : kind.fields) {
      if (field.type != ValueType::text || field.policy == MergePolicy::set) continue;
      const sync::Change change = n.pen.begin(kind.number, n.one, {{field.number, Value::of_text("zq" + std::to_string(++fields))}});
      keep_in(*n.disk, change);
      const bool wanted = field.searchable && field.sensitivity != Sensitivity::sensitive;
      indexed += wanted ? 1 : 0;
      CAPTURE(kind.name);
      CAPTURE(field.name);
      CHECK(n.count("zq" + std::to_string(fields)) == (wanted ? 1 : 0));
    }
  }
  CHECK(indexed > 20);
  CHECK(indexed < fields);
}

TEST_CASE("a framework's new field is found once the index was made again") {
  Notes n;
  FrameworkAddition addition;
  FieldEntry field;
  field.number = framework_field_first;
  field.name = "local_words";
  field.section = 1;
  field.bytes_max = 100;
  addition.fields[kinds::note] = {field};
  const Result<Catalogue> before = catalogue().extend(addition);
  REQUIRE(before.ok());
  addition.fields[kinds::note][0].searchable = true;
  const Result<Catalogue> after = catalogue().extend(addition);
  REQUIRE(after.ok());
  Pen pen(3);
  const Id scope = pen.id();
  sync::Part part;
  part.section = 1;
  part.writes.push_back({framework_field_first, Value::of_text("zqlocal"), false, {}});
  const Id id = pen.id();
  const Result<sync::Change> change = sync::compose({id, Stamp{1}, pen.worker, scope, id, kinds::note}, {part}, {});
  REQUIRE(change.ok());
  keep_in(*n.disk, *change);
  CHECK(n.count("zqlocal") == 0);
  n.disk.open(*before);
  static_cast<void>(rebuild_records(*n.disk));
  CHECK(index_is_current(*n.disk));
  CHECK(n.count("zqlocal") == 0);
  n.disk.open(*after);
  CHECK_FALSE(index_is_current(*n.disk));
  CHECK(rebuild_records(*n.disk).different == 1);
  CHECK(index_is_current(*n.disk));
  CHECK(n.count("zqlocal") == 1);
  n.disk.open();
}

TEST_CASE("timelines are read page by page, of a case or of a kind, and miss nothing") {
  Notes n;
  std::vector<std::pair<std::int64_t, Id>> expected;
  for (int i = 0; i < 25; ++i) {
    const WallTime occurred = from_milliseconds(1'000 * ((i * 7) % 10));
    const sync::Change note = n.pen.begin(kinds::note, i % 5 == 4 ? n.two : n.one,
                                            {{header::occurred, Value::of_moment(occurred)}, {note_text, Value::of_text("x")}});
    keep_in(*n.disk, note);
    if (i % 5 != 4) expected.emplace_back(1'000 * ((i * 7) % 10), note.header.record);
  }
  std::ranges::sort(expected, std::greater<>());
  for (const KindNumber kind : {KindNumber{0}, kinds::note}) {
    TimelineQuery query;
    query.scope = n.one;
    query.kind = kind;
    query.rows_max = 3;
    std::vector<std::pair<std::int64_t, Id>> read;
    for (std::vector<TimelineEntry> page = n.disk->timeline(query); !page.empty(); page = n.disk->timeline(query)) {
      for (const TimelineEntry& entry : page) read.emplace_back(to_milliseconds(entry.occurred), entry.row.record);
      query.before = page.back();
    }
    CHECK(read == expected);
  }
  TimelineQuery notes;
  notes.kind = kinds::note;
  CHECK(n.disk->timeline(notes).size() == 25);
  notes.kind = kinds::risk;
  CHECK(n.disk->timeline(notes).empty());
}
