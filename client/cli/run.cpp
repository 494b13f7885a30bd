#include "client/cli/run.h"

#include <algorithm>
#include <ostream>

#include "client/casework/wording.h"
#include "client/cli/answer.h"
#include "client/cli/command.h"
#include "common/base/text.h"

namespace caseload::client {
namespace {

void tell(const Streams& streams, bool json, std::string_view error, const Wording& words) {
  if (json) {
    const Json value{{"error", error}, {"message", words.happened}, {"kept", words.kept}, {"do", words.remedy}};
    streams.out << as_json(value) << "\n";
    return;
  }
  streams.err << words.happened << "\n" << words.kept << "\n" << words.remedy << "\n";
}

// --json may stand anywhere before a "--".
bool take_json(std::vector<std::string>& arguments) {
  const auto end = std::ranges::find(arguments, "--");
  const auto found = std::find(arguments.begin(), end, "--json");
  if (found == end) return false;
  arguments.erase(found);
  return true;
}

bool asks_for_help(std::span<const std::string> arguments) {
  return arguments.empty() || arguments.front() == "help" || arguments.front() == "--help";
}

Result<Answer> help_on(std::span<const std::string> arguments) {
  if (arguments.size() < 2) return Answer{help_text()};
  std::string wanted = arguments[1];
  for (const std::string& word : arguments.subspan(2)) wanted += " " + word;
  std::string text;
  for (const CommandEntry* command : all_commands()) {
    if (command->name != wanted && !command->name.starts_with(wanted + " ")) continue;
    text += usage_of(*command) + "\n  " + std::string(command->help) + "\n";
    for (const OptionEntry& option : command->options) {
      const std::string value = option.value.empty() ? "" : " " + std::string(option.value);
      text += "  --" + std::string(option.name) + value + "   " + std::string(option.help) + "\n";
    }
  }
  if (text.empty()) return Fault(Fault::bad_name, "no such command");
  return Answer{text};
}

ExitCode answered(const Streams& streams, bool json, const Answer& answer) {
  if (json) {
    streams.out << as_json(answer.value) << "\n";
  } else {
    streams.out << (answer.value.is_string() ? answer.value.get<std::string>() : as_text(answer.value));
  }
  if (!answer.remark.empty()) streams.err << answer.remark << "\n";
  streams.out.flush();
  if (!streams.out) return ExitCode::world;  // nobody received it
  if (answer.refused) return ExitCode::fault;
  return answer.needs_somebody ? ExitCode::needs_somebody : ExitCode::done;
}

ExitCode run_chosen(Workplace& place, std::span<const std::string> arguments, const Streams& streams, bool json) {
  const auto told = [&](const Fault& fault, ExitCode code) {
    tell(streams, json, fault.name(), wording_of(fault));
    return code;
  };
  if (asks_for_help(arguments)) {
    const Result<Answer> help = help_on(arguments);
    return help ? answered(streams, json, *help) : told(help.fault(), ExitCode::usage);
  }
  const Result<Chosen> chosen = read_call(place.catalogue(), arguments, streams.in);
  if (!chosen) return told(chosen.fault(), ExitCode::usage);
  const Result<Answer> answer = chosen->command->run(place, chosen->call);
  if (!answer) return told(answer.fault(), ExitCode::fault);
  return answered(streams, json, *answer);
}

}  // namespace

ExitCode run_command(Workplace& place, std::span<const std::string> arguments, const Streams& streams) {
  std::vector<std::string> left(arguments.begin(), arguments.end());
  const bool json = take_json(left);
  try {
    return run_chosen(place, left, streams, json);
  } catch (const Breakage& breakage) {
    const bool full = breakage.kind() == Breakage::What::disk_full;
    tell(streams, json, full ? "disk_full" : "broken",
         {full ? "The disk is full." : "The disk or the database failed.",
          "What was said to be saved before is safe; this was not saved.",
          full ? "Make room, then do it again." : "Run doctor; if it finds nothing, do it again."});
    return ExitCode::world;
  }
}

std::string help_text() {
  std::string text = "caseload COMMAND …      every command takes --json; help COMMAND tells more\n\n";
  std::size_t widest = 0;
  const auto shown = [](const CommandEntry& command) {
    return std::string(command.name) + (command.arguments.empty() ? "" : " ") + std::string(command.arguments);
  };
  for (const CommandEntry* command : all_commands()) widest = std::max(widest, display_width(shown(*command)));
  for (const CommandEntry* command : all_commands()) {
    const std::string left = shown(*command);
    text += "  " + left + std::string(widest + 2 - display_width(left), ' ') + std::string(command->help) + "\n";
  }
  return text + "\nExample   caseload note add C-2026-7 --type phone --text-file - --sign\n";
}

}  // namespace caseload::client
