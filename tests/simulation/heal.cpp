// How a world comes to rest: no fault any more, everybody meets the office until nobody has anything to say, and then the
// demands that hold only of a world at rest.

#include <algorithm>

#include "tests/simulation/checks/loss_checks.h"
#include "tests/simulation/checks/quiet_checks.h"
#include "tests/simulation/world.h"

namespace caseload::sync {

bool World::contact_all(Random& random) {
  bool unsettled = false;
  for (const auto& laptop : laptops_) {
    if (laptop->gone) continue;
    if (laptop->wants_enrolment) {
      enrol_anew(*laptop, random);
      unsettled = true;
    }
    Connection& connection = this->connect(*laptop, random, false);
    run(connection, moves_max, random);
    demand(connection.over(), "I14", "a session of " + laptop->identity.name + " does not end");
    const SessionReport& report = connection.report();
    // Copies of one device find out about each other in turns.
    if (!report.complete && witness_.cloned.contains(laptop->identity.device)) unsettled = true;
    if (tells_) {
      tell("  " + laptop->identity.name + " pushed " + std::to_string(report.pushed) + ", received " +
           std::to_string(report.received) + (report.repaired > 0 ? ", repaired" : ""));
    }
    sweep();
    look();
  }
  return unsettled;
}

void World::heal() {
  SeededRandom random(scenario_.seed ^ 0x4ea1);
  healing_ = true;
  tell("everything heals");
  for (const auto& laptop : laptops_) laptop->store.set_fault({});
  office_.store.set_fault({});
  drop_all();
  say_standings(random);
  // A few contacts after the last one that anybody was enrolled in.
  int contacts = 0;
  for (int quiet = 0; quiet < 4; ++quiet, ++contacts) {
    if (contact_all(random)) quiet = 0;
    demand(contacts < 32, "I14", "somebody must be enrolled again and again");
  }
  look_for_losses(office_, laptops_, witness_);
  look_for_lost_work(office_, laptops_, witness_);
  look_at_quiet_office(office_, witness_);
  for (const auto& laptop : laptops_) {
    if (laptop->gone || laptop->standing != Standing::active) continue;
    look_at_quiet_laptop(office_, *laptop, witness_);
    look_at_survivors(office_, *laptop);
    const auto same = [&](const auto& other) { return other->identity.device == laptop->identity.device; };
    if (std::ranges::count_if(laptops_, same) == 1) look_at_custody(office_, *laptop);
  }
  for (const auto& laptop : laptops_) note(laptop->store.operations());
}

}  // namespace caseload::sync
