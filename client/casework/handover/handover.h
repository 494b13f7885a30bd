#pragma once

#include "client/casework/act.h"
#include "client/casework/handover/pack.h"
#include "common/practice/handover.h"

namespace caseload::client {

// Handing a case over. Who may take which step: common/practice/handover. A case passes in two acts: its receiver
// acknowledges, then whoever assigns cases moves it; one act where that is one person.

struct NewHandover {
  Id scope;
  Id to;
  std::string summary;                   // in the giver's own words; must be given
  std::string agenda{};                  // empty: agenda_of() what is open
  std::string open_questions{};
  CodeNumber reason = 0;
  std::optional<Date> takes_effect{};    // none: today
};

// Offers the case. Where this person assigns cases, a receiver who is not assigned yet becomes co-worker in the same
// transaction, so that the case and its pack reach them at all.
//
// Errors   required: a summary; a lead to hand it over from. bad_value: to its own lead; to somebody suspended or gone;
//          from a day before today. already_there: another handover of the case is open. not_allowed: neither its lead
//          nor somebody who assigns cases. Those of perform().
struct Offered {
  Done done;
  Pack pack;
  bool receiver_reads = false;  // the receiver is assigned: otherwise somebody must first assign them as co-worker
};
Result<Offered> begin_handover(Workplace& place, const NewHandover& wanted);

struct HandoverRow {
  Id id;
  Id scope;
  Id from;
  Id to;
  HandoverStatus status = HandoverStatus::offered;
  bool disputed = false;       // people disagree about its status
  bool moved = false;          // the receiver leads the case
  bool changed_since = false;  // what is open in the case is not what was offered, as far as it is seen here
  std::optional<Date> takes_effect;
  std::optional<WallTime> acknowledged;
};

// Those that wait for somebody first, then by id, the latest first. Errors: those of begin_looking().
Result<std::vector<HandoverRow>> list_handovers(Workplace& place, const std::optional<Id>& scope = {});

// Errors   not_found; unknown_kind: it is no handover; those of step() of common/practice. stale also where people
//          disagree
//          about its status. required: what decline() says; over_capacity_reason, of whoever moves it. Those of
//          perform().
struct Passed {
  Done done;
  bool moved = false;
  bool changed_since = false;
};
Result<Passed> accept_handover(Workplace& place, const Id& handover, std::string_view remarks);
Result<Done> decline_handover(Workplace& place, const Id& handover, std::string_view remarks);
Result<Done> cancel_handover(Workplace& place, const Id& handover);

// The giver's lead ends and the receiver's begins at one moment: the day it takes effect, or now. Minutes a week
// go with
// it. Nothing that the giver wrote is touched; what has not been sent by then becomes late work, which a person judges.
Result<Passed> move_handover(Workplace& place, const Id& handover, std::string_view over_capacity_reason = {});

}  // namespace caseload::client
