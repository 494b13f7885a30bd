#include "sync/session/machine.h"

namespace caseload::sync {

Effects OfficeSide::wake() {
  if (state() == SessionState::watching) {
    send(Wake{});
    wait();
  }
  return take_effects();
}

void OfficeSide::on_message(const Arrived& message) {
  if (std::holds_alternative<Parting>(*message)) {
    if (state() == SessionState::watching) wait();
    else finish(std::nullopt);
    return;
  }
  if (std::holds_alternative<PushEnd>(*message)) {
    load(What::receipts);
    return;
  }
  store(message);
}

// HELLO and COVERAGE are stored like everything else: the desk then knows whom it speaks to.
void OfficeSide::on_stored(const Message& message) {
  if (std::holds_alternative<Hello>(message)) load(What::status);
  else if (std::holds_alternative<CoverageTable>(message) && state() == SessionState::answering) load(What::reach);
  else if (std::holds_alternative<WantAttachment>(message)) load(What::downloads);
  else wait();
}

void OfficeSide::on_loaded(What what, bool any) {
  switch (what) {
    case What::status:
      if (state() == SessionState::ended) finish(std::nullopt);
      else if (state() == SessionState::answering) load(What::reach);
      else wait();
      break;
    case What::receipts: load(What::reach); break;
    case What::reach: load(What::page); break;
    case What::page: load(any ? What::page : What::uploads); break;
    case What::uploads: load(What::complete); break;
    default: wait();
  }
}

}  // namespace caseload::sync
