#include "common/command/call.h"

#include <algorithm>

#include "common/base/nearest.h"
#include "common/base/text.h"

namespace caseload {
namespace {

std::vector<std::string_view> words_of(std::string_view name) {
  std::vector<std::string_view> words;
  while (!name.empty()) {
    const std::size_t space = name.find(' ');
    words.push_back(name.substr(0, space));
    name = space == std::string_view::npos ? std::string_view() : name.substr(space + 1);
  }
  return words;
}

bool stands_for_a_set(std::string_view word) {
  return std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool fits(const CommandTable& table, const CommandShape& command, std::span<const std::string> arguments) {
  const std::vector<std::string_view> words = words_of(command.name);
  if (words.size() > arguments.size()) return false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool same = stands_for_a_set(words[i]) ? table.fits && table.fits(arguments[i]) : words[i] == arguments[i];
    if (!same) return false;
  }
  return true;
}

Fault no_such_command(const CommandTable& table, std::span<const std::string> arguments) {
  std::vector<std::string_view> names;
  for (const CommandShape* command : table.commands) names.push_back(command->name);
  const std::string typed = arguments.size() > 1 ? arguments[0] + " " + arguments[1] : arguments[0];
  std::string_view nearest = find_nearest(typed, names);
  if (nearest.empty()) nearest = find_nearest(arguments[0], names);
  if (nearest.empty()) return Fault(Fault::bad_name, "no such command");
  return Fault(Fault::bad_name, "no such command; perhaps " + std::string(nearest));
}

Result<const OptionEntry*> find_option(const CommandShape& command, std::string_view name) {
  const auto found = std::ranges::find(command.options, name, &OptionEntry::name);
  if (found != command.options.end()) return &*found;
  std::vector<std::string_view> names;
  for (const OptionEntry& option : command.options) names.push_back(option.name);
  const std::string_view nearest = find_nearest(name, names);
  if (nearest.empty()) return Fault(Fault::bad_name, "no such option");
  return Fault(Fault::bad_name, "no such option; perhaps --" + std::string(nearest));
}

// Reads one option, and its value from what follows. Gives how many arguments it took.
Result<std::size_t> read_option(const CommandShape& command, std::span<const std::string> left, Call& call) {
  const std::string_view typed = std::string_view(left.front()).substr(2);
  const std::size_t equals = typed.find('=');
  const Result<const OptionEntry*> option = find_option(command, typed.substr(0, equals));
  if (!option) return option.fault();
  const std::string name((*option)->name);
  if (call.has(name) && !(*option)->repeats) return Fault(Fault::already_there, "--" + name + " twice");
  std::vector<std::string>& values = call.options[name];
  if ((*option)->value.empty()) {
    if (equals != std::string_view::npos) return Fault(Fault::bad_value, "--" + name + " takes no value");
    values.emplace_back();
    return std::size_t{1};
  }
  if (equals != std::string_view::npos) {
    values.emplace_back(typed.substr(equals + 1));
    return std::size_t{1};
  }
  if (left.size() < 2) return Fault(Fault::required, "--" + name + " " + std::string((*option)->value));
  values.push_back(left[1]);
  return std::size_t{2};
}

}  // namespace

std::string Call::option(std::string_view name) const {
  const auto found = options.find(name);
  return found == options.end() ? std::string() : found->second.front();
}

std::vector<std::string> Call::all(std::string_view name) const {
  const auto found = options.find(name);
  return found == options.end() ? std::vector<std::string>() : found->second;
}

Result<Chosen> read_call(const CommandTable& table, std::span<const std::string> arguments, std::istream& in) {
  if (arguments.empty()) return Fault(Fault::required, "a command");
  Chosen chosen{nullptr, {{}, {}, in}};
  for (const CommandShape* command : table.commands) {
    if (chosen.command == nullptr && fits(table, *command, arguments)) chosen.command = command;
  }
  if (chosen.command == nullptr) return no_such_command(table, arguments);
  const CommandShape& command = *chosen.command;
  const std::vector<std::string_view> words = words_of(command.name);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (stands_for_a_set(words[i])) chosen.call.arguments.push_back(arguments[i]);
  }
  const std::size_t fixed = chosen.call.arguments.size();
  bool ended = false;
  for (std::span<const std::string> left = arguments.subspan(words.size()); !left.empty();) {
    std::size_t taken = 1;
    if (!ended && left.front() == "--") {
      ended = true;
    } else if (!ended && left.front().starts_with("--")) {
      const Result<std::size_t> read = read_option(command, left, chosen.call);
      if (!read) return read.fault();
      taken = *read;
    } else {
      chosen.call.arguments.push_back(left.front());
    }
    left = left.subspan(taken);
  }
  const std::size_t count = chosen.call.arguments.size() - fixed;
  if (count < command.arguments_min) return Fault(Fault::required, usage_of(command));
  if (count > command.arguments_max) return Fault(Fault::too_many, usage_of(command));
  return chosen;
}

std::string usage_of(const CommandShape& command) {
  std::string usage(command.name);
  if (!command.arguments.empty()) usage += " " + std::string(command.arguments);
  for (const OptionEntry& option : command.options) {
    const std::string value = option.value.empty() ? "" : " " + std::string(option.value);
    usage += " [--" + std::string(option.name) + value + (option.repeats ? "]…" : "]");
  }
  return usage;
}

std::string help_text(const CommandTable& table) {
  std::string text =
      std::string(table.program) + " COMMAND …      every command takes --json; help COMMAND tells more\n\n";
  std::size_t widest = 0;
  const auto shown = [](const CommandShape& command) {
    return std::string(command.name) + (command.arguments.empty() ? "" : " ") + std::string(command.arguments);
  };
  for (const CommandShape* command : table.commands) widest = std::max(widest, display_width(shown(*command)));
  for (const CommandShape* command : table.commands) {
    const std::string left = shown(*command);
    text += "  " + left + std::string(widest + 2 - display_width(left), ' ') + std::string(command->help) + "\n";
  }
  return text + "\nExample   " + std::string(table.example) + "\n";
}

std::string help_on(const CommandTable& table, std::string_view words) {
  std::string text;
  for (const CommandShape* command : table.commands) {
    if (command->name != words && !command->name.starts_with(std::string(words) + " ")) continue;
    text += usage_of(*command) + "\n  " + std::string(command->help) + "\n";
    for (const OptionEntry& option : command->options) {
      const std::string value = option.value.empty() ? "" : " " + std::string(option.value);
      text += "  --" + std::string(option.name) + value + "   " + std::string(option.help) + "\n";
    }
  }
  return text;
}

}  // namespace caseload
