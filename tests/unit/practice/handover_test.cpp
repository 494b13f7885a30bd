#include "common/practice/handover.h"

#include "tests/support/test.h"

using namespace caseload;

TEST_CASE("each step of a handover is somebody's, from where it stands") {
  using enum HandoverStatus;
  using enum HandoverStep;
  const HandoverPart giver{true, false, false};
  const HandoverPart receiver{false, true, false};
  const HandoverPart manager{false, false, true};
  const HandoverPart nobody{};
  struct Row {
    HandoverStatus at;
    HandoverStep wanted;
    HandoverPart who;
    std::optional<HandoverStatus> then;
    Fault::Code why = Fault::stale;
  };
  const Row rows[] = {
      {prepared, offer, giver, offered},
      {prepared, offer, manager, offered},
      {prepared, accept, receiver, {}, Fault::stale},
      {offered, accept, receiver, acknowledged},
      {offered, accept, giver, {}, Fault::not_allowed},
      {offered, accept, manager, {}, Fault::not_allowed},  // nobody acknowledges for somebody else
      {offered, decline, receiver, declined},
      {offered, decline, giver, {}, Fault::not_allowed},
      {offered, cancel, giver, cancelled},
      {offered, cancel, receiver, {}, Fault::not_allowed},
      {offered, move, manager, {}, Fault::stale},  // not without being acknowledged
      {offered, offer, giver, {}, Fault::already_there},
      {acknowledged, accept, receiver, {}, Fault::already_there},
      {acknowledged, move, manager, acknowledged},
      {acknowledged, move, receiver, {}, Fault::not_allowed},
      {acknowledged, move, giver, {}, Fault::not_allowed},
      {acknowledged, cancel, giver, cancelled},
      {acknowledged, decline, receiver, {}, Fault::stale},
      {declined, accept, receiver, {}, Fault::stale},
      {declined, move, manager, {}, Fault::stale},
      {declined, decline, receiver, {}, Fault::already_there},
      {cancelled, accept, receiver, {}, Fault::stale},
      {cancelled, cancel, giver, {}, Fault::already_there},
      {cancelled, move, manager, {}, Fault::stale},
      {offered, accept, nobody, {}, Fault::not_allowed},
      {static_cast<HandoverStatus>(99), accept, receiver, {}, Fault::stale},  // of a newer version
  };
  for (const Row& row : rows) {
    CAPTURE(static_cast<int>(row.at));
    CAPTURE(static_cast<int>(row.wanted));
    const Result<HandoverStatus> then = step(row.at, row.wanted, row.who);
    REQUIRE(then.ok() == row.then.has_value());
    if (then) CHECK(*then == *row.then);
    if (!then) CHECK(then.fault() == row.why);
  }
}
