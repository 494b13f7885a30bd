#include <fstream>
#include <sstream>

#include "client/casework/cases.h"
#include "client/casework/exchange/import.h"
#include "client/casework/looking.h"
#include "client/casework/records.h"
#include "common/record/kinds.h"
#include "tests/unit/client/casework/profile.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

const std::string mappings = CASELOAD_SOURCE "/client/casework/exchange/mappings/";

Mapping mapping_of(const std::string& name) {
  const Result<Mapping> mapping = Mapping::read(mappings + name, Catalogue::built_in());
  REQUIRE(mapping.ok());
  return *mapping;
}

Mapping parsed(const std::string& toml) {
  const Result<Mapping> mapping = Mapping::parse(toml, Catalogue::built_in());
  REQUIRE_MESSAGE(mapping.ok(), (mapping ? "" : mapping.fault().to_string()));
  return *mapping;
}

ImportReport take(Profile& p, const Mapping& mapping, const std::string& bytes, bool dry_run = false) {
  std::istringstream table(bytes);
  const Result<ImportReport> report = import_table(p.place(), mapping, table, {dry_run});
  REQUIRE(report.ok());
  return *report;
}

std::string told(const ImportReport& report) {
  std::string all;
  for (const Complaint& one : report.complaints) {
    all += std::to_string(one.row) + " " + one.column + " " + std::string(one.fault.name()) + "; ";
  }
  return all;
}

std::size_t count(Profile& p, KindNumber kind) { return p.store().records().of_kind(kind).size(); }

const std::string header =
    "person_oid,first_name,last_name,gender,age,location,complexity_level,archetype_id,writer_style,"
    "embedded_scenarios,case_note\n";

std::string people(std::size_t count, std::size_t first = 1) {
  std::string table = header;
  for (std::size_t i = first; i < first + count; ++i) {
    const std::string n = std::to_string(i);
    table += "T-" + n + ",Sam,Example " + n + ",Female,34,Urban," + std::to_string(1 + i % 4) +
             ",young_family,new_worker,,\"Came, and said \"\"yes\"\".\nNumber " + n + ".\"\n";
  }
  return table;
}

const std::string small = R"(
source = "small"
[table]
key = ["id"]
[case]
group = ["who"]
existing = "use"
[case.fields]
reference = "{who}"
name = "Case {who}"
[[record]]
kind = "person"
per = "case"
[record.fields]
name = "{name}"
date_of_birth = { from = "{born}", date = "%d/%m/%Y" }
alert = { from = "{alert}", codes = { red = "danger", "" = "none" } }
[[record]]
kind = "note"
when = "text"
[record.fields]
type = { from = "{how}", codes = { P = "phone" }, required = true }
text = "{text}"
)";
const std::string small_header = "id,who,name,born,alert,how,text\n";

}  // namespace

TEST_CASE("a table of people becomes cases, persons and notes, which the office accepts") {
  Profile p;
  const ImportReport report = take(p, mapping_of("case_notes.toml"), people(25));
  CHECK(told(report).empty());
  CHECK(report.rows == 25);
  CHECK(report.created == 75);
  CHECK(report.skipped == 0);
  CHECK(count(p, kinds::case_file) == 26);  // and the one that was there
  const Result<std::vector<CaseRow>> cases = list_cases(p.place());
  REQUIRE(cases.ok());
  CHECK(std::ranges::find(*cases, std::string("T-7"), &CaseRow::reference) != cases->end());
  const Id note = p.store().records().of_kind(kinds::note).back();
  CHECK(p.words_of(note, sync::note_text).starts_with("Came, and said \"yes\".\nNumber "));
  REQUIRE(p.meet());
  CHECK(p.store().unsent().empty());
  CHECK(p.store().late().empty());
}

TEST_CASE("the table that comes with the demonstration is sound") {
  Profile p;
  std::ifstream file(CASELOAD_SOURCE "/deploy/demo_data/people.csv", std::ios::binary);
  const Result<ImportReport> report = import_table(p.place(), mapping_of("case_notes.toml"), file);
  REQUIRE(report.ok());
  CHECK(told(*report).empty());
  CHECK(report->created == 3 * report->rows);
  CHECK(report->rows >= 12);
}

TEST_CASE("a table with several rows for each person, from a spreadsheet of another country") {
  Profile p;
  const std::string table =
      "Client no;Surname;Forename;Born;Contact no;When;How;Place;Notes;To do;To do by\r\n"
      "K1;M\xfcller;J\xfcrgen;01/02/1990;1;03/04/2026 9:30;Visit;At home;Was well, ate \x80 5 cake;Ring the clinic;05/04/2026\r\n"
      "K1;M\xfcller;J\xfcrgen;01/02/1990;2;10/04/2026 11:00;Phone;;Rang back;;\r\n"
      "K2;O'Neill;Se\xe1n;29/02/2000;1;11/04/2026 08:05;Did not come;;No answer;;\r\n";
  const ImportReport report = take(p, mapping_of("contacts.toml"), table);
  CHECK(told(report).empty());
  CHECK(report.created == 2 + 2 + 3 + 1);
  std::vector<std::string> moments;
  for (const Id& note : p.store().records().of_kind(kinds::note)) {
    moments.push_back(to_text(*moment_of(Catalogue::built_in(), p.store().record(note), header::occurred)));
  }
  std::ranges::sort(moments);
  CHECK(moments.front() == "2026-04-03T09:30:00.000Z");
  const Id person = p.store().records().of_kind(kinds::person).front();
  CHECK((p.words_of(person, 17) == "Jürgen Müller" || p.words_of(person, 17) == "Seán O'Neill"));
  REQUIRE(p.meet());
  CHECK(p.store().late().empty());
}

TEST_CASE("a table imported twice is imported once, and what changed meanwhile is told, not written") {
  Profile p;
  const Mapping mapping = mapping_of("case_notes.toml");
  REQUIRE(take(p, mapping, people(5)).created == 15);
  p.reopen();
  p.pass(std::chrono::hours(30));
  const ImportReport again = take(p, mapping, people(5));
  CHECK(again.created == 0);
  CHECK(again.skipped == 5);
  CHECK(again.changed == 0);
  CHECK(count(p, kinds::note) == 5);

  std::string table = people(7);
  table.replace(table.find("Number 2"), 8, "Nummer 2");
  const ImportReport more = take(p, mapping, table);
  CHECK(told(more).empty());
  CHECK(more.created == 6);
  CHECK(more.skipped == 5);
  CHECK(more.changed_rows == std::vector<std::size_t>{3});
  CHECK(count(p, kinds::note) == 7);
  for (const Id& note : p.store().records().of_kind(kinds::note)) {
    CHECK(p.words_of(note, sync::note_text).find("Nummer") == std::string::npos);
  }
}

TEST_CASE("what people did since with what was imported stays, when the table comes again") {
  Profile p;
  const Mapping mapping = mapping_of("case_notes.toml");
  REQUIRE(take(p, mapping, people(2)).created == 6);
  const Id person = p.store().records().of_kind(kinds::person).front();
  const Id note = p.store().records().of_kind(kinds::note).front();
  REQUIRE(perform(p.place(), {.record = person, .writes = {{17, Value::of_text("Another name")}}}).ok());
  REQUIRE(void_record(p.place(), note, "Of somebody else").ok());
  const ImportReport again = take(p, mapping, people(2));
  CHECK(again.skipped == 2);
  CHECK(again.changed == 0);
  CHECK(p.words_of(person, 17) == "Another name");
  CHECK(p.store().record(note).void_state(Catalogue::built_in()) == sync::VoidState::voided);
}

TEST_CASE("a case that has gone to others does not come back with its table") {
  Profile p;
  const Mapping mapping = mapping_of("case_notes.toml");
  REQUIRE(take(p, mapping, people(2)).created == 6);
  p.everybody_meets();
  const Id scope = p.store().find_record(p.store().records().of_kind(kinds::person).front())->scope;
  p.team.assign(*p.team.lena, scope, *p.team.mia);
  p.everybody_meets();
  p.team.write(*p.team.lena, scope, {{case_facts::unit, Value::of_reference(p.team.office.units[1])}});
  p.everybody_meets();
  REQUIRE_FALSE(p.store().find_record(scope).has_value());
  const ImportReport again = take(p, mapping, people(2));
  CHECK(told(again).empty());
  CHECK(again.created == 0);
  CHECK(again.skipped == 2);
  CHECK(p.meet());  // the office is not shown a known change in other bytes
}

TEST_CASE("a dry run finds the same and leaves nothing") {
  Profile p;
  const Mapping mapping = mapping_of("case_notes.toml");
  const std::size_t records = p.store().records().all().size();
  const std::size_t unsent = p.store().unsent().size();
  const ImportReport dry = take(p, mapping, people(5), true);
  CHECK(dry.created == 15);
  CHECK(p.store().records().all().size() == records);
  CHECK(p.store().unsent().size() == unsent);
  CHECK(take(p, mapping, people(5)).created == 15);
}

TEST_CASE("every complaint has its row, its column and its reason, and then nothing is taken") {
  struct Row {
    std::string_view what;
    std::string table;
    std::string told;
  };
  const std::string good = "1,A,Ann,1/2/1990,,P,Fine\n";
  const Row rows[] = {
      {"no columns", "", ""},
      {"only columns", small_header, ""},
      {"a column is missing", "id,who,name,born,alert,how\n", "1 text not_found; "},
      {"a column that nothing uses", "id,who,name,born,alert,how,text,more\n", "1 more required; "},
      {"a column twice", "id,who,name,born,alert,how,text,id\n", "1 8 already_there; "},
      {"a column without a name", "id,who,name,born,alert,how,text,\n", "1 8 required; "},
      {"other letters", "ID,who,name,born,alert,how,text\n", "1 id not_found; 1 ID required; "},
      {"no key", small_header + good + ",A,Ann,1/2/1990,,P,x\n", "3 id required; "},
      {"no case", small_header + "1,,Ann,1/2/1990,,P,x\n", "2 who required; "},
      {"the key twice", small_header + good + "1,A,Ann,1/2/1990,,P,More\n", "3 id already_there; "},
      {"no such day", small_header + "1,A,Ann,30/2/1990,,P,x\n", "2 born bad_date; "},
      {"29 February", small_header + "1,A,Ann,29/2/2001,,P,x\n", "2 born bad_date; "},
      {"month before day", small_header + "1,A,Ann,1/13/1990,,P,x\n", "2 born bad_date; "},
      {"two digits of a year", small_header + "1,A,Ann,1/2/90,,P,x\n", "2 born bad_date; "},
      {"year 0", small_header + "1,A,Ann,1/2/0000,,P,x\n", "2 born bad_date; "},
      {"a cell without a code", small_header + "1,A,Ann,1/2/1990,,Q,x\n", "2 how bad_name; "},
      {"a code in other letters", small_header + "1,A,Ann,1/2/1990,RED,P,x\n", "2 alert bad_name; "},
      {"nothing where there must be", small_header + "1,A,Ann,1/2/1990,,,x\n", "2 how required; "},
      {"a line in a name", small_header + "1,A,\"An\nn\",1/2/1990,,P,x\n", "2 name text_control; "},
      {"a name of a page", small_header + "1,A," + std::string(1'201, 'x') + ",1/2/1990,,P,x\n", "2 name too_large; "},
      {"a control", small_header + "1,A,Ann,1/2/1990,,P,\x1b[2J\n", "2 7 text_control; "},
      {"not UTF-8", small_header + "1,A,Ann,1/2/1990,,P,\xe9\n", "2 7 text_encoding; "},
      {"a quote", small_header + good + "2,A,Ann,1/2/1990,,P,\"x\n", "3 7 bad_line; "},
      {"rows of a case disagree", small_header + good + "2,A,Anna,1/2/1990,,P,x\n", "3  ambiguous; "},
      {"several at once", small_header + "1,A,Ann,x,,P,x\n2,B,Bo,1/2/1990,,Q,x\n3,C,Cy,1/2/1990,,P\n,,,,,,\n5,D,Di,1/2/1990,,P,x\n",
       "2 born bad_date; 3 how bad_name; 4  bad_line; "},
  };
  Profile p;
  const std::size_t records = p.store().records().all().size();
  for (const Row& row : rows) {
    CAPTURE(row.what);
    std::istringstream table(row.table);
    const Result<ImportReport> report = import_table(p.place(), parsed(small), table);
    CHECK(report.ok() == (row.what != "no columns"));
    if (!report) continue;
    CHECK(told(*report) == row.told);
    CHECK(report->created == 0);
    for (const Complaint& one : report->complaints) CHECK(one.fault.detail().find("Ann") == std::string::npos);
  }
  CHECK(p.store().records().all().size() == records);
  CHECK(take(p, parsed(small), small_header + good).created == 3);
}

TEST_CASE("complaints end at a hundred, and say that there may be more") {
  Profile p;
  std::string table = small_header;
  for (int i = 0; i < 300; ++i) table += std::to_string(i) + ",A,Ann,never,,P,x\n";
  const ImportReport report = take(p, parsed(small), table);
  CHECK(report.complaints.size() == complaints_max);
  CHECK(report.more);
}

TEST_CASE("words of the mapping that its fields do not take are told before any row") {
  Profile p;
  const std::string start = "source = \"s\"\n[table]\nkey = [\"id\"]\n[case]\nfields.name = \"{id}\"\n";
  for (const std::string line : {"fields.status = \"opened\"", "fields.next_contact = \"soon\"", "fields.unit = \"nowhere\"",
                                 "fields.legal_hold = \"perhaps\""}) {
    CAPTURE(line);
    const ImportReport report = take(p, parsed(start + line), "id\n1\n");
    REQUIRE(report.complaints.size() == 1);
    CHECK(report.complaints.front().row == 0);
    CHECK(report.complaints.front().fault.detail().starts_with("line 6 of the mapping"));
  }
}

TEST_CASE("rows go to a case that is here, are refused for it, or need it, as the mapping says") {
  Profile p;
  REQUIRE(add_case(p.place(), {.name = "Ann", .reference = "a"}).ok());  // compared as people do
  const std::string table = small_header + "1,A,Ann,1/2/1990,,P,x\n2,B,Bo,1/2/1990,,P,x\n3,B,Bo,1/2/1990,,P,y\n";
  const auto with = [&](const std::string& existing) {
    std::string toml = small;
    toml.replace(toml.find("\"use\""), 5, "\"" + existing + "\"");
    return parsed(toml);
  };
  CHECK(told(take(p, with("refuse"), table)) == "2 who already_there; ");
  CHECK(told(take(p, with("require"), table)) == "3 who not_found; ");
  const ImportReport used = take(p, with("use"), table);
  CHECK(told(used).empty());
  CHECK(used.created == 1 + 2 + 3);
  CHECK(take(p, with("use"), table).skipped == 3);
  REQUIRE(add_case(p.place(), {.name = "Cy", .reference = "C"}).ok());
  CHECK(take(p, with("require"), small_header + "9,c,Cy,1/2/1990,,P,x\n").created == 2);
}

TEST_CASE("whoever may not, or not now, imports nothing, and the audit trail has what the rules refused") {
  Profile auditor("auditor");
  const std::uint64_t entries = auditor.place().audit.size();
  const ImportReport refused = take(auditor, mapping_of("case_notes.toml"), people(2));
  REQUIRE(refused.complaints.size() == 2);
  CHECK(refused.complaints.front().fault == Fault(Fault::not_allowed));
  REQUIRE(auditor.place().audit.size() == entries + 1);
  CHECK(auditor.place().audit.entries(entries + 1, 1).front().entry.outcome == sync::AuditOutcome::refused);

  Profile ended;
  ended.pass(std::chrono::hours(24 * 60));
  std::istringstream table(people(2));
  CHECK(import_table(ended.place(), mapping_of("case_notes.toml"), table).fault() == Fault(Fault::lease_ended));
}
