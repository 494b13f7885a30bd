#include "sync/ledger/change.h"

#include <functional>
#include <set>

#include "common/crypto/hash.h"
#include "sync/merge/merge.h"
#include "tests/unit/sync/change_samples.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

Value text(std::string_view said) { return Value::of_text(said); }

// A note with three sections; the last says only yes or no, so its value can be guessed.
Draft note() {
  return draft(1)
      .in(numbered(7))
      .says(2, {write(25, text("at home")), write(24, Value::of_code(2), {numbered(5), numbered(3)})})
      .says(0, {write(header::type, Value::of_code(1)), write(header::occurred, Value::of_moment(minute(-60)))})
      .says(9, {write(60, Value::of_boolean(true))});
}

std::vector<SectionNumber> sections_of(const Change& change) {
  std::vector<SectionNumber> sections;
  for (const Part& part : change.parts) sections.push_back(part.section);
  return sections;
}

// Any subset of the sections, by the bits of a number.
std::vector<SectionNumber> some_of(const Change& change, std::uint64_t bits) {
  std::vector<SectionNumber> sections;
  for (std::size_t i = 0; i < change.header.sections.size(); ++i) {
    if ((bits >> i & 1) != 0) sections.push_back(change.header.sections[i].section);
  }
  return sections;
}

Value any_value(Random& random) {
  switch (random.below(9)) {
    case 0: return Value();
    case 1: return text(std::string(random.below(300), 'n'));
    case 2: return Value::of_code(static_cast<CodeNumber>(random.below(70000)));
    case 3: return Value::of_integer(static_cast<std::int64_t>(random.next()));
    case 4: return Value::of_date(Date(std::chrono::days(random.below(40000))));
    case 5: return Value::of_moment(minute(static_cast<std::int64_t>(random.below(1000000))));
    case 6: return Value::of_boolean(random.chance(1, 2));
    case 7: return Value::of_reference(Id::make(random.below(1000), random));
    default: return Value::of_tag(static_cast<std::uint8_t>(8 + random.below(120)), std::string(random.below(5), 'z'));
  }
}

Change any_change(Random& random) {
  Draft made{.id = Id::make(random.below(1000), random), .record = {}, .scope = {}, .parts = {}};
  made.at = minute(static_cast<std::int64_t>(random.below(100000)));
  if (random.chance(1, 2)) made.record = Id::make(random.below(1000), random);
  std::set<SectionNumber> sections;
  while (sections.size() < 1 + random.below(6)) sections.insert(static_cast<SectionNumber>(random.below(256)));
  for (const SectionNumber section : sections) {
    std::map<std::pair<FieldNumber, Value>, Write> writes;
    for (std::uint64_t i = 0; i <= random.below(4); ++i) {
      Write one{static_cast<FieldNumber>(random.below(70000)), any_value(random), random.chance(1, 4), {}};
      std::set<Id> replaced;
      for (std::uint64_t k = random.below(4); k > 0; --k) replaced.insert(Id::make(k, random));
      one.replaces.assign(replaced.begin(), replaced.end());
      writes.insert({{one.field, one.value}, one});
    }
    Part& part = made.parts.emplace_back(Part{section, {}, {}});
    for (auto& [place, one] : writes) part.writes.push_back(std::move(one));
  }
  return made.change();
}

// The bytes of the grammar in design 3.2, put together by hand.
Bytes plain(std::initializer_list<std::uint8_t> bytes) { return Bytes(bytes); }
Bytes joined(std::initializer_list<Bytes> pieces) {
  Bytes all;
  for (const Bytes& piece : pieces) append(all, piece);
  return all;
}

// As it travels: milliseconds after the id was made, and the counter.
Bytes stamp_after(const Id& id, std::uint64_t stamp) {
  const std::int64_t after = static_cast<std::int64_t>(stamp >> 16) - static_cast<std::int64_t>(id.milliseconds());
  return joined({encode(after), encode(static_cast<std::uint16_t>(stamp))});
}

bool contains(BytesView all, BytesView some) { return std::ranges::search(all, some).begin() != all.end(); }

}  // namespace

TEST_CASE("a composed change is whole, in order, and names the digests of its parts") {
  const Change change = note().change();
  CHECK(change.is_whole());
  CHECK(change.header.creates());
  CHECK(sections_of(change) == std::vector<SectionNumber>{0, 2, 9});
  CHECK(change.parts[1].writes[0].field == 24);
  CHECK(change.parts[1].writes[0].replaces == std::vector{numbered(3), numbered(5)});
  for (const Part& part : change.parts) {
    REQUIRE(change.header.find(part.section) != nullptr);
    CHECK(change.header.find(part.section)->digest == digest_of(part));
    CHECK(part.salt == salt_of(*change.seed, part.section));
  }
  CHECK(change.header.find(1) == nullptr);
  CHECK(change.find(1) == nullptr);
  CHECK_FALSE(draft(2).on(numbered(1)).says(1, {write(16, text("a"))}).change().header.creates());
}

TEST_CASE("digests and packed bytes are those of the written grammar") {
  const Change change = draft(1).in(numbered(7)).says(1, {write(300, text("hi"), {numbered(5)})}).change();
  const auto id = [](const Id& of) { return to_bytes(of.bytes); };
  const Bytes writes = joined({plain({1, 0xac, 0x02, 1, 2, 'h', 'i', 1}), id(numbered(5))});
  const Bytes part = joined({plain({1}), to_bytes(change.parts[0].salt), writes});
  const Digest part_digest = sha256(joined({to_bytes(as_bytes("caseload/part/1")), part}));
  CHECK(digest_of(change.parts[0]) == part_digest);

  Bytes stamp;
  for (std::uint64_t v = change.header.stamp.value; v > 0; v >>= 7) {
    stamp.push_back(static_cast<std::uint8_t>((v & 0x7f) | (v >= 0x80 ? 0x80 : 0)));
  }
  const Bytes signed_names =
      joined({id(numbered(1)), stamp, id(numbered(900)), id(numbered(7)), id(numbered(1)), plain({4})});
  const Bytes header = joined({plain({1}), signed_names, plain({1, 1}), to_bytes(part_digest)});
  CHECK(digest_of(change.header) == sha256(joined({to_bytes(as_bytes("caseload/change/1")), header})));

  const Bytes seed = to_bytes(*change.seed);
  const Bytes after = stamp_after(numbered(1), change.header.stamp.value);
  const Bytes names = joined({id(numbered(1)), after, id(numbered(900)), id(numbered(7)), plain({4})});
  CHECK(pack(change) == joined({plain({1}), names, plain({2}), seed, plain({1, 1, 2}), writes}));
  Change seedless = change;
  seedless.seed.reset();
  CHECK(pack(seedless) ==
        joined({plain({1}), names, plain({0, 1, 1, 1}), to_bytes(change.parts[0].salt), writes}));
  seedless.parts.clear();
  CHECK(pack(seedless) == joined({plain({1}), names, plain({0, 1, 1, 0}), to_bytes(part_digest)}));
  Change later = seedless;
  later.header.record = numbered(3);
  CHECK(pack(later) ==
        joined({plain({1}), names, plain({1}), id(numbered(3)), plain({1, 1, 0}), to_bytes(part_digest)}));
}

TEST_CASE("what is not a change does not compose") {
  struct Row {
    std::string what;
    std::function<void(Draft&)> spoil;
    Fault::Code fault;
  };
  const auto many = [](std::size_t count) {
    std::vector<Write> writes;
    for (std::size_t i = 0; i < count; ++i)
      writes.push_back(write(static_cast<FieldNumber>(i + 1), text("x")));
    return writes;
  };
  const auto ids = [](std::uint32_t count) {
    std::vector<Id> all;
    for (std::uint32_t i = 0; i < count; ++i) all.push_back(numbered(100 + i));
    return all;
  };
  const auto big = [](std::size_t bytes) { return text(std::string(bytes, 'x')); };
  const Row rows[] = {
      {"no part", [](Draft& d) { d.parts.clear(); }, Fault::bad_change},
      {"a section twice", [](Draft& d) { d.says(2, {write(30, text("x"))}); }, Fault::bad_change},
      {"a part without writes", [](Draft& d) { d.says(5, {}); }, Fault::bad_change},
      {"an element twice",
       [](Draft& d) {
         d.says(5, {write(1, text("x")), write(1, text("x"))});
       },
       Fault::bad_change},
      {"an element in and out",
       [](Draft& d) {
         d.says(5, {write(1, text("x")), take_out(1, text("x"), {})});
       },
       Fault::bad_change},
      {"replaces twice",
       [](Draft& d) {
         d.says(5, {write(1, text("x"), {numbered(4), numbered(4)})});
       },
       Fault::bad_change},
      {"replaces 257", [&](Draft& d) { d.says(5, {write(1, text("x"), ids(257))}); }, Fault::bad_change},
      {"257 writes", [&](Draft& d) { d.says(5, many(257)); }, Fault::bad_change},
      {"33 sections",
       [](Draft& d) {
         for (SectionNumber s = 20; s < 50; ++s) d.says(s, {write(1, text("x"))});
       },
       Fault::bad_change},
      {"no id",
       [](Draft& d) {
         d.id = {};
         d.record = numbered(1);
       },
       Fault::bad_change},
      {"no author", [](Draft& d) { d.author = {}; }, Fault::bad_change},
      {"three values of 1 MiB",
       [&](Draft& d) {
         d.says(5, {write(1, big(1 << 20)), write(2, big(1 << 20)), write(3, text("x"))});
       },
       Fault::too_large},
      {"a value too long", [&](Draft& d) { d.says(5, {write(1, big((1 << 20) + 1))}); }, Fault::too_large},
      {"a boolean that is neither", [](Draft& d) { d.says(5, {write(1, Value::of_tag(6, "\x02"))}); },
       Fault::bad_value},
      {"a reference of 15 bytes",
       [](Draft& d) { d.says(5, {write(1, Value::of_tag(7, std::string(15, 'x')))}); }, Fault::bad_value},
      {"nothing, that says something", [](Draft& d) { d.says(5, {write(1, Value::of_tag(0, "x"))}); },
       Fault::trailing_bytes},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Draft spoiled = note();
    row.spoil(spoiled);
    const Result<Change> composed = spoiled.composed();
    REQUIRE_FALSE(composed.ok());
    CHECK(composed.fault().code() == row.fault);
  }
  Draft full = note();
  full.says(5, many(256)).says(6, {write(1, text("x"), ids(256))}).says(7, {write(1, big(1 << 20))});
  for (SectionNumber s = 20; s < 46; ++s) full.says(s, {write(1, text("x"))});
  REQUIRE(full.composed().ok());
  CHECK(unpack(pack(full.change())).ok());
}

TEST_CASE("law: a change comes out as it went in, whole or with any of its parts") {
  SeededRandom random(1);
  for (int i = 0; i < 3000; ++i) {
    const Change change = any_change(random);
    REQUIRE(unpack(pack(change)).ok());
    REQUIRE(*unpack(pack(change)) == change);
    const std::optional<Change> seen = project(change, some_of(change, random.next()));
    if (!seen) continue;
    REQUIRE(*unpack(pack(*seen)) == *seen);
    REQUIRE(digest_of(unpack(pack(*seen))->header) == digest_of(change.header));
    REQUIRE(seen->seed.has_value() == seen->is_whole());
  }
}

TEST_CASE("law: any byte that is altered, cut or added gives no change, or another") {
  const Change whole = note().change();
  const SectionNumber two[] = {0, 9};
  for (const Change& change : {whole, *project(whole, two)}) {
    const Bytes good = pack(change);
    for (std::size_t at = 0; at < good.size(); ++at) {
      REQUIRE_FALSE(unpack(BytesView(good).first(at)).ok());
      for (unsigned other = 1; other < 256; ++other) {
        Bytes altered = good;
        altered[at] = static_cast<std::uint8_t>(altered[at] ^ other);
        const Result<Change> read = unpack(altered);
        if (!read) continue;
        CAPTURE(at);
        REQUIRE(pack(*read) == altered);
        REQUIRE(digest_of(read->header) != digest_of(change.header));
      }
    }
    Bytes longer = good;
    longer.push_back(0);
    CHECK(unpack(longer).fault() == Fault::trailing_bytes);
  }
}

TEST_CASE("bytes that nobody honest packs are refused") {
  const Change change = note().change();
  const ChangeHeader& h = change.header;
  const Bytes stamp = stamp_after(h.id, h.stamp.value);
  const auto names = [&](const Bytes& moment, std::uint8_t has, std::uint8_t format = change_format) {
    return joined({plain({format}), encode(h.id), moment, encode(h.author), encode(h.scope), encode(h.kind), {has}});
  };
  const auto head = [&](bool has_seed, std::uint8_t format = change_format) {
    return has_seed ? joined({names(stamp, 2, format), to_bytes(*change.seed)}) : names(stamp, 0, format);
  };
  const auto early = [&](std::int64_t milliseconds) {
    return joined({names(joined({encode(milliseconds), plain({0})}), 0), plain({0})});
  };
  const auto named = static_cast<std::int64_t>(h.id.milliseconds());
  const auto part = [&](std::size_t index, std::uint8_t carried, bool salt) {
    const Part& of = change.parts[index];
    return joined({encode(of.section), plain({carried}), salt ? encode(of.salt) : Bytes(), encode(of.writes)});
  };
  const auto digest = [&](std::size_t index) {
    const SectionDigest& of = change.header.sections[index];
    return joined({encode(of.section), plain({0}), encode(of.digest)});
  };
  struct Row {
    std::string what;
    Bytes bytes;
    Fault::Code fault;
  };
  const Row rows[] = {
      {"nothing", {}, Fault::truncated},
      {"a later format, whatever follows", plain({2}), Fault::upgrade_needed},
      {"a later format of one shape", joined({head(true, 2), plain({1}), part(0, 2, false)}), Fault::upgrade_needed},
      {"a stamp before all time", early(-named - 1), Fault::bad_value},
      {"a stamp after all time", early((std::int64_t{1} << 48) - named), Fault::bad_value},
      {"a stamp as far off as numbers go", early(INT64_MAX), Fault::bad_value},
      {"the record that it creates, named", joined({names(stamp, 1), encode(h.record)}), Fault::not_canonical},
      {"neither a record nor a seed", names(stamp, 4), Fault::bad_value},
      {"no section", joined({head(false), plain({0})}), Fault::bad_change},
      {"a seed, a part withheld", joined({head(true), plain({2}), part(0, 2, false), digest(1)}), Fault::bad_change},
      {"a salt that nothing gives", joined({head(false), plain({1}), part(0, 2, false)}), Fault::bad_change},
      {"a salt spelled out beside its seed", joined({head(true), plain({1}), part(0, 1, true)}), Fault::not_canonical},
      {"a part in a way unknown", joined({head(false), plain({1}), part(0, 3, true)}), Fault::bad_value},
      {"sections in another order", joined({head(false), plain({2}), digest(1), digest(0)}), Fault::bad_change},
      {"a section twice", joined({head(false), plain({2}), digest(0), digest(0)}), Fault::bad_change},
      {"more sections than bytes", joined({head(false), plain({200, 1})}), Fault::truncated},
      {"a count not in its shortest form", joined({head(false), plain({0x81, 0}), digest(0)}), Fault::not_canonical},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Result<Change> read = unpack(row.bytes);
    REQUIRE_FALSE(read.ok());
    CHECK(read.fault().code() == row.fault);
  }
  CHECK(*unpack(joined({head(true), plain({3}), part(0, 2, false), part(1, 2, false), part(2, 2, false)})) == change);
}

TEST_CASE("a withheld part leaves its digest, so the change verifies, and a seed never travels with it") {
  const Change whole = note().change();
  const SectionNumber one[] = {2};
  const SectionNumber other[] = {1, 7};
  const SectionNumber all[] = {0, 2, 9};
  const Change seen = *project(whole, one);
  CHECK(sections_of(seen) == std::vector<SectionNumber>{2});
  CHECK(digest_of(seen.header) == digest_of(whole.header));
  CHECK_FALSE(seen.seed.has_value());
  CHECK(*project(whole, all) == whole);
  CHECK_FALSE(project(whole, other).has_value());
  CHECK_FALSE(project(whole, {}).has_value());
  const Bytes packed = pack(seen);
  CHECK_FALSE(contains(packed, *whole.seed));
  for (const Part& part : whole.parts) {
    if (part.section != 2) CHECK_FALSE(contains(packed, part.salt));
  }
  CHECK(contains(packed, as_bytes("at home")));
  const SectionNumber rest[] = {0};
  CHECK_FALSE(contains(pack(*project(whole, rest)), as_bytes("at home")));
}

TEST_CASE("without its salt a value cannot be confirmed, not even one of two") {
  const Change whole = note().change();
  const Digest named = whole.header.find(9)->digest;
  std::set<Salt> salts{Salt{}};
  for (const Part& part : whole.parts) {
    if (part.section != 9) salts.insert(part.salt);
  }
  CHECK(salts.size() == 3);  // each section has its own
  for (const bool guess : {false, true}) {
    for (const Salt& salt : salts)
      CHECK(digest_of(Part{9, salt, {write(60, Value::of_boolean(guess))}}) != named);
  }
  CHECK(digest_of(Part{9, whole.find(9)->salt, {write(60, Value::of_boolean(true))}}) == named);

  // the same value in another change looks otherwise
  Draft again = note();
  again.id = numbered(2);
  CHECK(again.change().find(9)->salt != whole.find(9)->salt);
  CHECK(again.change().header.find(9)->digest != named);
  SaltSeed seed{};
  std::set<Salt> all;
  for (unsigned section = 0; section < 256; ++section)
    all.insert(salt_of(seed, static_cast<SectionNumber>(section)));
  CHECK(all.size() == 256);
}

TEST_CASE("parts that arrive later join, in any order, and only if they belong") {
  const Change whole = note().change();
  SeededRandom random(2);
  for (int i = 0; i < 200; ++i) {
    std::optional<Change> held;
    while (!held || !held->is_whole()) {
      const std::optional<Change> more = project(whole, some_of(whole, 1 + random.below(6)));
      if (!held) held = more;
      REQUIRE(join(*held, *more).ok());
      REQUIRE((!held->seed || held->is_whole()));
      REQUIRE(*unpack(pack(*held)) == *held);
    }
    REQUIRE(held->parts == whole.parts);
    REQUIRE_FALSE(held->seed.has_value());
    REQUIRE(join(*held, whole).ok());
    REQUIRE(*held == whole);
  }
  const std::function<void(ChangeHeader&)> alterations[] = {
      [](ChangeHeader& h) { h.stamp.value += 1; },     [](ChangeHeader& h) { h.author = numbered(901); },
      [](ChangeHeader& h) { h.scope = numbered(8); },  [](ChangeHeader& h) { h.kind = kinds::risk; },
      [](ChangeHeader& h) { h.record = numbered(8); }, [](ChangeHeader& h) { h.sections[1].digest[0] ^= 1; },
      [](ChangeHeader& h) { h.sections.pop_back(); },  [](ChangeHeader& h) { h.id = numbered(8); },
  };
  for (const auto& alter : alterations) {
    const SectionNumber one[] = {0};
    Change held = *project(whole, one);
    const Change before = held;
    Change other = whole;
    alter(other.header);
    CHECK(digest_of(other.header) != digest_of(whole.header));
    CHECK(join(held, other).fault() == Fault::changed_bytes);
    CHECK(held == before);
  }
}

}  // namespace caseload::sync
