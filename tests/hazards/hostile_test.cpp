#include "tests/hazards/team.h"

#include "sync/transaction.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

// A change that no honest laptop would write, put into Tom's outbox all the same.
Id forge(Team& team, const Id& record, std::vector<Part> parts) {
  const RecordRow row = *team.tom->store.find_record(record);
  const Id id = Id::make(static_cast<std::uint64_t>(to_milliseconds(team.tom->clock.now())), team.random);
  Result<Change> change = compose({id, Stamp::at(team.tom->clock.now()), team.tom->identity.worker, row.scope, record, row.kind},
                                  std::move(parts), team.random.bytes<16>());
  REQUIRE(change.ok());
  StoreTransaction act(team.tom->store);
  keep(team.tom->store, Catalogue::built_in(), *change);
  act.commit();
  return id;
}

TEST_CASE("H55 an office with two histories is found out at the next contact, and nothing of the second is taken") {
  Team team;
  const MemoryOfficeStore::Contents fork = team.office.store.contents();
  team.note(*team.mia, team.the_case, "In the history that Tom saw");
  team.everybody_meets();

  team.office.store.restore(fork);  // the same keys, another history from here on, and longer
  const std::unique_ptr<Laptop> ana = team.hire("Ana", "manager");
  for (int i = 0; i < 4; ++i) {
    CHECK(session(*ana, team.office).well());
    team.note(*ana, team.the_case, "In the history that Tom did not see");
  }
  CHECK(session(*ana, team.office).well());
  const std::size_t held = team.tom->store.contents().changes.size();
  const Id unsent = team.note(*team.tom, team.the_case, "Not yet sent");
  const Ended ended = team.meet(*team.tom);
  CHECK(ended.device == Fault(Fault::ledger_mismatch));
  CHECK(ended.of<Push>(ended.to_office).empty());
  CHECK(team.tom->store.contents().changes.size() == held + 1);
  CHECK(team.tom->store.find(unsent)->state == ChangeState::sent);
}

TEST_CASE("H56 a change that claims to replace more than a form can hold, or the same twice, is not composed or read") {
  SeededRandom random(1);
  std::vector<Id> many;
  for (std::size_t i = 0; i <= replaces_max; ++i) many.push_back(Id::make(i, random));
  const ChangeFacts facts{Id::make(1, random), {}, Id::make(2, random), Id::make(3, random), Id::make(3, random), kinds::case_file};
  const auto with = [&](std::vector<Id> replaces) {
    return compose(facts, {{1, {}, {{case_name, text("x"), false, std::move(replaces)}}}}, random.bytes<16>());
  };
  CHECK(with(many).fault() == Fault(Fault::bad_change));
  CHECK(with({many[0], many[0]}).fault() == Fault(Fault::bad_change));
  many.pop_back();
  CHECK(with(many).ok());
}

TEST_CASE("H56 changes that claim to replace each other, or what never was, lose nothing of the history") {
  Team team;
  const Id mias = team.write(*team.mia, team.the_case, {{case_name, text("Ruth Sample")}});
  team.everybody_meets();
  const Id nobody = Id::make(5, team.random);
  const Id first = forge(team, team.the_case, {{1, {}, {{case_name, text("Forged"), false, {nobody}}}}});
  const Id second = forge(team, team.the_case, {{1, {}, {{case_name, text("Forged again"), false, {first}}}}});
  team.everybody_meets();
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
    for (const Id& each : {mias, first, second}) CHECK(holds(*who, each));
    const std::vector<HeldWrite> standing = view(*who, team.the_case, case_name).standing;
    CHECK(std::ranges::any_of(standing, [&](const HeldWrite& write) { return write.origin.change == mias; }));
  }
  CHECK(same_view(*team.mia, *team.tom, team.the_case));
}

TEST_CASE("H56 a change in somebody else's name is refused with its whole segment") {
  Team team;
  const Id note = team.note(*team.tom, team.the_case, "By Tom, as Mia");
  const Line line{.to_office_altered = [&](Message& message) {
    Push* push = std::get_if<Push>(&message);
    if (push == nullptr) return;
    Change change = *unpack(push->changes.front());
    change.header.author = team.mia->identity.worker;
    push->changes.front() = pack(change);
    const Digest digest = digest_of(change.header);
    close_segment(push->segment, std::span(&digest, 1), *team.tom->key);  // signed by Tom, as he can
  }};
  CHECK(team.meet(*team.tom, line).office == Fault(Fault::bad_segment));
  CHECK_FALSE(team.office.store.find(note).has_value());
}

TEST_CASE("H56 a laptop that floods the office with what it may not write is stopped at its quota") {
  Team team;
  team.end_assignment(*team.lena, team.toms_assignment);
  static_cast<void>(team.meet(*team.lena));
  for (std::size_t i = 0; i <= late_changes_max; ++i) team.note(*team.tom, team.the_case, "Flood");
  const Ended ended = team.meet(*team.tom);
  CHECK(ended.office == Fault(Fault::quota));
  const OfficeDevice tom = *team.office.store.find_device(team.tom->identity.device);
  CHECK(tom.late_changes <= late_changes_max);
  CHECK(tom.late_changes > late_changes_max - segment_changes_max);
  CHECK_FALSE(team.tom->store.waiting().empty());  // the rest stays where it is
}

TEST_CASE("H57 an office that leaves out a record is found out at the end of the session, and asked again") {
  Team team;
  const Id note = team.note(*team.mia, team.the_case, "Left out");
  static_cast<void>(team.meet(*team.mia));
  const Line line{.to_device_altered = [](Message& message) {
    Page* page = std::get_if<Page>(&message);
    if (page == nullptr) return;
    page->segments.clear();
    page->proof.clear();
  }};
  const Ended cheated = team.meet(*team.tom, line);
  CHECK(cheated.report.repaired == 1);
  CHECK_FALSE(holds(*team.tom, note));
  // What it signed says that the laptop was sent the note: that is evidence.
  REQUIRE(cheated.of<Complete>(cheated.to_device).size() == 1);
  CHECK(cheated.of<Complete>(cheated.to_device).front().statement.has_value());

  CHECK(team.meet(*team.tom).well());
  CHECK(holds(*team.tom, note));
  CHECK(team.meet(*team.tom).report.repaired == 0);
  CHECK(same_view(*team.mia, *team.tom, team.the_case));
}

}  // namespace
}  // namespace caseload::sync
