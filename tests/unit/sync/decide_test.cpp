#include "sync/sharing/decide.h"

#include "tests/unit/sync/sharing_chance.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using test::Chance;

constexpr int worlds = 400;
constexpr int objects_a_world = 200;

bool within(const Decision& less, const Decision& more) {
  return less.level <= more.level && (!less.may_decide || more.may_decide);
}

// The decision on one section once more, from what explain tells: the plainest way to read the rules.
Decision from_explanation(const Rules& rules, const Explanation& explanation) {
  Decision decision;
  int level = 0;
  bool may_decide = false;
  const auto rule_at = [&](std::uint16_t line) {
    return *std::find_if(rules.rules.begin(), rules.rules.end(),
                         [&](const Rule& rule) { return rule.line == line; });
  };
  for (const ExplainedLine& gift : explanation.lines) {
    if (gift.verb != Verb::may || !gift.holds()) continue;
    int given = gift.right == Right::decide ? 0 : static_cast<int>(gift.right);
    bool decides = gift.right == Right::decide;
    for (const ExplainedLine& limit : explanation.lines) {
      const std::vector<RoleNumber> exempt = rule_at(limit.line).roles;
      if (limit.verb != Verb::nobody_but ||
          std::count(exempt.begin(), exempt.end(), rule_at(gift.line).roles[0]) > 0)
        continue;
      if (limit.right == Right::decide)
        decides = false;
      else
        given = std::min(given, static_cast<int>(limit.right) - 1);
    }
    level = std::max(level, given);
    may_decide = may_decide || decides;
  }
  for (const ExplainedLine& never : explanation.lines) {
    if (never.verb != Verb::never || !never.holds()) continue;
    if (never.right == Right::decide)
      may_decide = false;
    else
      level = std::min(level, static_cast<int>(never.right) - 1);
  }
  decision.level = static_cast<Level>(level);
  decision.may_decide = may_decide && level >= 2;
  return decision;
}

struct World {
  explicit World(std::uint64_t seed)
      : chance(seed), lines(chance.rules(14)), viewer(chance.viewer()), scope(chance.scope()) {}

  ObjectFacts object() { return chance.object(scope); }

  Chance chance;
  std::vector<std::string> lines;
  ViewerFacts viewer;
  ScopeFacts scope;
};

}  // namespace

TEST_CASE("without a rule, nobody may do anything") {
  Chance chance(1);
  const Rules none = test::rules_of({});
  for (int i = 0; i < 20'000; ++i)
    REQUIRE(decide(none, chance.viewer(), chance.scope(), chance.object({})) == Decision{});
}

TEST_CASE("a rule that gives never narrows, and a rule that takes never widens, for anybody") {
  int widened = 0;
  int narrowed = 0;
  for (int seed = 0; seed < worlds; ++seed) {
    World world(static_cast<std::uint64_t>(seed));
    const Rules before = test::rules_of(world.lines);
    std::vector<std::string> lines = world.lines;
    const bool gives = world.chance.one_in(2);
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(world.chance.below(lines.size() + 1)),
                 gives ? world.chance.gift() : world.chance.taking());
    const Rules after = test::rules_of(lines);
    for (int i = 0; i < objects_a_world; ++i) {
      const ObjectFacts object = world.object();
      const Decision was = decide(before, world.viewer, world.scope, object);
      const Decision is = decide(after, world.viewer, world.scope, object);
      CAPTURE(seed);
      REQUIRE((gives ? within(was, is) : within(is, was)));
      if (!within(is, was)) ++widened;
      if (!within(was, is)) ++narrowed;
    }
  }
  CHECK(widened > 100);  // or the law above held for want of a case
  CHECK(narrowed > 100);
}

TEST_CASE("the order of the lines does not matter") {
  for (int seed = 0; seed < worlds; ++seed) {
    World world(static_cast<std::uint64_t>(1000 + seed));
    const Rules one = test::rules_of(world.lines);
    std::vector<std::string> lines = world.lines;
    for (std::size_t i = lines.size(); i > 1; --i) std::swap(lines[i - 1], lines[world.chance.below(i)]);
    const Rules other = test::rules_of(lines);
    for (int i = 0; i < objects_a_world; ++i) {
      const ObjectFacts object = world.object();
      const Decision a = decide(one, world.viewer, world.scope, object);
      const Decision b = decide(other, world.viewer, world.scope, object);
      CAPTURE(seed);
      REQUIRE(a.level == b.level);
      REQUIRE(a.may_decide == b.may_decide);
    }
  }
}

TEST_CASE("what is explained is what is decided") {
  int decided_lines = 0;
  for (int seed = 0; seed < worlds; ++seed) {
    World world(static_cast<std::uint64_t>(2000 + seed));
    const Rules rules = test::rules_of(world.lines);
    for (int i = 0; i < objects_a_world; ++i) {
      const ObjectFacts object = world.object();
      const Decision decision = decide(rules, world.viewer, world.scope, object);
      const Explanation explanation = explain(rules, world.viewer, world.scope, object);
      CAPTURE(seed);
      REQUIRE(explanation.decision == decision);
      if (decision.line != 0) {
        ++decided_lines;
        REQUIRE(
            std::any_of(explanation.lines.begin(), explanation.lines.end(), [&](const ExplainedLine& line) {
              return line.line == decision.line && line.decides && line.holds() &&
                     line.locked >= decision.locked;
            }));
      } else {
        REQUIRE(decision.level == Level::none);
      }
      if (object.section == header::section) continue;
      const Decision again = from_explanation(rules, explanation);
      REQUIRE(again.level == decision.level);
      REQUIRE(again.may_decide == decision.may_decide);
    }
  }
  CHECK(decided_lines > 5'000);
}

TEST_CASE("whoever sees anything of a record reads its header, and nobody else does but by a rule") {
  const ScopeFacts scope{};
  ViewerFacts viewer{};
  viewer.memberships = {{test::id_of(20), "nurse"}};
  const auto header_level = [&](const std::vector<std::string>& lines, bool own_work) {
    ObjectFacts object = test::object_of("note.header");
    object.own_work = own_work;
    return decide(test::rules_of(lines), viewer, scope, object).level;
  };
  CHECK(header_level({"nurse may see note.impact if any"}, false) == Level::read);
  CHECK(header_level({"nurse may write note.impact if any"}, false) == Level::read);
  CHECK(header_level({"nurse may write note.impact if any"}, true) == Level::write);
  CHECK(header_level({"nurse may write note.* if any"}, false) == Level::write);
  CHECK(header_level({"nurse may write note.* if any", "nurse never writes note.*"}, true) == Level::read);
  CHECK(header_level({"nurse may write note.* if any", "nurse never sees note.*"}, true) == Level::none);
  CHECK(header_level({"nurse may write action.* if any"}, true) == Level::none);
  CHECK(header_level({"nurse may see note.header if any"}, false) == Level::see);
}

TEST_CASE("the line that decided is the one that took, locked before others, or else the one that gave") {
  ViewerFacts viewer{};
  viewer.memberships = {{test::id_of(20), "nurse"}};
  const auto decision = [&](const std::vector<std::string>& lines) {
    return decide(test::rules_of(lines), viewer, {}, test::object_of("note.narrative", "oversight"));
  };
  CHECK(decision({}).line == 0);
  CHECK(decision({"nurse never reads note.*"}).line == 0);  // nothing was there to be taken
  CHECK(decision({"nurse may see note.* if any", "nurse may read note.* if any"}).line == 5);
  CHECK(decision({"nurse may read note.* if any", "nurse may read note.narrative if any"}).line == 4);
  CHECK(decision({"nurse may read note.* if any", "nurse never writes note.*"}).line == 4);
  CHECK(decision({"nurse may write note.* if any", "nurse never writes note.*"}).line == 5);
  CHECK(decision({"nurse may write note.* if any", "nurse never reads note.*", "nurse never writes note.*"})
            .line == 5);
  const Decision locked =
      decision({"nurse never reads note.*", "locked: nurse never reads *", "nurse may read note.* if any"});
  CHECK(locked == Decision{Level::see, false, true, 5, 0});
  const Decision kept =
      decision({"nurse may write note.* if any", "locked: nobody but chief writes note.* type oversight"});
  CHECK(kept == Decision{Level::read, false, true, 5, 0});
  const Decision judge = decision({"nurse may read note.* if any", "nurse may decide note.* if any"});
  CHECK(judge == Decision{Level::read, true, false, 4, 5});
  const Decision blind = decision({"nurse may see note.* if any", "nurse may decide note.* if any"});
  CHECK(blind == Decision{Level::see, false, false, 4, 4});
}

TEST_CASE("roles act each by themselves: a chief elsewhere is no chief here") {
  const Rules rules =
      test::rules_of({"chief may write note.* in own unit", "nurse may write note.* if assigned",
                      "nobody but chief writes note.* type oversight", "clerk never reads note.impact"});
  ScopeFacts scope{};
  scope.unit = test::id_of(20);
  scope.assignments = {{test::id_of(1), AssignmentRole::lead}};
  ViewerFacts viewer{};
  viewer.worker = test::id_of(1);
  viewer.memberships = {{test::id_of(21), "chief"}, {test::id_of(20), "nurse"}};
  CHECK(decide(rules, viewer, scope, test::object_of("note.narrative", "oversight")).level == Level::read);
  CHECK(decide(rules, viewer, scope, test::object_of("note.narrative", "contact")).level == Level::write);
  viewer.memberships[0].unit = test::id_of(20);
  CHECK(decide(rules, viewer, scope, test::object_of("note.narrative", "oversight")).level == Level::write);
  viewer.memberships.push_back(
      {test::id_of(21), "clerk"});  // what is taken from one role is taken from the person
  CHECK(decide(rules, viewer, scope, test::object_of("note.impact", "oversight")).level == Level::see);
}

TEST_CASE("what nobody knows is given by no rule that names its kin, and taken by every one that does") {
  ViewerFacts viewer{};
  viewer.memberships = {{test::id_of(20), "nurse"}};
  ObjectFacts object = test::object_of("note.narrative");
  const auto level = [&](const std::vector<std::string>& lines) {
    return decide(test::rules_of(lines), viewer, {}, object).level;
  };
  object.type = 60'000;
  CHECK(level({"nurse may read note.* if any"}) == Level::read);
  CHECK(level({"nurse may read note.* type contact oversight if any"}) == Level::none);
  CHECK(level({"nurse may read note.* if any", "nurse never reads note.* type oversight"}) == Level::see);
  object.type = 0;  // none written: known not to be oversight
  CHECK(level({"nurse may read note.* if any", "nurse never reads note.* type oversight"}) == Level::read);
  object.marking = 60'000;
  CHECK(level({"nurse may read note.* marking ordinary sensitive restricted if any"}) == Level::none);
  CHECK(level({"nurse may read note.* if any", "nurse never reads * marking ordinary"}) == Level::see);
  object.marking = 0;  // none written: ordinary
  CHECK(level({"nurse may read note.* marking ordinary if any"}) == Level::read);
  CHECK(level({"nurse may read note.* marking restricted if any"}) == Level::none);
  object.section = 250;
  CHECK(level({"nurse may write * if any"}) == Level::none);
  object = {60'000, 0, 0, 0, true};
  CHECK(level({"nurse may write * if any"}) == Level::none);
}

TEST_CASE("an unknown role, another standing and the wrong type of scope are given nothing") {
  const Rules rules = test::rules_of({"everyone may write * if any"});
  const ObjectFacts object = test::object_of("note.narrative");
  ViewerFacts viewer{};
  CHECK(decide(rules, viewer, {}, object).level == Level::none);
  viewer.memberships = {{Id{}, "gardener"}};
  CHECK(decide(rules, viewer, {}, object).level == Level::none);
  viewer.memberships = {{Id{}, "nurse"}};
  CHECK(decide(rules, viewer, {}, object).level == Level::write);
  ScopeFacts office{};
  office.type = ScopeType::office;
  CHECK(decide(rules, viewer, office, object).level == Level::none);
  for (const Standing standing : {Standing::suspended, Standing::lost, static_cast<Standing>(77)}) {
    viewer.standing = standing;
    CHECK(decide(rules, viewer, {}, object) == Decision{});
    CHECK(explain(rules, viewer, {}, object).lines.empty());
  }
}

TEST_CASE("none is nobody: an absent id meets no condition") {
  const Rules rules =
      test::rules_of({"nurse may write note.* if assigned", "nurse may write note.* if referred",
                      "nurse may write note.* if emergency", "nurse may write note.* in own unit",
                      "nurse may write worker.* if assigned"});
  ViewerFacts viewer{};
  viewer.memberships = {{Id{}, "nurse"}};
  ScopeFacts scope{};
  scope.assignments = {{Id{}, AssignmentRole::lead}, {Id{}, AssignmentRole::provider}};
  scope.referrals = {Id{}};
  scope.emergency = {Id{}};
  CHECK(decide(rules, viewer, scope, test::object_of("note.narrative")).level == Level::none);
  scope.type = ScopeType::worker_file;
  CHECK(decide(rules, viewer, scope, test::object_of("worker.identity")).level == Level::none);
}

TEST_CASE("explaining tells what is missing") {
  const Rules rules = test::rules_of(
      {"nurse may read note.* if assigned and consent tea and own work", "clerk may read note.* if any"});
  ViewerFacts viewer{};
  viewer.memberships = {{test::id_of(20), "nurse"}};
  ScopeFacts scope{};
  scope.consents = {"tea"};
  const Explanation explanation = explain(rules, viewer, scope, test::object_of("note.narrative"));
  REQUIRE(explanation.lines.size() == 1);
  CHECK(explanation.lines[0].line == 4);
  CHECK(!explanation.lines[0].holds());
  CHECK(print_conditions(rules, explanation.lines[0].missing) ==
        std::vector<std::string>{"assigned", "own work"});
}

TEST_CASE("what may be done must be asked again when the first of the facts ends") {
  ViewerFacts viewer{};
  ScopeFacts scope{};
  CHECK(!next_expiry(viewer, scope));
  scope.next_change = from_milliseconds(20);
  CHECK(next_expiry(viewer, scope) == from_milliseconds(20));
  viewer.next_change = from_milliseconds(10);
  CHECK(next_expiry(viewer, scope) == from_milliseconds(10));
  scope.next_change.reset();
  CHECK(next_expiry(viewer, scope) == from_milliseconds(10));
}

}  // namespace caseload::sync
