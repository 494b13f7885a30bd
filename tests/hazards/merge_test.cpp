#include "sync/merge/survivor.h"
#include "tests/hazards/team.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

// Which case a device shows another as part of.
Survivor survivor(const Laptop& who, const Id& scope) {
  return find_survivor(scope, [&](const Id& id) {
    const FieldView into = view(who, id, case_facts::merged_into);
    return into.in_force.empty() ? Id{} : into.in_force.front().reference();
  });
}

// Two files of the same client, both Mia's and Tom's.
struct Duplicates {
  Team team;
  Id other = team.open_case(*team.mia, "R. Example");

  Duplicates() {
    static_cast<void>(team.meet(*team.mia));
    static_cast<void>(team.meet(*team.lena));
    team.assign(*team.lena, other, *team.mia);
    team.assign(*team.lena, other, *team.tom);
    team.everybody_meets();
  }
  void merge(Laptop& who, const Id& loser, const Id& into) { team.write(who, loser, {{case_facts::merged_into, link(into)}}); }
};

TEST_CASE("H25 a note written to a file that was merged meanwhile is found under the one that survives") {
  Duplicates world;
  Team& team = world.team;
  world.merge(*team.lena, world.other, team.the_case);
  const Id note = team.note(*team.tom, world.other, "Written to the loser");
  team.everybody_meets();
  REQUIRE(position_of(team.office, note) != 0);
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
    CAPTURE(who->identity.name);
    CHECK(survivor(*who, world.other).scope == team.the_case);
    CHECK(survivor(*who, who->store.find_record(note)->scope).scope == team.the_case);
    CHECK(words_of(*who, world.other, case_name) == "R. Example");  // the other name stays
  }
}

TEST_CASE("H25 two records of one person stay two, linked, and what was written to either is found under both") {
  Team team;
  const Id ruth = team.begin(*team.mia, kinds::person, team.the_case, {{person_name, text("Ruth Example")}});
  const Id twin = team.begin(*team.mia, kinds::person, team.the_case, {{person_name, text("R. Example")}});
  team.everybody_meets();
  team.write(*team.lena, twin, {{person_facts::same_as, link(ruth)}});
  team.write(*team.tom, twin, {{31, text("12 Harbour Street")}});
  team.everybody_meets();
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
    CHECK(view(*who, twin, person_facts::same_as).in_force == std::vector{link(ruth)});
    CHECK(words_of(*who, twin, 31) == "12 Harbour Street");
    CHECK(words_of(*who, twin, person_name) == "R. Example");
  }
}

TEST_CASE("H26 a merge that is undone after more was written gives each file back what was written to it") {
  Duplicates world;
  Team& team = world.team;
  const Id before = team.note(*team.mia, world.other, "Before the merge");
  world.merge(*team.lena, world.other, team.the_case);
  team.everybody_meets();
  const Id after = team.note(*team.tom, world.other, "To the loser, after");
  const Id to_survivor = team.note(*team.tom, team.the_case, "To the survivor, after");
  team.everybody_meets();
  team.write(*team.lena, world.other, {{case_facts::merged_into, Value()}});
  team.everybody_meets();
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
    CAPTURE(who->identity.name);
    CHECK(survivor(*who, world.other).scope == world.other);
    CHECK(survivor(*who, team.the_case).scope == team.the_case);
    CHECK(who->store.find_record(before)->scope == world.other);
    CHECK(who->store.find_record(after)->scope == world.other);
    CHECK(who->store.find_record(to_survivor)->scope == team.the_case);
  }
}

TEST_CASE("H26 a merge that one person undoes while another changes it asks a person") {
  Duplicates world;
  Team& team = world.team;
  const Id third = team.open_case(*team.mia, "Ruth E.");
  team.everybody_meets();
  world.merge(*team.lena, world.other, team.the_case);
  team.everybody_meets();
  team.write(*team.lena, world.other, {{case_facts::merged_into, Value()}});
  world.merge(*team.mia, world.other, third);
  team.everybody_meets();
  CHECK(view(*team.tom, world.other, case_facts::merged_into).open);
  CHECK(view(*team.lena, world.other, case_facts::merged_into).open);
}

TEST_CASE("H27 merging one file into a second and that into a third ends at one file, the same for everybody") {
  Duplicates world;
  Team& team = world.team;
  const Id third = team.open_case(*team.mia, "Ruth E.");
  static_cast<void>(team.meet(*team.mia));
  static_cast<void>(team.meet(*team.lena));
  team.assign(*team.lena, third, *team.mia);
  team.assign(*team.lena, third, *team.tom);
  team.everybody_meets();
  world.merge(*team.mia, team.the_case, world.other);
  world.merge(*team.lena, world.other, third);
  team.everybody_meets();
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
    CAPTURE(who->identity.name);
    for (const Id& file : {team.the_case, world.other, third}) {
      CHECK(survivor(*who, file).scope == third);
      CHECK_FALSE(survivor(*who, file).asks);
    }
  }
}

TEST_CASE("H27 two people who merge two files into each other get one file, and are asked") {
  Duplicates world;
  Team& team = world.team;
  world.merge(*team.mia, team.the_case, world.other);
  world.merge(*team.lena, world.other, team.the_case);
  team.everybody_meets();
  const Id smallest = std::min(team.the_case, world.other);
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
    CAPTURE(who->identity.name);
    for (const Id& file : {team.the_case, world.other}) {
      CHECK(survivor(*who, file).scope == smallest);
      CHECK(survivor(*who, file).asks);
    }
  }
}

}  // namespace
}  // namespace caseload::sync
