#pragma once

#include "client/casework/act.h"

namespace caseload::client {

// Late work: what the office holds and did not accept. Others' may be judged here; of one's own it is told what became
// of it.

struct LateWork {
  Id id;  // the record late_work
  Id scope;
  Id author;
  Id device;
  std::string reason;  // the code's name
  std::string rule;    // in words
  WallTime since{};
  std::size_t changes = 0;
  std::optional<WallTime> escalated{};
  std::string remark;    // of the office: why a decision was not carried out
  LateDecision decision = LateDecision::waiting;
  bool readable = false;  // what is held is here, for whoever may read all of it
};

// What waits and this person may judge, the longest first. Of a records officer nothing is asked before it is
// escalated;
// the list has it all the same. Nobody judges their own. Errors: those of begin_looking().
Result<std::vector<LateWork>> late_to_judge(Workplace& place);
std::size_t count_late_asked(const Workplace& place);

// With what is held, field by field, as its author wrote it. A field without an entry is of a newer version; where
// `gone`, the law took a part of it.
struct HeldField {
  const FieldEntry* field = nullptr;
  Value value;
  bool out = false;
};
struct HeldChange {
  Id change;
  Id record;
  const KindEntry* kind = nullptr;
  Stamp stamp;
  std::vector<HeldField> fields;
  bool gone = false;
};
struct LateWorkShown {
  LateWork work;
  std::vector<HeldChange> held;
};
// Errors   not_found: no such late work here; damaged: what it carries is not what it names; those of begin_looking().
Result<LateWorkShown> show_late_work(Workplace& place, const Id& record);

// The decision; the office carries it out when it has come, and answers in the record where it cannot.
// Errors   not_found; already_there: it was judged; self_approval: one's own; required: to decline, a reason; those of
//          perform().
Result<Done> judge_late_work(Workplace& place, const Id& record, LateDecision decision, std::string_view reason);

// One's own: what waits, and what was answered. Of a case that is no longer shared, the answer alone is here.
struct OwnLateWork {
  Id change;  // none: an answer about changes that are not here any more
  Id scope;
  const KindEntry* kind = nullptr;
  std::size_t changes = 1;
  LateDecision decision = LateDecision::waiting;
  std::string reason;
  Id decided_by;
  std::optional<WallTime> decided_at{};
};
Result<std::vector<OwnLateWork>> own_late_work(Workplace& place);

}  // namespace caseload::client
