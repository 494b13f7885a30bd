#include <filesystem>

#include "client/casework/exchange/mapping.h"
#include "tests/support/temp_folder.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

Result<Mapping> parse(std::string_view toml) { return Mapping::parse(toml, Catalogue::built_in()); }

const std::string table = "source = \"s\"\n[table]\nkey = [\"id\"]\n";
const std::string of_case = "[case]\nfields.name = \"{id}\"\n";
const std::string note = "[[record]]\nkind = \"note\"\n";

}  // namespace

TEST_CASE("a mapping says which columns become what") {
  const Result<Mapping> mapping = parse(
      "source = \"contacts\"\n[table]\nseparator = \"tab\"\nencoding = \"latin-1\"\nkey = [\"a\", \"b\"]\nignore = [\"c\"]\n"
      "[case]\ngroup = [\"a\"]\nexisting = \"use\"\nfields.name = \"{{{a}}} of {b}\"\nfields.reference = \"{a}\"\n"
      "[[record]]\nkind = \"note\"\nwhen = \"d\"\n[record.fields]\n\"narrative.text\" = { from = \"{d}\", required = true }\n"
      "type = { from = \"{e}\", codes = { P = \"phone\" } }\noccurred = { from = \"{f}\", date = \"%d/%m/%Y\" }\n"
      "[[record]]\nkind = \"note\"\nname = \"second\"\nper = \"case\"\nfields.text = \"Taken over\"\n");
  REQUIRE_MESSAGE(mapping.ok(), (mapping ? "" : mapping.fault().to_string()));
  CHECK(mapping->shape.separator == '\t');
  CHECK(mapping->shape.encoding == CsvEncoding::latin_1);
  CHECK(mapping->existing == ExistingCase::use);
  CHECK(mapping->group == std::vector<std::string>{"a"});
  REQUIRE(mapping->case_file.fields.size() == 2);
  const std::vector<TemplatePiece>& name = mapping->case_file.fields.front().from;
  REQUIRE(name.size() == 4);
  CHECK(name[0].text == "{");
  CHECK((name[1].is_column && name[1].text == "a"));
  CHECK(name[2].text == "} of ");
  REQUIRE(mapping->records.size() == 2);
  CHECK(mapping->records[0].when == "d");
  CHECK_FALSE(mapping->records[0].per_case);
  CHECK(mapping->records[1].per_case);
  CHECK(mapping->records[1].name == "second");
  CHECK(parse(table + of_case)->group == std::vector<std::string>{"id"});
}

TEST_CASE("a mistake in a mapping is told with its line and key, and what would be right") {
  struct Row {
    std::string toml;
    Fault::Code fault;
    std::string_view detail;  // begins with this
  };
  const Row rows[] = {
      {"", Fault::required, "line 1, source"},
      {"\xff", Fault::bad_line, "line 1"},
      {"source = ", Fault::bad_line, "line 1"},
      {"source = \"a\"\nsource = \"secret\"", Fault::bad_line, "line 2"},
      {"source = 5", Fault::bad_value, "line 1, source: text"},
      {"source = \"\"", Fault::required, "line 1, source"},
      {"source = \"s\"", Fault::required, "line 1, table"},
      {"source = \"s\"\ntable = \"secret\"", Fault::bad_value, "line 2, table: a table"},
      {"sorce = \"s\"", Fault::bad_name, "line 1, no such key: perhaps source"},
      {"zzzzzzzzzz = \"s\"", Fault::bad_name, "line 1, no such key"},
      {"source = \"s\"\n[table]\n[case]\nfields.name = \"{id}\"\n", Fault::required, "line 2, key"},
      {"source = \"s\"\n[table]\nkey = \"secret\"\n", Fault::bad_value, "line 3, key: ["},
      {"source = \"s\"\n[table]\nkey = [5]\n", Fault::bad_value, "line 3, key: text"},
      {"source = \"s\"\n[table]\nkey = [\"id\"]\nseparator = \"|\"\n", Fault::bad_value, "line 4, separator: one of: ,, ;, tab"},
      {"source = \"s\"\n[table]\nkey = [\"id\"]\nencoding = \"utf8\"\n", Fault::bad_value, "line 4, encoding: one of: utf-8"},
      {"source = \"s\"\n[table]\nkey = [\"id\"]\nencodng = \"utf-8\"\n", Fault::bad_name, "line 4, no such key: perhaps encoding"},
      {table, Fault::required, "line 1, case"},
      {table + "[case]\n", Fault::required, "line 4, fields"},
      {table + "[case]\nfields.tier = \"light\"\n", Fault::required, "line 4, fields.name"},
      {table + "[case]\nexisting = \"use\"\nfields.name = \"{id}\"\n", Fault::required, "line 4, fields.reference"},
      {table + "[case]\nexisting = \"perhaps\"\nfields.name = \"{id}\"\n", Fault::bad_value, "line 5, existing: one of"},
      {table + "[case]\nfields.nmae = \"{id}\"\n", Fault::unknown_field, "line 5, fields: perhaps"},
      {table + "[case]\nfields.name = \"{secret\"\n", Fault::bad_value, "line 5, case.identity.name: a column in braces"},
      {table + "[case]\nfields.name = \"secret}\"\n", Fault::bad_value, "line 5, case.identity.name"},
      {table + "[case]\nfields.name = \"{}\"\n", Fault::bad_value, "line 5, case.identity.name"},
      {table + "[case]\nfields.name = \"\"\n", Fault::required, "line 5, case.identity.name"},
      {table + "[case]\nfields.name = {}\n", Fault::required, "line 5, from"},
      {table + "[case]\nfields.name = 7\n", Fault::bad_value, "line 5, case.identity.name: text"},
      {table + "[case]\nfields.name = \"{id}\"\nfields.voided = \"yes\"\n", Fault::bad_value, "line 6, case.header.voided"},
      {table + "[case]\nfields.name = \"{id}\"\nfields.\"identity.name\" = \"{id}\"\n", Fault::already_there, "line"},
      {table + of_case + "record = 5\n", Fault::bad_name, "line 6, no such key"},
      {table + of_case + "[[record]]\n", Fault::required, "line 6, kind"},
      {table + of_case + "[[record]]\nkind = \"nota\"\nfields.text = \"{id}\"\n", Fault::unknown_kind, "line 6, kind: perhaps note"},
      {table + of_case + "[[record]]\nkind = \"worker\"\nfields.name = \"{id}\"\n", Fault::bad_value, "line 6, kind: a kind that cases hold"},
      {table + of_case + "[[record]]\nkind = \"case\"\nfields.name = \"{id}\"\n", Fault::bad_value, "line 6, kind"},
      {table + of_case + note + "fields.text = \"{id}\"\n" + note + "fields.text = \"{id}\"\n", Fault::already_there, "line 9, name"},
      {table + of_case + note + "per = \"person\"\nfields.text = \"{id}\"\n", Fault::bad_value, "line 8, per: one of: row, case"},
      {table + of_case + note, Fault::required, "line 6, fields"},
      {table + of_case + note + "fields.text = { from = \"{id}\", dat = \"x\" }\n", Fault::bad_name, "line 8, no such key"},
      {table + of_case + note + "fields.text = { from = \"{id}\", date = \"%d\" }\n", Fault::bad_value, "line 8, date: only for"},
      {table + of_case + note + "fields.occurred = { from = \"{id}\", date = \"%d\" }\n", Fault::bad_value, "line 8, date: with"},
      {table + of_case + note + "fields.text = { from = \"{id}\", split = \";\" }\n", Fault::bad_value, "line 8, split"},
      {table + of_case + note + "fields.text = { from = \"{id}\", required = \"yes\" }\n", Fault::bad_value, "line 8, required"},
      {table + of_case + note + "fields.type = { from = \"{id}\", codes = { secret = \"phon\" } }\n", Fault::bad_name,
       "line 8, note.header.type: perhaps phone"},
      {table + of_case + note + "fields.type = { from = \"{id}\", codes = [] }\n", Fault::bad_value, "line 8, codes: a table"},
      {std::string(mapping_bytes_max + 1, '#'), Fault::too_large, "a mapping"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.toml.substr(0, 300));
    const Result<Mapping> mapping = parse(row.toml);
    REQUIRE_FALSE(mapping.ok());
    CHECK_MESSAGE(mapping.fault() == Fault(row.fault), mapping.fault().to_string());
    CHECK_MESSAGE(mapping.fault().detail().starts_with(row.detail), mapping.fault().to_string());
    CHECK(mapping.fault().detail().find("secret") == std::string::npos);
  }
}

TEST_CASE("the mappings that people start from are sound, and a mapping is an ordinary file") {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(CASELOAD_SOURCE "/client/casework/exchange/mappings")) {
    const Result<Mapping> mapping = Mapping::read(entry.path().string(), Catalogue::built_in());
    CHECK_MESSAGE(mapping.ok(), (mapping ? "" : mapping.fault().to_string()));
    ++count;
  }
  CHECK(count >= 2);
  const TempFolder folder;
  CHECK(Mapping::read(folder / "none", Catalogue::built_in()).fault() == Fault::absent);
  CHECK(Mapping::read(folder.path(), Catalogue::built_in()).fault() == Fault::bad_value);
}
