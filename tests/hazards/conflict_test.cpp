#include "tests/hazards/team.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

constexpr FieldNumber status = case_facts::status;

TEST_CASE("H6 two people who edit different fields of a record at once both keep what they wrote") {
  Team team;
  const Id name = team.write(*team.mia, team.the_case, {{case_name, text("Ruth Sample")}});
  const Id closed = team.write(*team.tom, team.the_case, {{status, code(CaseStatus::closed)}});
  team.everybody_meets();
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
    CAPTURE(who->identity.name);
    CHECK(words_of(*who, team.the_case, case_name) == "Ruth Sample");
    CHECK(view(*who, team.the_case, status).in_force == std::vector{code(CaseStatus::closed)});
    CHECK(who->store.record(team.the_case).open_conflicts(Catalogue::built_in()).empty());
    CHECK(who->store.find(name)->change.header.author == team.mia->identity.worker);
    CHECK(who->store.find(closed)->change.header.author == team.tom->identity.worker);
  }
  CHECK(same_view(*team.mia, *team.tom, team.the_case));
  CHECK(same_view(*team.mia, *team.lena, team.the_case));
}

TEST_CASE("H11 a field that three people wrote at once shows three values, and one answer settles it for all") {
  Team team;
  team.write(*team.mia, team.the_case, {{status, code(CaseStatus::closed)}});
  team.write(*team.tom, team.the_case, {{status, code(CaseStatus::suspended)}});
  team.write(*team.lena, team.the_case, {{status, code(CaseStatus::prospective)}});
  team.everybody_meets();
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
    CAPTURE(who->identity.name);
    CHECK(view(*who, team.the_case, status).open);
    CHECK(view(*who, team.the_case, status).standing.size() == 3);
  }
  team.write(*team.lena, team.the_case, {{status, code(CaseStatus::suspended)}});
  team.everybody_meets();
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
    CAPTURE(who->identity.name);
    CHECK_FALSE(view(*who, team.the_case, status).open);
    CHECK(view(*who, team.the_case, status).in_force == std::vector{code(CaseStatus::suspended)});
    CHECK(who->store.changes_of_record(team.the_case).size() == 5);  // nothing of the history went
  }
}

TEST_CASE("H11 two answers to one conflict, given at once, are a conflict again") {
  Team team;
  team.write(*team.mia, team.the_case, {{status, code(CaseStatus::closed)}});
  team.write(*team.tom, team.the_case, {{status, code(CaseStatus::suspended)}});
  team.everybody_meets();
  team.write(*team.mia, team.the_case, {{status, code(CaseStatus::open)}});
  team.write(*team.lena, team.the_case, {{status, code(CaseStatus::closed)}});
  team.everybody_meets();
  CHECK(view(*team.tom, team.the_case, status).open);
  CHECK(view(*team.tom, team.the_case, status).standing.size() == 2);
  CHECK(same_view(*team.mia, *team.tom, team.the_case));
}

// A note that Mia voids while Tom, who has not heard of it, writes to it.
struct VoidedNote {
  Team team;
  Id note = team.note(*team.mia, team.the_case, "Visited the wrong house");

  void void_it(Laptop& who) {
    const auto cursor = static_cast<std::int64_t>(who.store.state().cursor);
    team.write(who, note, {{header::voided, Value::of_boolean(true)}, {header::void_cursor, Value::of_integer(cursor)}});
  }
  VoidState seen_by(const Laptop& who) const { return who.store.record(note).void_state(Catalogue::built_in()); }
};

TEST_CASE("H28 a note that is voided while somebody writes to it stays visible, and says so") {
  VoidedNote world;
  Team& team = world.team;
  team.everybody_meets();
  world.void_it(*team.mia);
  team.write(*team.tom, world.note, {{note_place, text("Ruth's mother's house")}});
  team.everybody_meets();
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
    CAPTURE(who->identity.name);
    CHECK(world.seen_by(*who) == VoidState::voided_but_written_to);
    CHECK(words_of(*who, world.note, note_place) == "Ruth's mother's house");
  }
}

TEST_CASE("H28 two people who void the same note agree") {
  VoidedNote world;
  Team& team = world.team;
  team.everybody_meets();
  world.void_it(*team.mia);
  world.void_it(*team.tom);
  team.everybody_meets();
  CHECK(world.seen_by(*team.lena) == VoidState::voided);
  CHECK_FALSE(view(*team.lena, world.note, header::voided).open);
}

TEST_CASE("H28 an edit that comes a year after the void is shown as one, and brings nothing back unseen") {
  VoidedNote world;
  Team& team = world.team;
  team.everybody_meets();
  team.write(*team.tom, world.note, {{note_place, text("Ruth's mother's house")}});
  world.void_it(*team.mia);
  static_cast<void>(team.meet(*team.mia));
  team.pass(std::chrono::days(400));
  static_cast<void>(team.meet(*team.mia));
  CHECK(world.seen_by(*team.mia) == VoidState::voided);
  static_cast<void>(team.meet(*team.tom));
  static_cast<void>(team.meet(*team.mia));
  CHECK(world.seen_by(*team.mia) == VoidState::voided_but_written_to);
  CHECK(world.seen_by(*team.tom) == VoidState::voided_but_written_to);
}

}  // namespace
}  // namespace caseload::sync
