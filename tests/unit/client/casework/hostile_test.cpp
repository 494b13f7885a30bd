#include <functional>

#include "client/casework/cases.h"
#include "client/casework/conflicts.h"
#include "client/casework/looking.h"
#include "client/casework/notes.h"
#include "client/casework/rights.h"
#include "client/casework/timeline.h"
#include "client/casework/typed.h"
#include "tests/unit/client/casework/profile.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;
using sync::note_text;

namespace {

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

Value text(std::string_view words) { return Value::of_text(words); }
Value code(CodeNumber number) { return Value::of_code(number); }
FieldValue of_type(NoteType type) { return {header::type, code(number_of(type))}; }

template <class T>
std::string_view name_of(const Result<T>& result) {
  return result ? "done" : result.fault().name();
}

const Id stranger{{0x01, 0x99, 0xde, 0xad, 0xbe, 0xef, 0x70, 1, 0x80, 2, 3, 4, 5, 6, 7, 8}};

}  // namespace

TEST_CASE("what people type into a field is taken as they mean it, or refused by name") {
  Profile p;
  const std::string of_case = p.the_case.to_string();
  const std::string no_one = stranger.to_string();
  struct Row {
    std::string_view kind;
    std::string typed;
    std::string_view fault;
  };
  const Row rows[] = {
      {"note", "text=Met Ruth.", "done"},
      {"note", "narrative.text=a=b=c", "done"},
      {"note", "text=\u202eright to left, as its writer meant", "done"},
      {"note", "text=M\u00e3o, \u0b95\u0bcd, \U0001f469\u200d\U0001f4bb, O'Brien, <b>, Null, =SUM(A1)", "done"},
      {"note", "text=Ma\u0304ori", "done"},  // comes composed
      {"note", "tags=housing", "done"},
      {"note", "occurred=2026-11-22 14:05", "done"},
      {"note", "mood=2", "done"},
      {"outcome", "what=", "done"},  // emptied
      {"note", "", "bad_line"},
      {"note", "text", "bad_line"},
      {"note", "=text", "bad_line"},
      {"note", "txet=x", "unknown_field"},
      {"note", "-=x", "unknown_field"},
      {"note", "Text=x", "unknown_field"},
      {"note", "\xff\xfe=x", "unknown_field"},
      {"note", repeated("text", 50'000) + "=x", "unknown_field"},
      {"note", "contact.text=x", "wrong_section"},
      {"note", "nowhere.text=x", "wrong_section"},
      {"note", ".text=x", "wrong_section"},
      {"note", "text=\x80", "text_encoding"},
      {"note", "text=\xc0\xaf", "text_encoding"},
      {"note", "text=\xed\xa0\x80", "text_encoding"},
      {"note", "text=\xf4\x90\x80\x80", "text_encoding"},
      {"note", "text=cut \xe2\x82", "text_encoding"},
      {"note", std::string("text=a\0b", 8), "text_control"},
      {"note", "text=\x1b[31mred", "text_control"},
      {"note", "text=\x7f", "text_control"},
      {"note", "text=\u0085", "text_control"},
      {"note", "text=\ufffe", "text_control"},
      {"note", "text=\r\n", "text_control"},
      {"note", "place=two\nlines", "text_control"},
      {"note", "place=a\ttab", "text_control"},
      {"note", "text=e" + repeated("\u0301\u0327", 5'000), "text_marks"},
      {"note", "text=" + repeated("x", (1U << 20) + 1), "too_large"},
      {"note", "place=" + repeated("x", 100'000), "too_large"},
      {"note", "text=", "bad_value"},  // written once, so never emptied
      {"note", "tags=", "bad_value"},
      {"note", "text-=x", "bad_value"},
      {"note", "mode=telepathy", "bad_name"},
      {"note", "type=Oversight", "bad_name"},
      {"note", "type=6", "bad_name"},
      {"note", "marking=secret", "bad_name"},
      {"note", "mode=declined", "bad_name"},  // an answer where nobody is asked
      {"note", "mood=five", "bad_value"},
      {"note", "mood=99", "bad_value"},
      {"note", "mood=-1", "bad_value"},
      {"note", "mood=+1", "bad_value"},
      {"note", "mood= 1", "bad_value"},
      {"note", "mood=1.5", "bad_value"},
      {"note", "mood=0x1", "bad_value"},
      {"note", "mood=\u0663", "bad_value"},
      {"note", "mood=99999999999999999999", "bad_value"},
      {"note", "signed_off=perhaps", "bad_value"},
      {"note", "occurred=yesterdays", "bad_date"},
      {"note", "occurred=2025-02-29", "bad_date"},
      {"note", "occurred=2026-13-01", "bad_date"},
      {"note", "occurred=0000-01-01", "bad_date"},
      {"note", "occurred=10000-01-01", "bad_date"},
      {"note", "occurred=2026-11-22T25:00:00Z", "bad_date"},
      {"note", "occurred=2026-11-22 14:5", "bad_date"},
      {"note", "occurred=01/02/03", "bad_date"},
      {"action", "due=11/22/2026", "bad_date"},
      {"action", "due=2026-11-31", "bad_date"},
      {"action", "due=2026-11-22T10:00:00Z", "bad_date"},
      {"action", "due=2026-11-22 ", "bad_date"},
      {"appointment", "interpreter=maybe", "bad_value"},
      {"appointment", "interpreter=YES", "bad_value"},
      {"appointment", "interpreter=1", "bad_value"},
      {"note", "outcome=zzzz", "bad_value"},
      {"note", "outcome=abc", "bad_value"},
      {"note", "outcome=" + repeated("a", 33), "bad_value"},
      {"note", "outcome=" + no_one, "not_found"},
      {"note", "outcome=' OR 1=1 --", "bad_value"},
      {"note", "outcome=" + of_case, "bad_value"},  // a case is no outcome
      {"note", "present=" + no_one, "not_found"},
      {"note", "copied_from=" + std::string("00000000-0000-0000-0000-000000000000"), "not_found"},
      {"case", "unit=nowhere", "bad_value"},
      {"case", "merged_into=nowhere", "not_found"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.kind);
    CAPTURE(row.typed.substr(0, 80));
    const KindEntry& kind = *Catalogue::built_in().find_kind(row.kind);
    const Result<FieldValue> field = read_field(p.place(), kind, row.typed);
    if (!field) {
      CHECK(name_of(field) == row.fault);
      continue;
    }
    const Id scope = kind.number == kinds::case_file ? Id{} : p.the_case;
    CHECK(name_of(check_values(p.place(), {kind.number, scope, {}, {*field}, {}})) == row.fault);
  }
}

TEST_CASE("the detail of a refusal names the field and never what was typed") {
  Profile p;
  const KindEntry& note = *Catalogue::built_in().find_kind(kinds::note);
  for (const std::string typed : {"mode=Canary", "mood=Canary", "occurred=Canary", "outcome=Canary", "text=Canary\x01", "Canary=x"}) {
    CAPTURE(typed);
    const Result<FieldValue> field = read_field(p.place(), note, typed);
    REQUIRE(!field.ok());
    CHECK(field.fault().to_string().find("Canary") == std::string::npos);
    if (typed.front() != 'C') CHECK(field.fault().detail().starts_with("note."));
  }
}

TEST_CASE("a value that was read is read again from what is shown of it") {
  Profile p;
  const Catalogue& catalogue = Catalogue::built_in();
  const KindEntry& note = *catalogue.find_kind(kinds::note);
  const std::string of_case = p.the_case.to_string();
  for (const std::string& typed : {std::string("text=a\nb"), std::string("mode=office"), std::string("mood=2"),
                                   std::string("occurred=2026-11-22T14:05:00.000Z"), std::string("signed_off=yes"),
                                   "present=" + of_case}) {
    const Result<FieldValue> field = read_field(p.place(), note, typed);
    if (!field) continue;
    const FieldEntry& entry = *note.find_field(field->field);
    const std::string shown = entry.name + "=" + to_typed(catalogue, entry, field->value);
    CHECK(read_field(p.place(), note, shown).value() == *field);
  }
  CHECK(to_typed(catalogue, *note.find_field(16), Value::of_tag(77, "x")) == "a value of type 77, of a newer version");
}

TEST_CASE("an identifier is taken in full or by any unambiguous beginning, and nothing else") {
  Profile p;
  const auto begun = [&](std::string_view reference, std::string_view name) {
    return perform(p.place(), {kinds::case_file, {}, {}, {{case_facts::unit, Value::of_reference(p.team.office.units.front())},
                                                          {case_facts::status, code(2)}, {19, text(reference)}, {20, text(name)}}, {}})
        ->record;
  };
  const Id one = begun("C-1", "One");
  static_cast<void>(begun("twice", "Two"));
  static_cast<void>(begun("TWICE", "Three"));
  const std::string full = one.to_string();
  struct Row {
    std::string typed;
    std::string_view record;
    std::string_view of_case;
  };
  const Row rows[] = {
      {full, "done", "done"},
      {one.short_form(), "done", "done"},
      {one.short_form().substr(0, 8), "done", "done"},
      {full.substr(0, 8), "ambiguous", "ambiguous"},  // the same time: its chance tells
      {"C-1", "bad_value", "done"},
      {"c-1", "bad_value", "done"},
      {"\uff23-1", "bad_value", "done"},
      {"twice", "bad_value", "ambiguous"},
      {one.short_form().substr(0, 3), "bad_value", "not_found"},
      {"", "bad_value", "not_found"},
      {"----", "bad_value", "not_found"},
      {"0000", "not_found", "not_found"},
      {full + "0", "bad_value", "not_found"},
      {"%", "bad_value", "not_found"},
      {"*", "bad_value", "not_found"},
      {"' OR '1'='1", "bad_value", "not_found"},
      {"../../etc/passwd", "bad_value", "not_found"},
      {std::string("0\0" "000", 5), "bad_value", "not_found"},
      {"\xff\xff\xff\xff", "bad_value", "not_found"},
      {"\u0663\u0663\u0663\u0663", "bad_value", "not_found"},
      {repeated("C-1 ", 100'000), "bad_value", "not_found"},
      {stranger.to_string(), "not_found", "not_found"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.typed.substr(0, 60));
    CHECK(name_of(find_typed(p.place(), row.typed)) == row.record);
    CHECK(name_of(find_case_typed(p.place(), row.typed)) == row.of_case);
  }
  // A note is no case, whatever its identifier.
  const Result<NoteDraft> draft = begin_note(p.place(), p.the_case, {of_type(NoteType::phone)});
  CHECK(find_typed(p.place(), draft->id.short_form()).value() == draft->id);
  CHECK(find_case_typed(p.place(), draft->id.short_form()).fault() == Fault::not_found);
}

TEST_CASE("an act that cannot be done is refused by name, and leaves no trace in the log") {
  Profile p;
  const Id c = p.the_case;
  const Id office = p.team.office.own_device;
  const Id outcome = perform(p.place(), {kinds::outcome, c, {}, {{17, text("A home")}}, {}})->record;
  const Id note = perform(p.place(), {kinds::note, c, {}, {of_type(NoteType::phone), {note_text, text("Signed.")}}, {}})->record;
  const std::string megabyte(1U << 20, 'x');
  const FieldValue phone = of_type(NoteType::phone);
  struct Row {
    std::string_view what;
    Act act;
    std::string_view fault;
  };
  const Row rows[] = {
      {"a kind of nobody's", {999, c, {}, {phone}, {}}, "unknown_kind"},
      {"no kind", {0, c, {}, {phone}, {}}, "unknown_kind"},
      {"a note of no case", {kinds::note, {}, {}, {phone}, {}}, "required"},
      {"a worker of nowhere", {kinds::worker, {}, {}, {{21, text("Eve")}}, {}}, "required"},
      {"a case that is not here", {kinds::note, stranger, {}, {phone}, {}}, "not_found"},
      {"a record that is not here", {0, {}, stranger, {phone}, {}}, "not_found"},
      {"nothing written", {kinds::note, c, {}, {}, {}}, "required"},
      {"nothing written to a record", {0, {}, outcome, {}, {}}, "required"},
      {"a field of nobody's", {kinds::note, c, {}, {phone, {9'999, text("x")}}, {}}, "unknown_field"},
      {"a field twice", {0, {}, outcome, {{17, text("a")}, {17, text("b")}}, {}}, "bad_value"},
      {"an element twice", {kinds::note, c, {}, {phone, {note_text, text("x")}, {23, text("a")}, {23, text("a")}}, {}}, "bad_value"},
      {"an element in and out", {kinds::note, c, {}, {phone, {note_text, text("x")}, {23, text("a")}, {23, text("a"), true}}, {}}, "bad_value"},
      {"out of what is no set", {0, {}, outcome, {{17, text("a"), true}}, {}}, "bad_value"},
      {"a case in a case", {kinds::case_file, c, {}, {{20, text("x")}}, {}}, "bad_value"},
      {"a note in the office", {kinds::note, office, {}, {phone}, {}}, "bad_value"},
      {"a note in a note", {kinds::note, note, {}, {phone}, {}}, "bad_value"},
      {"a unit's plan in a case", {kinds::work_plan, c, {}, {{header::signed_off, Value::of_boolean(true)}}, {}}, "bad_value"},
      {"a number for a text", {0, {}, outcome, {{17, Value::of_integer(7)}}, {}}, "bad_value"},
      {"a text for a code", {0, {}, outcome, {{16, text("open")}}, {}}, "bad_value"},
      {"a code in no list", {0, {}, outcome, {{16, code(999)}}, {}}, "bad_name"},
      {"a code that is answered", {0, {}, outcome, {{16, code(0x7f01)}}, {}}, "bad_name"},
      {"a type of a newer version", {0, {}, outcome, {{17, Value::of_tag(99, "x")}}, {}}, "bad_value"},
      {"a code of no bytes", {0, {}, outcome, {{16, Value::of_tag(2, "")}}, {}}, "truncated"},
      {"a reference of three bytes", {0, {}, outcome, {{23, Value::of_tag(7, "abc")}}, {}}, "bad_value"},
      {"a boolean of seven", {0, {}, outcome, {{header::voided, Value::of_tag(6, "\x07")}}, {}}, "bad_value"},
      {"letters not composed", {0, {}, outcome, {{17, text("Ma\u0304ori")}}, {}}, "not_canonical"},
      {"no UTF-8", {0, {}, outcome, {{17, text("\xc3\x28")}}, {}}, "text_encoding"},
      {"a control character", {0, {}, outcome, {{17, text("\x07")}}, {}}, "text_control"},
      {"letters under marks", {0, {}, outcome, {{17, text("e" + repeated("\u0327", 100))}}, {}}, "text_marks"},
      {"a page in a line", {0, {}, outcome, {{27, text(megabyte)}}, {}}, "too_large"},
      {"more than a change may weigh", {kinds::note, c, {}, {phone, {16, text(megabyte)}, {17, text(megabyte)}, {18, text(megabyte)}}, {}}, "too_large"},
      {"a reference to nothing", {0, {}, outcome, {{23, Value::of_reference(stranger)}}, {}}, "not_found"},
      {"a reference to none", {0, {}, outcome, {{23, Value::of_reference({})}}, {}}, "not_found"},
      {"a reference to another kind", {0, {}, outcome, {{23, Value::of_reference(note)}}, {}}, "bad_value"},
      {"a part of itself", {0, {}, outcome, {{24, Value::of_reference(outcome)}}, {}}, "cycle"},
      {"a case merged into itself", {0, {}, c, {{case_facts::merged_into, Value::of_reference(c)}}, {}}, "cycle"},
      {"the words of a signed note", {0, {}, note, {{note_text, text("Other.")}}, {}}, "already_there"},
      {"the type of a signed note", {0, {}, note, {of_type(NoteType::letter)}, {}}, "already_there"},
      {"a signed note emptied", {0, {}, note, {{note_text, Value()}}, {}}, "bad_value"},
      {"a note without words", {kinds::note, c, {}, {phone}, {}}, "required"},
      {"a note without a type", {kinds::note, c, {}, {{note_text, text("x")}}, {}}, "required"},
      {"a decision without its reason", {kinds::note, c, {}, {of_type(NoteType::decision), {note_text, text("x")}}, {}}, "required"},
      {"a decision whose reason says nothing",
       {kinds::note, c, {}, {of_type(NoteType::decision), {note_text, text("x")}, {32, text("n/a")}, {35, text("…")}}, {}}, "required"},
      {"a plan that ends before it starts",
       {kinds::plan, c, {}, {{24, Value::of_date(*parse_date("2026-12-02"))}, {25, Value::of_date(*parse_date("2026-12-01"))}}, {}}, "bad_value"},
      {"a birth in the future", {kinds::person, c, {}, {{20, Value::of_date(*parse_date("2999-01-01"))}}, {}}, "bad_value"},
      {"a manager's note by a caseworker",
       {kinds::note, c, {}, {of_type(NoteType::decision), {note_text, text("x")}, {32, text("She moves.")}, {35, text("She asked.")}}, {}}, "not_allowed"},
      {"an assignment by a caseworker", {kinds::assignment, c, {}, {{16, Value::of_reference(p.self->identity.worker)}}, {}}, "not_allowed"},
      {"an approval by a caseworker", {kinds::approval, c, {}, {{16, Value::of_reference(note)}}, {}}, "not_allowed"},
      {"late work by a caseworker", {kinds::late_work, c, {}, {{18, code(2)}}, {}}, "not_allowed"},
      {"new rules", {kinds::sharing_rules, office, {}, {{16, Value::of_integer(9)}}, {}}, "not_allowed"},
      {"a device", {kinds::device, office, {}, {{16, Value::of_reference(p.self->identity.worker)}}, {}}, "not_allowed"},
  };
  const std::size_t unsent = p.store().unsent().size();
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(name_of(perform(p.place(), row.act)) == row.fault);
    CHECK(p.store().unsent().size() == unsent);
  }
  CHECK(p.place().audit.check().ok());
}

TEST_CASE("what subjects are asked for and cannot give is refused by name") {
  Profile p;
  const Id c = p.the_case;
  const Id note = perform(p.place(), {kinds::note, c, {}, {of_type(NoteType::phone), {note_text, text("Signed.")}}, {}})->record;
  const Id gone = perform(p.place(), {kinds::outcome, c, {}, {{17, text("x")}}, {}})->record;
  REQUIRE(void_record(p.place(), gone, "Twice entered").ok());
  const Result<NoteDraft> draft = begin_note(p.place(), c, {of_type(NoteType::phone)});
  REQUIRE(draft.ok());
  const auto edit = [&](FieldNumber field, const Value& value) {
    const FieldValue write[] = {{field, value}};
    return name_of(edit_note(p.place(), draft->id, write));
  };
  Workplace& at = p.place();
  struct Row {
    std::string_view what;
    std::function<std::string_view()> act;
    std::string_view fault;
  };
  const Row rows[] = {
      {"a void without a reason", [&] { return name_of(void_record(at, note, "")); }, "required"},
      {"a void for blanks", [&] { return name_of(void_record(at, note, "  ")); }, "required"},
      {"a void for a bell", [&] { return name_of(void_record(at, note, "\x07")); }, "text_control"},
      {"a void in two lines", [&] { return name_of(void_record(at, note, "a\nb")); }, "text_control"},
      {"a void in a book", [&] { return name_of(void_record(at, note, repeated("x", 100'000))); }, "too_large"},
      {"a void of nothing", [&] { return name_of(void_record(at, stranger, "x")); }, "not_found"},
      {"a void of what is void", [&] { return name_of(void_record(at, gone, "x")); }, "already_there"},
      {"bringing back what is there", [&] { return name_of(restore_record(at, note)); }, "already_there"},
      {"bringing back nothing", [&] { return name_of(restore_record(at, stranger)); }, "not_found"},
      {"reading nothing", [&] { return name_of(get(at, stranger)); }, "not_found"},
      {"reading a draft as a record", [&] { return name_of(get(at, draft->id)); }, "not_found"},
      {"the history of nothing", [&] { return name_of(history(at, stranger)); }, "not_found"},
      {"the timeline of nothing", [&] { return name_of(timeline(at, {.scope = stranger})); }, "not_found"},
      {"the conflicts of nothing", [&] { return name_of(conflicts(at, stranger)); }, "not_found"},
      {"the assignments of nothing", [&] { return name_of(assignments(at, stranger)); }, "not_found"},
      {"a note that is none", [&] { return name_of(show_note(at, c)); }, "unknown_kind"},
      {"a note that is not here", [&] { return name_of(show_note(at, stranger)); }, "not_found"},
      {"a draft without a type", [&] { return name_of(begin_note(at, c, {{note_text, text("x")}})); }, "required"},
      {"a draft of nothing", [&] { return name_of(begin_note(at, c, {})); }, "required"},
      {"a draft in no case", [&] { return name_of(begin_note(at, stranger, {of_type(NoteType::phone)})); }, "not_found"},
      {"a draft that is not mine to write", [&] { return name_of(begin_note(at, c, {of_type(NoteType::supervision)})); }, "not_allowed"},
      {"a draft with a bell", [&] { return edit(note_text, text("\x07")); }, "text_control"},
      {"a draft with a number for words", [&] { return edit(note_text, Value::of_integer(1)); }, "bad_value"},
      {"a draft with a field of nobody's", [&] { return edit(9'999, text("x")); }, "unknown_field"},
      {"another's draft", [&] { return name_of(edit_note(at, stranger, {})); }, "not_found"},
      {"signing without words", [&] { return name_of(sign_note(at, draft->id)); }, "required"},
      {"signing nothing", [&] { return name_of(sign_note(at, stranger)); }, "not_found"},
      {"signing what is no draft", [&] { return name_of(sign_note(at, c)); }, "not_found"},
      {"giving up nothing", [&] { return name_of(give_up_note(at, stranger)); }, "not_found"},
      {"amending nothing", [&] { return name_of(amend(at, stranger, {"x", "x"})); }, "not_found"},
      {"amending for no reason", [&] { return name_of(amend(at, note, {" ", "x"})); }, "required"},
      {"amending by nothing", [&] { return name_of(amend(at, note, {"x", "\n"})); }, "required"},
      {"amending in no UTF-8", [&] { return name_of(amend(at, note, {"x", "\xff"})); }, "text_encoding"},
      {"amending a field in two lines", [&] { return name_of(amend(at, note, {"x", "x", "a\nb"})); }, "text_control"},
      {"a case of nobody", [&] { return name_of(add_case(at, {.name = " ", .reference = "x"})); }, "required"},
      {"a case of a bell", [&] { return name_of(add_case(at, {.name = "\x07", .reference = "x"})); }, "text_control"},
      {"a case of a page", [&] { return name_of(add_case(at, {.name = repeated("x", 100'000), .reference = "x"})); }, "too_large"},
      {"a case of a unit that is a case", [&] { return name_of(add_case(at, {.name = "x", .reference = "y", .unit = c})); }, "bad_value"},
      {"closing nothing", [&] { return name_of(close_case(at, stranger, "x")); }, "not_found"},
      {"closing a note", [&] { return name_of(close_case(at, note, "x")); }, "not_found"},
      {"closing for no reason", [&] { return name_of(close_case(at, c, "")); }, "required"},
      {"closing in no UTF-8", [&] { return name_of(close_case(at, c, "\xff")); }, "text_encoding"},
      {"letting go of nobody", [&] { return name_of(unassign(at, c, stranger)); }, "not_found"},
      {"resolving nothing", [&] { return name_of(resolve(at, {stranger, 16, note, {}, "x"})); }, "not_found"},
      {"resolving what asks nobody", [&] { return name_of(resolve(at, {gone, 17, {}, text("x"), "x"})); }, "stale"},
      {"resolving a field of nobody's", [&] { return name_of(resolve(at, {gone, 9'999, {}, text("x"), "x"})); }, "unknown_field"},
      {"resolving for no reason", [&] { return name_of(resolve(at, {gone, 17, {}, text("x"), ""})); }, "required"},
      {"searching for a bell", [&] { return name_of(look_for(at, {.text = "\x07"})); }, "text_control"},
      {"searching for too much", [&] { return name_of(look_for(at, {.text = repeated("word ", 300)})); }, "too_large"},
      {"searching for too many", [&] { return name_of(look_for(at, {.text = repeated("w ", 40)})); }, "too_many"},
  };
  const std::size_t unsent = p.store().unsent().size();
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(row.act() == row.fault);
    CHECK(p.store().unsent().size() == unsent);
  }
  CHECK(p.place().drafts.all().size() == 1);
}
