#include "sync/office/judge.h"

#include <functional>

#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

constexpr FieldNumber words = 16, level = 16, tool = 20, alert_people = 32;
const Id file = numbered(20), other_file = numbered(24), note = numbered(30), risk = numbered(31);

Value code(CodeNumber number) { return Value::of_code(number); }
Value text(std::string_view said) { return Value::of_text(said); }

// ana, a clerk, leads case 20, with a note and a risk in it that nobody agrees about; ben is the chief of its unit, and
// case 24 belongs to another unit.
struct Court : Bench {
  Court() {
    ana = &enrol(10, "clerk", unit_four);
    ben = &enrol(11, "chief", unit_four);
    admit_case(20, unit_four, ana->worker);
    admit_case(24, unit_five, numbered(12));
    admit({draft(30)
               .in(file)
               .by(ana->worker)
               .says(0, {write(header::type, code(1))})
               .says(1, {write(words, text("seen"))}),
           draft(31).in(file).of(kinds::risk).says(1, {write(level, code(1)), write(tool, text("A"))}),
           draft(32).in(file).of(kinds::risk).on(risk).says(1, {write(level, code(4))})});
  }
  Fault::Code judged(const Machine& by, const Draft& draft) const {
    const OfficeDevice known = device(by);
    const Result<void> result =
        Judge({office, catalogue, rules, known, clock.now()}).judge(Draft(draft).by(by.worker).change());
    return result.ok() ? Fault::Code{} : result.fault().code();
  }
  Machine* ana = nullptr;
  Machine* ben = nullptr;
};

constexpr Fault::Code accepted{};
Draft a_note() {
  return draft(50).in(file).says(0, {write(header::type, code(1))}).says(1, {write(words, text("said"))});
}
Draft on_note() { return draft(50).in(file).on(note); }
Draft on_risk() { return draft(50).in(file).on(risk).of(kinds::risk); }

}  // namespace

TEST_CASE("what the office takes, and why it holds the rest") {
  struct Row {
    std::string what;
    bool chief;
    Draft change;
    Fault::Code expected;
  };
  const Row rows[] = {
      {"a note in her case", false, a_note(), accepted},
      {"a new case of her own", false,
       draft(50).of(kinds::case_file).says(0, {write(case_facts::unit, Value::of_reference(unit_four))}),
       accepted},
      {"another tool", false, on_risk().says(1, {write(tool, text("B"), {risk})}), accepted},
      {"somebody to alert", false,
       on_risk().says(3, {write(alert_people, Value::of_reference(numbered(10)))}), accepted},
      {"nobody to alert", false,
       on_risk().says(3, {take_out(alert_people, Value::of_reference(numbered(10)), {})}), accepted},
      {"a risk said higher, of two", false, on_risk().says(1, {write(level, code(4), {risk, numbered(32)})}),
       accepted},
      {"a risk said lower, beside the others", false, on_risk().says(1, {write(level, code(1))}), accepted},
      {"a risk said lower, of the lower one", false, on_risk().says(1, {write(level, code(1), {risk})}),
       accepted},
      {"a risk decided by the chief", true, on_risk().says(1, {write(level, code(1), {risk, numbered(32)})}),
       accepted},
      {"a field emptied", false, on_risk().says(1, {write(tool, Value(), {risk})}), accepted},
      {"a risk decided by who may not", false,
       on_risk().says(1, {write(level, code(1), {risk, numbered(32)})}), Fault::not_allowed},
      {"a risk emptied by who may not", false, on_risk().says(1, {write(level, Value(), {numbered(32)})}),
       Fault::not_allowed},
      {"a kind that is not hers to write", false,
       draft(50).in(file).of(kinds::assignment).says(1, {write(20, text("x"))}), Fault::not_allowed},
      {"a note in somebody else's case", false, draft(50).in(other_file).says(1, {write(words, text("x"))}),
       Fault::not_allowed},
      {"a note in another unit, by the chief", true,
       draft(50).in(other_file).says(1, {write(words, text("x"))}), Fault::not_allowed},
      {"what she may not read afterwards", false,
       on_note().says(0, {write(header::marking, code(number_of(Marking::restricted)))}), Fault::not_allowed},
      {"other words for a note", false, on_note().says(1, {write(words, text("other"), {note})}),
       Fault::already_there},
      {"other words, replacing nothing", false, on_note().says(1, {write(words, text("other"))}),
       Fault::already_there},
      {"another type for a note", true, on_note().says(0, {write(header::type, code(2), {note})}),
       Fault::already_there},
      {"a record that is not there", false,
       draft(50).in(file).on(numbered(77)).says(1, {write(17, text("x"))}), Fault::not_found},
      {"a record in another scope", false, draft(50).in(other_file).on(note).says(1, {write(17, text("x"))}),
       Fault::not_found},
      {"a record of another kind", false, on_note().of(kinds::risk).says(1, {write(tool, text("x"))}),
       Fault::not_found},
      {"a scope that is not there", false, draft(50).in(numbered(77)).says(1, {write(words, text("x"))}),
       Fault::not_found},
      {"a record in a record that is no scope", false, draft(50).in(note).says(1, {write(words, text("x"))}),
       Fault::bad_change},
      {"a worker in a case", false,
       draft(50).in(file).of(kinds::worker).says(0, {write(16, Value::of_reference(unit_four))}),
       Fault::bad_change},
      {"a kind that nobody knows", false, a_note().of(4711), Fault::unknown_kind},
      {"a field that nobody knows", false, a_note().says(2, {write(999, text("x"))}), Fault::unknown_field},
      {"a field in another section", false, a_note().says(2, {write(17, text("x"))}), Fault::wrong_section},
      {"a text where a code belongs", false, on_risk().says(1, {write(17, text("x"))}), Fault::bad_value},
      {"a code that is not listed", false, on_risk().says(1, {write(level, code(4000))}), Fault::bad_name},
      {"out of what is no set", false, on_risk().says(1, {take_out(tool, text("A"), {risk})}),
       Fault::bad_change},
      {"a field twice", false, on_risk().says(1, {write(tool, text("A")), write(tool, text("B"))}),
       Fault::bad_change},
      {"a write that replaces itself", false, on_risk().says(1, {write(tool, text("A"), {numbered(50)})}),
       Fault::bad_change},
  };
  const Court court;
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(court.judged(row.chief ? *court.ben : *court.ana, row.change) == row.expected);
  }
}

TEST_CASE("what builds on late work is late: writes to it, and writes that replace it") {
  Court court;
  court.keep(*court.ana, on_risk().says(1, {write(level, code(1), {risk, numbered(32)})}));
  Draft nowhere = draft(51).in(numbered(77)).says(1, {write(words, text("x"))});
  court.keep(*court.ana, nowhere);
  for (const Push& push : court.cut(*court.ana)) REQUIRE(court.take(push).ok());
  REQUIRE(court.office.find(numbered(50))->position == 0);
  REQUIRE(court.office.find(numbered(51))->position == 0);
  const auto next = [](Draft made) {
    made.id = numbered(60);
    return made;
  };
  CHECK(court.judged(*court.ana, next(on_risk().says(1, {write(level, code(2), {numbered(50)})}))) ==
        Fault::held);
  CHECK(court.judged(*court.ana, next(on_risk().says(1, {write(tool, text("B"), {risk})}))) == accepted);
  CHECK(
      court.judged(*court.ana, draft(60).in(numbered(77)).on(numbered(51)).says(1, {write(17, text("y"))})) ==
      Fault::held);
  CHECK(court.judged(*court.ana, draft(60).in(numbered(51)).says(1, {write(words, text("y"))})) ==
        Fault::held);
}

TEST_CASE("whoever is not in good standing may push, and a person looks at all of it") {
  struct Row {
    std::function<void(OfficeDevice&)> alter;
    Fault::Code expected;
  };
  const Row rows[] = {
      {[](OfficeDevice&) {}, accepted},
      {[](OfficeDevice& d) { d.standing = Standing::suspended; }, Fault::suspended},
      {[](OfficeDevice& d) { d.standing = Standing::lost; }, Fault::suspended},
      {[](OfficeDevice& d) { d.twin = true; }, Fault::suspended},
  };
  Court court;
  const OfficeDevice honest = court.device(*court.ana);
  for (const Row& row : rows) {
    OfficeDevice device = honest;
    row.alter(device);
    court.set_device(device);
    CHECK(court.judged(*court.ana, a_note()) == row.expected);
  }
}

TEST_CASE("who could not see a record cannot write to it, though the write itself would open it") {
  Court court;
  court.admit(
      draft(33).in(file).on(note).says(0, {write(header::marking, code(number_of(Marking::restricted)))}));
  const Draft opens =
      on_note().says(0, {write(header::marking, code(number_of(Marking::ordinary)), {numbered(33)})});
  CHECK(court.judged(*court.ana, opens) == Fault::not_allowed);
  CHECK(court.judged(*court.ben, opens) == accepted);
}

TEST_CASE("rights are those of now: an assignment that ended gives none") {
  Court court;
  CHECK(court.judged(*court.ana, a_note()) == accepted);
  court.admit(draft(40)
                  .in(file)
                  .on(numbered(21))
                  .of(kinds::assignment)
                  .says(0, {write(assignment_facts::until, Value::of_moment(minute(120)))}));
  CHECK(court.judged(*court.ana, a_note()) == accepted);
  court.clock.set(minute(120));
  CHECK(court.judged(*court.ana, a_note()) == Fault::not_allowed);
}

}  // namespace caseload::sync
