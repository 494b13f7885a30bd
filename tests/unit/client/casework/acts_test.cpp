#include "client/casework/cases.h"
#include "client/casework/conflicts.h"
#include "client/casework/looking.h"
#include "client/casework/notes.h"
#include "client/casework/rights.h"
#include "client/casework/status.h"
#include "client/casework/timeline.h"
#include "client/casework/typed.h"
#include "tests/unit/client/casework/profile.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using sync::case_name;
using sync::note_text;

namespace {

FieldValue words(FieldNumber field, std::string_view text) { return {field, Value::of_text(text)}; }
FieldValue of_type(NoteType type) { return {header::type, Value::of_code(number_of(type))}; }

Id written_note(Profile& p, std::string_view text) {
  const Result<NoteDraft> draft = begin_note(p.place(), p.the_case, {of_type(NoteType::contact), words(note_text, text)});
  REQUIRE(draft.ok());
  const Result<Done> done = sign_note(p.place(), draft->id);
  REQUIRE(done.ok());
  return done->record;
}

Id action(Profile& p, std::string_view what) {
  const Result<Done> done = perform(p.place(), {kinds::action, p.the_case, {}, {{16, Value::of_code(1)}, words(18, what)}, {}});
  REQUIRE(done.ok());
  return done->record;
}

}  // namespace

TEST_CASE("a note goes from draft to the office, and at each step says where it is") {
  Profile p;
  const Result<NoteDraft> draft =
      begin_note(p.place(), p.the_case, {of_type(NoteType::home_visit), words(note_text, "Met Ruth at home.")});
  REQUIRE(draft.ok());
  CHECK(show_note(p.place(), draft->id)->note.state == Whereabouts::draft);
  CHECK(status(p.place()).drafts == 1);
  CHECK(status(p.place()).unsent == 0);
  const FieldValue better[] = {words(note_text, "Met Ruth and her son at home.")};
  REQUIRE(edit_note(p.place(), draft->id, better).ok());

  const Result<Done> done = sign_note(p.place(), draft->id);
  REQUIRE(done.ok());
  CHECK(done->record == draft->id);
  p.reopen();  // durable when it returned
  CHECK(status(p.place()).drafts == 0);
  CHECK(status(p.place()).unsent == 1);
  CHECK(p.words_of(draft->id, note_text) == "Met Ruth and her son at home.");
  CHECK(show_note(p.place(), draft->id)->note.state == Whereabouts::on_this_device);
  CHECK(sign_note(p.place(), draft->id)->change == done->change);  // twice is once
  CHECK(status(p.place()).unsent == 1);

  p.everybody_meets();
  CHECK(show_note(p.place(), draft->id)->note.state == Whereabouts::held_by_office);
  CHECK(status(p.place()).unsent == 0);
  CHECK(sync::words_of(*p.team.lena, draft->id, note_text) == "Met Ruth and her son at home.");
}

TEST_CASE("what is signed stays, and what is added stands beside it") {
  Profile p;
  const Id note = written_note(p, "She owes 40.");
  const FieldValue other[] = {words(note_text, "She owes 14.")};
  CHECK(perform(p.place(), {.record = note, .writes = {other[0]}}).fault() == Fault::already_there);
  CHECK(edit_note(p.place(), note, other).fault() == Fault::not_found);
  REQUIRE(amend(p.place(), note, {"Misheard", "She owes 14.", "text"}).ok());
  const Result<NoteShown> shown = show_note(p.place(), note);
  REQUIRE(shown.ok());
  CHECK(shown->amendments.size() == 1);
  CHECK(p.words_of(note, note_text) == "She owes 40.");
}

TEST_CASE("oversight is for managers, and says what it means for the person and why") {
  Profile caseworker;
  const Result<NoteDraft> refused = begin_note(caseworker.place(), caseworker.the_case, {of_type(NoteType::oversight)});
  REQUIRE(!refused.ok());
  CHECK(refused.fault() == Fault::not_allowed);
  CHECK(refused.fault().detail().find("line ") != std::string::npos);

  Profile p("manager");
  const Result<NoteDraft> draft =
      begin_note(p.place(), p.the_case, {of_type(NoteType::oversight), words(note_text, "Read the file.")});
  REQUIRE(draft.ok());
  const Result<Done> early = sign_note(p.place(), draft->id);
  REQUIRE(!early.ok());
  CHECK(early.fault() == Fault::required);
  CHECK(early.fault().detail() == "note.impact.impact_on_person");
  const FieldValue impact[] = {words(32, "Her visits begin sooner.")};
  REQUIRE(edit_note(p.place(), draft->id, impact).ok());
  CHECK(sign_note(p.place(), draft->id).fault().detail() == "note.decision.rationale");
  const FieldValue why_so[] = {words(35, "The plan was late.")};
  REQUIRE(edit_note(p.place(), draft->id, why_so).ok());
  CHECK(sign_note(p.place(), draft->id).ok());
  p.everybody_meets();
  CHECK(status(p.place()).late == 0);
}

TEST_CASE("a case that is begun without a connection is worked in at once, and taken by the office") {
  Profile p;
  const Result<Done> begun = add_case(p.place(), {.name = "Sam Example", .reference = "C-2026/7"});
  REQUIRE(begun.ok());
  CHECK(begun->scope == begun->record);
  const Result<NoteDraft> draft =
      begin_note(p.place(), begun->scope, {of_type(NoteType::phone), words(note_text, "Sam rang.")});
  REQUIRE(draft.ok());
  REQUIRE(sign_note(p.place(), draft->id).ok());
  CHECK(why(p.place(), begun->scope).begun_here);
  CHECK(find_case_typed(p.place(), "c-2026/7").value() == begun->scope);
  CHECK(add_case(p.place(), {.name = "Other", .reference = "c-2026/7"}).fault() == Fault::already_there);
  p.everybody_meets();
  p.everybody_meets();
  CHECK(status(p.place()).late == 0);
  CHECK(!why(p.place(), begun->scope).begun_here);
  const Result<std::vector<CaseRow>> rows = list_cases(p.place());
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == 2);
  CHECK((*rows)[1].name == "Sam Example");
  CHECK((*rows)[1].reference == "C-2026/7");
  CHECK((*rows)[1].last_contact.has_value());
}

TEST_CASE("what this device allows the office accepts, and what it forbids the office would have held") {
  Profile p;
  // By a rule that nobody's office loosens: assignments are for managers.
  CHECK(assign(p.place(), p.the_case, p.team.tom->identity.worker, AssignmentRole::co).fault() == Fault::not_allowed);
  const std::vector<AuditRow> trail = p.place().audit.entries(1, 1'000);
  REQUIRE(!trail.empty());
  CHECK(trail.back().entry.outcome == sync::AuditOutcome::refused);
  CHECK(p.place().audit.check().ok());
  CHECK(status(p.place()).unsent == 0);
}

TEST_CASE("a manager assigns, and lets go") {
  Profile p("manager");
  const Id tom = p.team.tom->identity.worker;
  REQUIRE(assign(p.place(), p.the_case, tom, AssignmentRole::co).ok());
  CHECK(assign(p.place(), p.the_case, tom, AssignmentRole::co).fault() == Fault::already_there);
  p.pass(std::chrono::minutes(1));
  CHECK(unassign(p.place(), p.the_case, tom)->size() == 2);  // lead, by the team, and co
  CHECK(unassign(p.place(), p.the_case, tom).fault() == Fault::not_found);
  CHECK(close_case(p.place(), p.the_case, "Moved away.").ok());
  CHECK(close_case(p.place(), p.the_case, "Again.").fault() == Fault::already_there);
  p.everybody_meets();
  CHECK(status(p.place()).late == 0);
}

TEST_CASE("two who did not know of each other are asked, and whoever resolves says why") {
  Profile p;
  const Id record = action(p, "Ring the school");
  p.everybody_meets();
  p.team.write(*p.team.mia, record, {{16, Value::of_code(2)}});
  REQUIRE(perform(p.place(), {.record = record, .writes = {{16, Value::of_code(3)}}}).ok());
  p.everybody_meets();
  const Result<std::vector<Conflict>> open = conflicts(p.place(), p.the_case);
  REQUIRE(open.ok());
  REQUIRE(open->size() == 1);
  CHECK(open->front().values.size() == 2);
  CHECK(get(p.place(), record)->state == Whereabouts::needs_you);
  CHECK(status(p.place()).conflicts == 1);

  const Id choice = open->front().values.front().change;
  CHECK(resolve(p.place(), {record, 16, choice, {}, ""}).fault() == Fault::required);
  CHECK(resolve(p.place(), {record, 16, record, {}, "She said so"}).fault() == Fault::not_found);
  CHECK(resolve(p.place(), {record, 18, {}, Value::of_text("x"), "She said so"}).fault() == Fault::stale);
  REQUIRE(resolve(p.place(), {record, 16, choice, {}, "She said so"}).ok());
  CHECK(conflicts(p.place())->empty());
  CHECK(resolve(p.place(), {record, 16, choice, {}, "She said so"}).fault() == Fault::stale);
  p.everybody_meets();
  CHECK(status(p.place()).late == 0);
  CHECK(sync::view(*p.team.mia, record, 16).standing.size() == 1);
}

TEST_CASE("settling for less protection is for who may decide it") {
  Profile p;
  const Result<Done> risk = perform(p.place(), {kinds::risk, p.the_case, {}, {{16, Value::of_code(number_of(RiskLevel::medium))}}, {}});
  REQUIRE(risk.ok());
  p.everybody_meets();
  p.team.write(*p.team.mia, risk->record, {{16, Value::of_code(number_of(RiskLevel::high))}});
  REQUIRE(perform(p.place(), {.record = risk->record, .writes = {{16, Value::of_code(number_of(RiskLevel::low))}}}).ok());
  p.everybody_meets();
  const Value low = Value::of_code(number_of(RiskLevel::low));
  CHECK(resolve(p.place(), {risk->record, 16, {}, low, "Calmer now"}).fault() == Fault::not_allowed);
  const Value high = Value::of_code(number_of(RiskLevel::high));
  CHECK(resolve(p.place(), {risk->record, 16, {}, high, "To be safe"}).ok());
  p.everybody_meets();
  CHECK(status(p.place()).late == 0);
}

TEST_CASE("a timeline has everything: drafts, what waits, what the office holds, what is void") {
  Profile p;
  const Id first = written_note(p, "First.");
  p.everybody_meets();
  p.pass(std::chrono::hours(1));
  const Id second = written_note(p, "Second.");
  REQUIRE(amend(p.place(), first, {"More", "And then he left."}).ok());
  REQUIRE(void_record(p.place(), second, "Wrong case").ok());
  CHECK(void_record(p.place(), second, "Again").fault() == Fault::already_there);
  p.pass(std::chrono::hours(1));
  const Result<NoteDraft> draft = begin_note(p.place(), p.the_case, {of_type(NoteType::letter), words(note_text, "Third.")});
  REQUIRE(draft.ok());
  const Result<Timeline> notes = timeline(p.place(), {.scope = p.the_case, .kind = kinds::note});
  REQUIRE(notes.ok());
  REQUIRE(notes->rows.size() == 3);
  CHECK(notes->rows[0].text == "First.");
  CHECK(notes->rows[0].state == Whereabouts::held_by_office);
  CHECK(notes->rows[0].received.has_value());
  CHECK(notes->rows[0].amended == 1);
  CHECK(notes->rows[1].voided == sync::VoidState::voided);
  CHECK(notes->rows[1].state == Whereabouts::on_this_device);
  CHECK(!notes->rows[1].received);
  CHECK(notes->rows[2].state == Whereabouts::draft);
  CHECK(timeline(p.place(), {.scope = p.the_case, .type = "letter"})->rows.size() == 1);
  CHECK(timeline(p.place(), {.scope = p.the_case, .since = notes->rows[1].occurred, .kind = kinds::note})->rows.size() == 2);
  REQUIRE(restore_record(p.place(), second).ok());
  CHECK(restore_record(p.place(), second).fault() == Fault::already_there);
}

TEST_CASE("work that the office holds for a person stays in sight, as late") {
  Profile p;
  for (const sync::RecordRow& row : p.store().records_of_scope(p.the_case)) {
    const bool ana = row.kind == kinds::assignment &&
                     p.store().record(row.record).view(Catalogue::built_in(), assignment_facts::worker).in_force.front() ==
                         Value::of_reference(p.self->identity.worker);
    if (ana) p.team.end_assignment(*p.team.lena, row.record);
  }
  static_cast<void>(p.team.meet(*p.team.lena));
  const Id note = written_note(p, "Written before she knew.");
  CHECK(p.meet());
  CHECK(status(p.place()).late == 1);
  CHECK(get(p.place(), note).fault() == Fault::held);
  CHECK(perform(p.place(), {.record = note, .writes = {words(25, "Here")}}).fault() == Fault::held);
}

TEST_CASE("nothing is shown before the audit trail says so, and a search is in it without its words") {
  Profile p;
  const Id note = written_note(p, "Canary sang.");
  const std::uint64_t before = p.place().audit.size();
  const Result<SearchResult> found = look_for(p.place(), {.text = "canary"});
  REQUIRE(found.ok());
  CHECK(found->hits.size() == 1);
  CHECK(get(p.place(), note).ok());
  CHECK(history(p.place(), note)->size() >= 3);
  CHECK(timeline(p.place(), {.scope = p.the_case}).ok());
  const std::vector<AuditRow> entries = p.place().audit.entries(before + 1, 100);
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].entry.action == sync::AuditAction::search);
  CHECK(entries[0].entry.role == "caseworker");
  CHECK(entries[1].entry.record == note);
  CHECK(look_for(p.place(), {.text = std::string("a\x01")}).fault() == Fault::text_control);
}

TEST_CASE("when the lease ends, a draft is saved, safety is read, and nothing new is written") {
  Profile p;
  const Id note = written_note(p, "Before.");
  const Result<NoteDraft> draft = begin_note(p.place(), p.the_case, {of_type(NoteType::contact)});
  REQUIRE(draft.ok());
  p.pass(sync::lease_max + std::chrono::hours(1));
  const FieldValue text[] = {words(note_text, "Typed as it ended.")};
  CHECK(edit_note(p.place(), draft->id, text).ok());
  CHECK(sign_note(p.place(), draft->id).fault() == Fault::lease_ended);
  CHECK(begin_note(p.place(), p.the_case, {of_type(NoteType::contact)}).fault() == Fault::lease_ended);
  CHECK(note_drafts(p.place()).front().writes.back() == text[0]);
  const Result<RecordShown> shown = get(p.place(), note);
  REQUIRE(shown.ok());
  for (const sync::FieldView& field : shown->fields) CHECK(field.entry->section == header::section);
  CHECK(look_for(p.place(), {.text = "before"})->hits.empty());
  p.pass(sync::lease_grace);
  CHECK(get(p.place(), note).fault() == Fault::lease_ended);
  CHECK(edit_note(p.place(), draft->id, text).ok());
  CHECK(p.place().audit.entries(p.place().audit.size(), 1).front().entry.outcome == sync::AuditOutcome::refused);
}

TEST_CASE("why tells what may be done, and the line of the rules that says so") {
  Profile p;
  const Id note = written_note(p, "Something.");
  const Why of_note = why(p.place(), note);
  CHECK(of_note.here);
  CHECK(of_note.level == sync::Level::write);
  REQUIRE(!of_note.rights.empty());
  CHECK(of_note.rights[1].section == "note.narrative");
  CHECK(of_note.rights[1].rule.find("caseworker may write note.*") != std::string::npos);
  CHECK(!why(p.place(), Id{{1, 2, 3}}).here);
  CHECK(why(p.place(), Id{{1, 2, 3}}).rights.empty());
  CHECK(why(p.place(), p.the_case).rights.size() > 20);
}
