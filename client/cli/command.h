#pragma once

#include "client/casework/workplace.h"
#include "common/command/answer.h"
#include "common/command/call.h"

namespace caseload::client {

// CommandEntry: a row of the table, and what it runs. KIND stands for any kind of record of a case. Errors: those
// of the
// subject; each is told by its wording.
struct CommandEntry : CommandShape {
  Result<Reply> (*run)(Workplace& place, const Call& call);
};

std::span<const CommandEntry> case_commands();
std::span<const CommandEntry> handover_commands();
std::span<const CommandEntry> note_commands();
std::span<const CommandEntry> record_commands();
std::span<const CommandEntry> look_commands();
std::span<const CommandEntry> exchange_commands();
std::span<const CommandEntry> late_commands();
std::vector<const CommandShape*> all_commands();  // in the order of a working day

bool is_kind_of_case(const Catalogue& catalogue, std::string_view name);

}  // namespace caseload::client
