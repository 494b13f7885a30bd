#include "client/casework/cases.h"
#include "client/casework/handover/handover.h"
#include "client/casework/notes.h"
#include "client/casework/records.h"
#include "client/casework/status.h"
#include "client/casework/typed.h"
#include "tests/unit/client/casework/profile.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

Id add(Profile& p, std::string_view kind_name, const std::vector<std::string>& typed) {
  const KindEntry& kind = *p.place().catalogue().find_kind(kind_name);
  const Result<Done> done = perform(p.place(), {kind.number, p.the_case, {}, *read_fields(p.place(), kind, typed), {}});
  REQUIRE(done.ok());
  return done->record;
}

Id worker_of(const std::unique_ptr<sync::Laptop>& who) { return who->identity.worker; }

NewHandover to(const Profile& p, const Id& worker) {
  return {.scope = p.the_case, .to = worker, .summary = "Ruth trusts slowly; ring before you come."};
}

std::vector<AssignmentRow> leads(Profile& p) {
  std::vector<AssignmentRow> rows = *assignments(p.place(), p.the_case);
  std::erase_if(rows, [](const AssignmentRow& row) { return !row.in_force || row.as != AssignmentRole::lead; });
  return rows;
}

// What somebody writes on their own laptop into the status of a handover.
void set_status(Profile& p, sync::Laptop& who, const Id& handover, HandoverStatus status) {
  p.team.write(who, handover, {{18, Value::of_code(number_of(status))}});
}

}  // namespace

TEST_CASE("a case is handed over: offered by its lead, acknowledged by its receiver, moved by a manager, and no note is lost") {
  Profile ana;
  const Id mia = worker_of(ana.team.mia);
  const Result<NoteDraft> draft = begin_note(ana.place(), ana.the_case, {{header::type, Value::of_code(1)}, {16, Value::of_text("Met Ruth.")}});
  const Id note = sign_note(ana.place(), draft->id)->record;
  add(ana, "action", {"status=open", "due=2020-01-01", "what=Ring"});
  const Result<Offered> offered = begin_handover(ana.place(), to(ana, mia));
  REQUIRE_MESSAGE(offered.ok(), offered.fault().to_string());
  CHECK(offered->receiver_reads);
  CHECK(offered->pack.contacts == std::vector<Id>{note});
  CHECK(offered->pack.unsent >= 2);
  CHECK(begin_handover(ana.place(), to(ana, mia)).fault() == Fault::already_there);

  // The giver may not take the receiver's steps, nor move a case.
  const Id handover = offered->done.record;
  CHECK(accept_handover(ana.place(), handover, "Thank you").fault() == Fault::not_allowed);
  CHECK(decline_handover(ana.place(), handover, "No").fault() == Fault::not_allowed);
  CHECK(move_handover(ana.place(), handover).fault() == Fault::not_allowed);
  ana.everybody_meets();
  CHECK(status(ana.place()).late == 0);
  CHECK(sync::words_of(*ana.team.mia, handover, 19) == "Ruth trusts slowly; ring before you come.");

  set_status(ana, *ana.team.mia, handover, HandoverStatus::acknowledged);
  ana.everybody_meets();
  const std::vector<HandoverRow> rows = *list_handovers(ana.place());
  REQUIRE(rows.size() == 1);
  CHECK(rows.front().status == HandoverStatus::acknowledged);
  CHECK(sync::words_of(*ana.team.mia, note, 16) == "Met Ruth.");
}

TEST_CASE("who receives and assigns cases takes a case over in one act") {
  Profile lead("manager");
  const Id mia = worker_of(lead.team.mia);
  // Mia hands the case to Ana, who is a manager of the unit.
  const Id ana = lead.place().worker;
  for (const AssignmentRow& row : leads(lead)) {
    if (row.worker == ana) REQUIRE(unassign(lead.place(), lead.the_case, ana).ok());
  }
  lead.everybody_meets();
  const Id handover = lead.team.begin(*lead.team.mia, kinds::handover, lead.the_case,
                                      {{16, Value::of_reference(mia)}, {17, Value::of_reference(ana)}, {18, Value::of_code(2)},
                                       {19, Value::of_text("Hers now.")}, {24, Value::of_date(*parse_date("2020-01-01"))}});
  lead.everybody_meets();
  const Result<Passed> passed = accept_handover(lead.place(), handover, "I begin on Monday.");
  REQUIRE_MESSAGE(passed.ok(), passed.fault().to_string());
  CHECK(passed->moved);
  CHECK(passed->changed_since);  // Mia's laptop put no digest in it
  bool ana_leads = false;
  for (const AssignmentRow& row : leads(lead)) {
    CHECK(row.worker != mia);
    ana_leads = ana_leads || row.worker == ana;
  }
  CHECK(ana_leads);
  CHECK(accept_handover(lead.place(), handover, "").fault() == Fault::already_there);
  CHECK(cancel_handover(lead.place(), handover).fault() == Fault::stale);
  CHECK(list_handovers(lead.place())->front().moved);
  lead.everybody_meets();
  CHECK(status(lead.place()).late == 0);
}

TEST_CASE("a manager moves a case only when it is acknowledged, at one moment and with its minutes") {
  Profile p("manager");
  const Id mia = worker_of(p.team.mia);
  const Id tom = worker_of(p.team.tom);
  REQUIRE(unassign(p.place(), p.the_case, p.place().worker).ok());
  REQUIRE(unassign(p.place(), p.the_case, tom).ok());
  const Result<Offered> offered = begin_handover(p.place(), to(p, tom));
  REQUIRE(offered.ok());
  CHECK(offered->receiver_reads);  // made co-worker, so that the case reaches him
  const Id handover = offered->done.record;
  CHECK(move_handover(p.place(), handover).fault() == Fault::stale);
  p.everybody_meets();
  set_status(p, *p.team.tom, handover, HandoverStatus::acknowledged);
  p.everybody_meets();
  CHECK_FALSE(list_handovers(p.place())->front().moved);
  p.pass(std::chrono::minutes(1));
  REQUIRE(move_handover(p.place(), handover).ok());
  CHECK(move_handover(p.place(), handover).fault() == Fault::already_there);
  std::optional<WallTime> ended;
  std::optional<WallTime> begun;
  const std::vector<AssignmentRow> all = *assignments(p.place(), p.the_case);
  for (const AssignmentRow& row : all) {
    if (row.worker == mia && row.as == AssignmentRole::lead) ended = row.until;
    if (row.worker == tom && row.as == AssignmentRole::lead && !row.until) begun = row.from;
    CHECK_FALSE((row.worker == tom && row.as == AssignmentRole::co && row.in_force));
  }
  REQUIRE(ended.has_value());
  CHECK(ended == begun);
  p.everybody_meets();
  CHECK(status(p.place()).late == 0);
  CHECK(sync::holds_accepted(*p.team.tom, p.the_case));
}

TEST_CASE("a case that takes effect later changes hands on that day, and not before") {
  Profile p("manager");
  const Id tom = worker_of(p.team.tom);
  REQUIRE(unassign(p.place(), p.the_case, p.place().worker).ok());
  REQUIRE(unassign(p.place(), p.the_case, tom).ok());
  NewHandover wanted = to(p, tom);
  const Date day = p.place().zone.date_at(p.place().clock.now()) + std::chrono::days(3);
  wanted.takes_effect = day;
  const Id handover = begin_handover(p.place(), wanted)->done.record;
  p.everybody_meets();
  set_status(p, *p.team.tom, handover, HandoverStatus::acknowledged);
  p.everybody_meets();
  REQUIRE(move_handover(p.place(), handover).ok());
  CHECK(leads(p).front().worker == worker_of(p.team.mia));
  p.pass(std::chrono::days(3));
  REQUIRE(leads(p).size() == 1);
  CHECK(leads(p).front().worker == tom);
  CHECK(*leads(p).front().from == p.place().zone.start_of(day));
}

TEST_CASE("a receiver declines with a reason, and the case stays where it is") {
  Profile p;
  const Id handover = p.team.begin(*p.team.mia, kinds::handover, p.the_case,
                                   {{16, Value::of_reference(worker_of(p.team.mia))}, {17, Value::of_reference(p.place().worker)},
                                    {18, Value::of_code(2)}, {19, Value::of_text("Please.")}});
  p.everybody_meets();
  const std::size_t before = leads(p).size();
  CHECK(decline_handover(p.place(), handover, "  ").fault() == Fault::required);
  REQUIRE(decline_handover(p.place(), handover, "I know the family.").ok());
  CHECK(decline_handover(p.place(), handover, "Again").fault() == Fault::already_there);
  CHECK(accept_handover(p.place(), handover, "").fault() == Fault::stale);
  CHECK(leads(p).size() == before);
  p.everybody_meets();
  CHECK(status(p.place()).late == 0);
  CHECK(sync::words_of(*p.team.mia, handover, 26) == "I know the family.");
}

TEST_CASE("a handover that was cancelled and acknowledged at once waits for a person") {
  Profile p;
  const Id handover = begin_handover(p.place(), to(p, worker_of(p.team.mia)))->done.record;
  p.everybody_meets();
  set_status(p, *p.team.mia, handover, HandoverStatus::acknowledged);
  REQUIRE(cancel_handover(p.place(), handover).ok());
  p.everybody_meets();
  CHECK(list_handovers(p.place())->front().disputed);
  CHECK(!cancel_handover(p.place(), handover).ok());
}

TEST_CASE("a handover that cannot begin is refused by name") {
  Profile p;
  const Id mia = worker_of(p.team.mia);
  const Id note = add(p, "note", {"type=phone", "text=He rang."});
  struct Row {
    const char* what;
    NewHandover wanted;
    const char* fault;
  };
  const auto with = [&](auto change) { NewHandover h = to(p, mia); change(h); return h; };
  const Row rows[] = {
      {"no summary", with([](NewHandover& h) { h.summary = " \n"; }), "required"},
      {"a summary of foreign bytes", with([](NewHandover& h) { h.summary = "\xff"; }), "text_encoding"},
      {"to oneself", with([&](NewHandover& h) { h.to = p.place().worker; }), "bad_value"},
      {"to nobody here", with([](NewHandover& h) { h.to = Id{{9}}; }), "not_found"},
      {"to a note", with([&](NewHandover& h) { h.to = note; }), "bad_value"},
      {"no case", with([](NewHandover& h) { h.scope = Id{{9}}; }), "not_found"},
      {"a note for a case", with([&](NewHandover& h) { h.scope = note; }), "not_found"},
      {"before today", with([](NewHandover& h) { h.takes_effect = *parse_date("2001-01-01"); }), "bad_value"},
      {"a reason of no list", with([](NewHandover& h) { h.reason = 4242; }), "bad_name"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Result<Offered> offered = begin_handover(p.place(), row.wanted);
    REQUIRE(!offered.ok());
    CHECK(offered.fault().name() == row.fault);
  }
  CHECK(list_handovers(p.place())->empty());
  CHECK(accept_handover(p.place(), note, "").fault() == Fault::unknown_kind);
  CHECK(accept_handover(p.place(), Id{{9}}, "").fault() == Fault::not_found);
}

TEST_CASE("the pack's digest changes with what is open, and only with that") {
  Profile p;
  const std::string before = make_pack(p.place(), p.the_case).digest();
  CHECK(before.size() == 64);
  add(p, "need", {"type=finance", "status=identified"});
  CHECK(make_pack(p.place(), p.the_case).digest() == before);
  p.pass(std::chrono::days(2));
  CHECK(make_pack(p.place(), p.the_case).digest() == before);
  const Id action = add(p, "action", {"status=open", "due=2030-01-01", "what=Ring"});
  const std::string with_action = make_pack(p.place(), p.the_case).digest();
  CHECK(with_action != before);
  REQUIRE(perform(p.place(), {.record = action, .writes = {{17, Value::of_date(*parse_date("2030-01-02"))}}}).ok());
  CHECK(make_pack(p.place(), p.the_case).digest() != with_action);
  REQUIRE(void_record(p.place(), action, "Twice").ok());
  CHECK(make_pack(p.place(), p.the_case).digest() == before);
  CHECK(agenda_of(make_pack(p.place(), p.the_case)).find("0 overdue") != std::string::npos);
}
