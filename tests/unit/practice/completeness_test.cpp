#include "common/practice/completeness.h"

#include "common/record/kinds.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

const KindEntry& kind(std::string_view name) { return *Catalogue::built_in().find_kind(name); }

FieldFact fact(const KindEntry& of, std::string_view field, Value value, bool written = true) {
  return {of.find_field(field)->number, std::move(value), written};
}
Value type(NoteType of) { return Value::of_code(number_of(of)); }
Value day(const char* text) { return Value::of_date(*parse_date(text)); }

std::string told(const std::vector<Finding>& findings) {
  std::string all;
  for (const Finding& one : findings) all += (one.must ? "" : "?") + one.field->name + " ";
  return all;
}

}  // namespace

TEST_CASE("what a note lacks is named, and what weighs must say something") {
  const KindEntry& note = kind("note");
  struct Row {
    NoteType as;
    const char* text;
    const char* impact;
    const char* rationale;
    const char* lacks;
  };
  const Row rows[] = {
      {NoteType::phone, "He rang.", nullptr, nullptr, "?result "},
      {NoteType::letter, nullptr, nullptr, nullptr, "text ?result "},
      {NoteType::assessment, "All is well.", nullptr, nullptr, ""},
      {NoteType::oversight, "Read.", "Her visits begin sooner.", "The risk fell.", ""},
      {NoteType::oversight, "Read.", "Toto je lepší.", "Ще раз: безпечно.", ""},
      {NoteType::oversight, "Read.", nullptr, nullptr, "impact_on_person rationale "},
      {NoteType::decision, "Home.", "n/a", "none", "impact_on_person rationale "},
      {NoteType::supervision, "Met.", "…… ……", "- - - - - - -", "impact_on_person rationale "},
      {NoteType::supervision, "Met.", "          ", "see it", "impact_on_person rationale "},
      {NoteType::decision, nullptr, "She moves.", "She asked for it.", "text "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.lacks);
    std::vector<FieldFact> facts{fact(note, "type", type(row.as))};
    if (row.text != nullptr) facts.push_back(fact(note, "text", Value::of_text(row.text)));
    if (row.impact != nullptr) facts.push_back(fact(note, "impact_on_person", Value::of_text(row.impact)));
    if (row.rationale != nullptr) facts.push_back(fact(note, "rationale", Value::of_text(row.rationale)));
    CHECK(told(lacks_to_sign(note, facts)) == row.lacks);
  }
  CHECK(told(lacks_to_sign(note, {})) == "type text ");
  const FieldFact emptied[] = {fact(note, "type", Value()), fact(note, "text", Value())};
  CHECK(told(lacks_to_sign(note, emptied)) == "type text ");
  const FieldFact foreign[] = {fact(note, "type", Value::of_code(0x9000)), fact(note, "text", Value::of_text("x"))};
  CHECK(told(lacks_to_sign(note, foreign)).empty());  // a type that an organisation added
}

TEST_CASE("an end before its start and a birth in the future are found, by the day where the work is") {
  struct Row {
    const char* kind;
    const char* field;
    const char* value;
    const char* other;
    const char* other_value;
    const char* why;
  };
  const Row rows[] = {
      {"plan", "ends", "2026-12-01", "starts", "2026-12-02", "before plan.content.starts"},
      {"plan", "ends", "2026-12-02", "starts", "2026-12-02", ""},
      {"plan", "starts", "2028-02-29", "ends", "2028-02-28", "before plan.content.starts"},
      {"case", "legal_status_until", "2026-01-01", "legal_status_from", "2026-01-02", "before case.legal.legal_status_from"},
      {"contact_restriction", "until", "2025-12-31", "from", "2026-01-01", "before contact_restriction.header.from"},
      {"risk", "review_on", "2026-01-01", "assessed_on", "2026-06-01", "before risk.level.assessed_on"},
      {"person", "died_on", "1990-01-01", "date_of_birth", "1990-01-02", "before person.identity.date_of_birth"},
      {"person", "date_of_birth", "2026-11-23", nullptr, nullptr, "in the future"},
      {"person", "date_of_birth", "2026-11-22", nullptr, nullptr, ""},
      {"person", "date_of_birth", "9999-12-31", nullptr, nullptr, "in the future"},
      {"action", "done_on", "2026-11-23", nullptr, nullptr, "in the future"},
      {"action", "due", "2030-01-01", nullptr, nullptr, ""},
      {"absence", "until", "2026-11-01", "from", "2026-11-02", "before absence.period.from"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.kind);
    CAPTURE(row.value);
    const KindEntry& of = kind(row.kind);
    std::vector<FieldFact> facts{fact(of, row.field, day(row.value))};
    if (row.other != nullptr) facts.push_back(fact(of, row.other, day(row.other_value), false));
    const std::vector<Finding> found = contradictions(of, facts, *parse_date("2026-11-22"));
    REQUIRE(found.size() == (*row.why == '\0' ? 0 : 1));
    if (!found.empty()) CHECK(found.front().why == row.why);
    if (!found.empty()) CHECK(found.front().code == Fault::bad_value);
    for (FieldFact& one : facts) one.written = false;
    CHECK(contradictions(of, facts, *parse_date("2026-11-22")).empty());  // an old mistake stops nobody
  }
}

TEST_CASE("a birthday that was not safe to ask about is no contradiction") {
  const KindEntry& person = kind("person");
  const FieldFact facts[] = {fact(person, "date_of_birth", Value::of_code(number_of(Answer::not_safe_to_ask))),
                             fact(person, "died_on", day("2026-01-01"))};
  CHECK(contradictions(person, facts, *parse_date("2026-11-22")).empty());
}

TEST_CASE("moments are compared as moments") {
  const KindEntry& appointment = kind("appointment");
  const FieldFact facts[] = {fact(appointment, "checked_in", Value::of_moment(from_milliseconds(1001))),
                             fact(appointment, "checked_out", Value::of_moment(from_milliseconds(1000)))};
  CHECK(contradictions(appointment, facts, *parse_date("2026-11-22")).size() == 1);
}

TEST_CASE("every rule's fields are in the catalogue, for every kind that there is") {
  for (const KindEntry& of : Catalogue::built_in().kinds()) {
    CHECK(contradictions(of, {}, *parse_date("2026-11-22")).empty());  // stops where a rule names what is not there
  }
}
