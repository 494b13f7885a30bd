#include "tests/hazards/team.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

// Every change that somebody's device ever kept, by its bytes.
std::map<Id, Bytes> made_by(const Laptop& who) {
  std::map<Id, Bytes> made;
  for (const auto& [id, stored] : who.store.contents().changes) {
    if (stored.change.header.author == who.identity.worker) made[id] = pack(stored.change);
  }
  return made;
}

void check_all_in_office(const Office& office, const std::map<Id, Bytes>& made) {
  for (const auto& [id, bytes] : made) {
    const std::optional<OfficeChange> held = office.store.find(id);
    REQUIRE(held.has_value());
    CHECK(held->position != 0);
    CHECK(pack(held->change) == bytes);
  }
}

// Every position is one change's, and none is left out.
void check_positions(const Office& office) {
  std::uint64_t expected = 0;
  for (const auto& [position, id] : office.store.contents().by_position) CHECK(position == ++expected);
  CHECK(office.store.last_position() == expected);
}

TEST_CASE("H12 when the office is restored from an older backup, everybody's work since then comes back") {
  Team team;
  team.office.back_up();
  team.note(*team.mia, team.the_case, "By Mia, after the backup");
  team.note(*team.tom, team.the_case, "By Tom, after the backup");
  const Id seen = team.write(*team.lena, team.the_case, {{case_name, text("Ruth Sample")}});
  team.everybody_meets();
  std::map<Id, Bytes> made = made_by(*team.mia);
  made.merge(made_by(*team.tom));
  made.merge(made_by(*team.lena));
  REQUIRE(team.office.restore_backup());
  REQUIRE(position_of(team.office, seen) == 0);

  const Ended first = team.meet(*team.mia);
  CHECK(first.device == Fault(Fault::restored));  // she has the statement now; her next HELLO builds on what was kept
  REQUIRE_FALSE(first.of<Status>(first.to_device).empty());
  CHECK(first.of<Status>(first.to_device).front().head.restores.size() == 1);
  for (int i = 0; i < 3; ++i) team.everybody_meets();
  check_all_in_office(team.office, made);
  check_positions(team.office);
  CHECK(same_view(*team.mia, *team.tom, team.the_case));
  CHECK(same_view(*team.mia, *team.lena, team.the_case));
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) CHECK(is_quiet(*who));
}

TEST_CASE("H12 an office that is older than what a laptop has seen, and does not say why, is not followed") {
  Team team;
  const MemoryOfficeStore::Contents older = team.office.store.contents();
  const Id note = team.note(*team.mia, team.the_case, "After the backup");
  static_cast<void>(team.meet(*team.mia));
  team.office.store.restore(older);  // nobody signed for it
  const Id unsent = team.note(*team.mia, team.the_case, "Not yet sent");
  const std::size_t held = team.mia->store.contents().changes.size();
  const Ended ended = team.meet(*team.mia);
  REQUIRE(ended.device.has_value());
  CHECK(ended.of<Push>(ended.to_office).empty());
  CHECK(team.mia->store.contents().changes.size() == held);
  CHECK(team.mia->store.find(note)->state == ChangeState::accepted);
  CHECK(team.mia->store.find(unsent)->state == ChangeState::sent);
}

TEST_CASE("H13 a laptop put back from an older image is given numbers of its own, and nothing is there twice, nothing lost") {
  Team team;
  const Id waiting = team.note(*team.mia, team.the_case, "On its way when the image was made");
  static_cast<void>(team.meet(*team.mia, Line{.to_office = 0}));
  const MemoryDeviceStore::Contents image = team.mia->store.contents();
  CHECK(team.meet(*team.mia).well());
  const Id after = team.note(*team.mia, team.the_case, "After the image");
  CHECK(team.meet(*team.mia).well());
  const std::uint32_t epoch = team.mia->store.state().epoch;
  const std::uint64_t position = position_of(team.office, waiting);

  team.mia->store.restore(image);
  const Id fresh = team.note(*team.mia, team.the_case, "After the image was put back");
  static_cast<void>(team.meet(*team.mia));  // finds a number used, perhaps, and is granted others at its next contact
  CHECK(team.meet(*team.mia).well());
  CHECK(team.mia->store.state().epoch == epoch + 1);
  CHECK(position_of(team.office, waiting) == position);
  CHECK(position_of(team.office, fresh) != 0);
  CHECK(holds(*team.mia, after));  // back from the office
  check_positions(team.office);
  CHECK(team.meet(*team.mia).well());
  CHECK(is_quiet(*team.mia));
  team.everybody_meets();
  CHECK(same_view(*team.mia, *team.tom, team.the_case));
}

TEST_CASE("H14 of two copies of a laptop one goes on, and the other must enrol anew, and its notes wait for a person") {
  Team team;
  const std::unique_ptr<Laptop> twin = team.mia->clone("Mia's other laptop");
  const Id ours = team.note(*team.mia, team.the_case, "On the first");
  const Id theirs = team.note(*twin, team.the_case, "On the second");
  CHECK(team.meet(*team.mia).well());
  static_cast<void>(team.meet(*twin));  // finds its number used, and is granted others at its next contact
  CHECK(team.meet(*twin).well());
  CHECK(position_of(team.office, theirs) != 0);
  const Id more = team.note(*team.mia, team.the_case, "On the first, since");
  const Ended ended = team.meet(*team.mia);
  CHECK(ended.report.greeting == Greeting::twin);
  CHECK(ended.report.late == 1);
  CHECK(is_late(team.office, more));
  CHECK(position_of(team.office, ours) != 0);

  CHECK(team.office.release_late_work(more));
  CHECK(position_of(team.office, more) != 0);
  std::unique_ptr<Signer> key = team.office.new_key();
  const Id device = team.office.enrol(team.mia->identity.worker, key->public_key(), team.random);
  team.mia->enrol_anew(device, std::move(key));
  const Id last = team.note(*team.mia, team.the_case, "Enrolled anew");
  CHECK(team.meet(*team.mia).well());
  CHECK(position_of(team.office, last) != 0);
  team.everybody_meets();
  CHECK(same_view(*team.mia, *team.tom, team.the_case));
}

TEST_CASE("H14 a laptop whose new numbers were lost on the line is no copy of itself") {
  Team team;
  const MemoryDeviceStore::Contents image = team.mia->store.contents();
  team.note(*team.mia, team.the_case, "After the image");
  CHECK(team.meet(*team.mia).well());
  team.mia->store.restore(image);
  for (int i = 0; i < 3; ++i) static_cast<void>(team.meet(*team.mia, Line{.to_device = 0}));  // STATUS never arrives
  const Id note = team.note(*team.mia, team.the_case, "After the image was put back");
  for (int i = 0; i < 2; ++i) CHECK(team.meet(*team.mia).report.greeting == Greeting::active);
  CHECK(position_of(team.office, note) != 0);
  CHECK(is_quiet(*team.mia));
}

TEST_CASE("H15 a laptop put back to before a withdrawal lets go again, before anything else, and proves it again") {
  Team team;
  // A custodial officer of another unit: without the assignment nothing of the case is hers.
  const std::unique_ptr<Laptop> ana = team.hire("Ana", "custodial_officer", 1);
  const Id assignment = team.assign(*team.lena, team.the_case, *ana);
  static_cast<void>(team.meet(*team.lena));
  static_cast<void>(team.meet(*ana));
  REQUIRE(holds_accepted(*ana, team.the_case));
  const MemoryDeviceStore::Contents image = ana->store.contents();
  team.end_assignment(*team.lena, assignment);
  static_cast<void>(team.meet(*team.lena));
  static_cast<void>(team.meet(*ana));
  CHECK_FALSE(is_in_custody(team.office, *ana, team.the_case));

  ana->store.restore(image);
  team.note(*team.mia, team.the_case, "Not for Ana");
  static_cast<void>(team.meet(*team.mia));
  const Ended ended = team.meet(*ana);
  CHECK(ended.well());
  std::vector<std::string_view> order;
  for (const Message& message : ended.to_device) order.push_back(name_of(message));
  REQUIRE(std::ranges::find(order, "reach") != order.end());
  CHECK(std::ranges::find(order, "reach") < std::ranges::find(order, "page"));
  CHECK_FALSE(holds_accepted(*ana, team.the_case));
  CHECK(team.meet(*ana).well());
  CHECK_FALSE(is_in_custody(team.office, *ana, team.the_case));
}

TEST_CASE("H16 when office and laptop are both put back, all that either still has is in the office again") {
  Team team;
  team.office.back_up();
  team.note(*team.mia, team.the_case, "After the office's backup");
  static_cast<void>(team.meet(*team.mia));
  const MemoryDeviceStore::Contents image = team.mia->store.contents();
  const std::map<Id, Bytes> kept = made_by(*team.mia);
  team.note(*team.mia, team.the_case, "After both");
  team.note(*team.tom, team.the_case, "By Tom, after both");
  team.everybody_meets();
  const std::map<Id, Bytes> toms = made_by(*team.tom);
  REQUIRE(team.office.restore_backup());
  team.mia->store.restore(image);
  team.everybody_meets();
  team.everybody_meets();
  check_all_in_office(team.office, kept);
  check_all_in_office(team.office, toms);
  check_positions(team.office);
  CHECK(same_view(*team.mia, *team.tom, team.the_case));
}

TEST_CASE("H17 after a restore positions go on from the end of the log, whatever was given out before") {
  Team team;
  team.office.back_up();
  const std::uint64_t end = team.office.store.last_position();
  team.note(*team.mia, team.the_case, "After the backup");
  static_cast<void>(team.meet(*team.mia));
  REQUIRE(team.office.restore_backup());
  const Id note = team.note(*team.tom, team.the_case, "The first one after the restore");
  static_cast<void>(team.meet(*team.tom));  // hears of the restore
  CHECK(team.meet(*team.tom).well());
  CHECK(position_of(team.office, note) == end + 1);
  check_positions(team.office);
}

TEST_CASE("H19 an office that was made anew under the same address gets nothing, and the laptop keeps all") {
  Team team;
  const Id note = team.note(*team.mia, team.the_case, "Not yet sent");
  const std::size_t held = team.mia->store.contents().changes.size();
  Office anew(false, {50, 100'000}, 8);
  const Ended ended = session(*team.mia, anew);
  CHECK(ended.office == Fault(Fault::other_log));
  CHECK(ended.device == Fault(Fault::other_log));
  CHECK(ended.of<Push>(ended.to_office).empty());
  CHECK(team.mia->store.contents().changes.size() == held);
  CHECK(team.meet(*team.mia).well());
  CHECK(position_of(team.office, note) != 0);
}

TEST_CASE("H29 a laptop that was away for 400 days brings its work, lets go of what is no longer its own, and has the rest") {
  Team team;
  const Id kept = team.open_case(*team.mia, "Sam Example");
  static_cast<void>(team.meet(*team.mia));
  static_cast<void>(team.meet(*team.lena));
  team.assign(*team.lena, kept, *team.tom);
  team.everybody_meets();
  const Id note = team.note(*team.tom, kept, "Written before the long absence");
  const Id gone = team.note(*team.tom, team.the_case, "Written in a case that was taken away since");
  for (int month = 0; month < 13; ++month) {
    team.pass(std::chrono::days(31));
    team.note(*team.lena, kept, "Month " + std::to_string(month));
    static_cast<void>(team.meet(*team.lena));
  }
  team.end_assignment(*team.lena, team.toms_assignment);
  static_cast<void>(team.meet(*team.lena));

  const Ended ended = team.meet(*team.tom);
  CHECK(ended.well());
  CHECK(position_of(team.office, note) != 0);
  CHECK(is_late(team.office, gone));
  CHECK_FALSE(holds_accepted(*team.tom, team.the_case));
  CHECK(team.meet(*team.tom).well());
  CHECK(is_quiet(*team.tom));
  static_cast<void>(team.meet(*team.lena));
  CHECK(same_view(*team.tom, *team.lena, kept));
}

}  // namespace
}  // namespace caseload::sync
