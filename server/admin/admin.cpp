#include "server/admin/admin.h"

#include <filesystem>

#include "server/office/directory.h"

namespace caseload::server {

Words admin_words(const Fault& fault) {
  for (const FaultEntry& entry : fault_table()) {
    if (entry.code != fault.code()) continue;
    const std::string detail = fault.detail().empty() ? "" : ": " + fault.detail();
    return {std::string(entry.meaning) + detail, "Nothing was changed.", "help COMMAND says how it is meant."};
  }
  return {fault.to_string(), "Nothing was changed.", "help COMMAND says how it is meant."};
}

CommandProgram admin_program(PerformAdmin perform) {
  CommandProgram program;
  program.table.program = "caseload-server";
  program.table.example = "caseload-server worker add --name \"Ana Example\" --role caseworker --unit North";
  for (const std::span<const AdminEntry> part :
       {directory_commands(), enrolment_commands(), bundle_commands(), rules_commands(), ledger_commands(),
        report_commands(), backup_commands()}) {
    for (const AdminEntry& entry : part) program.table.commands.push_back(&entry);
  }
  program.perform = [perform = std::move(perform)](const CommandShape& shape, const Call& call) {
    return perform(static_cast<const AdminEntry&>(shape), call);
  };
  program.words = admin_words;
  program.broken = [](bool disk_full) {
    return Words{disk_full ? "The disk is full." : "The disk or the database failed.",
                 "What was acknowledged before is safe.",
                 disk_full ? "Make room, then do it again."
                           : "Look at the disk before anything else; ledger verify tells what is whole."};
  };
  return program;
}

Result<Reply> run_beside(const AdminEntry& entry, const Call& call, const AdminPlace& place,
                         std::unique_ptr<ServerStore> reader) {
  reader->begin();
  SystemRandom random;
  Office snapshot(*reader, place.office.keys(), place.office.clock(), random);
  AdminPlace beside{snapshot, place.data, place.folder, place.terminal, place.with_writer};
  Result<Reply> reply = entry.run(beside, call);
  reader->rollback();
  return reply;
}

Result<Id> acting(const AdminPlace& place, const Call& call) {
  if (!call.has("as")) return place.office.keys().administrator;
  return find_worker(place.office, call.option("as"));
}

std::string path_of(const AdminPlace& place, const std::string& typed) {
  return (std::filesystem::path(place.folder) / typed).string();
}

}  // namespace caseload::server
