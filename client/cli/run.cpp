#include "client/cli/run.h"

#include "client/casework/looking.h"
#include "client/casework/wording.h"
#include "client/cli/command.h"
#include "common/base/text.h"
#include "common/record/kinds.h"

namespace caseload::client {

namespace {

std::string name_in(const Workplace& place, const Id& record) {
  const sync::RecordState state = readable(place, record);
  const KindEntry* kind = place.catalogue().find_kind(state.kind());
  const FieldEntry* name = kind == nullptr ? nullptr : kind->find_field("name");
  return name == nullptr ? std::string() : text_of(place.catalogue(), state, name->number);
}

// Workers, units and providers by their names; two of one name are told apart by their identifiers.
std::function<std::string(const Id&)> names_in(const Workplace& place) {
  return [&place](const Id& id) -> std::string {
    const std::optional<sync::RecordRow> row = place.store.find_record(id);
    const bool named = row && (row->kind == kinds::worker || row->kind == kinds::unit || row->kind == kinds::provider);
    const std::string name = named ? name_in(place, id) : std::string();
    if (name.empty()) return {};
    const std::string folded = fold_for_search(name);
    for (const Id& other : place.store.records().of_kind(row->kind)) {
      if (other != id && fold_for_search(name_in(place, other)) == folded) return name + " (" + id.short_form() + ")";
    }
    return name;
  };
}

}  // namespace

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
    Result<Reply> reply = static_cast<const CommandEntry&>(shape).run(**here, call);
    if (reply) reply->name_of = names_in(**here);
    return reply;
  };
  program.words = tell_words;
  program.broken = tell_broken;
  return program;
}

ExitCode run_command(Workplace& place, std::span<const std::string> arguments, const Streams& streams) {
  const GetPlace here = [&place]() -> Result<Workplace*> { return &place; };
  return run(command_program(place.catalogue(), here), arguments, streams);
}

std::string help_text() {
  return caseload::help_text(command_program(Catalogue::built_in(), {}).table);
}

}  // namespace caseload::client
