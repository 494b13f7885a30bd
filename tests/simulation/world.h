#pragma once

#include "tests/simulation/checks/laptop_checks.h"
#include "tests/simulation/checks/office_checks.h"
#include "tests/simulation/checks/session_checks.h"
#include "tests/simulation/scenario.h"

namespace caseload::sync {

// World: an office, laptops, the wires between them, and what happens to them; on one thread, from one scenario.
//
// Promise  the same scenario gives the same story and the same trace.
// Errors   perform(), heal(): Violation, as soon as an invariant does not hold.
class World {
 public:
  World(const Scenario& scenario, bool tells);

  void perform(const Step& step);
  void heal();    // no more faults: a few contacts of every laptop, then everything must be well

  std::uint64_t trace() const { return trace_; }
  const std::vector<std::string>& story() const { return story_; }

 private:
  Laptop& chosen(const Step& step);
  Connection* connection_of(const Laptop& laptop);
  void tell(const std::string& what);
  void note(std::uint64_t what) { trace_ = (trace_ ^ what) * 0x100000001b3; }

  void add_laptop(const std::string& role, Random& random);
  void settle();      // once all of the directory is there
  bool casework(const Step& step, Laptop& laptop, Random& random);
  bool administration(const Step& step, Laptop& laptop, Random& random);
  bool travel(const Step& step, Laptop& laptop, Random& random);
  bool fault(const Step& step, Laptop& laptop, Random& random);
  void change_worker(Laptop& laptop, const std::vector<FieldWrite>& writes, Random& random);
  void set_standing(Laptop& laptop, Standing standing, Random& random);
  void release_something(Random& random);
  void enrol_anew(Laptop& laptop, Random& random);
  void set_clock(Laptop& laptop, Random& random);
  void restore_office(Random& random);
  void say_standings(Random& random);  // what administrators know is what the office says

  Connection& connect(Laptop& laptop, Random& random, bool tamper);
  void run(Connection& connection, std::size_t moves, Random& random);
  void drop(const Laptop& laptop);  // its connections are gone
  void drop_all();
  void office_died();
  void sweep();
  void learn_made(const Laptop& laptop);
  void look();
  bool contact_all(Random& random);  // whether somebody was enrolled anew, or a copy of one device met another

  static constexpr std::size_t moves_max = 20'000;  // no session of these small worlds takes a tenth of it

  Scenario scenario_;
  bool tells_;
  Office office_;
  std::vector<std::unique_ptr<Laptop>> laptops_;
  Witness witness_;
  OfficeChecks office_checks_;
  SessionChecks session_checks_;
  std::vector<std::unique_ptr<LaptopChecks>> laptop_checks_;
  std::vector<std::unique_ptr<Connection>> connections_;
  bool tamper_next_ = false;
  bool healing_ = false;
  std::uint64_t trace_ = 0xcbf29ce484222325;
  std::vector<std::string> story_;
};

}  // namespace caseload::sync
