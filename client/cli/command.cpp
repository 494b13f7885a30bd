#include "client/cli/command.h"

namespace caseload::client {

bool is_kind_of_case(const Catalogue& catalogue, std::string_view name) {
  const KindEntry* kind = catalogue.find_kind(name);
  return kind != nullptr && kind->scope == ScopeType::case_file;
}

std::vector<const CommandShape*> all_commands() {
  std::vector<const CommandShape*> all;
  for (const std::span<const CommandEntry> part :
       {look_commands(), case_commands(), handover_commands(), note_commands(), record_commands(), late_commands(),
        exchange_commands()}) {
    for (const CommandEntry& command : part) all.push_back(&command);
  }
  return all;
}

}  // namespace caseload::client
