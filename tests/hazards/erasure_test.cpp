#include "sync/office/erasure.h"

#include "sync/transaction.h"
#include "tests/hazards/team.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

constexpr SectionNumber contact = 2;  // of a note: where the place stands

template <class Changes>
bool has_words(const Changes& changes, std::string_view words) {
  return std::ranges::any_of(changes, [&](const auto& entry) {
    return std::ranges::any_of(entry.second.change.parts, [&](const Part& part) {
      return std::ranges::any_of(part.writes, [&](const Write& write) { return write.value == text(words); });
    });
  });
}
bool knows(const Laptop& who, std::string_view words) { return has_words(who.store.contents().changes, words); }
bool knows(const Office& office, std::string_view words) { return has_words(office.store.contents().changes, words); }

// A note with a place that was corrected once; the law wants neither place kept.
struct Unlawful {
  Team team;
  Id note = team.note(*team.mia, team.the_case, "A visit");
  Id first = team.write(*team.mia, note, {{note_place, text("12 Harbour Street")}});
  Id second = team.write(*team.mia, note, {{note_place, text("14 Harbour Street")}});

  Unlawful() { team.everybody_meets(); }

  // Lena's order: a write of nothing that replaces these.
  Id order(std::vector<Id> replaces, const Id& record) {
    const Id id = Id::make(static_cast<std::uint64_t>(to_milliseconds(team.lena->clock.now())), team.random);
    Result<Change> change = compose({id, Stamp::at(team.lena->clock.now()), team.lena->identity.worker, team.the_case, record, kinds::note},
                                    {{contact, {}, {{note_place, Value(), false, std::move(replaces)}}}}, team.random.bytes<16>());
    REQUIRE(change.ok());
    StoreTransaction act(team.lena->store);
    keep(team.lena->store, Catalogue::built_in(), *change);
    act.commit();
    CHECK(team.meet(*team.lena).well());
    return id;
  }
  Result<void> erase_both(const Id& ordered_by) {
    const ErasedPart parts[] = {{first, contact}, {second, contact}};
    StoreTransaction act(team.office.store);
    const Result<void> erased = erase(team.office.store, Catalogue::built_in(), ordered_by, parts);
    if (erased) act.commit();
    return erased;
  }
  void check_gone(const Laptop& who) const {
    CAPTURE(who.identity.name);
    CHECK_FALSE(knows(who, "12 Harbour Street"));
    CHECK_FALSE(knows(who, "14 Harbour Street"));
    CHECK(view(who, note, note_place).in_force.empty());
    CHECK(words_of(who, note, note_text) == "A visit");
  }
};

TEST_CASE("what is erased by law goes from the office and every laptop, and all that was signed still verifies") {
  Unlawful world;
  Team& team = world.team;
  const Id order = world.order({world.first, world.second}, world.note);
  REQUIRE(world.erase_both(order).ok());
  CHECK_FALSE(knows(team.office, "12 Harbour Street"));
  CHECK_FALSE(knows(team.office, "14 Harbour Street"));
  team.everybody_meets();
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) world.check_gone(*who);
  CHECK(same_view(*team.mia, *team.tom, team.the_case));

  const std::unique_ptr<Laptop> ana = team.hire("Ana", "manager");  // checks every signature from the beginning
  CHECK(team.meet(*ana).well());
  world.check_gone(*ana);
  CHECK(is_quiet(*ana));
}

TEST_CASE("an erasure that would let an older value come to stand, or that nobody ordered, is refused") {
  Unlawful world;
  Team& team = world.team;
  const Id half = world.order({world.second}, world.note);
  CHECK(world.erase_both(half).fault() == Fault(Fault::bad_change));
  CHECK(world.erase_both(Id::make(1, team.random)).fault() == Fault(Fault::not_found));
  const Id other = team.note(*team.lena, team.the_case, "Another note");
  static_cast<void>(team.meet(*team.lena));
  const Id elsewhere = world.order({world.first, world.second}, other);
  CHECK(world.erase_both(elsewhere).fault() == Fault(Fault::bad_change));
  CHECK(knows(team.office, "12 Harbour Street"));  // nothing of a refused erasure happened
  CHECK(knows(team.office, "14 Harbour Street"));
  const Id order = world.order({world.first, world.second}, world.note);
  CHECK(world.erase_both(order).ok());
  CHECK(world.erase_both(order).fault() == Fault(Fault::not_found));  // it is gone already
}

TEST_CASE("H58 a legal hold goes before an erasure, whichever came first, until nobody says so any more") {
  const std::vector<FieldWrite> hold = {{case_facts::legal_hold, Value::of_boolean(true)}};
  const std::vector<FieldWrite> no_hold = {{case_facts::legal_hold, Value::of_boolean(false)}};
  for (const bool order_first : {true, false}) {
    for (const bool is_late : {true, false}) {
      CAPTURE(order_first);
      CAPTURE(is_late);
      Unlawful world;
      Team& team = world.team;
      team.write(*team.tom, team.the_case, hold);  // on the road
      Id order;
      if (order_first) order = world.order({world.first, world.second}, world.note);
      const Id& device = team.tom->identity.device;
      if (is_late) team.office.set_standing(device, Standing::suspended, team.random);
      CHECK(team.meet(*team.tom).finished);
      if (!order_first) order = world.order({world.first, world.second}, world.note);
      CHECK(world.erase_both(order).fault() == Fault(Fault::legal_hold));
      CHECK(knows(team.office, "12 Harbour Street"));
      if (is_late) continue;
      // Mia had not read it when she denied it: both stand, and one is enough.
      team.write(*team.mia, team.the_case, no_hold);
      CHECK(team.meet(*team.mia).well());
      CHECK(world.erase_both(order).fault() == Fault(Fault::legal_hold));
      CHECK(team.meet(*team.tom).well());
      team.write(*team.tom, team.the_case, no_hold);
      CHECK(team.meet(*team.tom).well());
      CHECK(world.erase_both(order).ok());
    }
  }
}

TEST_CASE("what was erased is not revived by a laptop that was put back and sends it again") {
  Unlawful world;
  Team& team = world.team;
  const Id third = team.write(*team.mia, world.note, {{note_place, text("16 Harbour Street")}});
  static_cast<void>(team.meet(*team.mia, Line{.to_office = 0}));  // cut, but on no line yet
  const MemoryDeviceStore::Contents image = team.mia->store.contents();
  team.everybody_meets();
  const Id order = world.order({world.first, world.second, third}, world.note);
  REQUIRE(world.erase_both(order).ok());
  {
    const ErasedPart part{third, contact};
    StoreTransaction act(team.office.store);
    REQUIRE(erase(team.office.store, Catalogue::built_in(), order, std::span(&part, 1)).ok());
    act.commit();
  }
  team.everybody_meets();
  team.mia->store.restore(image);
  REQUIRE(knows(*team.mia, "16 Harbour Street"));
  team.everybody_meets();
  CHECK_FALSE(knows(team.office, "16 Harbour Street"));
  CHECK_FALSE(knows(*team.mia, "16 Harbour Street"));
  for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) world.check_gone(*who);
  CHECK(is_quiet(*team.mia));
}

TEST_CASE("what was erased is not taken from a page that comes again") {
  Unlawful world;
  Team& team = world.team;
  const std::unique_ptr<Laptop> ana = team.hire("Ana", "manager");
  const Ended before = team.meet(*ana);
  REQUIRE(knows(*ana, "14 Harbour Street"));
  const Id order = world.order({world.first, world.second}, world.note);
  REQUIRE(world.erase_both(order).ok());
  CHECK(team.meet(*ana).well());
  world.check_gone(*ana);
  const DeviceTrust trust = ana->trust();
  const Withdrawal with{Catalogue::built_in(), trust.seal, trust.device_key, ana->clock.now()};
  for (Page page : before.of<Page>(before.to_device)) {
    page.scope = Id{};  // as a feed: its backfill is over
    StoreTransaction act(ana->store);
    CHECK(apply_page(ana->store, with, *read_page(page)).ok());
    act.commit();
  }
  world.check_gone(*ana);
}

TEST_CASE("H60 what was erased stays erased when the office is restored from a backup that has it") {
  for (const bool backup_has_note : {true, false}) {
    for (const bool mia_has_heard : {true, false}) {
      CAPTURE(backup_has_note);
      CAPTURE(mia_has_heard);
      Team team;
      if (!backup_has_note) team.office.back_up();
      const Id note = team.note(*team.mia, team.the_case, "A visit");
      const Id place = team.write(*team.mia, note, {{note_place, text("12 Harbour Street")}});
      team.everybody_meets();
      if (backup_has_note) team.office.back_up();
      const Id order = team.write(*team.lena, note, {{note_place, Value()}});
      static_cast<void>(team.meet(*team.lena));
      {
        const ErasedPart part{place, contact};
        StoreTransaction act(team.office.store);
        REQUIRE(erase(team.office.store, Catalogue::built_in(), order, std::span(&part, 1)).ok());
        act.commit();
      }
      std::vector<OfficeStore::Erasure> list;  // kept apart from the backups
      for (const auto& [key, erasure] : team.office.store.contents().erasures) list.push_back(erasure);
      if (mia_has_heard) CHECK(team.meet(*team.mia).report.repaired == 0);

      REQUIRE(team.office.restore_backup());
      CHECK(knows(team.office, "12 Harbour Street") == backup_has_note);
      {
        StoreTransaction act(team.office.store);
        erase_again(team.office.store, list);
        erase_again(team.office.store, list);  // as often as one likes
        act.commit();
      }
      CHECK_FALSE(knows(team.office, "12 Harbour Street"));
      for (int i = 0; i < 3; ++i) team.everybody_meets();
      CHECK_FALSE(knows(team.office, "12 Harbour Street"));
      CHECK(position_of(team.office, order) != 0);
      for (const Laptop* who : {team.mia.get(), team.tom.get(), team.lena.get()}) {
        CAPTURE(who->identity.name);
        CHECK_FALSE(knows(*who, "12 Harbour Street"));
        CHECK(view(*who, note, note_place).in_force.empty());
      }
    }
  }
}

}  // namespace
}  // namespace caseload::sync
