#pragma once

#include "common/command/run.h"
#include "server/office/office.h"

namespace caseload::server {

// AdminPlace: where administrators' commands work: the office, on the thread that owns its store. A command that works
// beside it has an office over a snapshot instead, which writes nothing, and hands short acts to the other.
struct AdminPlace {
  using Act = std::function<void(Office&)>;

  Office& office;
  std::string data;       // the data folder
  std::string folder;     // where the command was typed: paths begin there
  bool terminal = false;  // whether a person reads the output as it is written
  std::function<void(const Act&)> with_writer{};
};

// AdminEntry: a row of the table, and what it runs. Whose act it is, `--as WORKER` says; without it, the founder's.
struct AdminEntry : CommandShape {
  Result<Reply> (*run)(AdminPlace& place, const Call& call);
  bool beside = false;  // it takes long, and changes next to nothing: sessions do not wait for it
};

// Runs a command that works beside, on a snapshot of the office at `place`.
Result<Reply> run_beside(const AdminEntry& entry, const Call& call, const AdminPlace& place,
                         std::unique_ptr<ServerStore> reader);

std::span<const AdminEntry> directory_commands();
std::span<const AdminEntry> enrolment_commands();
std::span<const AdminEntry> bundle_commands();
std::span<const AdminEntry> rules_commands();
std::span<const AdminEntry> ledger_commands();
std::span<const AdminEntry> backup_commands();
std::span<const AdminEntry> report_commands();

// The program of all these. `perform` runs an entry where it belongs.
using PerformAdmin = std::function<Result<Reply>(const AdminEntry& entry, const Call& call)>;
CommandProgram admin_program(PerformAdmin perform);
Words admin_words(const Fault& fault);

// In whose name: --as, or the founder. Faults: those of find_worker().
Result<Id> acting(const AdminPlace& place, const Call& call);

// A path as it was typed, from where it was typed.
std::string path_of(const AdminPlace& place, const std::string& typed);

inline OptionEntry as_option() { return {"as", "WORKER", "in whose name"}; }

}  // namespace caseload::server
