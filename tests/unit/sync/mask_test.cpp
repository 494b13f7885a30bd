#include "sync/sharing/mask.h"

#include "sync/sharing/default_rules.h"
#include "sync/sharing/mask_difference.h"
#include "tests/unit/sync/sharing_chance.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using test::Chance;

CompiledRules default_rules() { return CompiledRules(*parse_rules(default_rules_text(), test::catalogue())); }

Mask lead_mask() {
  ViewerFacts viewer{test::id_of(1), {}, Standing::active, {{test::id_of(20), "caseworker"}}, {}};
  ScopeFacts scope{};
  scope.unit = test::id_of(20);
  scope.assignments = {{test::id_of(1), AssignmentRole::lead}};
  return default_rules().mask(viewer, scope);
}

struct Message {
  Mask mask;
  std::uint8_t after = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(mask, after);
  }
};

bool may_hold(const Mask& mask, const ObjectFacts& object) { return mask.look_up(object).level >= Level::read; }

}  // namespace

TEST_CASE("looking up a mask is deciding, for every object, and so is looking it up after its travel") {
  int given = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Chance chance(seed);
    const CompiledRules rules(test::rules_of(chance.rules(16)));
    const ViewerFacts viewer = chance.viewer();
    const ScopeFacts scope = chance.scope();
    const Mask mask = rules.mask(viewer, scope);
    const Result<Mask> travelled = Mask::read(mask.bytes());
    CAPTURE(seed);
    REQUIRE(travelled.ok());
    REQUIRE(*travelled == mask);
    REQUIRE(travelled->digest() == mask.digest());
    for (int i = 0; i < 400; ++i) {
      const ObjectFacts object = chance.object(scope);
      const Decision decision = decide(rules.rules(), viewer, scope, object);
      REQUIRE(mask.look_up(object) == decision);
      REQUIRE(travelled->look_up(object) == decision);
      if (decision.level > Level::none) ++given;
    }
  }
  CHECK(given > 5'000);
}

TEST_CASE("under the default rules a mask decides as the rules do, for every kind, section, type and marking") {
  const CompiledRules rules = default_rules();
  for (const char* const role : {"caseworker", "custodial_officer", "manager", "records_officer", "provider", "auditor"}) {
    Chance chance(7);
    for (int i = 0; i < 4; ++i) {
      ViewerFacts viewer = chance.viewer();
      viewer.standing = Standing::active;
      viewer.memberships = {{test::id_of(20), role}};
      ScopeFacts scope = chance.scope();
      scope.consents = {"service"};
      const Mask mask = rules.mask(viewer, scope);
      for (const ObjectFacts& object : test::all_objects())
        REQUIRE(mask.look_up(object) == decide(rules.rules(), viewer, scope, object));
    }
  }
}

TEST_CASE("equal decisions have equal bytes, however the rules came to them") {
  ViewerFacts viewer{test::id_of(1), {}, Standing::active, {{test::id_of(20), "nurse"}}, {}};
  const auto bytes = [&](const std::vector<std::string>& lines) {
    return CompiledRules(test::rules_of(lines)).mask(viewer, {}).bytes();
  };
  const Bytes plain = bytes({"nurse may read note.* if any"});
  CHECK(bytes({"nurse may read note.* if any", "clerk may write * if any"}) == plain);
  CHECK(bytes({"nurse may read note.* if any", "nurse may read note.* type oversight if any"}) == plain);
  CHECK(bytes({"nurse may read note.* if any", "nurse may write note.* marking restricted if own work and assigned"}) == plain);
  CHECK(bytes({"nurse may read note.* if any", "nurse may write note.* if own work"}) != plain);
  CHECK(bytes({"# one line lower", "nurse may read note.* if any"}) != plain);
  CHECK(Mask().bytes() == bytes({}));
}

TEST_CASE("masks that are made once are those that the rules make, for every scope") {
  const CompiledRules rules = default_rules();
  MadeMasks made(rules);
  Chance chance(8);
  for (int i = 0; i < 200; ++i) {
    const ViewerFacts viewer = chance.viewer();
    const ScopeFacts scope = chance.scope();
    REQUIRE(made.mask(viewer, scope) == rules.mask(viewer, scope));
    REQUIRE(made.mask(viewer, scope).bytes() == rules.mask(viewer, scope).bytes());
  }
}

TEST_CASE("a mask is small") {
  CHECK(lead_mask().bytes().size() < 2'000);
  CHECK(Mask().bytes().size() <= 3);
}

TEST_CASE("no altered byte and no cut is read as another mask unless it is one, and is then that one") {
  const Bytes good = lead_mask().bytes();
  for (std::size_t size = 0; size < good.size(); ++size) CHECK(!Mask::read(BytesView(good).first(size)).ok());
  int other = 0;
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const int flip : {1, 2, 4, 64, 128, 255}) {
      Bytes bad = good;
      bad[at] = static_cast<std::uint8_t>(bad[at] ^ flip);
      const Result<Mask> read = Mask::read(bad);
      if (!read.ok()) continue;
      ++other;
      REQUIRE(read->bytes() == bad);
    }
  CHECK(other > 0);
}

TEST_CASE("bytes that no mask has are refused") {
  // format, palette {bits, line, decide_line}, rows {kind, sections, types, markings, own, grid, cells}
  const struct {
    const char* what;
    const char* hex;
    Fault::Code code;
  } rows[] = {
      {"nothing at all", "", Fault::truncated},
      {"another format", "020000", Fault::upgrade_needed},
      {"something after the end", "01000000", Fault::trailing_bytes},
      {"a palette that says it is longer than it is", "01ff7f", Fault::truncated},
      {"bits that mean nothing", "0101100100" "01" "040100" "0000" "00" "0100" "0100", Fault::bad_value},
      {"a palette entry that nothing uses", "0102" "020100" "030100" "01" "04" "0100" "00" "00" "00" "0100" "0100", Fault::not_canonical},
      {"a palette out of order", "0102" "030100" "020100" "01" "04" "020001" "00" "00" "00" "0100" "020001", Fault::not_canonical},
      {"a palette entry twice", "0102" "020100" "020100" "01" "04" "020001" "00" "00" "00" "0100" "020001", Fault::not_canonical},
      {"a kind without a number", "0101" "020100" "01" "00" "0100" "00" "00" "00" "0100" "0100", Fault::bad_value},
      {"a row without sections", "0101" "020100" "01" "04" "00" "00" "00" "00" "0100" "0100", Fault::bad_value},
      {"sections out of order", "0101" "020100" "01" "04" "020100" "00" "00" "00" "0100" "020000", Fault::not_canonical},
      {"a row twice", "0101" "020100" "02" "04" "0100" "00" "00" "00" "0100" "0100" "04" "0100" "00" "00" "00" "0100" "0100", Fault::not_canonical},
      {"a row of which nothing is decided", "0101" "000000" "01" "04" "0100" "00" "00" "00" "0100" "0100", Fault::not_canonical},
      {"a grid too short", "0101" "020100" "01" "04" "0100" "00" "00" "00" "00" "0100", Fault::bad_value},
      {"a grid too long", "0101" "020100" "01" "04" "0100" "00" "00" "00" "020000" "0100", Fault::bad_value},
      {"a plane that is not there", "0101" "020100" "01" "04" "0100" "00" "00" "00" "0101" "0100", Fault::bad_value},
      {"a plane that nothing uses", "0101" "020100" "01" "04" "0100" "00" "00" "00" "0100" "020000", Fault::not_canonical},
      {"a cell beyond the palette", "0101" "020100" "01" "04" "0100" "00" "00" "00" "0100" "0101", Fault::bad_value},
      {"own work that makes no difference", "0101" "020100" "01" "04" "0100" "00" "00" "01" "020000" "0100", Fault::not_canonical},
      {"a type that makes no difference", "0101" "020100" "01" "04" "0100" "010601" "00" "00" "020000" "0100", Fault::not_canonical},
      {"a type of class 0", "0101" "020100" "01" "04" "0100" "010600" "00" "00" "0100" "0100", Fault::not_canonical},
      {"a type of a class that wraps around", "0101" "020100" "01" "04" "0100" "0106ffff03" "00" "00" "0100" "0100", Fault::bad_value},
      {"a type of a class beyond those that can be", "0101" "020100" "01" "04" "0100" "010602" "00" "00" "03000000" "0100", Fault::bad_value},
      {"a type twice", "0102" "020100" "030200" "01" "04" "0100" "0206010601" "00" "00" "020001" "020001", Fault::not_canonical},
      {"own work that is neither yes nor no", "0101" "020100" "01" "04" "0100" "00" "00" "02" "0100" "0100", Fault::bad_value},
      {"a number not in its shortest form", "0101" "028100" "00" "01" "04" "0100" "00" "00" "00" "0100" "0100", Fault::not_canonical},
  };
  CHECK(Mask::read(*from_hex("0101" "020100" "01" "04" "0100" "00" "00" "00" "0100" "0100")).ok());
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const Result<Mask> read = Mask::read(*from_hex(row.hex));
    CHECK(!read.ok());
    if (!read.ok()) CHECK(read.fault().name() == Fault(row.code).name());
  }
  CHECK(Mask::read(Bytes(mask_bytes_max + 1, 1)).fault() == Fault::too_large);
}

TEST_CASE("many codes of few classes, claimed in few bytes, take no memory to refuse") {
  Bytes hostile = *from_hex("0101" "020100" "01" "04" "0100");
  for (int axis = 0; axis < 2; ++axis) {
    std::vector<CodeClass> classes;
    for (CodeNumber code = 1; code < 8'000; ++code) classes.push_back({code, 1});
    append(hostile, encode(classes));
  }
  append(hostile, *from_hex("00" "0400000000" "0100"));
  CHECK(Mask::read(hostile).fault() == Fault::too_many);
}

TEST_CASE("the difference of two masks is exactly what may be held under one and not under the other") {
  int changed = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Chance chance(5'000 + seed);
    const CompiledRules rules(test::rules_of(chance.rules(16)));
    const ScopeFacts scope = chance.scope();
    const Mask before = rules.mask(chance.viewer(), scope);
    const Mask after = chance.one_in(5) ? before : rules.mask(chance.viewer(), scope);
    const std::vector<CellChange> changes = difference(before, after);
    const Mask gain = gained(before, after);
    const Mask loss = gained(after, before);
    if (before == after) REQUIRE(changes.empty());
    for (int i = 0; i < 300; ++i) {
      const ObjectFacts object = chance.object(scope);
      const bool differs = may_hold(before, object) != may_hold(after, object);
      if (differs) ++changed;
      REQUIRE(may_hold(gain, object) == (differs && may_hold(after, object)));
      REQUIRE(may_hold(loss, object) == (differs && may_hold(before, object)));
      if (may_hold(gain, object)) REQUIRE(gain.look_up(object) == after.look_up(object));
      const auto listed = [&](std::optional<CodeNumber> CellChange::*axis, CodeNumber code) {
        return std::any_of(changes.begin(), changes.end(), [&](const CellChange& cell) { return cell.kind == object.kind && cell.*axis == code; });
      };
      const bool told = std::any_of(changes.begin(), changes.end(), [&](const CellChange& cell) {
        const bool type = cell.type ? *cell.type == object.type : !listed(&CellChange::type, object.type);
        const bool marking = cell.marking ? *cell.marking == object.marking : !listed(&CellChange::marking, object.marking);
        return cell.kind == object.kind && cell.section == object.section && cell.own_work == object.own_work && type &&
               marking && cell.gained == may_hold(after, object);
      });
      if (differs) REQUIRE(told);
    }
    REQUIRE(difference(after, before).size() == changes.size());
    REQUIRE(Mask::read(gain.bytes()).ok());
  }
  CHECK(changed > 2'000);
}

TEST_CASE("a cell that is gained or lost says of which kind, section, type and marking it is") {
  ViewerFacts viewer{test::id_of(1), {}, Standing::active, {{test::id_of(20), "nurse"}}, {}};
  const auto mask = [&](const std::vector<std::string>& lines) {
    return CompiledRules(test::rules_of(lines)).mask(viewer, {});
  };
  const ObjectFacts oversight = test::object_of("note.impact", "oversight", "restricted");
  const Mask none = mask({});
  const Mask all = mask({"nurse may read note.impact type oversight marking restricted if own work"});
  const CellChange header{oversight.kind, 0, oversight.type, oversight.marking, true, true};
  const CellChange impact{oversight.kind, oversight.section, oversight.type, oversight.marking, true, true};
  CHECK(difference(none, all) == std::vector<CellChange>{header, impact});
  CHECK(difference(all, none).size() == 2);
  CHECK(!difference(all, none).front().gained);
  CHECK(difference(all, mask({"nurse may write note.impact type oversight marking restricted if own work"})).empty());
  const Mask seen = mask({"nurse may see note.impact if any"});  // what is only seen is not held; its header is
  for (const CellChange& cell : difference(none, seen)) CHECK(cell.section == header::section);
}

TEST_CASE("a mask inside a message is read back, and a bad one spoils the message") {
  const Message message{lead_mask(), 7};
  const Result<Message> read = decode<Message>(encode(message));
  REQUIRE(read.ok());
  CHECK(read->mask == message.mask);
  CHECK(read->after == 7);
  const Bytes bad = *from_hex("03" "020000" "07");
  CHECK(decode<Message>(bad).fault() == Fault::upgrade_needed);
}

}  // namespace caseload::sync
