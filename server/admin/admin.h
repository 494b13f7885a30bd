#pragma once

#include "common/command/run.h"
#include "server/office/office.h"

namespace caseload::server {

// AdminPlace: where administrators' commands work: the office, on the thread that owns its store.
struct AdminPlace {
  Office& office;
  std::string data;       // the data folder
  std::string folder;     // where the command was typed: paths begin there
  bool terminal = false;  // whether a person reads the output as it is written
};

// AdminEntry: a row of the table, and what it runs. What an act needs of who does it, `--as WORKER` says; without it, it is
// the founder's.
struct AdminEntry : CommandShape {
  Result<Reply> (*run)(AdminPlace& place, const Call& call);
};

std::span<const AdminEntry> directory_commands();
std::span<const AdminEntry> enrolment_commands();
std::span<const AdminEntry> rules_commands();
std::span<const AdminEntry> ledger_commands();

// The program of all these. `place` gives the office when a command needs it.
using GetAdminPlace = std::function<Result<AdminPlace*>()>;
CommandProgram admin_program(GetAdminPlace place);
Words admin_words(const Fault& fault);

// In whose name: --as, or the founder. Faults: those of find_worker().
Result<Id> acting(const AdminPlace& place, const Call& call);

// A path as it was typed, from where it was typed.
std::string path_of(const AdminPlace& place, const std::string& typed);

inline OptionEntry as_option() { return {"as", "WORKER", "in whose name"}; }

}  // namespace caseload::server
