#pragma once

#include "common/command/answer.h"
#include "common/command/call.h"

namespace caseload {

// How a command ended. Stable: scripts rely on it. 5 is the program's own mistake, which stops it.
enum class ExitCode : int { done = 0, needs_somebody = 1, usage = 2, fault = 3, world = 4 };

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  const Terminal* screen = nullptr;  // where `out` goes, for signs and colour
  bool person = false;               // somebody sits there: `in` and `out` are a terminal
};

// What a Fault is told as: what happened, what is safe, what to do.
struct Words {
  std::string happened;
  std::string kept;
  std::string remedy;
};

// How a program carries out and tells. `broken` words a disk or database that failed; true: the disk is full.
struct CommandProgram {
  CommandTable table;
  std::function<Result<Reply>(const CommandShape&, const Call&)> perform;
  std::function<Words(const Fault&)> words;
  std::function<Words(bool disk_full)> broken;
};

// Runs one command.
//
// Shape    arguments as after the program's name. With --json exactly one JSON value goes to `out`; else text for
//          people. A Fault is told in three sentences. help, help COMMAND, completion SHELL and --version are known to
//          every program.
// Errors   none pass: Faults and Breakages become exit codes. Our own mistakes stop the program.
ExitCode run(const CommandProgram& program, std::span<const std::string> arguments, const Streams& streams);

// A Fault that comes before any command: told alike.
ExitCode tell_fault(const Fault& fault, const Words& words, bool json, const Streams& streams);

// Whether --json stands among them, before a "--".
bool asks_for_json(std::span<const std::string> arguments);

}  // namespace caseload
