#include "common/record/catalogue.h"

#include "common/record/kinds.h"
#include "common/record/names.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

const Catalogue& ours() { return Catalogue::built_in(); }

Result<void> check(const char* place, const Value& value) {
  const Result<FieldPlace> found = find_place(ours(), place);
  REQUIRE(found.ok());
  return ours().check(*found->kind, *found->field, value);
}

}  // namespace

TEST_CASE("kinds, sections, fields and codes are found by number and by name") {
  const KindEntry* note = ours().find_kind(kinds::note);
  REQUIRE(note);
  CHECK(note == ours().find_kind("note"));
  CHECK(note->find_field("text")->number == 16);
  CHECK(note->find_field(header::occurred)->name == "occurred");
  CHECK(note->find_section("narrative")->number == 1);
  CHECK(note->find_section(header::section)->name == "header");
  const CodeList* types = ours().find_code_list(note->find_field(header::type)->code_list);
  REQUIRE(types);
  CHECK(types->find("oversight")->number == number_of(NoteType::oversight));
  CHECK(types->find(number_of(NoteType::decision))->name == "decision");
}

TEST_CASE("what nobody knows is answered with nothing") {
  constexpr KindNumber no_kinds[] = {0, 32, 63, 0x7fff, 0xffff};
  for (const KindNumber number : no_kinds) CHECK(ours().find_kind(number) == nullptr);
  CHECK(ours().find_kind("Note") == nullptr);
  CHECK(ours().find_kind("") == nullptr);
  const KindEntry* note = ours().find_kind(kinds::note);
  constexpr FieldNumber no_fields[] = {0, 8, 15, 999, 0xffff};
  for (const FieldNumber number : no_fields) CHECK(note->find_field(number) == nullptr);
  CHECK(note->find_section(SectionNumber{200}) == nullptr);
  CHECK(ours().find_code_list(0) == nullptr);
  CHECK(ours().find_code_list(0xffff) == nullptr);
  CHECK(ours().find_code_list(2)->find(CodeNumber{0}) == nullptr);
}

TEST_CASE("facts that rules look at stand in the header, under the numbers that code uses") {
  struct Row { const char* place; FieldNumber number; };
  const Row rows[] = {
      {"case.header.unit", case_facts::unit}, {"case.header.status", case_facts::status},
      {"case.header.merged_into", case_facts::merged_into}, {"person.header.same_as", person_facts::same_as},
      {"assignment.header.worker", assignment_facts::worker}, {"assignment.header.role", assignment_facts::role},
      {"assignment.header.from", assignment_facts::from}, {"assignment.header.until", assignment_facts::until},
      {"referral.header.provider", referral_facts::provider}, {"referral.header.worker", referral_facts::worker},
      {"referral.header.status", referral_facts::status}, {"referral.header.until", referral_facts::until},
      {"consent.header.name", consent_facts::name}, {"consent.header.status", consent_facts::status},
      {"consent.header.expires", consent_facts::expires}, {"consent.header.party", consent_facts::party},
      {"consent.header.person", consent_facts::person}, {"emergency_access.header.worker", emergency_facts::worker},
      {"emergency_access.header.until", emergency_facts::until},
      {"emergency_access.header.ended", emergency_facts::ended},
      {"worker.header.units", worker_facts::units}, {"worker.header.role", worker_facts::role},
      {"worker.header.provider", worker_facts::provider}, {"worker.header.supervisor", worker_facts::supervisor},
      {"worker.header.standing", worker_facts::standing}, {"unit.header.parent", unit_facts::parent},
      {"role.header.name", role_facts::name}, {"device.header.worker", device_facts::worker},
      {"device.header.standing", device_facts::standing}, {"device.header.key", device_facts::key},
      {"device.header.sealing_key", device_facts::sealing_key}, {"provider.header.closed", provider_facts::closed},
      {"note.header.type", header::type}, {"note.header.marking", header::marking}};
  for (const Row& row : rows) {
    CAPTURE(row.place);
    const Result<FieldPlace> place = find_place(ours(), row.place);
    REQUIRE(place.ok());
    CHECK(place->field->number == row.number);
    CHECK(place->field->section == header::section);
  }
}

TEST_CASE("a code nobody knows counts as the most severe") {
  const std::uint16_t level = ours().find_kind(kinds::risk)->find_field("level")->code_list;
  const auto severity = [&](RiskLevel code) { return ours().severity(level, number_of(code)); };
  CHECK(severity(RiskLevel::low) < severity(RiskLevel::not_assessed));
  CHECK(severity(RiskLevel::not_assessed) < severity(RiskLevel::medium));
  CHECK(severity(RiskLevel::medium) < severity(RiskLevel::high));
  CHECK(severity(RiskLevel::high) < severity(RiskLevel::very_high));
  CHECK(severity(RiskLevel::very_high) < 255);
  CHECK(ours().severity(level, 999) == 255);
  CHECK(ours().severity(999, 1) == 255);
}

TEST_CASE("values that fit are accepted") {
  CHECK(check("note.narrative.text", Value::of_text("Seen at home.\n\tCalm.")).ok());
  CHECK(check("note.narrative.text", Value::of_text(std::string(value_bytes_max, 'a'))).ok());
  CHECK(check("note.narrative.text", Value()).ok());  // a field may be emptied
  CHECK(check("note.header.type", Value::of_code(number_of(NoteType::oversight))).ok());
  CHECK(check("note.contact.mood", Value::of_integer(0)).ok());
  CHECK(check("note.contact.mood", Value::of_integer(4)).ok());
  std::string name;
  for (int i = 0; i < 300; ++i) name += "\xf0\x90\x8d\x88";  // 300 letters of four bytes each
  CHECK(check("person.identity.name", Value::of_text(name)).ok());
  for (const char* text : {"Null", "O'Brien", "<b>", "M\xc4\x81ori", "=1+1"}) {
    CHECK(check("person.identity.name", Value::of_text(text)).ok());
  }
  CHECK(check("action.header.due", Value::of_date(Date(std::chrono::days(0)))).ok());
}

TEST_CASE("values that do not fit are refused, naming field and limit but never the value") {
  struct Row { const char* place; Value value; const char* fault; };
  const Row rows[] = {
      {"note.narrative.text", Value::of_integer(1), "bad_value: note.narrative.text, a text"},
      {"note.narrative.text", Value::of_code(number_of(Answer::declined)), "bad_value: note.narrative.text, a text"},
      {"note.narrative.text", Value::of_tag(99, "x"), "bad_value: note.narrative.text, a text"},
      {"note.narrative.text", Value::of_text("secret \xff"), "text_encoding: note.narrative.text, at byte 7"},
      {"note.narrative.text", Value::of_text("secret \x1b"), "text_control: note.narrative.text, at byte 7"},
      {"note.narrative.text", Value::of_text(std::string(value_bytes_max + 1, 'a')),
       "too_large: note.narrative.text, a value of at most 1048576 bytes"},
      {"person.identity.name", Value::of_text("two\nlines"), "text_control: person.identity.name, at byte 3"},
      {"person.identity.name", Value::of_text(std::string(1201, 'a')),
       "too_large: person.identity.name, at most 1200 bytes"},
      {"person.identity.name", Value::of_text("Zoe\xcc\x88"),
       "not_canonical: person.identity.name, letters and marks composed (NFC)"},
      {"note.header.type", Value::of_code(999), "bad_name: note.header.type, one of the list note_type"},
      {"note.header.type", Value::of_code(number_of(Answer::declined)),
       "bad_name: note.header.type, one of the list note_type"},
      {"note.header.type", Value::of_text("oversight"), "bad_value: note.header.type, a code"},
      {"note.contact.mood", Value::of_integer(-1), "bad_value: note.contact.mood, from 0 to 4"},
      {"note.contact.mood", Value::of_integer(5), "bad_value: note.contact.mood, from 0 to 4"},
      {"note.header.voided", Value::of_tag(6, "\x02"), "bad_value: note.header.voided, neither yes nor no"},
      {"note.header.occurred", Value::of_date(Date()), "bad_value: note.header.occurred, a moment"},
      {"action.header.due", Value::of_tag(4, ""), "truncated: action.header.due, "},
      {"note.links.appointment", Value::of_tag(7, "short"), "bad_value: note.links.appointment, 16 bytes"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fault);
    const Result<void> checked = check(row.place, row.value);
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.fault().to_string() == row.fault);
  }
}

TEST_CASE("that somebody was not asked, declined, or could not safely be asked, is an answer") {
  for (const Answer answer : {Answer::not_asked, Answer::asked, Answer::declined, Answer::not_safe_to_ask}) {
    CHECK(check("person.background.sexuality", Value::of_code(number_of(answer))).ok());
    CHECK(check("person.identity.date_of_birth", Value::of_code(number_of(answer))).ok());
    CHECK(check("need.content.answer", Value::of_code(number_of(answer))).ok());
  }
  CHECK(check("person.background.sexuality", Value::of_code(0x7f77)).fault() == Fault::bad_name);
  CHECK(check("person.background.sexuality", Value::of_code(1)).fault() == Fault::bad_value);
  CHECK(check("person.identity.name", Value::of_code(number_of(Answer::declined))).fault() == Fault::bad_value);
}

TEST_CASE("a write from elsewhere is kept when only a newer version could understand it") {
  const auto kept = [](KindNumber kind, SectionNumber section, FieldNumber field, const Value& value) {
    return ours().check_foreign({kind, section, field}, value);
  };
  CHECK(kept(kinds::note, 1, 16, Value::of_text("text")).ok());
  CHECK(kept(999, 1, 16, Value::of_text("an unknown kind")).ok());
  CHECK(kept(kinds::note, 1, 999, Value::of_integer(7)).ok());
  CHECK(kept(kinds::note, 1, 0x8001, Value::of_text("an organisation's field")).ok());
  CHECK(kept(kinds::note, 1, 16, Value::of_tag(99, "a type to come")).ok());
  CHECK(kept(kinds::note, header::section, header::type, Value::of_code(999)).ok());
  CHECK(kept(kinds::person, 1, 20, Value::of_code(0x7f77)).ok());  // an answer to come
  CHECK(kept(kinds::person, 1, 17, Value::of_text(std::string(5000, 'a'))).ok());  // a limit may be raised
}

TEST_CASE("a write from elsewhere is refused when it breaks what this version knows") {
  struct Row { const char* why; Catalogue::Place place; Value value; Fault::Code fault; };
  const Row rows[] = {
      {"in another section, with another reach", {kinds::note, 2, 16}, Value::of_text("x"), Fault::wrong_section},
      {"narrative in the header", {kinds::note, 0, 16}, Value::of_text("x"), Fault::wrong_section},
      {"emptied in another section", {kinds::note, 2, 16}, Value(), Fault::wrong_section},
      {"another type", {kinds::note, 1, 16}, Value::of_integer(1), Fault::bad_value},
      {"an answer to what nobody is asked", {kinds::note, 1, 16}, Value::of_code(0x7f01), Fault::bad_value},
      {"not UTF-8", {kinds::note, 1, 16}, Value::of_text("\xff"), Fault::text_encoding},
      {"not UTF-8, unknown field", {kinds::note, 1, 999}, Value::of_text("\xff"), Fault::text_encoding},
      {"a control, unknown kind", {999, 1, 16}, Value::of_text("\x1b[2J"), Fault::text_control},
      {"not a boolean", {kinds::note, 0, header::voided}, Value::of_tag(6, "\x07"), Fault::bad_value},
      {"beyond every limit", {999, 9, 9}, Value::of_tag(99, std::string(value_bytes_max + 1, 'a')), Fault::too_large},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Result<void> checked = ours().check_foreign(row.place, row.value);
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.fault().name() == Fault(row.fault).name());
  }
}
