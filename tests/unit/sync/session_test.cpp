#include "tests/simulation/reference.h"
#include "tests/unit/sync/bench.h"

#include "tests/support/test.h"

// Whole sessions, both machines and both desks, on true stores: the walk of one note.
namespace caseload::sync {
namespace {

using namespace test;

constexpr FieldNumber words = 16;
const Id file = numbered(20), note = numbered(30);

Draft note_in(std::uint32_t number, const Id& scope, std::string_view said) {
  return draft(number)
      .in(scope)
      .says(0, {write(header::type, Value::of_code(1))})
      .says(1, {write(words, Value::of_text(said))});
}

void works(const Bench::Session& session) {
  CAPTURE(session.said.size());
  if (session.device) FAIL_CHECK("device: ", session.device->code(), " ", session.device->detail());
  if (session.office) FAIL_CHECK("office: ", session.office->code(), " ", session.office->detail());
  CHECK(session.ended);
  CHECK(session.report.repaired == 0);
}

// What of the log the device holds, against the reference.
void holds_its_share(const Bench& bench, const Machine& machine) {
  Reference reference(bench.catalogue, bench.rules.rules(), office_scope);
  for (const auto& [id, held] : bench.memory.contents().changes) {
    if (held.position != 0) reference.accept(held.change, held.position, held.accepted, {});
  }
  Reference::Held holds;
  for (const auto& [id, stored] : machine.store.contents().changes) {
    if (stored.state != ChangeState::accepted) continue;
    for (const Part& part : stored.change.parts) holds.insert({id, part.section});
  }
  const Reference::Held expected = reference.may_hold(machine.worker, Standing::active, bench.clock.now());
  CHECK(holds.size() == expected.size());
  CHECK(holds == expected);
}

}  // namespace

TEST_CASE("a note written offline reaches the chief in one session each, and only what the chief may see") {
  Bench b;
  Machine& ana = b.enrol(10, "clerk", unit_four);
  Machine& ben = b.enrol(11, "chief", unit_four);
  b.admit_case(20, unit_four, ana.worker);
  works(b.session(ana));
  CHECK(ana.has(file, 1));
  b.keep(ana, note_in(30, file, "seen at home"));
  b.keep(ana, draft(31).in(file).of(kinds::action).says(1, {write(18, Value::of_text("call the school"))}));
  const Bench::Session pushed = b.session(ana);
  works(pushed);
  CHECK(pushed.report.pushed == 2);
  CHECK(pushed.report.accepted == 2);
  CHECK(pushed.report.received == 0);  // nobody downloads his own pushes again
  works(b.session(ben));
  CHECK(text_of(ben.record(note), words) == Value::of_text("seen at home"));
  CHECK_FALSE(ben.store.find(numbered(31)));
  holds_its_share(b, ana);
  holds_its_share(b, ben);
}

TEST_CASE("a case that was begun here does not come back, and what others write in it does") {
  Bench b;
  Machine& ana = b.enrol(10, "clerk", unit_four);
  Machine& ben = b.enrol(11, "chief", unit_four);
  works(b.session(ana));
  works(b.session(ben));
  b.keep(ana, draft(30).of(kinds::case_file).in(numbered(30)).says(0, {write(case_facts::unit, Value::of_reference(unit_four))}));
  b.keep(ana, note_in(31, numbered(30), "begun"));
  const Bench::Session begun = b.session(ana);
  works(begun);
  CHECK(begun.report.accepted == 2);
  CHECK(begun.report.received == 0);
  REQUIRE(ana.store.coverage_of(numbered(30)).has_value());
  CHECK_FALSE(ana.store.coverage_of(numbered(30))->backfill.has_value());
  holds_its_share(b, ana);
  works(b.session(ben));
  b.keep(ben, note_in(32, numbered(30), "by the chief"));
  works(b.session(ben));
  const Bench::Session later = b.session(ana);
  works(later);
  CHECK(later.report.received == 1);
  CHECK(text_of(ana.record(numbered(32)), words) == Value::of_text("by the chief"));
  holds_its_share(b, ana);
}

TEST_CASE("a session with nothing to do is one question and one answer, and writes nothing at the office") {
  Bench b;
  Machine& ana = b.enrol(10, "clerk", unit_four);
  b.admit_case(20, unit_four, ana.worker);
  works(b.session(ana));
  const Coverage covered = ana.store.coverage();
  const std::uint64_t written = b.memory.writes();
  const Bench::Session idle = b.session(ana);
  works(idle);
  CHECK(b.memory.writes() == written);
  CHECK(idle.report.received == 0);
  CHECK(std::ranges::count(idle.said, "page") == 0);
  CHECK(std::ranges::count(idle.said, "reach") == 0);
  CHECK(std::ranges::count(idle.said, "coverage") == 0);
  CHECK(ana.store.coverage() == covered);
  CHECK(std::get<Complete>(idle.messages[2]).scopes.empty());
}

TEST_CASE("a session cut after any message goes on later, and loses nothing") {
  for (std::size_t cut = 1; cut < 40; ++cut) {
    CAPTURE(cut);
    Bench b;
    b.page = {2, 1 << 20};
    Machine& ana = b.enrol(10, "clerk", unit_four);
    Machine& ben = b.enrol(11, "chief", unit_four);
    b.admit_case(20, unit_four, ana.worker);
    b.keep(ana, note_in(30, file, "written before the first session"));
    works(b.session(ben));
    const Bench::Session first = b.session(ana, cut);
    if (first.ended) {
      CHECK(cut > 8);
      break;
    }
    b.keep(ana, note_in(32, file, "written after it"));
    works(b.session(ana));
    works(b.session(ben));
    holds_its_share(b, ana);
    holds_its_share(b, ben);
    CHECK(ana.store.unsent().empty());
    CHECK(ana.store.waiting().empty());
    CHECK(text_of(ben.record(note), words) == Value::of_text("written before the first session"));
    CHECK(text_of(ben.record(numbered(32)), words) == Value::of_text("written after it"));
    CHECK(b.office.find(note)->position != 0);
  }
}

TEST_CASE("receipts that do not fit into one message come in several, and all are believed") {
  Bench b;
  Machine& ana = b.enrol(10, "clerk", unit_four);
  b.admit_case(20, unit_four, ana.worker);
  works(b.session(ana));
  for (std::uint32_t n = 0; n < 600; ++n) b.keep(ana, note_in(1000 + n, file, "seen"));
  b.page.bytes_max = 100;
  const Bench::Session pushed = b.session(ana);
  works(pushed);
  CHECK(pushed.report.accepted == 600);
  CHECK(ana.store.waiting().empty());
  CHECK(std::ranges::count(pushed.said, "receipts") == 3);  // 600 changes are three segments
}

TEST_CASE("who is no longer assigned keeps nothing of the case, and what was unsent waits for a person") {
  Bench b;
  Machine& ana = b.enrol(10, "clerk", unit_four);
  b.admit_case(20, unit_four, ana.worker);
  works(b.session(ana));
  b.keep(ana, note_in(30, file, "in time"));
  works(b.session(ana));
  b.admit(draft(40)
              .in(file)
              .on(numbered(21))
              .of(kinds::assignment)
              .says(0, {write(assignment_facts::until, Value::of_moment(minute(50)))}));
  b.keep(ana, note_in(31, file, "too late"));
  const Bench::Session session = b.session(ana);
  works(session);
  CHECK(session.report.late == 1);
  CHECK(session.report.withdrawn == 1);
  CHECK(b.office.find(numbered(31))->position == 0);
  CHECK(b.office.find(numbered(31))->held_for == Fault::not_allowed);
  CHECK_FALSE(ana.store.find(file));
  CHECK_FALSE(ana.store.find(note));
  CHECK_FALSE(ana.store.coverage().contains(file));
  holds_its_share(b, ana);
  works(b.session(ana));  // hands over what purge receipts are left
  for (const CustodyRow& row : b.office.custody(ana.device)) CHECK(row.scope != file);
  CHECK(ana.store.purge_receipts().empty());
}

TEST_CASE("a record that was restricted leaves the clerk's device, and comes back when it is not") {
  Bench b;
  Machine& ana = b.enrol(10, "clerk", unit_four);
  Machine& ben = b.enrol(11, "chief", unit_four);
  b.admit_case(20, unit_four, ana.worker);
  works(b.session(ana));
  b.keep(ana, note_in(30, file, "about a witness"));
  works(b.session(ana));
  works(b.session(ben));
  b.keep(ben, draft(31).in(file).on(note).says(
                  0, {write(header::marking, Value::of_code(number_of(Marking::restricted)))}));
  works(b.session(ben));
  works(b.session(ana));
  CHECK_FALSE(ana.store.find(note));
  CHECK_FALSE(ana.store.find(numbered(31)));
  holds_its_share(b, ana);
  b.keep(ben, draft(32).in(file).on(note).says(
                  0, {write(header::marking, Value::of_code(number_of(Marking::ordinary)), {numbered(31)})}));
  works(b.session(ben));
  works(b.session(ana));
  CHECK(text_of(ana.record(note), words) == Value::of_text("about a witness"));
  holds_its_share(b, ana);
  holds_its_share(b, ben);
}

TEST_CASE("a consent opens one section of the case to the chief, who had read the rest before") {
  Bench b;
  Machine& ana = b.enrol(10, "clerk", unit_four);
  Machine& ben = b.enrol(11, "chief", unit_four);
  b.admit_case(20, unit_four, ana.worker);
  works(b.session(ana));
  b.keep(ana, draft(31)
                  .in(file)
                  .of(kinds::action)
                  .says(0, {write(header::occurred, Value::of_moment(minute(1)))})
                  .says(1, {write(18, Value::of_text("call the school"))}));
  works(b.session(ana));
  works(b.session(ben));
  CHECK_FALSE(ben.store.find(numbered(31)));
  const auto consent = [&](std::uint32_t number, CodeNumber status, std::vector<Id> replaces) {
    b.admit(draft(number)
                .in(file)
                .on(numbered(50))
                .of(kinds::consent)
                .says(0, {write(consent_facts::name, Value::of_text("service"), replaces),
                          write(consent_facts::status, Value::of_code(status), replaces)}));
  };
  consent(50, number_of(ConsentStatus::given), {});
  works(b.session(ben));
  CHECK(ben.has(numbered(31), 1));
  holds_its_share(b, ben);
  consent(51, number_of(ConsentStatus::withdrawn), {numbered(50)});
  works(b.session(ben));
  CHECK_FALSE(ben.store.find(numbered(31)));
  holds_its_share(b, ben);
}

TEST_CASE("both decide a field, both see both, and a resolution settles it on every device") {
  Bench b;
  Machine& ana = b.enrol(10, "clerk", unit_four);
  Machine& ben = b.enrol(11, "chief", unit_four);
  b.admit_case(20, unit_four, ana.worker);
  const auto risk = [](std::uint32_t number) {
    return draft(number).in(file).on(numbered(30)).of(kinds::risk);
  };
  b.admit(draft(30).in(file).of(kinds::risk).says(1, {write(16, Value::of_code(2))}));
  works(b.session(ana));
  works(b.session(ben));
  b.keep(ana, risk(31).says(1, {write(16, Value::of_code(4), {numbered(30)})}));
  b.keep(ben, risk(32).when(minute(9)).says(1, {write(16, Value::of_code(1), {numbered(30)})}));
  for (Machine* machine : {&ana, &ben, &ana}) works(b.session(*machine));
  for (const Machine* machine : {&ana, &ben}) {
    const FieldView view = machine->record(numbered(30)).view(b.catalogue, 16);
    CHECK(view.open);
    CHECK(view.standing.size() == 2);
    CHECK(view.in_force == std::vector{Value::of_code(4)});
  }
  CHECK(ana.record(numbered(30)) == ben.record(numbered(30)));
  b.keep(ben, risk(33).says(1, {write(16, Value::of_code(1), {numbered(31), numbered(32)})}));
  for (Machine* machine : {&ben, &ana}) works(b.session(*machine));
  CHECK(ana.record(numbered(30)) == ben.record(numbered(30)));
  CHECK(text_of(ana.record(numbered(30)), 16) == Value::of_code(1));
}

TEST_CASE("who may not decide cannot settle a conflict downwards: the write waits for a person") {
  Bench b;
  Machine& ana = b.enrol(10, "clerk", unit_four);
  b.admit_case(20, unit_four, ana.worker);
  const auto risk = [](std::uint32_t number) {
    return draft(number).in(file).on(numbered(30)).of(kinds::risk);
  };
  b.admit(draft(30).in(file).of(kinds::risk).says(1, {write(16, Value::of_code(4))}));
  b.admit(risk(31).says(1, {write(16, Value::of_code(1))}));
  works(b.session(ana));
  b.keep(ana, risk(32).says(1, {write(16, Value::of_code(1), {numbered(30), numbered(31)})}));
  CHECK(text_of(ana.record(numbered(30)), 16) == Value::of_code(1));
  const Bench::Session session = b.session(ana);
  works(session);
  CHECK(session.report.late == 1);
  CHECK(ana.record(numbered(30)).view(b.catalogue, 16).open);
  CHECK(text_of(ana.record(numbered(30)), 16) == Value::of_code(4));
}

}  // namespace caseload::sync
