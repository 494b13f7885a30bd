#pragma once

#include "client/casework/workplace.h"

namespace caseload::client {

// Status: the truth about what is where. Counts and times, nothing of anybody; so nothing is audited.
struct Status {
  std::size_t unsent = 0;     // changes in no segment yet
  std::size_t waiting = 0;    // sent, and no receipt yet
  std::size_t late = 0;       // held by the office for a person to judge
  std::size_t late_to_judge = 0;  // others', which one is asked about
  std::size_t drafts = 0;     // not signed
  std::size_t conflicts = 0;  // records that ask for somebody
  std::size_t cases = 0;
  std::size_t overdue = 0;   // deadlines of all cases here
  std::size_t due_soon = 0;  // today, or within three working days
  std::size_t arriving = 0;   // scopes of which more is on its way
  std::optional<WallTime> last_session;  // the office's time of the latest tree head that was accepted
  std::uint64_t tree_size = 0;
  WallTime lease_until{};
  sync::LeaseVerdict lease;
  Duration clock_offset{};    // of this device's clock, as the office last told it
};

Status status(const Workplace& place);

// The same but for deadlines, which are counted case by case: for what stands on every screen.
Status status_but_deadlines(const Workplace& place);

}  // namespace caseload::client
