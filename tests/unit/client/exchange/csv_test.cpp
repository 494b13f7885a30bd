#include <sstream>

#include "client/casework/exchange/csv.h"
#include "client/casework/exchange/date_form.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::client;

namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Table {
  Rows rows;
  std::vector<Fault> faults;
  std::size_t row = 0;     // of the last Fault
  std::size_t column = 0;
};

Table read(const std::string& bytes, CsvShape shape = {}) {
  std::istringstream in(bytes);
  CsvReader reader(in, shape);
  Table table;
  for (std::vector<std::string> cells;;) {
    const Result<bool> next = reader.next(cells);
    if (next && !*next) return table;
    if (next) {
      table.rows.push_back(cells);
      continue;
    }
    table.faults.push_back(next.fault());
    table.row = reader.row();
    table.column = reader.column();
  }
}

constexpr CsvShape semicolons{';', CsvEncoding::utf8};
constexpr CsvShape windows{',', CsvEncoding::windows_1252};
constexpr CsvShape latin{',', CsvEncoding::latin_1};

}  // namespace

TEST_CASE("tables are read as their makers meant them") {
  struct Row {
    std::string bytes;
    Rows rows;
    CsvShape shape{};
  };
  const Row rows[] = {
      {"", {}},
      {"a,b", {{"a", "b"}}},
      {"a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
      {"a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
      {"a,b\r1,2\r", {{"a", "b"}, {"1", "2"}}},
      {"a,b\r\n1,2\n3,4\r5,6", {{"a", "b"}, {"1", "2"}, {"3", "4"}, {"5", "6"}}},
      {"\xef\xbb\xbf" "a,b\n1,2", {{"a", "b"}, {"1", "2"}}},
      {"\xef\xbb\xbf\"a\",b\n1,2", {{"a", "b"}, {"1", "2"}}},
      {"a,b\n\"1,5\",\"say \"\"so\"\"\"\n", {{"a", "b"}, {"1,5", "say \"so\""}}},
      {"a,b\n\"one\ntwo\",2", {{"a", "b"}, {"one\ntwo", "2"}}},
      {"a,b\n\"one\r\ntwo\rthree\",2", {{"a", "b"}, {"one\ntwo\nthree", "2"}}},
      {"a,b\n\"\",\n1,", {{"a", "b"}, {"1", ""}}},
      {"a,b\n\n,\n1,2\n\n\n", {{"a", "b"}, {"1", "2"}}},
      {"a\n\"\"\n1", {{"a"}, {"1"}}},
      {"a;b\n1,5;2", {{"a", "b"}, {"1,5", "2"}}, semicolons},
      {"a\tb\n1;2\t", {{"a", "b"}, {"1;2", ""}}, {'\t', CsvEncoding::utf8}},
      {"a,b\n caf\xc3\xa9 ,2", {{"a", "b"}, {" caf\xc3\xa9 ", "2"}}},
      {"a,b\ncafe\xcc\x81,2", {{"a", "b"}, {"caf\xc3\xa9", "2"}}},  // composed
      {"a,b\ncaf\xe9,\x80 5 \x93so\x94", {{"a", "b"}, {"caf\xc3\xa9", "€ 5 “so”"}}, windows},
      {"a,b\ncaf\xe9,\xbf\xff", {{"a", "b"}, {"caf\xc3\xa9", "¿ÿ"}}, latin},
      {"a,b\n=1+1,\t@x", {{"a", "b"}, {"=1+1", "\t@x"}}},  // words here, formulas nowhere
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    const Table table = read(row.bytes, row.shape);
    CHECK(table.faults.empty());
    CHECK(table.rows == row.rows);
  }
}

TEST_CASE("what is no table says where it stops being one, and repeats nothing of it") {
  const auto many = [](std::size_t count, std::string_view word) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += word;
    return all;
  };
  struct Row {
    std::string_view what;
    std::string bytes;
    Fault::Code fault;
    std::size_t row;
    std::size_t column;
    CsvShape shape{};
  };
  const Row rows[] = {
      {"a quote never closed", "a,b\n1,\"secret", Fault::bad_line, 2, 2},
      {"closed by another's", "a,b\n\"secret,2\n3,4\n", Fault::bad_line, 2, 1},
      {"a quote inside", "a,b\n1,5\" pipe", Fault::bad_line, 2, 2},
      {"after a quote", "a,b\n\"secret\"x,2", Fault::bad_line, 2, 1},
      {"blank after a quote", "a,b\n\"secret\" ,2", Fault::bad_line, 2, 1},
      {"blank before a quote", "a,b\n1, \"secret\"", Fault::bad_line, 2, 2},
      {"too few", "a,b\n1\n", Fault::bad_line, 2, 0},
      {"too many", "a,b\n1,2,3\n", Fault::bad_line, 2, 0},
      {"a separator at the end", "a,b\n1,2,\n", Fault::bad_line, 2, 0},
      {"another separator", "a,b\n1;2\n", Fault::bad_line, 2, 0},
      {"columns", many(257, "x,"), Fault::too_many, 1, 257},
      {"a million columns", many(1'000'000, ","), Fault::too_many, 1, 257},
      {"zero byte", std::string("a,b\n1,\0", 7), Fault::text_control, 2, 2},
      {"zero byte in quotes", std::string("a,b\n\"1\0\",2", 10), Fault::text_control, 2, 1},
      {"bell", "a,b\n1,\x07", Fault::text_control, 2, 2},
      {"escape", "a,b\n\x1b[2J,2", Fault::text_control, 2, 1},
      {"not UTF-8", "a,b\n1,caf\xe9", Fault::text_encoding, 2, 2},
      {"overlong", "a,b\n\xc0\xaf,2", Fault::text_encoding, 2, 1},
      {"surrogate", "a,b\n\xed\xa0\x80,2", Fault::text_encoding, 2, 1},
      {"in the first row", "a,\xff\n1,2", Fault::text_encoding, 1, 2},
      {"marks", "a,b\n1,a" + many(40, "\xcc\x81"), Fault::text_marks, 2, 2},
      {"UTF-16", std::string("\xff\xfe" "a\0,\0b\0", 8), Fault::text_encoding, 1, 0},
      {"UTF-16, the other way", std::string("\xfe\xff\0a\0,\0b", 8), Fault::text_encoding, 1, 0},
      {"UTF-16 without a mark", std::string("a\0,\0b\0\n\0", 8), Fault::text_control, 1, 1},
      {"UTF-8 said to be windows-1252", "\xef\xbb\xbf" "a,b\n", Fault::text_encoding, 1, 0, windows},
      {"the same without a mark", "a,b\n1,caf\xc3\xa9", Fault::text_encoding, 2, 2, windows},
      {"the same as Latin-1", "a,b\n1,caf\xc3\xa9", Fault::text_encoding, 2, 2, latin},
      {"a byte that it lacks", "a,b\n1,\x81", Fault::text_encoding, 2, 2, windows},
      {"controls of Latin-1", "a,b\n1,\x93", Fault::text_control, 2, 2, latin},
      {"a long cell", "a,b\n1," + std::string(csv_cell_bytes_max + 1, 'x'), Fault::too_large, 2, 2},
      {"a long cell in quotes", "a,b\n1,\"" + std::string(csv_cell_bytes_max + 1, '\n'), Fault::too_large, 2, 2},
      {"a long row", many(5, std::string(csv_cell_bytes_max - 1, 'x') + ","), Fault::too_large, 1, 5},
      {"rows", "a\n" + many(csv_rows_max + 1, "x\n"), Fault::too_many, csv_rows_max + 2, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Table table = read(row.bytes, row.shape);
    REQUIRE(table.faults.size() == 1);
    CHECK(table.faults.front() == Fault(row.fault));
    CHECK(table.row == row.row);
    CHECK(table.column == row.column);
    CHECK(table.faults.front().detail().find("secret") == std::string::npos);
  }
}

TEST_CASE("rows after a wrong one are still read, unless nobody can tell where they begin") {
  const Table table = read("a,b\n1\n2,\xff\n3,4\n5\n");
  CHECK(table.rows == Rows{{"a", "b"}, {"3", "4"}});
  CHECK(table.faults.size() == 3);
  CHECK(table.row == 5);
  CHECK(read("a,b\n1,x\"\n3,4\n").rows.size() == 1);
}

TEST_CASE("days are read in the form that the mapping states, and in no other") {
  struct Row {
    std::string_view form;
    std::string_view text;
    std::string typed;  // empty: no such day or time
  };
  const Row rows[] = {
      {"%d/%m/%Y", "01/02/2003", "2003-02-01"},
      {"%m/%d/%Y", "01/02/2003", "2003-01-02"},
      {"%d.%m.%Y", "1.2.2003", "2003-02-01"},
      {"%Y%m%d", "20030201", "2003-02-01"},
      {"%d/%m/%Y %H:%M", "01/02/2003 9:05", "2003-02-01 09:05"},
      {"%d/%m/%YT%H:%M:%S", "01/02/2003T19:05:07", "2003-02-01 19:05:07"},
      {"%d/%m/%Y", "01/02/03", ""},
      {"%d/%m/%Y", "01-02-2003", ""},
      {"%d/%m/%Y", "2003-02-01", ""},
      {"%d/%m/%Y", "01/02/2003 10:00", ""},
      {"%d/%m/%Y", "001/02/2003", ""},
      {"%d/%m/%Y", "1/2/20033", ""},
      {"%d/%m/%Y", "/02/2003", ""},
      {"%d/%m/%Y", " 1/2/2003", ""},
      {"%d/%m/%Y", "+1/2/2003", ""},
      {"%d/%m/%Y", "１/2/2003", ""},
      {"%d/%m/%Y", "", ""},
      {"%d/%m/%Y %H:%M", "01/02/2003", ""},
      {"%d/%m/%Y %H:%M", "01/02/2003 9:5", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    REQUIRE(check_date_form(row.form).ok());
    const Result<std::string> typed = by_date_form(row.form, row.text);
    CHECK((typed ? *typed : "") == row.typed);
  }
  for (const std::string_view form : {"", "dd/mm/yyyy", "%d/%m", "%d/%m/%y", "%d/%m/%Y%", "%d/%d/%m/%Y", "%d/%m/%Y %H",
                                      "%d/%m/%Y %M", "%d/%m/%Y %S", "%q"}) {
    CAPTURE(form);
    CHECK_FALSE(check_date_form(form).ok());
  }
}
