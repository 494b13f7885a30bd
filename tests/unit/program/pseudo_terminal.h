#pragma once

#include <string>
#include <string_view>

namespace caseload {

// A terminal with a person at it, played by the test.
class PseudoTerminal {
 public:
  explicit PseudoTerminal(unsigned short columns = 80);
  ~PseudoTerminal();
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  int program_side() const { return program_; }
  void type(std::string_view keys) const;
  std::string wait_for(std::string_view words) const;  // all that is on the screen by then; fails after some seconds
  std::string screen() const;                          // what was shown and not yet read
  bool echoes() const;
  bool comes_to_echo(bool wanted) const;               // waits for it, bounded

 private:
  int person_ = -1;
  int program_ = -1;
};

// A pipe, and what was written into it.
class Pipe {
 public:
  Pipe();
  ~Pipe();
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int in() const { return ends_[1]; }
  int out() const { return ends_[0]; }
  void close_writing();
  std::string close_and_read();  // all that is left in it

 private:
  int ends_[2] = {-1, -1};
};

}  // namespace caseload
