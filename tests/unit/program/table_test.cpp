#include "common/program/table.h"

#include "common/base/text.h"
#include "tests/unit/program/pseudo_terminal.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

Table cases() {
  Table table({Column{"Case"}, Column{"Notes", Align::right}, Column{"Name"}});
  table.add({"a1", "7", "Māra Ozola"});
  table.add({"b22", "1234", "山田"});
  return table;
}

}  // namespace

TEST_CASE("columns stand under their headings, by what letters take on a screen") {
  const Pipe pipe;
  CHECK(cases().text(Terminal::of(pipe.in())) ==
        "Case  Notes  Name\n"
        "----  -----  ----------\n"
        "a1        7  Māra Ozola\n"
        "b22    1234  山田\n");
}

TEST_CASE("a table without rows shows its headings") {
  const Pipe pipe;
  CHECK(Table({Column{"Case"}}).text(Terminal::of(pipe.in())) == "Case\n----\n");
}

TEST_CASE("on a terminal no line is wider than it, and what was cut says so") {
  const PseudoTerminal narrow(18);
  const std::string text = cases().text(Terminal::of(narrow.program_side()));
  CHECK(text.find("Māra…") != std::string::npos);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    CHECK(display_width(text.substr(at, end - at)) <= 18);
    at = end + 1;
  }
}

TEST_CASE("a cell cannot leave its cell") {
  struct Row {
    std::string cell;
    std::string shown;
  };
  const Row rows[] = {
      {"two\nlines", "two lines"},           {"tab\there", "tab here"}, {"\x1b[31mred", " [31mred"},
      {"bell\x07", "bell "},                 {"\x7f", " "},             {"\xc2\x9b" "31m", " 31m"},
      {"caf\xc3\xa9 \xc2\xa0", "café \xc2\xa0"},
  };
  const Pipe pipe;
  const PseudoTerminal terminal;
  for (const Row& row : rows) {
    CAPTURE(row.shown);
    Table table({Column{"X"}});
    table.add({row.cell});
    CHECK(table.text(Terminal::of(pipe.in())).ends_with("\n" + row.shown + "\n"));
    CHECK(table.text(Terminal::of(terminal.program_side())).ends_with("\n\u2068" + row.shown + "\u2069\n"));
  }
}
