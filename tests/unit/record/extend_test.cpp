#include <functional>

#include "common/record/catalogue.h"
#include "common/record/kinds.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

constexpr std::uint16_t list_number = 0x8001;

FieldEntry whakapapa() {
  FieldEntry field;
  field.number = 0x8001;
  field.name = "whakapapa";
  field.section = 5;
  field.type = ValueType::text;
  field.bytes_max = 4000;
  field.askable = true;
  return field;
}

FieldEntry iwi() {
  FieldEntry field;
  field.number = 0x8002;
  field.name = "iwi";
  field.section = 5;
  field.type = ValueType::code;
  field.code_list = list_number;
  return field;
}

FrameworkAddition sound() {
  FrameworkAddition addition;
  addition.fields[kinds::person] = {whakapapa(), iwi()};
  addition.code_lists = {{list_number, "iwi", {{0x8001, "ngati_porou"}, {0x8002, "waikato"}}},
                         {30, "note_type", {{0x8001, "hui", 0, false}}}};
  return addition;
}

}  // namespace

TEST_CASE("an organisation adds fields, codes and lists, and ours stay as they are") {
  const Catalogue& ours = Catalogue::built_in();
  const Result<Catalogue> theirs = ours.extend(sound());
  REQUIRE(theirs.ok());
  const KindEntry* person = theirs->find_kind(kinds::person);
  CHECK(person->find_field("whakapapa")->number == 0x8001);
  CHECK(theirs->check(*person, *person->find_field("whakapapa"), Value::of_text("…")).ok());
  CHECK(theirs->check(*person, *person->find_field("iwi"), Value::of_code(0x8002)).ok());
  CHECK(theirs->check(*person, *person->find_field("iwi"), Value::of_code(1)).fault() == Fault::bad_name);
  CHECK(theirs->find_code_list(30)->find("hui")->number == 0x8001);
  CHECK(theirs->find_code_list(30)->find("oversight")->number == number_of(NoteType::oversight));
  CHECK(ours.find_kind(kinds::person)->find_field("whakapapa") == nullptr);
  CHECK(ours.find_code_list(list_number) == nullptr);
  CHECK(theirs->kinds().size() == ours.kinds().size());
}

TEST_CASE("a later version of a framework may change demands and limits, and retire codes") {
  const Catalogue first = *Catalogue::built_in().extend(sound());
  FrameworkAddition later = sound();
  later.fields[kinds::person][0].required = true;
  later.fields[kinds::person][0].bytes_max = 8000;
  later.code_lists[0].codes[0].retired = true;
  later.code_lists[1].codes = {{number_of(NoteType::letter), "letter", 0, true}};
  const Result<Catalogue> second = first.extend(later);
  REQUIRE(second.ok());
  CHECK(second->find_kind(kinds::person)->find_field("whakapapa")->required);
  CHECK(second->find_code_list(list_number)->find("ngati_porou")->retired);
  CHECK(second->find_code_list(30)->find("letter")->retired);
  CHECK(second->find_code_list(30)->find("hui"));  // what is not stated again is still understood
  CHECK(second->find_kind(kinds::person)->fields.size() == first.find_kind(kinds::person)->fields.size());
  CHECK(first.extend(FrameworkAddition{}).ok());
}

TEST_CASE("an addition that would change a promise, or contradicts itself, is refused") {
  const Catalogue base = *Catalogue::built_in().extend(sound());
  const auto field = [](const std::function<void(FieldEntry&)>& spoil) {
    return [spoil](FrameworkAddition& a) { spoil(a.fields[kinds::person][0]); };
  };
  const auto code = [](const std::function<void(CodeEntry&)>& spoil) {
    return [spoil](FrameworkAddition& a) { spoil(a.code_lists[0].codes[0]); };
  };
  struct Row { const char* why; Fault::Code fault; std::function<void(FrameworkAddition&)> spoil; };
  const Row rows[] = {
      {"a number of ours, free", Fault::bad_value, field([](FieldEntry& f) { f.number = 900; })},
      {"a number of ours, taken", Fault::bad_value, field([](FieldEntry& f) { f.number = 17; })},
      {"a number of the header", Fault::bad_value, field([](FieldEntry& f) { f.number = header::type; })},
      {"the number of another field", Fault::bad_value, field([](FieldEntry& f) { f.number = 0x8002; })},
      {"another name", Fault::bad_value, field([](FieldEntry& f) { f.name = "ancestors"; })},
      {"another type", Fault::bad_value, field([](FieldEntry& f) { f.type = ValueType::date; f.bytes_max = 0; })},
      {"another section", Fault::bad_value, field([](FieldEntry& f) { f.section = 1; })},
      {"another policy", Fault::bad_value, field([](FieldEntry& f) { f.policy = MergePolicy::once; })},
      {"no longer askable", Fault::bad_value, field([](FieldEntry& f) { f.askable = false; })},
      {"a name that is taken", Fault::bad_name,
       field([](FieldEntry& f) { f.number = 0x8003; f.name = "date_of_birth"; })},
      {"a name nobody can type", Fault::bad_name,
       field([](FieldEntry& f) { f.number = 0x8003; f.name = "Whaka Papa"; })},
      {"no name", Fault::bad_name, field([](FieldEntry& f) { f.number = 0x8003; f.name = ""; })},
      {"a name without end", Fault::bad_name,
       field([](FieldEntry& f) { f.number = 0x8003; f.name = std::string(65, 'a'); })},
      {"no such section", Fault::wrong_section,
       field([](FieldEntry& f) { f.number = 0x8003; f.name = "new"; f.section = 99; })},
      {"the header, which everybody reads", Fault::wrong_section,
       field([](FieldEntry& f) { f.number = 0x8003; f.name = "new"; f.section = 0; })},
      {"no such kind", Fault::unknown_kind, [](FrameworkAddition& a) { a.fields[999] = {whakapapa()}; }},
      {"too many fields", Fault::too_many,
       [](FrameworkAddition& a) { a.fields[kinds::note].resize(framework_fields_max + 1); }},
      {"too many codes", Fault::too_many,
       [](FrameworkAddition& a) { a.code_lists[0].codes.resize(framework_codes_max + 1); }},
      {"a severity changed", Fault::bad_value, code([](CodeEntry& c) { c.severity = 9; })},
      {"a code's number used again", Fault::bad_value, code([](CodeEntry& c) { c.name = "tainui"; })},
      {"a code's name used again", Fault::bad_name, code([](CodeEntry& c) { c.number = 0x8009; c.name = "waikato"; })},
      {"a code of ours, free", Fault::bad_value, code([](CodeEntry& c) { c.number = 900; c.name = "tainui"; })},
      {"a code of ours made milder", Fault::bad_value,
       [](FrameworkAddition& a) { a.code_lists = {{61, "risk_level", {{number_of(RiskLevel::high), "high", 1}}}}; }},
      {"a list of ours, free", Fault::bad_value, [](FrameworkAddition& a) { a.code_lists[0].number = 9000; }},
      {"a list renamed", Fault::bad_value, [](FrameworkAddition& a) { a.code_lists[0].name = "tribes"; }},
      {"a list's name used again", Fault::bad_name, [](FrameworkAddition& a) { a.code_lists[0].number = 0x8005; }},
  };
  REQUIRE(base.extend(sound()).ok());
  for (const Row& row : rows) {
    CAPTURE(row.why);
    FrameworkAddition addition = sound();
    row.spoil(addition);
    const Result<Catalogue> refused = base.extend(addition);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.fault().name() == Fault(row.fault).name());
  }
}

TEST_CASE("a new field that no value fits is refused") {
  struct Row { const char* why; std::function<void(FieldEntry&)> spoil; };
  const auto as = [](FieldEntry& f, ValueType type) {
    f.type = type;
    f.bytes_max = 0;
  };
  const Row rows[] = {
      {"text without limit", [](FieldEntry& f) { f.bytes_max = 0; }},
      {"text beyond the limit of a value", [](FieldEntry& f) { f.bytes_max = value_bytes_max + 1; }},
      {"no type", [&](FieldEntry& f) { as(f, ValueType::none); }},
      {"a type nobody knows", [&](FieldEntry& f) { as(f, static_cast<ValueType>(8)); }},
      {"a policy nobody knows", [](FieldEntry& f) { f.policy = static_cast<MergePolicy>(9); }},
      {"no policy", [](FieldEntry& f) { f.policy = static_cast<MergePolicy>(0); }},
      {"a sensitivity nobody knows", [](FieldEntry& f) { f.sensitivity = static_cast<Sensitivity>(7); }},
      {"code without list", [&](FieldEntry& f) { as(f, ValueType::code); }},
      {"code of no list", [&](FieldEntry& f) { as(f, ValueType::code); f.code_list = 0x9999; }},
      {"text with list", [](FieldEntry& f) { f.code_list = 1; }},
      {"date with limit", [](FieldEntry& f) { f.type = ValueType::date; }},
      {"date in one line", [&](FieldEntry& f) { as(f, ValueType::date); f.one_line = true; }},
      {"text that refers", [](FieldEntry& f) { f.refers_to = kinds::note; }},
      {"reference to no kind", [&](FieldEntry& f) { as(f, ValueType::reference); f.refers_to = 999; }},
      {"integer from 5 to 1", [&](FieldEntry& f) { as(f, ValueType::integer); f.integer_min = 5; f.integer_max = 1; }},
      {"date from 0 to 1", [&](FieldEntry& f) { as(f, ValueType::date); f.integer_max = 1; }},
      {"the safest of texts", [](FieldEntry& f) { f.policy = MergePolicy::safest; }},
      {"searched date", [&](FieldEntry& f) { as(f, ValueType::date); f.searchable = true; }},
      {"sensitive and searched", [](FieldEntry& f) { f.searchable = true; f.sensitivity = Sensitivity::sensitive; }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    FrameworkAddition addition;
    addition.fields[kinds::person] = {whakapapa()};
    row.spoil(addition.fields[kinds::person][0]);
    const Result<Catalogue> refused = Catalogue::built_in().extend(addition);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.fault() == Fault::bad_value);
  }
}
