#include "sync/merge/merge.h"

#include <set>

#include "tests/unit/sync/change_samples.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

using namespace test;

constexpr FieldNumber level = 16, status = 17, tool = 20, alert_people = 32, rationale = 27;
const Id risk = numbered(1), ana = numbered(900), ben = numbered(901);

// A record to which changes come, accepted at a position or pending at 0, a minute apart.
class Record {
 public:
  explicit Record(const Catalogue& catalogue = Catalogue::built_in()) : catalogue_(catalogue) {}

  Record& comes(const Draft& draft, std::uint64_t position) {
    const Change change = draft.change();
    const WallTime accepted = position == 0 ? WallTime{} : minute(static_cast<std::int64_t>(1000 + position));
    const Origin origin{change.header.id, change.header.author, {}, change.header.stamp, position, accepted};
    for (const Part& part : change.parts) state.apply(catalogue_, part, origin);
    return *this;
  }
  std::vector<Value> values(FieldNumber field) const { return state.view(catalogue_, field).in_force; }
  bool open(FieldNumber field) const { return state.view(catalogue_, field).open; }
  std::size_t standing(FieldNumber field) const { return state.view(catalogue_, field).standing.size(); }

  RecordState state{risk, kinds::risk};

 private:
  const Catalogue& catalogue_;
};

Draft on_risk(std::uint32_t number) { return draft(number).in(numbered(7)).on(risk).of(kinds::risk); }
Value code(CodeNumber number) { return Value::of_code(number); }
Value text(std::string_view said) { return Value::of_text(said); }
using Values = std::vector<Value>;

}  // namespace

TEST_CASE("different fields merge, the same field of two people stands twice") {
  Record r;
  r.comes(on_risk(1).says(1, {write(status, code(1)), write(tool, text("A"))}), 1);
  r.comes(on_risk(2).by(ana).says(1, {write(status, code(2), {risk})}), 2);
  r.comes(on_risk(3).by(ben).says(1, {write(tool, text("B"), {risk})}), 3);
  CHECK(r.values(status) == Values{code(2)});
  CHECK(r.values(tool) == Values{text("B")});
  CHECK(r.state.open_conflicts(Catalogue::built_in()).empty());
  r.comes(on_risk(4).by(ben).when(minute(3)).says(1, {write(status, code(1), {risk})}), 4);
  CHECK(r.open(status));
  CHECK(r.standing(status) == 2);
  const std::vector<FieldView> open = r.state.open_conflicts(Catalogue::built_in());
  REQUIRE(open.size() == 1);
  CHECK(open[0].entry->number == status);
  CHECK(open[0].standing[0].origin.author == ana);
  CHECK(open[0].standing[1].origin.author == ben);
  r.comes(on_risk(5).by(ana).says(1, {write(status, code(3), r.state.known({status, {}}))}), 5);
  CHECK_FALSE(r.open(status));
  CHECK(r.values(status) == Values{code(3)});
  CHECK(r.state.known({status, {}}) == std::vector{numbered(5)});
}

TEST_CASE("three edit one field: three values, settled once, and a second settlement is a conflict of its own") {
  Record r;
  for (const std::uint32_t n : {2U, 3U, 4U})
    r.comes(on_risk(n).says(1, {write(status, code(static_cast<CodeNumber>(n)))}), n);
  CHECK(r.standing(status) == 3);
  const std::vector<Id> known = r.state.known({status, {}});
  CHECK(known == std::vector{numbered(2), numbered(3), numbered(4)});
  r.comes(on_risk(5).says(1, {write(status, code(1), known)}), 5);
  CHECK_FALSE(r.open(status));
  r.comes(on_risk(6).says(1, {write(status, code(2), known)}), 6);
  CHECK(r.open(status));
  CHECK(r.standing(status) == 2);
}

TEST_CASE("what was replaced before it came never stands, accepted or pending") {
  for (const std::uint64_t position : {0U, 2U}) {
    Record r;
    r.comes(on_risk(3).says(1, {write(status, code(3), {numbered(2)})}), 3);
    r.comes(on_risk(2).says(1, {write(status, code(2)), write(tool, text("A"))}), position);
    CHECK(r.values(status) == Values{code(3)});
    CHECK(r.standing(status) == 1);
    CHECK(r.values(tool) == Values{text("A")});  // only that field was replaced
    r.state.accept(numbered(2), 2, minute(1002));
    CHECK(r.standing(status) == 1);
  }
}

TEST_CASE("a risk is never shown lower than anybody says, until it is decided") {
  const Catalogue& c = Catalogue::built_in();
  const auto severity = [&](RiskLevel of) {
    return c.severity(c.find_kind(kinds::risk)->find_field(level)->code_list, number_of(of));
  };
  REQUIRE(severity(RiskLevel::very_high) > severity(RiskLevel::low));
  Record r;
  r.comes(on_risk(2).says(1, {write(level, code(number_of(RiskLevel::very_high)))}), 2);
  r.comes(on_risk(3).when(minute(90)).says(1, {write(level, code(number_of(RiskLevel::low)))}), 3);
  CHECK(r.values(level) == Values{code(number_of(RiskLevel::very_high))});
  CHECK(r.open(level));
  r.comes(on_risk(4).says(1, {write(level, code(40000))}), 4);  // a code that only a newer framework knows
  CHECK(r.values(level) == Values{code(40000)});
  r.comes(on_risk(5).says(1, {write(level, Value())}), 5);
  CHECK(r.values(level) == Values{code(40000)});
  r.comes(on_risk(6).says(1, {write(level, code(number_of(RiskLevel::low)), r.state.known({level, {}}))}), 6);
  CHECK(r.values(level) == Values{code(number_of(RiskLevel::low))});
  CHECK_FALSE(r.open(level));
}

TEST_CASE("each element of a set is for itself") {
  const Value one = Value::of_reference(numbered(61));
  const Value two = Value::of_reference(numbered(62));
  Record r;
  r.comes(on_risk(2).says(3, {write(alert_people, one), write(alert_people, two)}), 2);
  CHECK(r.values(alert_people) == Values{one, two});
  r.comes(on_risk(3).says(3, {take_out(alert_people, one, {numbered(2)})}), 3);
  CHECK(r.values(alert_people) == Values{two});
  CHECK(r.state.known({alert_people, two}) == std::vector{numbered(2)});
  CHECK(r.state.known({alert_people, one}) == std::vector{numbered(3)});
  r.comes(on_risk(4).says(3, {write(alert_people, one, {numbered(2)})}), 4);  // somebody who did not know
  CHECK(r.values(alert_people) == Values{one, two});
  CHECK_FALSE(r.open(alert_people));
  r.comes(on_risk(5).says(3, {take_out(alert_people, one, r.state.known({alert_people, one}))}), 5);
  CHECK(r.values(alert_people) == Values{two});
}

TEST_CASE("a value stays until a write replaces it, and an emptied field has none") {
  Record r;
  r.comes(on_risk(2).says(1, {write(tool, text("A"))}), 2);
  r.comes(on_risk(3).says(1, {write(tool, Value(), {numbered(2)})}), 3);
  CHECK(r.values(tool).empty());
  CHECK(r.standing(tool) == 1);
  CHECK(r.state.view(Catalogue::built_in(), 9999).entry == nullptr);
  CHECK(r.state.known({rationale, {}}).empty());
}

TEST_CASE("a field in a section that is not its own is nobody's write") {
  Record r;
  r.comes(on_risk(2).says(2, {write(level, code(1)), write(rationale, text("why"))}), 2);
  CHECK(r.values(level).empty());
  CHECK(r.values(rationale) == Values{text("why")});
  RecordState unknown(risk, 4711);
  Change change = on_risk(2).says(1, {write(level, code(1))}).change();
  unknown.apply(Catalogue::built_in(), change.parts[0], {});
  CHECK(unknown.fields().empty());
  CHECK(unknown.void_state(Catalogue::built_in()) == VoidState::not_voided);
}

TEST_CASE("a field that this version does not know is found when the catalogue has learned it") {
  FrameworkAddition addition;
  FieldEntry more;
  more.number = 0x8001;
  more.name = "local_score";
  more.section = 1;
  more.type = ValueType::integer;
  more.policy = MergePolicy::ask;
  more.integer_max = 100;
  addition.fields[kinds::risk] = {more};
  const Result<Catalogue> newer = Catalogue::built_in().extend(addition);
  REQUIRE(newer.ok());
  const Draft drafts[] = {on_risk(2).says(1, {write(tool, text("A")), write(0x8001, Value::of_integer(4))}),
                          on_risk(3).says(1, {write(tool, text("B"), {numbered(2)}),
                                              write(0x8001, Value::of_integer(7), {numbered(2)})})};
  Record before;
  Record after(*newer);
  for (const Draft& draft : drafts) {
    before.comes(draft, 2);
    after.comes(draft, 2);
  }
  CHECK(before.values(tool) == Values{text("B")});
  CHECK(before.state.fields().size() == 1);
  CHECK(after.values(0x8001) == Values{Value::of_integer(7)});
  RecordState rebuilt(risk, kinds::risk);
  for (const Draft& draft : drafts) {
    const Change change = *unpack(pack(draft.change()));  // kept and forwarded untouched
    const Origin origin{change.header.id, change.header.author, {}, change.header.stamp, 2, minute(1002)};
    rebuilt.apply(*newer, change.parts[0], origin);
  }
  CHECK(rebuilt == after.state);
}

TEST_CASE("a void hides a record, but not what somebody else wrote beyond the voider's reading") {
  const auto voids = [](std::uint32_t number, std::int64_t cursor, std::vector<Id> replaces = {}) {
    return on_risk(number).by(ana).says(0,
                                        {write(header::voided, Value::of_boolean(true), std::move(replaces)),
                                         write(header::void_cursor, Value::of_integer(cursor))});
  };
  struct Row {
    std::string what;
    std::vector<std::pair<Draft, std::uint64_t>> changes;
    VoidState state;
  };
  const Draft by_ben = on_risk(2).by(ben).says(1, {write(tool, text("A"))});
  const Draft by_ana = on_risk(2).by(ana).says(1, {write(tool, text("A"))});
  const Row rows[] = {
      {"never voided", {{by_ben, 5}}, VoidState::not_voided},
      {"read before", {{by_ben, 5}, {voids(3, 5), 6}}, VoidState::voided},
      {"written to since", {{by_ben, 6}, {voids(3, 5), 7}}, VoidState::voided_but_written_to},
      {"written to after the void", {{voids(3, 5), 6}, {by_ben, 7}}, VoidState::voided_but_written_to},
      {"written to by somebody offline", {{voids(3, 5), 6}, {by_ben, 0}}, VoidState::voided_but_written_to},
      {"written to by the voider", {{by_ana, 6}, {voids(3, 5), 7}}, VoidState::voided},
      {"without a cursor",
       {{by_ben, 1}, {on_risk(3).by(ana).says(0, {write(header::voided, Value::of_boolean(true))}), 2}},
       VoidState::voided_but_written_to},
      {"undone",
       {{voids(3, 5), 6},
        {on_risk(4).by(ben).says(0, {write(header::voided, Value::of_boolean(false), {numbered(3)})}), 7}},
       VoidState::not_voided},
      {"pending", {{by_ben, 5}, {voids(3, 5), 0}}, VoidState::voided},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Record r;
    for (const auto& [draft, position] : row.changes) r.comes(draft, position);
    CHECK(r.state.void_state(Catalogue::built_in()) == row.state);
  }
}

TEST_CASE("a dropped section is gone, the others stay, and it comes back with its parts") {
  const Draft both = on_risk(2).says(1, {write(tool, text("A"))}).says(2, {write(rationale, text("why"))});
  const Draft later = on_risk(3).says(2, {write(rationale, text("because"), {numbered(2)})});
  Record r;
  r.comes(both, 2).comes(later, 3);
  const RecordState before = r.state;
  r.state.drop(Catalogue::built_in(), 2);
  CHECK(r.values(rationale).empty());
  CHECK(r.values(tool) == Values{text("A")});
  Draft again = both;
  std::erase_if(again.parts, [](const Part& part) { return part.section != 2; });
  r.comes(later, 3).comes(again, 2);
  CHECK(r.state == before);
  CHECK(*decode<RecordState>(encode(r.state)) == before);
}

TEST_CASE("what is erased by law leaves its digest, and does not come back into the record") {
  const Catalogue& catalogue = Catalogue::built_in();
  const Change told = draft(1)
                          .in(numbered(7))
                          .says(0, {write(header::type, Value::of_code(1))})
                          .says(1, {write(17, Value::of_text("what must go"))})
                          .change();
  const Change erasing =
      draft(2).in(numbered(7)).on(numbered(1)).says(1, {write(17, Value(), {numbered(1)})}).change();
  const SectionNumber kept[] = {0};
  const Change left = *project(told, kept);
  CHECK(digest_of(left.header) == digest_of(told.header));

  const Change* orders[][3] = {{&left, &erasing, &erasing},
                               {&left, &erasing, &told},
                               {&told, &erasing, &erasing},
                               {&erasing, &told, &told}};
  for (const auto& order : orders) {
    RecordState state(numbered(1), kinds::note);
    std::set<std::pair<Id, SectionNumber>> applied;
    for (const Change* change : order) {
      for (const Part& part : change->parts) {
        const Origin origin{change->header.id, change->header.author, {}, change->header.stamp, 0, {}};
        if (applied.insert({change->header.id, part.section}).second) state.apply(catalogue, part, origin);
      }
    }
    CHECK(state.view(catalogue, 17).in_force.empty());
    CHECK_FALSE(state.view(catalogue, 17).open);
  }
}

}  // namespace caseload::sync
