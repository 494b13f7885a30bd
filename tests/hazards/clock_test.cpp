#include "sync/sharing/lease.h"
#include "tests/hazards/team.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

constexpr Duration years(int count) { return std::chrono::days(365) * count; }

TEST_CASE("H7 a clock ten years fast is told to its user and the office, and wins back to its acceptance at most") {
  Team team;
  team.tom->clock.advance(years(10));
  const Id fast = team.write(*team.tom, team.the_case, {{case_name, text("By the fast clock")}});
  static_cast<void>(team.meet(*team.tom));
  REQUIRE(position_of(team.office, fast) != 0);
  CHECK(team.tom->store.state().clock_offset_ms == years(10).count());
  const Id next = team.note(*team.tom, team.the_case, "Another");
  static_cast<void>(team.meet(*team.tom));
  const Digest segment = team.office.store.find(next)->segment;
  CHECK(team.office.store.find_segment(segment)->header.clock_offset_ms == years(10).count());

  // Mia has not heard of it, and writes later than the office accepted it.
  team.pass(std::chrono::hours(1));
  team.write(*team.mia, team.the_case, {{case_name, text("By the right clock")}});
  team.everybody_meets();
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
    CHECK(words_of(*who, team.the_case, case_name) == "By the right clock");
  }
}

TEST_CASE("H7 before its acceptance the fast clock wins, for nobody can know better") {
  Team team;
  team.tom->clock.advance(years(10));
  team.write(*team.tom, team.the_case, {{case_name, text("By the fast clock")}});
  team.write(*team.mia, team.the_case, {{case_name, text("By the right clock")}});
  team.pass(std::chrono::hours(1));
  team.everybody_meets();
  CHECK(words_of(*team.lena, team.the_case, case_name) == "By the fast clock");
  CHECK(same_view(*team.mia, *team.tom, team.the_case));
}

TEST_CASE("H7 others do not follow a clock that is years ahead") {
  Team team;
  team.tom->clock.advance(years(10));
  team.write(*team.tom, team.the_case, {{case_name, text("By the fast clock")}});
  team.everybody_meets();
  const Id knowing = team.write(*team.mia, team.the_case, {{case_name, text("By the right clock")}});
  CHECK(team.mia->store.find(knowing)->change.header.stamp.wall_time() < team.mia->clock.now() + std::chrono::hours(1));
  team.everybody_meets();
  CHECK(words_of(*team.tom, team.the_case, case_name) == "By the right clock");  // she had seen his
}

TEST_CASE("H8 a laptop that believes in 1970, or in a time before it, synchronises like any other") {
  for (const WallTime moment : {WallTime{}, WallTime(-years(4)), WallTime(years(6))}) {
    CAPTURE(to_text(moment));
    Team team;
    team.tom->clock.set(moment);
    const Id note = team.note(*team.tom, team.the_case, "Written in the past");
    CHECK(team.meet(*team.tom).well());
    CHECK(position_of(team.office, note) != 0);
    CHECK(team.tom->store.state().clock_offset_ms == (moment - team.office.clock.now()).count());
    team.everybody_meets();
    CHECK(words_of(*team.mia, note, note_text) == "Written in the past");
    CHECK(team.mia->store.find(note)->accepted == team.office.store.find(note)->accepted);  // when it was received
    CHECK(is_quiet(*team.tom));
  }
}

TEST_CASE("H9 notes keep the order in which they were written when the clock jumps back between them") {
  Team team;
  const Id first = team.note(*team.tom, team.the_case, "First");
  team.tom->clock.set(team.office.clock.now() - std::chrono::hours(30));
  const Id second = team.note(*team.tom, team.the_case, "Second");
  const Id edit = team.write(*team.tom, first, {{note_place, text("Place")}});
  static_cast<void>(team.meet(*team.tom));
  const auto stamp = [&](const Id& id) { return team.office.store.find(id)->change.header.stamp; };
  CHECK(stamp(first) < stamp(second));
  CHECK(stamp(second) < stamp(edit));
  CHECK(position_of(team.office, first) < position_of(team.office, second));
  CHECK(position_of(team.office, second) < position_of(team.office, edit));
  // What the clock said stays to be shown beside when it came.
  CHECK(second.milliseconds() < first.milliseconds());
  CHECK(team.office.store.find(second)->accepted >= team.office.clock.now());
}

LeaseState lease_of(const Laptop& who) {
  const DeviceState state = who.store.state();
  return judge_lease(state.lease, TimeFloor(state.time_floor), who.clock.now()).state;
}

TEST_CASE("H51 a lease that ends in the middle of work leaves safety readable, then locks, and contact opens it again") {
  Team team;
  const std::uint64_t number = team.tom->store.state().lease.number;
  REQUIRE(number > 0);
  CHECK(lease_of(*team.tom) == LeaseState::active);
  team.pass(lease_max - std::chrono::hours(1));
  CHECK(lease_of(*team.tom) == LeaseState::ending_soon);
  const Id note = team.note(*team.tom, team.the_case, "Begun before the end");
  team.pass(std::chrono::hours(1));
  CHECK(lease_of(*team.tom) == LeaseState::safety_read_only);
  team.pass(lease_grace);
  CHECK(lease_of(*team.tom) == LeaseState::locked);

  // What was written before the end is in the store, and goes out at the next contact.
  CHECK(team.meet(*team.tom).well());
  CHECK(position_of(team.office, note) != 0);
  CHECK(lease_of(*team.tom) == LeaseState::active);
  CHECK(team.tom->store.state().lease.number == number + 1);
}

TEST_CASE("H51 a lease is renewed once a day, and told again until it is heard") {
  Team team;
  const std::uint64_t number = team.tom->store.state().lease.number;
  team.pass(lease_renewed_after - Duration(1));
  CHECK(team.meet(*team.tom).well());
  CHECK(team.tom->store.state().lease.number == number);
  team.pass(Duration(1));
  CHECK(team.meet(*team.tom, {.to_device = 0}).report.received == 0);
  CHECK(team.tom->store.state().lease.number == number);
  CHECK(team.meet(*team.tom).well());
  CHECK(team.tom->store.state().lease.number == number + 1);
}

TEST_CASE("H51 an office that forgot a lease grants one beyond it, and a suspended device gets none") {
  Team team;
  team.office.back_up();
  team.pass(std::chrono::days(2));
  team.everybody_meets();
  const std::uint64_t number = team.tom->store.state().lease.number;
  REQUIRE(team.office.restore_backup());
  team.everybody_meets();
  CHECK(team.tom->store.state().lease.number == number + 1);
  team.office.set_standing(team.tom->identity.device, Standing::suspended, team.random);
  team.pass(std::chrono::days(2));
  static_cast<void>(team.meet(*team.tom));
  CHECK(team.tom->store.state().lease.number == number + 1);
}

}  // namespace
}  // namespace caseload::sync
