#pragma once

#include "server/office/office.h"

namespace caseload::server {

constexpr int escalated_after_working_days = 5;

// What one tending did, and whom to wake.
struct Tended {
  std::size_t opened = 0;
  std::size_t released = 0;   // late_work records
  std::size_t declined = 0;
  std::size_t sent_back = 0;  // decisions that could not be carried out
  std::size_t escalated = 0;
  std::size_t failed = 0;     // what the office could not write, for its log: it is tried again
  std::vector<Id> scopes;     // in which the log grew
};

// tend_late_work: everything that the office itself does about late work.
//
// Shape    opens a record of kind late_work, in the case that it is about, for held changes that are in none yet:
//          one for
//          what one device brought for one reason in one case, where kind, type, marking and author of the records are
//          alike. Carries out decisions that were accepted: released into the log in the order of their device, each
//          judged by what the decider may write; or declined: kept, in no log. A decision that cannot be carried
//          out goes
//          back to waiting, with a remark that says why. Tells the author in the author's own file. Follows
//          markings that
//          became more protective. After five working days without an answer it says so, for the records officer; at
//          once where the worker could judge the own work.
// Promise  each record is opened, and each decision carried out, in one transaction: a crash in between loses
//          nothing and
//          does nothing twice. With nothing held it is two probes of an index.
// Requires no open transaction; a batch of the store may be open. Called when the server starts, after every
//          batch that grew the log or in which something was held, and once an hour, for time alone makes work overdue.
// Errors   none: what cannot be done stays as it was. Breakage passes.
// Threads  one owner, the store's.
Tended tend_late_work(Office& office);

// Late work that waits, for administrators: they see that it is there and where, and people judge it. What is held
// outside
// of cases, or in a case that the office has never heard of, has no record: nobody is asked about it.
struct LateWorkRow {
  Id record;  // none: it has none
  Id scope;
  Id worker;
  Id device;
  std::size_t changes = 0;
  WallTime since{};  // without meaning where there is no record
  bool escalated = false;
};
std::vector<LateWorkRow> late_work(const Office& office);

// The end of the fifth working day after that moment: Saturdays and Sundays are none.
WallTime escalation_due(WallTime since);

}  // namespace caseload::server
