#pragma once

#include "client/casework/workplace.h"
#include "common/command/run.h"

namespace caseload::client {

// The program of an unlocked profile: its table, and how it is told. `place` gives the workplace when a command
// needs it.
using GetPlace = std::function<Result<Workplace*>()>;
CommandProgram command_program(const Catalogue& catalogue, GetPlace place);

// Runs one command on an unlocked profile: as run() of common/command.
ExitCode run_command(Workplace& place, std::span<const std::string> arguments, const Streams& streams);

// The commands in the order of a working day, one screen.
std::string help_text();

Words tell_words(const Fault& fault);
Words tell_broken(bool disk_full);

}  // namespace caseload::client
