#include "tests/hazards/team.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

TEST_CASE("H20 three notes written after the case was taken away are handed on, and only then does the case go") {
  Team team;
  team.end_assignment(*team.lena, team.toms_assignment);
  static_cast<void>(team.meet(*team.lena));
  std::vector<Id> notes;
  for (const char* words : {"Called", "Visited", "Called again"}) notes.push_back(team.note(*team.tom, team.the_case, words));

  bool handed_on = false;
  const Line line{.device_took = [&](const Message& message) {
    if (std::holds_alternative<Receipts>(message)) handed_on = holds_accepted(*team.tom, team.the_case);
  }};
  const Ended ended = team.meet(*team.tom, line);
  CHECK(ended.well());
  CHECK(ended.report.late == 3);  // what its user is told
  CHECK(handed_on);               // the case was still there when the receipt came
  CHECK_FALSE(holds_accepted(*team.tom, team.the_case));
  for (const Id& note : notes) CHECK(is_late(team.office, note));

  CHECK(team.office.release_late_work(notes.front()));
  static_cast<void>(team.meet(*team.lena));
  CHECK(words_of(*team.lena, notes.front(), note_text) == "Called");
  CHECK(team.lena->store.find(notes.front())->change.header.author == team.tom->identity.worker);
}

TEST_CASE("H21 a case that two managers reassign at once shows both moves, and its notes stay with it") {
  Team team;
  const std::unique_ptr<Laptop> omar = team.hire("Omar", "manager");
  const std::unique_ptr<Laptop> ana = team.hire("Ana", "caseworker", 1);
  const Id note = team.note(*team.mia, team.the_case, "Before the moves");
  team.everybody_meets();
  static_cast<void>(team.meet(*omar));
  static_cast<void>(team.meet(*ana));

  team.end_assignment(*team.lena, team.toms_assignment);
  const Id by_lena = team.assign(*team.lena, team.the_case, *team.mia);
  team.end_assignment(*omar, team.toms_assignment);
  const Id by_omar = team.assign(*omar, team.the_case, *ana);
  for (int round = 0; round < 2; ++round) {
    for (Laptop* who : {team.lena.get(), omar.get(), ana.get(), team.tom.get(), team.mia.get()}) static_cast<void>(team.meet(*who));
  }
  CHECK(position_of(team.office, by_lena) < position_of(team.office, by_omar));
  for (const Laptop* who : {team.lena.get(), omar.get(), ana.get()}) {
    CAPTURE(who->identity.name);
    CHECK(holds(*who, by_lena));
    CHECK(holds(*who, by_omar));
    CHECK(words_of(*who, note, note_text) == "Before the moves");
    CHECK(who->store.changes_of_record(team.toms_assignment).size() == 3);  // begun, and ended by both
  }
  CHECK_FALSE(holds_accepted(*team.tom, team.the_case));
  CHECK(same_view(*team.lena, *omar, team.the_case));
}

TEST_CASE("H22 who gets a case has its past too, though it lies below what their laptop has read") {
  Team team;
  const std::unique_ptr<Laptop> ana = team.hire("Ana", "caseworker", 1);
  const Id old = team.note(*team.mia, team.the_case, "Of last year");
  team.everybody_meets();
  team.pass(std::chrono::days(200));
  CHECK(session(*ana, team.office).well());
  REQUIRE(ana->store.state().cursor >= position_of(team.office, old));
  REQUIRE_FALSE(holds(*ana, old));
  team.assign(*team.lena, team.the_case, *ana);
  static_cast<void>(team.meet(*team.lena));
  CHECK(team.meet(*ana).well());
  CHECK(words_of(*ana, old, note_text) == "Of last year");
  CHECK(is_quiet(*ana));
  CHECK(same_view(*ana, *team.lena, team.the_case));
}

TEST_CASE("H23 a case that was taken away and given back between two contacts never leaves the laptop") {
  Team team;
  const Id note = team.note(*team.mia, team.the_case, "A visit");
  team.everybody_meets();
  team.end_assignment(*team.lena, team.toms_assignment);
  team.assign(*team.lena, team.the_case, *team.tom);
  static_cast<void>(team.meet(*team.lena));
  const Ended ended = team.meet(*team.tom);
  CHECK(ended.well());
  CHECK(ended.report.withdrawn == 0);
  CHECK(holds(*team.tom, note));
  CHECK(team.tom->store.purge_receipts().empty());
}

TEST_CASE("H23 a purge receipt that comes after the case was given back does not end its custody") {
  Team team;
  const std::unique_ptr<Laptop> ana = team.hire("Ana", "custodial_officer", 1);
  const Id first = team.assign(*team.lena, team.the_case, *ana);
  static_cast<void>(team.meet(*team.lena));
  static_cast<void>(team.meet(*ana));
  team.end_assignment(*team.lena, first);
  static_cast<void>(team.meet(*team.lena));
  static_cast<void>(team.meet(*ana, Line{.to_device = 2}));  // STATUS and REACH; the office does not hear of the purge
  REQUIRE_FALSE(holds_accepted(*ana, team.the_case));
  const std::vector<Signed<PurgeReceipt>> late = ana->store.purge_receipts();
  REQUIRE(late.size() == 1);

  team.assign(*team.lena, team.the_case, *ana);
  static_cast<void>(team.meet(*team.lena));
  CHECK(team.meet(*ana).well());
  CHECK(holds_accepted(*ana, team.the_case));
  CHECK(is_in_custody(team.office, *ana, team.the_case));
}

// A provider who is referred, while the person consents, and whose laptop takes one change a page.
struct Referred {
  Team team{PageLimits{1, 100'000}};
  std::unique_ptr<Laptop> provider = team.hire("Harbour", "provider");
  Id consent;
  std::vector<Id> people;

  Referred() {
    consent = team.begin(*team.mia, kinds::consent, team.the_case, {{consent_facts::name, text("service")},
                                                                    {consent_facts::status, code(ConsentStatus::given)}});
    team.begin(*team.mia, kinds::referral, team.the_case, {{referral_facts::provider, link(team.office.providers.front())},
                                                           {referral_facts::status, code(ReferralStatus::sent)}});
    for (const char* name : {"Ruth Example", "Ruth's mother", "Ruth's brother"}) {
      people.push_back(team.begin(*team.mia, kinds::person, team.the_case, {{person_name, text(name)}}));
    }
    static_cast<void>(team.meet(*team.mia));
  }
  void withdraw_consent() {
    team.write(*team.mia, consent, {{consent_facts::status, code(ConsentStatus::withdrawn)}});
    static_cast<void>(team.meet(*team.mia));
  }
  std::size_t known() const {
    return static_cast<std::size_t>(std::ranges::count_if(people, [&](const Id& person) { return holds(*provider, person); }));
  }
};

TEST_CASE("H24 consent that is withdrawn while pages are on their way stops the rest, and takes back what came") {
  bool finished_first = false;
  bool some_had_come = false;
  for (std::size_t page = 0; !finished_first; ++page) {
    CAPTURE(page);
    Referred world;
    std::size_t pages = 0;
    bool withdrawn = false;
    const Line line{.office_looks = [&](What what) {
      if (what != What::page || pages++ < page || withdrawn) return;
      withdrawn = true;
      world.withdraw_consent();
    }};
    const Ended ended = world.team.meet(*world.provider, line);
    finished_first = !withdrawn;
    if (withdrawn) CHECK(ended.device == Fault(Fault::stale));
    CHECK(ended.of<Page>(ended.to_device).size() <= page);
    some_had_come = some_had_come || (withdrawn && world.known() > 0);
    if (finished_first) CHECK(world.known() == world.people.size());
    if (finished_first) world.withdraw_consent();
    CHECK(world.team.meet(*world.provider).well());
    CHECK(world.known() == 0);
    CHECK_FALSE(holds_accepted(*world.provider, world.team.the_case));
  }
  CHECK(some_had_come);
}

TEST_CASE("H39 a first synchronisation that is cut anywhere goes on where it was, and nothing is cleared away meanwhile") {
  const auto prepare = [](Team& team) {
    for (int i = 0; i < 5; ++i) team.note(*team.mia, team.the_case, "Note " + std::to_string(i));
    static_cast<void>(team.meet(*team.mia));
    std::unique_ptr<Laptop> ana = team.hire("Ana", "manager");
    return ana;
  };
  Team model(PageLimits{2, 100'000});
  const std::unique_ptr<Laptop> model_ana = prepare(model);
  const Ended whole = model.meet(*model_ana);
  REQUIRE(whole.well());
  std::size_t came_twice = 0;
  for (std::size_t cut = 0; cut < whole.to_device.size(); ++cut) {
    CAPTURE(cut);
    Team team(PageLimits{2, 100'000});
    const std::unique_ptr<Laptop> ana = prepare(team);
    static_cast<void>(team.meet(*ana, Line{.to_device = cut}));
    const std::size_t held = ana->store.contents().changes.size();
    const bool complete = whole.to_device.size() - cut <= 1;
    CHECK((is_quiet(*ana) && !ana->store.coverage().empty()) == complete);
    const Ended rest = team.meet(*ana);
    CHECK(rest.well());
    CHECK(rest.report.withdrawn == 0);
    CHECK(rest.report.repaired == 0);
    if (rest.report.received + held != model_ana->store.contents().changes.size()) ++came_twice;
    CHECK(ana->store.purge_receipts().empty());
    CHECK(is_quiet(*ana));
    CHECK(same_view(*ana, *model_ana, team.the_case));
  }
  // A cut just between the office's own scope and the page that moves the cursor past it brings that scope again.
  CHECK(came_twice <= 1);
}

}  // namespace
}  // namespace caseload::sync
