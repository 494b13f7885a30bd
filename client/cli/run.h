#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "client/casework/workplace.h"

namespace caseload::client {

// How a command ended. Stable: scripts rely on it.
enum class ExitCode : int { done = 0, needs_somebody = 1, usage = 2, fault = 3, world = 4 };

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

// Runs one command on an unlocked profile.
//
// Shape    arguments as after the program's name. With --json exactly one JSON value goes to `out`; else text for
//          people. A Fault is told in three sentences: what happened, what is safe, what to do.
// Errors   none pass: Faults and Breakages become exit codes. Our own mistakes stop the program.
ExitCode run_command(Workplace& place, std::span<const std::string> arguments, const Streams& streams);

// The commands in the order of a working day, one screen; or one command, whole.
std::string help_text();

}  // namespace caseload::client
