#include "common/program/terminal.h"

#include <cstdlib>

#include "tests/unit/program/pseudo_terminal.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

// The environment that a terminal is looked at in; put back afterwards.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    const char* before = std::getenv(name);
    if (before != nullptr) before_ = before;
    if (value != nullptr) ::setenv(name, value, 1);
    else ::unsetenv(name);
  }
  ~Variable() {
    if (before_.empty()) ::unsetenv(name_);
    else ::setenv(name_, before_.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::string before_;
};

}  // namespace

TEST_CASE("colour is for terminals that want it, and the sign stands everywhere") {
  const PseudoTerminal terminal;
  const Pipe pipe;
  struct Row {
    bool on_terminal;
    const char* no_colour;
    const char* term;
    bool coloured;
  };
  const Row rows[] = {
      {true, nullptr, "xterm", true}, {true, "", "xterm", true},        {true, "1", "xterm", false},
      {true, nullptr, "dumb", false}, {false, nullptr, "xterm", false}, {false, "1", "dumb", false},
  };
  for (const Row& row : rows) {
    const Variable no_colour("NO_COLOR", row.no_colour);
    const Variable term("TERM", row.term);
    const Terminal on = Terminal::of(row.on_terminal ? terminal.program_side() : pipe.in());
    CHECK(on.is_terminal() == row.on_terminal);
    CHECK(on.has_colour() == row.coloured);
    const std::string said = on.toned(Tone::bad, "Wrong passphrase");
    CHECK(said.find("✗ Wrong passphrase") != std::string::npos);
    CHECK((said.find('\x1b') != std::string::npos) == row.coloured);
    CHECK(on.toned(Tone::plain, "Saved") == "Saved");
  }
}

TEST_CASE("every tone has a sign of its own") {
  const Pipe pipe;
  const Terminal on = Terminal::of(pipe.in());
  CHECK(on.toned(Tone::good, "x") != on.toned(Tone::warning, "x"));
  CHECK(on.toned(Tone::warning, "x") != on.toned(Tone::bad, "x"));
  CHECK(on.toned(Tone::good, "x") != on.toned(Tone::plain, "x"));
}

TEST_CASE("the width is the window's, and eighty where there is none") {
  const PseudoTerminal narrow(40);
  const PseudoTerminal unknown(0);
  const Pipe pipe;
  CHECK(Terminal::of(narrow.program_side()).columns() == 40);
  CHECK(Terminal::of(unknown.program_side()).columns() == 80);
  CHECK(Terminal::of(pipe.in()).columns() == 80);
}
