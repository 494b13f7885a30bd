#include "client/cli/run.h"

#include "client/casework/wording.h"
#include "client/cli/command.h"

namespace caseload::client {

Words tell_words(const Fault& fault) {
  Wording words = wording_of(fault);
  return {std::move(words.happened), std::move(words.kept), std::move(words.remedy)};
}

Words tell_broken(bool disk_full) {
  return {disk_full ? "The disk is full." : "The disk or the database failed.",
          "What was said to be saved before is safe; this was not saved.",
          disk_full ? "Make room, then do it again." : "Run doctor; if it finds nothing, do it again."};
}

CommandProgram command_program(const Catalogue& catalogue, GetPlace place) {
  CommandProgram program;
  program.table = {"caseload", all_commands(),
                   [&catalogue](std::string_view word) { return is_kind_of_case(catalogue, word); },
                   "caseload note add C-2026-7 --type phone --text-file - --sign"};
  program.perform = [place = std::move(place)](const CommandShape& shape, const Call& call) -> Result<Reply> {
    const Result<Workplace*> here = place();
    if (!here) return here.fault();
    return static_cast<const CommandEntry&>(shape).run(**here, call);
  };
  program.words = tell_words;
  program.broken = tell_broken;
  return program;
}

ExitCode run_command(Workplace& place, std::span<const std::string> arguments, const Streams& streams) {
  return run(command_program(place.catalogue(), [&place]() -> Result<Workplace*> { return &place; }), arguments, streams);
}

std::string help_text() {
  return caseload::help_text(command_program(Catalogue::built_in(), {}).table);
}

}  // namespace caseload::client
