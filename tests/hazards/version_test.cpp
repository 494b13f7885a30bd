#include "tests/hazards/team.h"

#include "sync/transaction.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

TEST_CASE("H35 a laptop of an older version may hand over its notes, and is told to upgrade before it gets any") {
  Team team;
  const Id mine = team.note(*team.tom, team.the_case, "Written with the old version");
  const Id other = team.note(*team.mia, team.the_case, "Written with the new one");
  static_cast<void>(team.meet(*team.mia));
  const std::uint64_t cursor = team.tom->store.state().cursor;
  // To the office it speaks version 0; what the office answers in, our laptop of version 1 takes for its own.
  const Line old{.to_office_altered = [](Message& message) {
    if (Hello* hello = std::get_if<Hello>(&message)) hello->versions = {0, 0};
  }, .to_device_altered = [](Message& message) {
    if (Status* status = std::get_if<Status>(&message)) status->version = 1;
  }};
  const Ended ended = team.meet(*team.tom, old);
  CHECK(ended.well());
  CHECK(ended.report.greeting == Greeting::upgrade);
  CHECK(position_of(team.office, mine) != 0);
  CHECK(team.tom->store.find(mine)->state == ChangeState::accepted);
  CHECK(ended.of<Page>(ended.to_device).empty());
  CHECK(team.tom->store.state().cursor == cursor);

  CHECK(team.meet(*team.tom).well());  // upgraded
  CHECK(holds(*team.tom, other));
  CHECK(is_quiet(*team.tom));
}

constexpr FieldNumber weather = 0x8001;
constexpr FieldNumber mode = 24;
constexpr CodeNumber carrier_pigeon = 0x8001;

// What a later version of the framework knows: a field of notes, and a code.
Catalogue newer() {
  FieldEntry field;
  field.number = weather;
  field.name = "weather";
  field.section = 2;
  field.type = ValueType::text;
  field.bytes_max = 400;
  FrameworkAddition addition;
  addition.fields[kinds::note] = {field};
  const Catalogue& ours = Catalogue::built_in();
  const CodeList* list = ours.find_code_list(ours.find_kind(kinds::note)->find_field(mode)->code_list);
  addition.code_lists = {{list->number, list->name, {{carrier_pigeon, "carrier_pigeon", 0, false}}}};
  Result<Catalogue> extended = ours.extend(addition);
  REQUIRE(extended.ok());
  return *std::move(extended);
}

TEST_CASE("H38 what a newer version wrote is kept as it came, travels on, and is shown once the laptop has learned it") {
  const Catalogue later = newer();
  Team team;
  const Id note = Id::make(static_cast<std::uint64_t>(to_milliseconds(team.mia->clock.now())), team.random);
  const ChangeFacts facts{note, Stamp::at(team.mia->clock.now()), team.mia->identity.worker, team.the_case, note, kinds::note};
  const std::vector<Part> parts = {
      {header::section, {}, {{header::type, code(NoteType::contact), false, {}}}},
      {1, {}, {{note_text, text("A meeting of the family"), false, {}}}},
      {2, {}, {{mode, Value::of_code(carrier_pigeon), false, {}}, {weather, text("Rain"), false, {}}}}};
  const Result<Change> change = compose(facts, parts, team.random.bytes<16>());
  REQUIRE(change.ok());
  StoreTransaction act(team.mia->store);
  keep(team.mia->store, later, *change);
  act.commit();
  const Line knows{.laptop_knows = &later, .office_knows = &later};
  CHECK(team.meet(*team.mia, knows).well());
  REQUIRE(position_of(team.office, note) != 0);

  const Line old{.office_knows = &later};
  CHECK(team.meet(*team.tom, old).well());
  CHECK(pack(team.tom->store.find(note)->change) == pack(*change));
  CHECK(view(*team.tom, note, weather).entry == nullptr);
  CHECK(view(*team.tom, note, mode).in_force == std::vector{Value::of_code(carrier_pigeon)});
  team.write(*team.tom, note, {{note_place, text("At home")}});
  CHECK(team.meet(*team.tom, old).well());

  CHECK(team.meet(*team.lena, knows).well());
  const FieldView lenas = team.lena->store.record(note).view(later, weather);
  CHECK(lenas.in_force == std::vector{text("Rain")});
  CHECK(words_of(*team.lena, note, note_place) == "At home");

  StoreTransaction learns(team.tom->store);
  rebuild_record(team.tom->store, later, note);
  learns.commit();
  CHECK(team.tom->store.record(note).view(later, weather).in_force == std::vector{text("Rain")});
}

TEST_CASE("H49 a laptop whose certificate ran out is told so, keeps all, and goes on where it was once it has a new one") {
  Team team;
  const Id note = team.note(*team.tom, team.the_case, "Written while the certificate ran out");
  const std::size_t held = team.tom->store.contents().changes.size();
  const Ended ended = team.meet(*team.tom, Line{.certificate_expired = true});
  CHECK(ended.well());
  CHECK(ended.report.greeting == Greeting::expired);
  CHECK(ended.to_device.size() == 1);  // STATUS, and nothing of content either way
  CHECK(ended.of<Push>(ended.to_office).empty());
  CHECK(team.tom->store.contents().changes.size() == held);
  CHECK(team.tom->store.waiting().size() == 1);
  CHECK(team.meet(*team.tom).well());
  CHECK(position_of(team.office, note) != 0);
}

}  // namespace
}  // namespace caseload::sync
