#pragma once

#include <iosfwd>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "client/casework/workplace.h"

namespace caseload::client {

struct Answer;  // answer.h, which the sources of this room read

// The command table, and calls read by it: what the program offers is stated once, for reading, help and completion.

struct OptionEntry {
  std::string_view name;   // without its two hyphens
  std::string_view value;  // what follows it, as help shows it; empty: nothing does
  std::string_view help;
  bool repeats = false;
};

// Call: one call, as it was typed.
//
// Shape    what stands after the command's name; each option with its values, in their order. `in` is standard input.
struct Call {
  std::vector<std::string> arguments;
  std::map<std::string, std::vector<std::string>, std::less<>> options;
  std::istream& in;

  bool has(std::string_view option) const { return options.find(option) != options.end(); }
  std::string option(std::string_view name) const {
    const auto found = options.find(name);
    return found == options.end() ? std::string() : found->second.front();
  }
  std::vector<std::string> all(std::string_view name) const {
    const auto found = options.find(name);
    return found == options.end() ? std::vector<std::string>() : found->second;
  }
};

constexpr std::size_t any_number = 10'000;  // arguments; the system's own limit comes first

// CommandEntry: a row of the table, and what it runs. Errors: those of the subject; each is told by its wording.
struct CommandEntry {
  std::string_view name;  // "note add"; KIND stands for any kind of record of a case
  std::string_view arguments;
  std::size_t arguments_min = 0;
  std::size_t arguments_max = 0;
  std::string_view help;
  std::vector<OptionEntry> options;
  Result<Answer> (*run)(Workplace& place, const Call& call);
};

std::span<const CommandEntry> case_commands();
std::span<const CommandEntry> note_commands();
std::span<const CommandEntry> record_commands();
std::span<const CommandEntry> look_commands();
std::span<const CommandEntry> exchange_commands();
std::vector<const CommandEntry*> all_commands();  // in the order of a working day

// Reads a call. --json is taken out before; "--" ends options; --name VALUE and --name=VALUE are the same.
// Errors   bad_name: no such command or option, with the nearest; required: an argument or a value; already_there: an
//          option twice; too_many: arguments; bad_value: a value where none belongs. All are mistakes of usage.
struct Chosen {
  const CommandEntry* command = nullptr;
  Call call;
};
Result<Chosen> read_call(const Catalogue& catalogue, std::span<const std::string> arguments, std::istream& in);

std::string usage_of(const CommandEntry& command);

}  // namespace caseload::client
