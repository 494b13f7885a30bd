#include "tests/unit/program/pseudo_terminal.h"

#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <termios.h>
#include <unistd.h>

#include "common/base/check.h"

namespace caseload {
namespace {

constexpr int patience_ms = 10'000;

// What comes within that time; empty if nothing does.
std::string take(int descriptor, int wait_ms) {
  pollfd waiting{descriptor, POLLIN, 0};
  if (::poll(&waiting, 1, wait_ms) != 1) return {};
  char buffer[4096];
  const ssize_t size = ::read(descriptor, buffer, sizeof buffer);
  if (size <= 0) return {};
  return {buffer, static_cast<std::size_t>(size)};
}

}  // namespace

PseudoTerminal::PseudoTerminal(unsigned short columns) {
  const winsize size{24, columns, 0, 0};
  CHECK(::openpty(&person_, &program_, nullptr, nullptr, &size) == 0, "a pseudo-terminal");
}

PseudoTerminal::~PseudoTerminal() {
  ::close(program_);
  ::close(person_);
}

void PseudoTerminal::type(std::string_view keys) const {
  CHECK(::write(person_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()), "keys that fit");
}

std::string PseudoTerminal::wait_for(std::string_view words) const {
  std::string seen;
  while (seen.find(words) == std::string::npos) {
    const std::string more = take(person_, patience_ms);
    CHECK(!more.empty(), "the words appear on the screen");
    seen += more;
  }
  return seen;
}

std::string PseudoTerminal::screen() const {
  std::string seen;
  for (std::string more = take(person_, 0); !more.empty(); more = take(person_, 0)) seen += more;
  return seen;
}

bool PseudoTerminal::echoes() const {
  termios settings{};
  CHECK(::tcgetattr(program_, &settings) == 0, "a terminal has settings");
  return (settings.c_lflag & ECHO) != 0;
}

bool PseudoTerminal::comes_to_echo(bool wanted) const {
  for (int tries = 0; tries < 1'000'000 && echoes() != wanted; ++tries) ::sched_yield();
  return echoes() == wanted;
}

Pipe::Pipe() { CHECK(::pipe(ends_) == 0, "a pipe"); }

Pipe::~Pipe() {
  ::close(ends_[0]);
  close_writing();
}

void Pipe::close_writing() {
  if (ends_[1] >= 0) ::close(ends_[1]);
  ends_[1] = -1;
}

std::string Pipe::close_and_read() {
  close_writing();
  std::string read;
  for (std::string more = take(ends_[0], patience_ms); !more.empty(); more = take(ends_[0], patience_ms)) read += more;
  return read;
}

}  // namespace caseload
