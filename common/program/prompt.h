#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/base/secret.h"
#include "common/program/terminal.h"

namespace caseload {

constexpr std::size_t answer_bytes_max = 1024;  // a terminal itself takes no line of more than 4095

// Prompt: asks a person, on a terminal.
//
// Promise  hidden input is not echoed, and the terminal is as it was afterwards, also when a signal stops or ends the
//          program meanwhile. Nothing is read from a file or pipe: an answer that nobody gave is no answer.
// Errors   absent: no person to ask; the detail says what to use instead. cancelled: end of input (Ctrl-D) or a signal
//          that the program handles. too_large: more than answer_bytes_max. text_encoding, text_control, text_marks:
//          from check_line, for answers that are not hidden.
// Threads  one at a time in the program, for the terminal is one.
class Prompt {
 public:
  // Descriptors that stay the caller's: where answers come from, and where questions go (standard error).
  Prompt(int answers, Terminal questions) : answers_(answers), questions_(questions) {}

  Result<std::string> ask(std::string_view question) const;
  // "Send it now? [Y/n] ": asked again until it is y or n; an empty answer is `standard`, if there is one.
  Result<bool> ask_yes_no(std::string_view question, std::optional<bool> standard) const;
  Result<Secret> ask_hidden(std::string_view question) const;

 private:
  Result<Secret> answer_to(std::string_view question, bool hide) const;

  int answers_;
  Terminal questions_;
};

// The first line of a descriptor, without its newline: for --passphrase-file and --passphrase-fd. Nothing beyond the
// line is read. Faults: too_large; cancelled: nothing, not even a newline. Throws Breakage.
Result<Secret> read_secret_line(int file_descriptor);

}  // namespace caseload
