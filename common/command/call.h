#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace caseload {

// What a program offers, stated once: for reading calls, for help, for completion in a shell.

struct OptionEntry {
  std::string_view name;   // without its two hyphens
  std::string_view value;  // what follows it, as help shows it; empty: nothing does
  std::string_view help;
  bool repeats = false;
};

// CommandShape: a row of the table: how a command is called.
struct CommandShape {
  std::string_view name;  // "note add"; a word in capitals stands for any of a set, which CommandTable::fits knows
  std::string_view arguments;
  std::size_t arguments_min = 0;
  std::size_t arguments_max = 0;
  std::string_view help;
  std::vector<OptionEntry> options;
};

constexpr std::size_t any_number = 10'000;  // arguments; the system's own limit comes first

// CommandTable: all that a program offers.
struct CommandTable {
  std::string_view program;
  std::vector<const CommandShape*> commands;  // in the order of a working day
  std::function<bool(std::string_view)> fits;  // a word in capitals; empty: there is none
  std::string_view example;
};

// Call: one call, as it was typed.
//
// Shape    what stands after the command's name; each option with its values, in their order. `in` is standard input.
struct Call {
  std::vector<std::string> arguments;
  std::map<std::string, std::vector<std::string>, std::less<>> options;
  std::istream& in;
  bool person = false;  // somebody sits at a terminal, and may be asked to write

  bool has(std::string_view option) const { return options.find(option) != options.end(); }
  std::string option(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;
};

// Reads a call. "--" ends options; --name VALUE and --name=VALUE are the same. A word that stands for a set is the
// first
// of the arguments.
// Errors   bad_name: no such command or option, with the nearest; required: an argument or a value; already_there: an
//          option twice; too_many: arguments; bad_value: a value where none belongs. All are mistakes of usage.
struct Chosen {
  const CommandShape* command = nullptr;
  Call call;
};
Result<Chosen> read_call(const CommandTable& table, std::span<const std::string> arguments, std::istream& in);

std::string usage_of(const CommandShape& command);
std::string help_text(const CommandTable& table);  // all commands, on one screen

// Of one command, or of all that begin with these words; nothing where there is none.
std::string help_on(const CommandTable& table, std::string_view words);

// A script that makes a shell complete commands and options. Faults: bad_name: of another shell than bash, zsh, fish.
Result<std::string> completion_script(const CommandTable& table, std::string_view shell);

}  // namespace caseload
