#include "common/command/run.h"

#include <algorithm>
#include <ostream>

#include "common/base/check.h"

namespace caseload {
namespace {

void tell(const Streams& streams, bool json, std::string_view error, const Words& words) {
  if (json) {
    const Json value{{"error", error}, {"message", words.happened}, {"kept", words.kept}, {"do", words.remedy}};
    streams.out << as_json(value) << "\n";
    return;
  }
  streams.err << words.happened << "\n" << words.kept << "\n" << words.remedy << "\n";
}

bool asks_for_help(std::span<const std::string> arguments) {
  return arguments.empty() || arguments.front() == "help" || arguments.front() == "--help";
}

Result<Reply> help(const CommandTable& table, std::span<const std::string> arguments) {
  if (arguments.size() < 2) return Reply{help_text(table)};
  std::string wanted = arguments[1];
  for (const std::string& word : arguments.subspan(2)) wanted += " " + word;
  const std::string text = help_on(table, wanted);
  if (text.empty()) return Fault(Fault::bad_name, "no such command");
  return Reply{text};
}

ExitCode answered(const Streams& streams, bool json, const Reply& answer) {
  if (json) {
    streams.out << as_json(answer.value) << "\n";
  } else {
    streams.out << (answer.value.is_string() ? answer.value.get<std::string>() : text_of(answer, streams.screen));
  }
  if (!answer.remark.empty()) streams.err << answer.remark << "\n";
  streams.out.flush();
  if (!streams.out) return ExitCode::world;  // nobody received it
  if (answer.refused) return ExitCode::fault;
  return answer.needs_somebody ? ExitCode::needs_somebody : ExitCode::done;
}

Result<Reply> completion(const CommandTable& table, std::span<const std::string> arguments) {
  Result<std::string> script = completion_script(table, arguments.size() > 1 ? arguments[1] : "");
  if (!script) return script.fault();
  return Reply{std::move(*script)};
}

ExitCode run_chosen(const CommandProgram& program, std::span<const std::string> arguments, const Streams& streams,
                    bool json) {
  const auto told = [&](const Fault& fault, ExitCode code) {
    tell(streams, json, fault.name(), program.words(fault));
    return code;
  };
  if (asks_for_help(arguments) || arguments.front() == "completion") {
    const bool completes = !arguments.empty() && arguments.front() == "completion";
    const Result<Reply> text = completes ? completion(program.table, arguments) : help(program.table, arguments);
    return text ? answered(streams, json, *text) : told(text.fault(), ExitCode::usage);
  }
  if (arguments.front() == "--version")
    return answered(streams, json, Reply{Json(std::string(program.table.program) + " " CASELOAD_VERSION "\n")});
  Result<Chosen> chosen = read_call(program.table, arguments, streams.in);
  if (!chosen) return told(chosen.fault(), ExitCode::usage);
  chosen->call.person = streams.person;
  const Result<Reply> answer = program.perform(*chosen->command, chosen->call);
  return answer ? answered(streams, json, *answer) : told(answer.fault(), ExitCode::fault);
}

}  // namespace

bool asks_for_json(std::span<const std::string> arguments) {
  const auto end = std::ranges::find(arguments, "--");
  return std::find(arguments.begin(), end, "--json") != end;
}

ExitCode tell_fault(const Fault& fault, const Words& words, bool json, const Streams& streams) {
  tell(streams, json, fault.name(), words);
  return ExitCode::fault;
}

ExitCode run(const CommandProgram& program, std::span<const std::string> arguments, const Streams& streams) {
  std::vector<std::string> left(arguments.begin(), arguments.end());
  const bool json = asks_for_json(left);
  if (json) left.erase(std::ranges::find(left, "--json"));
  try {
    return run_chosen(program, left, streams, json);
  } catch (const Breakage& breakage) {
    const bool full = breakage.kind() == Breakage::What::disk_full;
    tell(streams, json, full ? "disk_full" : "broken", program.broken(full));
    return ExitCode::world;
  }
}

}  // namespace caseload
