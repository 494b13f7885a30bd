#include "common/program/progress.h"

#include "tests/unit/program/pseudo_terminal.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace std::chrono_literals;

TEST_CASE("where there is no terminal, progress is not a byte") {
  Pipe pipe;
  {
    Progress progress(Terminal::of(pipe.in()), "Receiving", 10, [] { return 0ms; });
    for (std::uint64_t i = 0; i <= 10; ++i) progress.at(i);
  }
  CHECK(pipe.close_and_read().empty());
}

TEST_CASE("progress is drawn at a pace that eyes can follow, and taken away at the end") {
  const PseudoTerminal terminal;
  std::chrono::milliseconds now = 5s;
  {
    Progress progress(Terminal::of(terminal.program_side()), "Receiving", 200, [&] { return now; });
    progress.at(50);
    CHECK(terminal.screen() == "\r\x1b[KReceiving [######..................]  25 %");
    now += 99ms;
    progress.at(60);
    CHECK(terminal.screen().empty());
    now += 1ms;
    progress.at(100);
    CHECK(terminal.screen() == "\r\x1b[KReceiving [############............]  50 %");
  }
  CHECK(terminal.screen() == "\r\x1b[K");
}

TEST_CASE("the time that is left is told once it is more than a guess") {
  const PseudoTerminal terminal;
  std::chrono::milliseconds now = 0s;
  Progress progress(Terminal::of(terminal.program_side()), "Receiving", 100, [&] { return now; });
  now = 1999ms;
  progress.at(10);
  CHECK(terminal.screen().find("left") == std::string::npos);
  now = 3s;
  progress.at(10);
  CHECK(terminal.screen().ends_with(" 10 %, 27 s left"));
  now = 10s;
  progress.at(10);
  CHECK(terminal.screen().ends_with(" 10 %, 2 min left"));
}

TEST_CASE("progress never goes beyond the end, nor back") {
  const PseudoTerminal terminal;
  std::chrono::milliseconds now = 0s;
  Progress progress(Terminal::of(terminal.program_side()), "Receiving", 100, [&] { return now; });
  progress.at(200);
  CHECK(terminal.screen().ends_with("100 %"));
  now += 1s;
  progress.at(1);
  CHECK(terminal.screen().ends_with("100 %"));
  Progress empty(Terminal::of(terminal.program_side()), "Receiving", 0, [&] { return now; });
  empty.at(0);
  CHECK(terminal.screen().ends_with("100 %"));
}

TEST_CASE("a line that does not fit is not begun") {
  const PseudoTerminal narrow(20);
  Progress progress(Terminal::of(narrow.program_side()), "Receiving", 100, [] { return 0ms; });
  progress.at(1);
  CHECK(narrow.screen().empty());
}
