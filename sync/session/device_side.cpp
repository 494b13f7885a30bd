#include "sync/session/machine.h"

namespace caseload::sync {

Effects DeviceSide::start() {
  const bool may_begin = state() == SessionState::greeting || state() == SessionState::watching;
  if (may_begin && !is_asking()) load(What::hello);
  return take_effects();
}

void DeviceSide::on_message(const Arrived& message) {
  if (!std::holds_alternative<Wake>(*message)) {
    store(message);
  } else if (state() == SessionState::greeting) {
    load(What::hello);
  }
}

void DeviceSide::on_stored(const Message& message) {
  if (std::holds_alternative<Status>(message)) {
    if (state() == SessionState::covering) load(What::coverage);
    else if (state() == SessionState::pushing) load(What::outbox);
    else if (state() == SessionState::ended) finish(std::nullopt);
    else wait();
  } else if (std::holds_alternative<Complete>(message)) {
    load(What::purges);
  } else if (std::holds_alternative<AttachmentChunk>(message)) {
    load(What::downloads);
  } else {
    wait();
  }
}

void DeviceSide::on_loaded(What what, bool any) {
  switch (what) {
    case What::coverage:
      if (state() == SessionState::pushing) load(What::outbox);
      else wait();
      break;
    case What::outbox:
      if (any) {
        load(What::outbox);
        break;
      }
      send(PushEnd{});
      wait();
      break;
    case What::purges: load(What::uploads); break;
    case What::uploads: load(any ? What::uploads : What::downloads); break;
    case What::downloads:
      if (any) {
        wait();
        break;
      }
      send(Parting{watch_});
      if (watch_) wait();
      else finish(std::nullopt);
      break;
    default: wait();
  }
}

}  // namespace caseload::sync
