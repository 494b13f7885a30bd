#include <algorithm>
#include <functional>

#include "common/record/catalogue.h"
#include "common/record/kinds.h"
#include "tests/unit/record/self_check.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

struct Tables {
  std::vector<KindEntry> kinds{Catalogue::built_in().kinds().begin(), Catalogue::built_in().kinds().end()};
  std::vector<CodeList> lists{Catalogue::built_in().code_lists().begin(), Catalogue::built_in().code_lists().end()};

  KindEntry& kind(std::string_view name) {
    return *std::find_if(kinds.begin(), kinds.end(), [&](const KindEntry& kind) { return kind.name == name; });
  }
  CodeList& list(std::string_view name) {
    return *std::find_if(lists.begin(), lists.end(), [&](const CodeList& list) { return list.name == name; });
  }
  FieldEntry& field(std::string_view kind_name, std::string_view name) {
    std::vector<FieldEntry>& fields = kind(kind_name).fields;
    return *std::find_if(fields.begin(), fields.end(), [&](const FieldEntry& field) { return field.name == name; });
  }
};

}  // namespace

TEST_CASE("the built-in tables are sound") {
  for (const std::string& complaint : tests::self_check(Catalogue::built_in())) FAIL_CHECK(complaint);
}

TEST_CASE("each way in which the tables can be unsound is found") {
  struct Row { const char* complaint; std::function<void(Tables&)> spoil; };
  const Row rows[] = {
      {"kinds.note: number twice", [](Tables& t) { t.kind("note").number = kinds::person; }},
      {"kinds.person: name twice", [](Tables& t) { t.kind("note").name = "person"; }},
      {"kinds.Note: not snake_case", [](Tables& t) { t.kind("note").name = "Note"; }},
      {"note.text: number below 1", [](Tables& t) { t.field("note", "text").number = 0; }},
      {"note.analysis: number twice", [](Tables& t) { t.field("note", "analysis").number = 16; }},
      {"note.text: a number of neither the header nor the kind", [](Tables& t) { t.field("note", "text").number = 9; }},
      {"note.text: its section does not exist", [](Tables& t) { t.field("note", "text").section = 77; }},
      {"note: no header", [](Tables& t) { t.kind("note").sections[0].name = "head"; }},
      {"note.header.voided: not as in every kind",
       [](Tables& t) { t.field("note", "voided").policy = MergePolicy::latest; }},
      {"note.header.type: not as in every kind", [](Tables& t) { t.field("note", "type").policy = MergePolicy::ask; }},
      {"note.oversight: an empty section",
       [](Tables& t) { std::erase_if(t.kind("note").fields, [](const FieldEntry& f) { return f.section == 5; }); }},
      {"note.effort: no room in a mask", [](Tables& t) { t.kind("note").sections.back().number = section_end; }},
      {"note: no sentence says what it means", [](Tables& t) { t.kind("note").meaning = "a note"; }},
      {"note.text: a text has a limit, nothing else has", [](Tables& t) { t.field("note", "text").bytes_max = 0; }},
      {"note.text: a limit beyond that of a value",
       [](Tables& t) { t.field("note", "text").bytes_max = value_bytes_max + 1; }},
      {"note.source: its list does not exist", [](Tables& t) { t.field("note", "source").code_list = 999; }},
      {"note.outcome: refers to no kind", [](Tables& t) { t.field("note", "outcome").refers_to = 999; }},
      {"note.mood: limits of an integer", [](Tables& t) { t.field("note", "mood").integer_max = 0; }},
      {"note.minutes: only words are searched", [](Tables& t) { t.field("note", "minutes").searchable = true; }},
      {"incident.what_happened: sensitive, and in the index",
       [](Tables& t) { t.field("incident", "what_happened").searchable = true; }},
      {"risk.level: the safest of codes without an order",
       [](Tables& t) { t.list("risk_level").codes[1].severity = 10; }},
      {"risk.level: the safest of what may be unanswered", [](Tables& t) { t.field("risk", "level").askable = true; }},
      {"tier: no codes", [](Tables& t) { t.list("tier").codes.clear(); }},
      {"tier.light: a number kept for what is not answered",
       [](Tables& t) { t.list("tier").codes[0].number = 0x7f01; }},
      {"tier.light: an organisation's number", [](Tables& t) { t.list("tier").codes[0].number = 0x8000; }},
      {"tier.light: as severe as a code nobody knows", [](Tables& t) { t.list("tier").codes[0].severity = 255; }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.complaint);
    Tables tables;
    row.spoil(tables);
    const std::vector<std::string> found = tests::self_check(Catalogue(tables.kinds, tables.lists));
    CHECK(std::find(found.begin(), found.end(), row.complaint) != found.end());
  }
}

TEST_CASE("every kind that the design names is there") {
  constexpr std::string_view of_a_case[] = {
      "case", "person", "assignment", "note", "amendment", "action", "outcome", "progress", "need", "barrier", "risk",
      "incident", "contact_restriction", "appointment", "referral", "service_report", "consent", "disclosure", "review",
      "document", "approval", "appeal", "plan", "stakeholder", "handover", "priority_override", "crisis",
      "access_request", "correction_statement", "emergency_access", "late_work"};
  constexpr std::string_view elsewhere[] = {
      "worker", "unit", "role", "device", "provider", "contract", "intervention", "framework", "sharing_rules",
      "work_plan", "objective", "monitoring_point", "feedback", "notice", "improvement", "resource_request",
      "consultation", "draft", "skill", "absence", "late_answer"};
  const Catalogue& catalogue = Catalogue::built_in();
  for (const std::string_view name : of_a_case) {
    CAPTURE(name);
    const KindEntry* kind = catalogue.find_kind(name);
    REQUIRE(kind);
    CHECK(kind->scope == ScopeType::case_file);
  }
  for (const std::string_view name : elsewhere) {
    CAPTURE(name);
    const KindEntry* kind = catalogue.find_kind(name);
    REQUIRE(kind);
    CHECK(kind->scope != ScopeType::case_file);
  }
  CHECK(catalogue.kinds().size() == std::size(of_a_case) + std::size(elsewhere));
}

TEST_CASE("what protects people is settled by the most protective value, and a note's words once") {
  struct Row { const char* kind; const char* field; MergePolicy policy; };
  const Row rows[] = {{"risk", "level", MergePolicy::safest}, {"risk", "alert", MergePolicy::safest},
                      {"person", "alert", MergePolicy::safest}, {"incident", "alert", MergePolicy::safest},
                      {"contact_restriction", "status", MergePolicy::safest}, {"crisis", "status", MergePolicy::safest},
                      {"consent", "status", MergePolicy::safest}, {"device", "standing", MergePolicy::safest},
                      {"note", "text", MergePolicy::once}, {"note", "rationale", MergePolicy::once},
                      {"amendment", "text", MergePolicy::once}, {"case", "reference", MergePolicy::once},
                      {"device", "key", MergePolicy::once}, {"case", "legal_status", MergePolicy::ask},
                      {"approval", "decision", MergePolicy::ask}, {"case", "merged_into", MergePolicy::ask},
                      {"note", "tags", MergePolicy::set}, {"incident", "alert_people", MergePolicy::set}};
  for (const Row& row : rows) {
    CAPTURE(row.kind);
    CAPTURE(row.field);
    const FieldEntry* field = Catalogue::built_in().find_kind(row.kind)->find_field(row.field);
    REQUIRE(field);
    CHECK(field->policy == row.policy);
  }
}
