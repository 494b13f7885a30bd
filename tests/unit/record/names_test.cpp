#include "common/record/names.h"

#include "common/record/kinds.h"

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("every field is found by its dotted name") {
  const Catalogue& catalogue = Catalogue::built_in();
  for (const KindEntry& kind : catalogue.kinds()) {
    for (const FieldEntry& field : kind.fields) {
      const Result<FieldPlace> place = find_place(catalogue, dotted_name(kind, field));
      REQUIRE(place.ok());
      CHECK(place->kind == &kind);
      CHECK(place->field == &field);
    }
  }
}

TEST_CASE("a mistyped name is answered with the nearest, and never repeated") {
  struct Row { const char* typed; const char* fault; };
  const Row rows[] = {{"note.narrative.txet", "unknown_field: perhaps note, text"},
                      {"note.narative.text", "wrong_section: perhaps note.narrative"},
                      {"note.contact.text", "wrong_section: perhaps note.narrative.text"},
                      {"noet.narrative.text", "unknown_kind: perhaps note"},
                      {"Smithson.narrative.text", "unknown_kind"},
                      {"note.narrative.xxxxxxxxx", "unknown_field"},
                      {"note.narrative.", "unknown_field"},
                      {"note..text", "wrong_section"},
                      {"note.text", "bad_name: KIND.SECTION.FIELD"},
                      {"note", "bad_name: KIND.SECTION.FIELD"},
                      {"", "bad_name: KIND.SECTION.FIELD"},
                      {"..", "unknown_kind"},
                      {"note.narrative.text.more", "unknown_field"},
                      {"note.*.text", "wrong_section"}};
  for (const Row& row : rows) {
    CAPTURE(row.typed);
    const Result<FieldPlace> place = find_place(Catalogue::built_in(), row.typed);
    REQUIRE_FALSE(place.ok());
    CHECK(place.fault().to_string() == row.fault);
  }
}

TEST_CASE("within a kind a field is found with or without its section, and a code by its name") {
  const KindEntry& note = **find_kind_named(Catalogue::built_in(), "note");
  CHECK((*find_field_named(note, "text"))->number == 16);
  CHECK((*find_field_named(note, "narrative.text"))->number == 16);
  CHECK(find_field_named(note, "impact.text").fault() == Fault::wrong_section);
  CHECK((*find_section_named(note, "oversight"))->number == 5);
  CHECK(find_section_named(note, "oversigth").fault().detail() == "perhaps note.oversight");
  const CodeList& types = *Catalogue::built_in().find_code_list(note.find_field(header::type)->code_list);
  CHECK(*find_code_named(types, "decision") == number_of(NoteType::decision));
  CHECK(find_code_named(types, "decison").fault().to_string() == "bad_name: perhaps decision");
  CHECK(find_code_named(types, "Decision maker").fault().to_string() == "bad_name");
}
