#include "client/casework/attention/workload.h"
#include "client/casework/cases.h"
#include "client/casework/notes.h"
#include "client/casework/records.h"
#include "client/casework/status.h"
#include "client/casework/typed.h"
#include "tests/unit/client/casework/profile.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

Id add(Profile& p, const Id& scope, std::string_view kind_name, const std::vector<std::string>& typed) {
  const KindEntry& kind = *p.place().catalogue().find_kind(kind_name);
  Result<std::vector<FieldValue>> fields = read_fields(p.place(), kind, typed);
  REQUIRE(fields.ok());
  const Result<Done> done = perform(p.place(), {kind.number, scope, {}, std::move(*fields), {}});
  REQUIRE_MESSAGE(done.ok(), done.fault().to_string());
  return done->record;
}

void set(Profile& p, const Id& record, const std::vector<std::string>& typed) {
  const KindEntry& kind = *p.place().catalogue().find_kind(p.store().find_record(record)->kind);
  REQUIRE(perform(p.place(), {.record = record, .writes = *read_fields(p.place(), kind, typed)}).ok());
}

// A day from today, as people type it.
std::string in_days(Profile& p, int days) {
  return to_text(p.place().zone.date_at(p.place().clock.now()) + std::chrono::days(days));
}

std::string criteria(const Priority& priority) {
  std::string all;
  for (const PriorityReason& reason : priority.reasons) all += std::string(to_name(reason.criterion)) + " ";
  return all;
}

}  // namespace

TEST_CASE("what stands in the records of a case is what its priority is made of") {
  Profile p;
  const Id c = p.the_case;
  CHECK(criteria(attention_to(p.place(), c)->priority) == "risk no_next_contact ");
  const Id risk = add(p, c, "risk", {"type=harm_to_self", "level=high", "status=current", "review_on=" + in_days(p, -1)});
  const Id late = add(p, c, "action", {"status=open", "due=" + in_days(p, -5), "what=Ring", "urgency=urgent"});
  const Id court = add(p, c, "review", {"type=court_hearing", "starts=" + in_days(p, 2)});
  set(p, c, {"next_contact=" + in_days(p, -1), "tier=intensive"});
  const Result<Attention> asked = attention_to(p.place(), c);
  REQUIRE(asked.ok());
  CHECK(criteria(asked->priority) == "risk court missed_contact overdue_actions overdue_reviews ");
  CHECK(asked->priority.score == 25 + 20 + 11 + 10 + 5);
  CHECK(asked->counts.overdue == 3);
  CHECK(asked->due.front().deadline.record == late);
  CHECK(status(p.place()).overdue == 3);
  CHECK(status(p.place()).due_soon >= 1);

  // What is done, ended, held or void asks for nothing any more.
  set(p, late, {"status=done"});
  set(p, risk, {"status=ended"});
  set(p, court, {"held=yes"});
  REQUIRE(void_record(p.place(), add(p, c, "crisis", {"type=missing", "status=open"}), "Wrong case").ok());
  CHECK(criteria(attention_to(p.place(), c)->priority) == "missed_contact risk ");
  REQUIRE(close_case(p.place(), c, "Moved away").ok());
  CHECK(attention_to(p.place(), c)->priority.score == 0);
  CHECK(status(p.place()).overdue == 0);
}

TEST_CASE("a contact ends silence, and a letter is one, and an assessment is none") {
  Profile p;
  p.pass(std::chrono::days(29));
  p.meet();
  CHECK(criteria(attention_to(p.place(), p.the_case)->priority).find("silence") != std::string::npos);
  struct Row { NoteType type; bool ends; };
  for (const Row& row : {Row{NoteType::assessment, false}, {NoteType::office_visit, true}}) {
    const Result<NoteDraft> draft = begin_note(p.place(), p.the_case, {{header::type, Value::of_code(number_of(row.type))},
                                                                        {16, Value::of_text("Words.")}});
    REQUIRE(draft.ok());
    REQUIRE(sign_note(p.place(), draft->id).ok());
    CHECK((criteria(attention_to(p.place(), p.the_case)->priority).find("silence") == std::string::npos) == row.ends);
  }
}

TEST_CASE("an override holds until it ends, by itself") {
  Profile p;
  const std::string until = to_text(p.place().clock.now() + std::chrono::hours(2));
  add(p, p.the_case, "priority_override", {"score=90", "until=" + until, "reason=Her brother is out"});
  CHECK(attention_to(p.place(), p.the_case)->priority.score == 90);
  p.pass(std::chrono::hours(2));
  CHECK(attention_to(p.place(), p.the_case)->priority.score < 90);
}

TEST_CASE("cases are listed by what they ask for, or by name") {
  Profile p;
  const Id calm = add_case(p.place(), {.name = "Aaron Example", .reference = "Aaron"})->record;
  const Id urgent = add_case(p.place(), {.name = "Zoe Example", .reference = "Zoe"})->record;
  add(p, urgent, "crisis", {"type=overdose", "status=open"});
  const std::vector<CaseRow> rows = *list_cases(p.place());
  CHECK(rows.front().id == urgent);
  CHECK(rows.front().priority.score >= 50);
  const std::vector<CaseRow> by_name = *list_cases(p.place(), false, CaseOrder::name);
  CHECK(by_name.front().id == calm);
  CHECK(by_name.back().id == urgent);
}

TEST_CASE("looking at what a case asks for is in the audit trail first, and a case that is not here has nothing") {
  Profile p;
  const std::size_t before = p.place().audit.entries(1, 1'000).size();
  REQUIRE(attention_to(p.place(), p.the_case).ok());
  CHECK(p.place().audit.entries(1, 1'000).size() == before + 1);
  CHECK(attention_to(p.place(), Id{{9}}).fault() == Fault::not_found);
  CHECK(workload(p.place(), Id{{9}}).fault() == Fault::not_found);
}

TEST_CASE("a manager who gives more than there is time for says why, and sees what is displaced") {
  Profile p("manager");
  const Id mia = p.team.mia->identity.worker;
  p.team.office.administer({{kinds::worker, mia, mia, {{26, Value::of_integer(100)}}}}, p.team.random);
  p.everybody_meets();
  const Id other = add_case(p.place(), {.name = "Sam Example", .reference = "Sam"})->record;
  const Id third = add_case(p.place(), {.name = "Kim Example", .reference = "Kim"})->record;
  REQUIRE(assign(p.place(), other, mia, AssignmentRole::lead, {.minutes_a_week = 80}).ok());
  const Result<Done> refused = assign(p.place(), third, mia, AssignmentRole::lead, {.minutes_a_week = 31});
  REQUIRE(!refused.ok());
  CHECK(refused.fault() == Fault::required);
  CHECK(assign(p.place(), third, mia, AssignmentRole::lead, {.minutes_a_week = 31, .over_capacity_reason = " "}).fault() == Fault::required);
  REQUIRE(assign(p.place(), third, mia, AssignmentRole::lead, {.minutes_a_week = 31, .over_capacity_reason = "Nobody else"}).ok());
  const Result<Workload> load = workload(p.place(), mia);
  REQUIRE(load.ok());
  CHECK(load->minutes.used == 111);
  CHECK(load->minutes.state == LoadState::over);
  const std::vector<Displaced> lost = displaced_in(*load, third);
  REQUIRE(lost.size() == 1);
  CHECK(lost.front().scope == other);
  CHECK(lost.front().minutes == 11);
}
