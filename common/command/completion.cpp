#include <algorithm>
#include <set>

#include "common/command/call.h"

namespace caseload {
namespace {

// Words of ours alone stand in these scripts: names of commands and options, never anything of a case.
std::string first_words(const CommandTable& table) {
  std::set<std::string> words{"help", "completion"};
  for (const CommandShape* command : table.commands) words.emplace(command->name.substr(0, command->name.find(' ')));
  std::string all;
  for (const std::string& word : words) {
    if (word.front() >= 'a') all += (all.empty() ? "" : " ") + word;
  }
  return all;
}

// For each first word what may follow it: second words, and options.
std::string following(const CommandTable& table, const std::string& first) {
  std::set<std::string> words{"--json"};
  for (const CommandShape* command : table.commands) {
    const std::size_t space = command->name.find(' ');
    if (command->name.substr(0, space) != first) continue;
    if (space != std::string_view::npos) words.emplace(command->name.substr(space + 1));
    for (const OptionEntry& option : command->options) words.insert("--" + std::string(option.name));
  }
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

std::set<std::string> all_first(const CommandTable& table) {
  std::set<std::string> all;
  for (const CommandShape* command : table.commands) {
    const std::string word(command->name.substr(0, command->name.find(' ')));
    if (word.front() >= 'a') all.insert(word);
  }
  return all;
}

std::string bash_script(const CommandTable& table) {
  const std::string program(table.program);
  std::string function = "_" + program;
  std::ranges::replace(function, '-', '_');
  std::string text = function + "() {\n  local words=\"" + first_words(table) +
                     "\"\n  if [ \"$COMP_CWORD\" -gt 1 ]; then\n    case \"${COMP_WORDS[1]}\" in\n";
  for (const std::string& first : all_first(table)) {
    text += "      " + first + ") words=\"" + following(table, first) + "\" ;;\n";
  }
  return text +
         "      *) words=\"--json\" ;;\n    esac\n  fi\n  COMPREPLY=($(compgen -W \"$words\" -- "
         "\"${COMP_WORDS[COMP_CWORD]}\"))\n}\n" +
         "complete -o default -F " + function + " " + program + "\n";
}

std::string fish_script(const CommandTable& table) {
  const std::string begin = "complete -c " + std::string(table.program);
  std::string text = begin + " -n __fish_use_subcommand -a '" + first_words(table) + "'\n";
  for (const std::string& first : all_first(table)) {
    text += begin + " -n '__fish_seen_subcommand_from " + first + "' -a '" + following(table, first) + "'\n";
  }
  return text;
}

}  // namespace

Result<std::string> completion_script(const CommandTable& table, std::string_view shell) {
  if (shell == "bash") return bash_script(table);
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(table);
  if (shell == "fish") return fish_script(table);
  return Fault(Fault::bad_name, "completion of bash, zsh or fish");
}

}  // namespace caseload
