#include "tests/hazards/late_world.h"

#include <set>

#include "sync/merge/compose.h"
#include "sync/device/outbox.h"
#include "sync/office/erasure.h"
#include "sync/office/held_content.h"
#include "sync/transaction.h"
#include "tests/support/test.h"

namespace caseload {
namespace {

constexpr FieldNumber case_hold = case_facts::legal_hold;
constexpr FieldNumber note_words = 16;

Id only(const std::vector<Id>& ids) {
  REQUIRE(ids.size() == 1);
  return ids.front();
}

std::vector<sync::Change> read(const LateWorld& world, const sync::Laptop& who, const Id& late) {
  std::vector<std::string> pieces;
  for (const Value& piece : world.view(who, late, "content").in_force) pieces.push_back(piece.text());
  const Result<std::vector<sync::Change>> changes = sync::read_pieces(pieces);
  REQUIRE(changes.ok());
  return *changes;
}

// Tom's note, written after the case was taken from him.
Id toms_late_note(LateWorld& world) {
  world.end_toms_assignment();
  world.clock.advance(std::chrono::hours(1));
  const Id note = world.note(*world.tom, world.the_case, "She was not at home");
  CHECK(world.meet(*world.tom).well());
  world.everybody_meets();
  return note;
}

TEST_CASE("H20 the note of a worker who lost the case reaches the manager, is released, and is everybody's with its author and three times") {
  LateWorld world;
  const Id note = toms_late_note(world);
  CHECK(world.tom->store.late().empty());  // it went with the case
  const Id late = only(world.late_records(*world.lena));
  CHECK(world.words(*world.lena, late, "rule").find("note.") == 0);
  const std::vector<sync::Change> held = read(world, *world.lena, late);
  REQUIRE(held.size() == 1);
  CHECK(held.front().header.id == note);
  CHECK(held.front().header.author == world.tom->identity.worker);
  CHECK(held.front().is_whole());

  world.clock.advance(std::chrono::hours(1));
  world.decide(*world.lena, late, LateDecision::released, "");
  world.everybody_meets();
  CHECK(world.is_released(note));
  CHECK(server::late_work(world.office).empty());
  for (const sync::Laptop* who : {world.mia.get(), world.lena.get(), world.rosa.get()}) {
    CAPTURE(who->identity.name);
    CHECK(world.words(*who, note, "text") == "She was not at home");
    const sync::StoredChange stored = *who->store.find(note);
    CHECK(stored.change.header.author == world.tom->identity.worker);
    const WallTime occurred = world.view(*who, note, "occurred").in_force.front().moment();
    CHECK(occurred < stored.change.header.stamp.wall_time());
    CHECK(stored.change.header.stamp.wall_time() < stored.accepted);
  }
  // Tom does not get the case back, and is told.
  CHECK_FALSE(world.tom->store.find(note).has_value());
  CHECK(world.store.find_device(world.tom->identity.device)->late_changes == 0);
}

TEST_CASE("H20 declined with its reason, it stays out of the log, with the office, and its author hears why") {
  LateWorld world;
  const Id note = toms_late_note(world);
  const Id late = only(world.late_records(*world.lena));
  world.decide(*world.lena, late, LateDecision::declined, "Another visit is on file");
  world.everybody_meets();
  CHECK(world.is_declined(note));
  CHECK(world.store.held().empty());
  CHECK(world.store.find_device(world.tom->identity.device)->late_changes == 0);
  CHECK(world.store.find_device(world.tom->identity.device)->late_bytes == 0);
  CHECK(read(world, *world.lena, late).front().header.id == note);  // still to be read by those who judge
  CHECK_FALSE(world.mia->store.find(note).has_value());
  std::size_t answers = 0;
  for (const auto& [id, record] : world.tom->store.contents().records) {
    if (record.row.kind != kinds::late_answer) continue;
    ++answers;
    CHECK(world.words(*world.tom, id, "reason") == "Another visit is on file");
    CHECK(world.view(*world.tom, id, "decided_by").in_force.front() == Value::of_reference(world.lena->identity.worker));
  }
  CHECK(answers == 1);
  world.everybody_meets();
  CHECK(world.is_declined(note));  // once and for all
}

TEST_CASE("a declined note stays readable to an author who has the case, waits for nobody, and goes when the case goes") {
  LateWorld world;
  const Id note = world.note(*world.tom, world.the_case, "I looked into my own work", NoteType::oversight);
  world.everybody_meets();
  CHECK(world.tom->store.late() == std::vector{note});
  const Id late = only(world.late_records(*world.lena));
  world.decide(*world.lena, late, LateDecision::declined, "Oversight is for managers");
  world.everybody_meets();
  CHECK(world.tom->store.late().empty());
  CHECK(world.tom->store.declined() == std::vector{note});
  CHECK(world.tom->store.find(note)->change.is_whole());
  CHECK_FALSE(world.tom->store.find_record(note).has_value());  // in no record
  world.end_toms_assignment();
  world.everybody_meets();
  CHECK(world.tom->store.declined().empty());
  CHECK_FALSE(world.tom->store.find(note).has_value());
  CHECK(world.is_declined(note));
}

TEST_CASE("released while its author has the case, it takes its place on the author's laptop") {
  LateWorld world;
  const Id note = world.note(*world.mia, world.the_case, "I looked into my own work", NoteType::oversight);
  world.everybody_meets();
  world.decide(*world.lena, only(world.late_records(*world.lena)), LateDecision::released, "As agreed");
  world.everybody_meets();
  CHECK(world.mia->store.late().empty());
  CHECK(world.mia->store.find(note)->state == sync::ChangeState::accepted);
  CHECK(world.words(*world.mia, note, "text") == "I looked into my own work");
}

TEST_CASE("what is held is read by those who may judge it and read all of it, and by nobody else") {
  LateWorld world;
  const Id late = [&] {
    toms_late_note(world);
    return only(world.late_records(*world.lena));
  }();
  CHECK(world.reads_content(*world.lena, late));
  CHECK(world.reads_content(*world.rosa, late));
  CHECK_FALSE(world.reads_content(*world.mia, late));  // assigned: sees that there is late work
  CHECK(world.words(*world.mia, late, "rule") != "");
  CHECK_FALSE(world.reads_content(*world.ada, late));  // reads late work, judges none
  CHECK_FALSE(world.reads_content(*world.tom, late));

  // Who may judge, but not read what is held, does not read it here.
  const Result<Id> ruled = world.office.administer(world.keys.administrator, {kinds::sharing_rules, world.keys.device, {},
      {{18, Value::of_text(world.office.rules_text() + "records_officer never reads note.narrative\n")}}, {}});
  REQUIRE(ruled.ok());
  world.office.read_rules();
  world.everybody_meets();
  CHECK_FALSE(world.reads_content(*world.rosa, late));
  CHECK(world.late_records(*world.rosa).size() == 1);
  CHECK(world.reads_content(*world.lena, late));
}

TEST_CASE("late work follows the marking of what it is about") {
  LateWorld world;
  const Id note = world.note(*world.mia, world.the_case, "Open");
  world.everybody_meets();
  world.end_toms_assignment();
  const Id edit = world.write(*world.tom, note, {{25, Value::of_text("At home")}});
  world.everybody_meets();
  REQUIRE_FALSE(world.is_released(edit));
  const Id late = only(world.late_records(*world.lena));
  CHECK(world.view(*world.lena, late, "marking").in_force.empty());
  world.write(*world.lena, note, {{header::marking, Value::of_code(number_of(Marking::restricted))}});
  world.everybody_meets();
  REQUIRE(world.view(*world.lena, late, "marking").in_force.size() == 1);
  CHECK(world.view(*world.lena, late, "marking").in_force.front() == Value::of_code(number_of(Marking::restricted)));
}

TEST_CASE("what one device brought on alike records of a case is one piece of late work, and another reason is another") {
  LateWorld world;
  world.end_toms_assignment();
  for (const char* words : {"One", "Two", "Three"}) world.note(*world.tom, world.the_case, words);
  world.begin(*world.tom, kinds::action, world.the_case, {{17, Value::of_text("Call the landlord")}});
  CHECK(world.meet(*world.tom).report.late == 4);
  CHECK(world.tended.opened == 2);
  world.everybody_meets();
  CHECK(world.late_records(*world.lena).size() == 2);
  CHECK(world.store.held().size() == 4);
  CHECK(server::tend_late_work(world.office).opened == 0);  // once
}

TEST_CASE("hundreds of late notes are several pieces, none left out, released once each and in order") {
  LateWorld world;
  world.end_toms_assignment();
  std::vector<Id> notes;
  for (int n = 0; n < 230; ++n) notes.push_back(world.note(*world.tom, world.the_case, "Note " + std::to_string(n)));
  world.everybody_meets();
  const std::vector<Id> late = world.late_records(*world.lena);
  CHECK(late.size() == 3);
  std::set<Id> carried;
  for (const Id& id : late) {
    for (const sync::Change& change : read(world, *world.lena, id)) carried.insert(change.header.id);
  }
  CHECK(carried == std::set<Id>(notes.begin(), notes.end()));
  for (const Id& id : late) world.decide(*world.lena, id, LateDecision::released, "All of it");
  world.everybody_meets();
  const std::uint64_t size = world.store.ledger_size();
  std::uint64_t before = 0;
  std::set<std::uint64_t> positions;
  for (std::size_t n = 0; n < notes.size(); ++n) {
    const std::uint64_t position = world.store.find(notes[n])->position;
    CHECK(positions.insert(position).second);
    if (n % 100 != 0) CHECK(position > before);
    before = position;
  }
  CHECK(world.words(*world.mia, notes.back(), "text") == "Note 229");
  static_cast<void>(server::tend_late_work(world.office));
  CHECK(world.store.ledger_size() == size);
}

TEST_CASE("the largest change that a device may bring is read whole") {
  LateWorld world;
  world.end_toms_assignment();
  const std::string long_text(value_bytes_max, 'x');
  const Id note = world.begin(*world.tom, kinds::note, world.the_case,
                              {{header::type, Value::of_code(number_of(NoteType::contact))}, {note_words, Value::of_text(long_text)}});
  CHECK(world.meet(*world.tom).report.late == 1);
  CHECK(world.tended.opened == 1);
  CHECK(world.tended.failed == 0);
  world.everybody_meets();
  const Id late = only(world.late_records(*world.lena));
  const std::vector<sync::Change> held = read(world, *world.lena, late);
  REQUIRE(held.size() == 1);
  CHECK(pack(held.front()) == pack(world.store.find(note)->change));
}

struct Refused {
  const char* what;
  std::function<void(LateWorld&, const Id& late)> decide;
  const char* remark;
};

TEST_CASE("a decision that cannot be carried out goes back to waiting, and says why") {
  const Refused rows[] = {
      {"without a reason", [](LateWorld& w, const Id& late) { w.decide(*w.lena, late, LateDecision::declined, ""); }, "a reason"},
      {"with a blank one", [](LateWorld& w, const Id& late) { w.decide(*w.lena, late, LateDecision::declined, " \n"); }, "a reason"},
      {"by who may not write it", [](LateWorld& w, const Id& late) { w.decide(*w.rosa, late, LateDecision::released, "Fine"); }, "Not carried out"},
  };
  for (const Refused& row : rows) {
    CAPTURE(row.what);
    LateWorld world;
    const Id note = toms_late_note(world);
    const Id late = only(world.late_records(*world.lena));
    row.decide(world, late);
    world.everybody_meets();
    CHECK_FALSE(world.is_released(note));
    CHECK_FALSE(world.is_declined(note));
    CHECK(world.view(*world.lena, late, "decision").in_force.front() == Value::of_code(number_of(LateDecision::waiting)));
    CHECK(world.words(*world.lena, late, "remark").find(row.remark) != std::string::npos);
    CHECK(server::late_work(world.office).size() == 1);
    // It can still be judged.
    world.decide(*world.omar, late, LateDecision::released, "It is needed");
    world.everybody_meets();
    CHECK(world.is_released(note));
  }
}

TEST_CASE("nobody judges their own late work, and it goes to the records officer at once") {
  LateWorld world;
  world.stand(*world.lena, Standing::suspended);
  const Id note = world.note(*world.lena, world.the_case, "Written while suspended");
  CHECK(world.meet(*world.lena).report.late == 1);
  world.stand(*world.lena, Standing::active);
  world.everybody_meets();
  const Id late = only(world.late_records(*world.rosa));
  CHECK(world.view(*world.rosa, late, "escalated_at").in_force.size() == 1);
  CHECK(world.view(*world.rosa, late, "type").in_force.front().code() == 5);
  world.decide(*world.lena, late, LateDecision::released, "Mine");
  world.everybody_meets();
  CHECK_FALSE(world.is_released(note));
  CHECK(world.words(*world.omar, late, "remark") != "");
  world.decide(*world.omar, late, LateDecision::released, "Hers");
  world.everybody_meets();
  CHECK(world.is_released(note));
}

TEST_CASE("two who decide differently at once decide nothing, until somebody settles it") {
  LateWorld world;
  const Id note = toms_late_note(world);
  const Id late = only(world.late_records(*world.lena));
  world.decide(*world.lena, late, LateDecision::released, "Needed");
  world.decide(*world.omar, late, LateDecision::declined, "Known already");
  static_cast<void>(world.meet(*world.lena, false));
  static_cast<void>(world.meet(*world.omar));
  CHECK_FALSE(world.is_released(note));
  CHECK_FALSE(world.is_declined(note));
  world.everybody_meets();
  world.decide(*world.lena, late, LateDecision::declined, "Known already, I agree");
  world.everybody_meets();
  CHECK(world.is_declined(note));
}

TEST_CASE("after five working days without an answer the records officer is asked, once") {
  LateWorld world;  // a Monday, nine o'clock
  toms_late_note(world);
  const Id late = only(world.late_records(*world.rosa));
  world.pass(std::chrono::days(7));
  CHECK(server::tend_late_work(world.office).escalated == 0);  // the fifth working day is not over
  world.pass(std::chrono::hours(14));
  CHECK(server::tend_late_work(world.office).escalated == 1);
  CHECK(server::tend_late_work(world.office).escalated == 0);
  world.everybody_meets();
  CHECK(world.view(*world.rosa, late, "escalated_at").in_force.size() == 1);
}

TEST_CASE("five working days leave out weekends") {
  struct Row {
    unsigned day;  // of March 2026, which began on a Sunday
    unsigned due;
  };
  for (const Row row : {Row{2, 10}, Row{3, 11}, Row{6, 14}, Row{7, 14}, Row{8, 14}, Row{13, 21}}) {
    CAPTURE(row.day);
    const auto day = [](unsigned number) { return Date(std::chrono::year(2026) / 3 / std::chrono::day(number)); };
    CHECK(server::escalation_due(day(row.day) + std::chrono::hours(9)) == WallTime(day(row.due)));
  }
}

TEST_CASE("a new case that is itself held is judged in its unit, and then what was written in it") {
  LateWorld world;
  world.stand(*world.mia, Standing::suspended);
  const Id fresh = world.begin(*world.mia, kinds::case_file, {}, {{case_facts::unit, Value::of_reference(world.north)},
                               {case_facts::status, Value::of_code(number_of(CaseStatus::open))}, {20, Value::of_text("Ned Example")}});
  const Id note = world.note(*world.mia, fresh, "First visit");
  CHECK(world.meet(*world.mia).report.late == 2);
  world.everybody_meets();
  Id of_case, of_note;
  for (const Id& late : world.late_records(*world.lena)) {
    (read(world, *world.lena, late).front().header.id == fresh ? of_case : of_note) = late;
  }
  REQUIRE_FALSE(of_case.is_none());
  REQUIRE_FALSE(of_note.is_none());
  CHECK(world.view(*world.lena, of_note, "builds_on").in_force == std::vector{Value::of_reference(fresh)});
  world.decide(*world.lena, of_note, LateDecision::released, "");
  world.everybody_meets();
  CHECK_FALSE(world.is_released(note));  // its case is held
  CHECK(world.words(*world.lena, of_note, "remark") != "");
  world.decide(*world.lena, of_case, LateDecision::released, "");
  world.everybody_meets();
  world.decide(*world.lena, of_note, LateDecision::released, "");
  world.everybody_meets();
  CHECK(world.is_released(fresh));
  CHECK(world.is_released(note));
  CHECK(world.words(*world.lena, note, "text") == "First visit");
  world.stand(*world.mia, Standing::active);
  world.everybody_meets();
  CHECK(world.mia->store.late().empty());
  CHECK(world.words(*world.mia, note, "text") == "First visit");
}

TEST_CASE("a held case that was released into other hands leaves the laptop of its author") {
  LateWorld world;
  world.stand(*world.tom, Standing::suspended);
  const Id fresh = world.begin(*world.tom, kinds::case_file, {}, {{case_facts::unit, Value::of_reference(world.north)},
                               {case_facts::status, Value::of_code(number_of(CaseStatus::open))}, {20, Value::of_text("Ned Example")}});
  CHECK(world.meet(*world.tom).report.late == 1);
  world.everybody_meets();
  world.decide(*world.lena, only(world.late_records(*world.lena)), LateDecision::released, "");
  world.everybody_meets();
  REQUIRE(world.is_released(fresh));
  world.begin(*world.lena, kinds::assignment, fresh, {{assignment_facts::worker, Value::of_reference(world.mia->identity.worker)},
                                                      {assignment_facts::role, Value::of_code(number_of(AssignmentRole::lead))},
                                                      {assignment_facts::from, Value::of_moment(world.clock.now())}});
  world.everybody_meets();
  CHECK_FALSE(world.tom->store.find(fresh).has_value());  // suspended: it lets go all the same
  world.stand(*world.tom, Standing::active);
  world.everybody_meets();
  CHECK(world.tom->store.late().empty());
  CHECK_FALSE(world.tom->store.find(fresh).has_value());
  CHECK(world.words(*world.mia, fresh, "name") == "Ned Example");
}

}  // namespace
}  // namespace caseload
