#include "tests/simulation/reference.h"

#include "common/record/kinds.h"
#include "sync/sharing/rules_text.h"
#include "tests/unit/sync/change_samples.h"

#include "tests/support/test.h"

// Worked by hand from the design. The reference judges the engine, so it is judged here by people.
namespace caseload::sync {
namespace {

using namespace test;

constexpr FieldNumber level = 16, status = 17, words = 16, tags = 27;
const Id office = numbered(1), clerk_role = numbered(2), chief_role = numbered(3), unit = numbered(4),
         other_unit = numbered(5);
const Id ana = numbered(10), ben = numbered(11), file = numbered(20), other_file = numbered(21),
         note = numbered(30), risk = numbered(31);

constexpr std::string_view rules_text = R"(role clerk
role chief
clerk may write case.identity assignment.* note.* risk.* if assigned
chief may read case.identity note.contact in own unit
chief may read note.narrative in own unit and consent service
clerk may read person.* if emergency
locked: clerk never sees * marking restricted
)";

// An office with two units, a clerk (ana) in one of them, a chief (ben) in the other, and one case.
class Office {
 public:
  Office() {
    add(draft(1).of(kinds::framework).says(1, {write(16, Value::of_integer(1))}));
    add(draft(2).in(office).of(kinds::role).says(0, {write(role_facts::name, Value::of_text("clerk"))}));
    add(draft(3).in(office).of(kinds::role).says(0, {write(role_facts::name, Value::of_text("chief"))}));
    add(draft(10)
            .of(kinds::worker)
            .says(0, {write(worker_facts::role, Value::of_reference(clerk_role)),
                      write(worker_facts::units, Value::of_reference(unit))}));
    add(draft(11)
            .of(kinds::worker)
            .says(0, {write(worker_facts::role, Value::of_reference(chief_role)),
                      write(worker_facts::units, Value::of_reference(other_unit))}));
  }

  void add(const Draft& draft) {
    reference.accept(draft.change(), ++position, draft.at + std::chrono::seconds(1), numbered(99));
  }
  void add_case(std::uint32_t number, const Id& of) {
    add(draft(number)
            .of(kinds::case_file)
            .by(ana)
            .says(0, {write(case_facts::unit, Value::of_reference(of))})
            .says(1, {write(20, Value::of_text("A. Client"))}));
  }
  void assign(std::uint32_t number, const Id& worker, std::optional<WallTime> until = {}) {
    std::vector<Write> writes{write(assignment_facts::worker, Value::of_reference(worker)),
                              write(assignment_facts::role, Value::of_code(1))};
    if (until) writes.push_back(write(assignment_facts::until, Value::of_moment(*until)));
    add(draft(number).in(file).of(kinds::assignment).says(0, std::move(writes)));
  }
  bool may(const Id& worker, const Id& change, SectionNumber section, WallTime now = minute(60)) const {
    return reference.may_hold(worker, Standing::active, now).contains({change, section});
  }
  std::vector<Value> values(const Id& record, FieldNumber field) const {
    return reference.field(record, field).values;
  }
  bool open(const Id& record, FieldNumber field) const { return reference.field(record, field).open; }

  Reference reference{Catalogue::built_in(), *parse_rules(rules_text, Catalogue::built_in()), office};
  std::uint64_t position = 0;
};

Value code(CodeNumber number) { return Value::of_code(number); }
Value text(std::string_view words_said) { return Value::of_text(words_said); }
using Values = std::vector<Value>;

}  // namespace

TEST_CASE("reference: a new case is its author's until somebody is assigned, then theirs while it lasts") {
  Office o;
  o.add_case(20, unit);
  CHECK(o.may(ana, file, 1));
  CHECK_FALSE(o.may(ben, file, 1));
  o.assign(40, ben, minute(30));
  CHECK_FALSE(o.may(ana, file, 1));
  CHECK_FALSE(o.may(ben, file, 1));  // assigned, but a chief, and no line gives a chief anything for that
  o.assign(41, ana, minute(30));
  CHECK(o.may(ana, file, 1, minute(30) - Duration(1)));
  CHECK_FALSE(o.may(ana, file, 1, minute(30)));
  CHECK(o.reference.may_hold(ana, Standing::lost, minute(1)).empty());
  CHECK(o.reference.may_hold(ana, Standing::suspended, minute(1)).contains({file, SectionNumber{1}}));
}

TEST_CASE("reference: a unit shows its cases, a consent one more section of them, until it is withdrawn") {
  Office o;
  o.add_case(20, other_unit);
  o.add(draft(30)
            .in(file)
            .by(ana)
            .says(0, {write(header::type, code(1))})
            .says(1, {write(words, text("seen at home"))})
            .says(2, {write(25, text("school"))}));
  CHECK(o.may(ben, file, 1));
  CHECK(o.may(ben, note, 0));
  CHECK(o.may(ben, note, 2));
  CHECK_FALSE(o.may(ben, note, 1));
  const auto consent = [&](std::uint32_t number, CodeNumber given, std::vector<Id> replaces) {
    o.add(draft(number)
              .in(file)
              .of(kinds::consent)
              .on(numbered(50))
              .says(0, {write(consent_facts::name, text("service"), replaces),
                        write(consent_facts::status, code(given), replaces)}));
  };
  consent(50, number_of(ConsentStatus::given), {});
  CHECK(o.may(ben, note, 1));
  consent(51, number_of(ConsentStatus::withdrawn), {numbered(50)});
  CHECK_FALSE(o.may(ben, note, 1));
  CHECK(o.may(ben, note, 2));
}

TEST_CASE("reference: visibility is that of the record's marking now, for every change of it") {
  Office o;
  o.add_case(20, unit);
  o.add(draft(30)
            .in(file)
            .by(ana)
            .says(0, {write(header::type, code(1))})
            .says(1, {write(words, text("first"))}));
  CHECK(o.may(ana, note, 1));
  o.add(draft(32).in(file).on(note).by(ben).says(
      0, {write(header::marking, code(number_of(Marking::restricted)))}));
  CHECK_FALSE(o.may(ana, note, 1));
  CHECK_FALSE(o.may(ana, note, 0));
  o.add(draft(33).in(file).on(note).by(ben).says(
      0, {write(header::marking, code(number_of(Marking::ordinary)), {numbered(32)})}));
  CHECK(o.may(ana, note, 1));
}

TEST_CASE(
    "reference: merged cases follow the survivor, through chains and cycles, and come back by undoing it") {
  Office o;
  o.add_case(20, unit);
  o.add_case(21, other_unit);
  CHECK_FALSE(o.may(ben, file, 1));
  const auto merge = [&](std::uint32_t number, const Id& loser, const Value& into, std::vector<Id> replaces) {
    o.add(draft(number)
              .on(loser)
              .of(kinds::case_file)
              .says(0, {write(case_facts::merged_into, into, std::move(replaces))}));
  };
  merge(60, file, Value::of_reference(other_file), {});
  CHECK(o.may(ben, file, 1));
  merge(61, other_file, Value::of_reference(file), {});  // a cycle: the smallest id decides
  CHECK_FALSE(o.may(ben, file, 1));
  CHECK_FALSE(o.may(ben, other_file, 1));
  merge(62, other_file, Value(), {numbered(61)});
  merge(63, file, Value(), {numbered(60)});
  CHECK(o.may(ben, other_file, 1));
  CHECK_FALSE(o.may(ben, file, 1));
}

TEST_CASE(
    "reference: a voided assignment gives nothing, unless somebody wrote to it since the voider had read") {
  Office o;
  o.add_case(20, unit);
  o.assign(40, ana);
  CHECK(o.may(ana, file, 1));
  const auto with_cursor = [](std::int64_t cursor) {
    return std::vector<Write>{write(header::voided, Value::of_boolean(true)),
                              write(header::void_cursor, Value::of_integer(cursor))};
  };
  o.add(draft(41)
            .in(file)
            .on(numbered(40))
            .of(kinds::assignment)
            .by(ben)
            .says(0, with_cursor(static_cast<std::int64_t>(o.position))));
  CHECK_FALSE(o.may(ana, file, 1));
  o.add(draft(42)
            .in(file)
            .on(numbered(40))
            .of(kinds::assignment)
            .by(ana)
            .says(1, {write(20, text("still needed"))}));
  CHECK(o.may(ana, file, 1));
}

TEST_CASE("reference: an emergency opens what the rules say, until it ends") {
  Office o;
  o.add_case(20, other_unit);
  o.assign(40, ben);
  o.add(draft(43).in(file).of(kinds::person).says(1, {write(17, text("A. Client"))}));
  CHECK_FALSE(o.may(ana, numbered(43), 1));
  o.add(draft(44)
            .in(file)
            .of(kinds::emergency_access)
            .says(0, {write(emergency_facts::worker, Value::of_reference(ana)),
                      write(emergency_facts::until, Value::of_moment(minute(90)))}));
  CHECK(o.may(ana, numbered(43), 1));
  CHECK_FALSE(o.may(ana, numbered(43), 1, minute(90)));
  o.add(draft(45)
            .in(file)
            .on(numbered(44))
            .of(kinds::emergency_access)
            .says(0, {write(emergency_facts::ended, Value::of_boolean(true))}));
  CHECK_FALSE(o.may(ana, numbered(43), 1));
}

TEST_CASE("reference: what is in force, by each policy") {
  Office o;
  o.add_case(20, unit);
  o.add(draft(31)
            .in(file)
            .of(kinds::risk)
            .says(1, {write(level, code(2)), write(status, code(1)), write(20, text("tool"))}));
  o.add(
      draft(70)
          .in(file)
          .of(kinds::risk)
          .on(risk)
          .when(minute(5))
          .says(1, {write(level, code(4), {risk}), write(status, code(2), {risk}), write(20, text("late"))}));
  o.add(draft(71)
            .in(file)
            .of(kinds::risk)
            .on(risk)
            .when(minute(9))
            .says(1,
                  {write(level, code(1), {risk}), write(status, code(1), {risk}), write(20, text("later"))}));
  CHECK(o.values(risk, level) == Values{code(4)});  // safest
  CHECK(o.open(risk, level));
  CHECK(o.values(risk, status) == Values{code(1)});  // ask: the latest, and a question
  CHECK(o.open(risk, status));
  CHECK(o.values(risk, 20) == Values{text("later")});  // latest: no question
  CHECK_FALSE(o.open(risk, 20));
  o.add(draft(72)
            .in(file)
            .of(kinds::risk)
            .on(risk)
            .when(minute(1))
            .says(1, {write(level, code(1), {numbered(70), numbered(71)}),
                      write(status, Value(), {numbered(70), numbered(71)})}));
  CHECK(o.values(risk, level) == Values{code(1)});
  CHECK_FALSE(o.open(risk, level));
  CHECK(o.values(risk, status).empty());
}

TEST_CASE(
    "reference: a fast clock counts from its acceptance, written once is the first accepted, sets hold what "
    "is in") {
  Office o;
  o.add_case(20, unit);
  o.add(draft(31).in(file).of(kinds::risk).says(1, {write(20, text("slow"))}));
  const Change fast = draft(73)
                          .in(file)
                          .of(kinds::risk)
                          .on(risk)
                          .when(minute(5'000'000))
                          .says(1, {write(20, text("fast"))})
                          .change();
  o.reference.accept(fast, ++o.position, minute(10), numbered(99));
  CHECK(o.values(risk, 20) == Values{text("fast")});
  o.add(draft(74).in(file).of(kinds::risk).on(risk).when(minute(11)).says(1, {write(20, text("after"))}));
  CHECK(o.values(risk, 20) == Values{text("after")});

  o.add(draft(30).in(file).says(0, {write(header::type, code(1))}).says(1, {write(words, text("first"))}));
  o.add(draft(75).in(file).on(note).when(minute(-5)).says(1, {write(words, text("second"))}));
  CHECK(o.values(note, words) == Values{text("first")});

  const auto on_case = [&](std::uint32_t number, const Write& tag) {
    o.add(draft(number).on(file).of(kinds::case_file).says(2, {tag}));
  };
  on_case(76, write(tags, text("urgent")));
  on_case(77, write(tags, text("school")));
  on_case(78, take_out(tags, text("urgent"), {numbered(76)}));
  CHECK(o.values(file, tags) == Values{text("school")});
  on_case(79, write(tags, text("urgent"), {numbered(76)}));  // beside the one that took it out
  CHECK(o.values(file, tags) == Values{text("school"), text("urgent")});
}

TEST_CASE("reference: what a restore dropped was never accepted") {
  Office o;
  o.add_case(20, unit);
  const std::uint64_t kept = o.position;
  o.assign(40, ben);
  CHECK_FALSE(o.may(ana, file, 1));
  o.reference.forget_beyond(kept);
  CHECK(o.may(ana, file, 1));
  CHECK(o.values(numbered(40), assignment_facts::worker).empty());
}

TEST_CASE("reference: what was erased by law nobody holds, and it says nothing") {
  Office o;
  o.add_case(20, unit);
  o.add(draft(30).in(file).says(0, {write(header::type, code(1))}).says(1, {write(words, text("what must go"))}));
  o.add(draft(31).in(file).on(note).says(1, {write(words, Value(), {note})}));
  o.reference.erase(note, 1);
  CHECK_FALSE(o.may(ana, note, 1));
  CHECK(o.may(ana, note, 0));
  CHECK(o.may(ana, numbered(31), 1));
  CHECK(o.values(note, words).empty());
}

}  // namespace caseload::sync
