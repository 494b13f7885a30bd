#pragma once

#include "tests/simulation/checks/witness.h"
#include "tests/simulation/connection.h"

namespace caseload::sync {

// SessionChecks: what must hold of everything that travels, judged by the reference.
//
//   I4   after a complete session a device holds exactly what the reference gives it, and nobody had to repair anything
//   I5   no page has a part that the reference does not give that device; custody is durable before a scope's first byte;
//        after a complete session nothing is left of what was withdrawn
//   I7   what a session fixes when its content begins stays
//   I10  honest sides never accuse each other; what was altered on the way is refused
//   I15  messages keep their limits
class SessionChecks : public ConnectionWatcher {
 public:
  SessionChecks(const Office& office, Witness& witness) : office_(office), witness_(witness) {}

  void content_begins(Connection& connection) override;
  void office_sends(Connection& connection, const Message& message) override;
  void device_gets(Connection& connection, const Message& message) override;
  void device_took(Connection& connection, const Message& message) override;
  void device_is_done(Connection& connection) override;
  void ended(Connection& connection, Side side, const std::optional<Fault>& fault) override;

 private:
  const Reference::Held& allowed(Connection& connection);
  void look_at_page(Connection& connection, const Page& page);

  const Office& office_;
  Witness& witness_;
  std::map<const Connection*, Reference::Held> allowed_;  // worked out when first asked for
};

}  // namespace caseload::sync
