#include "common/program/prompt.h"

#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "common/base/bytes.h"
#include "tests/unit/program/pseudo_terminal.h"

#include "tests/support/test.h"

using namespace caseload;

namespace {

// Waits for the question, types the answer, and gives back what the screen showed in all.
template <class Ask>
std::string shown_while(const PseudoTerminal& terminal, std::string_view question, std::string_view answer, Ask ask) {
  std::string shown;
  std::thread person([&] {
    shown = terminal.wait_for(question);
    terminal.type(answer);
  });
  ask(Prompt(terminal.program_side(), Terminal::of(terminal.program_side())));
  person.join();
  return shown + terminal.screen();
}

// A program that asks for a passphrase; it exits with 7 when it was told that a signal cancelled it.
// What the test's own program and whoever started it do with signals is none of its business.
pid_t program_that_asks(const PseudoTerminal& terminal, void (*handler)(int) = SIG_DFL) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that fails leaves nobody waiting
  struct sigaction action {};
  action.sa_handler = handler;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::sigaction(signal, &action, nullptr);
  ::signal(SIGTSTP, SIG_DFL);
  const Prompt prompt(terminal.program_side(), Terminal::of(terminal.program_side()));
  const Result<Secret> answer = prompt.ask_hidden("Passphrase:");
  if (!answer) ::_exit(7);
  ::_exit(answer->equals(Secret::copy_of("hunter2")) ? 0 : 1);
}

}  // namespace

TEST_CASE("a hidden answer is taken and never shown") {
  const PseudoTerminal terminal;
  std::optional<Result<Secret>> answer;
  const std::string shown =
      shown_while(terminal, "Passphrase: ", "correct horse\n",
                  [&](const Prompt& prompt) { answer.emplace(prompt.ask_hidden("Passphrase:")); });
  REQUIRE(answer->ok());
  CHECK((*answer)->equals(Secret::copy_of("correct horse")));
  CHECK(shown == "Passphrase: \r\n");
  CHECK(terminal.echoes());
}

TEST_CASE("an ordinary answer is shown as it is typed, and is checked text") {
  struct Row {
    std::string typed;
    std::string answer;
    std::optional<Fault::Code> fault;
  };
  const Row rows[] = {
      {"Ana\n", "Ana", {}},
      {"Anx\x7f" "a\n", "Ana", {}},
      {"\n", "", {}},
      {"A\xff\n", "", Fault::text_encoding},
      {"A\xc2\x9b" "1m\n", "", Fault::text_control},
      {std::string(answer_bytes_max + 1, 'a') + "\n", "", Fault::too_large},
      {"\x04", "", Fault::cancelled},
  };
  for (const Row& row : rows) {
    CAPTURE(row.typed);
    const PseudoTerminal terminal;
    std::optional<Result<std::string>> answer;
    shown_while(terminal, "Name: ", row.typed, [&](const Prompt& prompt) { answer.emplace(prompt.ask("Name:")); });
    REQUIRE(answer->ok() == !row.fault.has_value());
    if (row.fault) CHECK(answer->fault() == *row.fault);
    else CHECK(**answer == row.answer);
  }
}

TEST_CASE("yes or no is asked until it is one of them") {
  struct Row {
    std::string typed;
    std::optional<bool> standard;
    bool answer;
  };
  const Row rows[] = {
      {"y\n", {}, true}, {"no\n", {}, false},  {"\n", true, true},       {"\n", false, false},
      {"N\n", true, false}, {"\nmaybe\nY\n", {}, true}, {"yess\nn\n", true, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.typed);
    const PseudoTerminal terminal;
    std::optional<Result<bool>> answer;
    shown_while(terminal, "Send? [", row.typed,
                [&](const Prompt& prompt) { answer.emplace(prompt.ask_yes_no("Send?", row.standard)); });
    REQUIRE(answer->ok());
    CHECK(**answer == row.answer);
  }
}

TEST_CASE("where there is no terminal nobody is asked, and nothing is read") {
  Pipe answers;
  REQUIRE(::write(answers.in(), "y\n", 2) == 2);
  Pipe questions;
  const Prompt prompt(answers.out(), Terminal::of(questions.in()));
  CHECK(prompt.ask("Name:").fault() == Fault::absent);
  CHECK(prompt.ask_yes_no("Send?", true).fault() == Fault::absent);
  const Result<Secret> hidden = prompt.ask_hidden("Passphrase:");
  REQUIRE(!hidden);
  CHECK(hidden.fault() == Fault::absent);
  CHECK(hidden.fault().detail().find("--passphrase-file") != std::string::npos);
  CHECK(questions.close_and_read().empty());
  CHECK(answers.close_and_read() == "y\n");
}

TEST_CASE("a signal that ends the program gives the terminal back first") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    CAPTURE(signal);
    const PseudoTerminal terminal;
    const pid_t child = program_that_asks(terminal);
    terminal.wait_for("Passphrase: ");
    CHECK(!terminal.echoes());
    ::kill(child, signal);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == signal);
    CHECK(terminal.echoes());
  }
}

TEST_CASE("a program that is stopped gives the terminal back, and hides again when it goes on") {
  const PseudoTerminal terminal;
  const pid_t child = program_that_asks(terminal);
  terminal.wait_for("Passphrase: ");
  ::kill(child, SIGTSTP);
  int status = 0;
  REQUIRE(::waitpid(child, &status, WUNTRACED) == child);
  REQUIRE(WIFSTOPPED(status));
  CHECK(terminal.echoes());
  ::kill(child, SIGCONT);
  CHECK(terminal.comes_to_echo(false));
  terminal.type("hunter2\n");
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(terminal.echoes());
}

TEST_CASE("a signal that the program handles itself cancels the question") {
  const PseudoTerminal terminal;
  const pid_t child = program_that_asks(terminal, [](int) {});
  terminal.wait_for("Passphrase: ");
  ::kill(child, SIGTERM);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
  CHECK(terminal.echoes());
}

TEST_CASE("a passphrase from a file or descriptor is its first line and leaves the rest") {
  struct Row {
    std::string written;
    std::string secret;
    std::string rest;
  };
  const Row rows[] = {{"hunter2\n", "hunter2", ""}, {"one\ntwo\n", "one", "two\n"}, {" spaced \n", " spaced ", ""},
                      {"\n", "", ""}};
  for (const Row& row : rows) {
    CAPTURE(row.written);
    Pipe pipe;
    REQUIRE(::write(pipe.in(), row.written.data(), row.written.size()) == static_cast<ssize_t>(row.written.size()));
    const Result<Secret> secret = read_secret_line(pipe.out());
    REQUIRE(secret.ok());
    CHECK(as_text(secret->view()) == row.secret);
    CHECK(pipe.close_and_read() == row.rest);
  }
}

TEST_CASE("a passphrase file may lack its last newline, but not the passphrase") {
  Pipe pipe;
  REQUIRE(::write(pipe.in(), "hunter2", 7) == 7);
  pipe.close_writing();
  const Result<Secret> secret = read_secret_line(pipe.out());
  REQUIRE(secret.ok());
  CHECK(as_text(secret->view()) == "hunter2");
  CHECK(read_secret_line(pipe.out()).fault() == Fault::cancelled);
  const std::string endless(answer_bytes_max + 1, 'a');
  Pipe second;
  REQUIRE(::write(second.in(), endless.data(), endless.size()) == static_cast<ssize_t>(endless.size()));
  CHECK(read_secret_line(second.out()).fault() == Fault::too_large);
  CHECK_THROWS_AS(static_cast<void>(read_secret_line(-1)), Breakage);
}
