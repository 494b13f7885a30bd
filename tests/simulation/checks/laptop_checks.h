#pragma once

#include "tests/simulation/checks/witness.h"

namespace caseload::sync {

// LaptopChecks: what must hold of one laptop's store after everything it commits.
//
//   I2   every change of its own is in exactly one state, and the outbox and the waiting segments agree with it
//   I7   cursor, heads and purges never go back, but for a restore
//   I10  what it holds is, byte for byte, what its author made
//   I11  each record shows exactly the writes that nothing held replaces
//   I12  the store is between transactions, with every record and segment whole
class LaptopChecks {
 public:
  LaptopChecks(const Laptop& laptop, const Witness& witness) : laptop_(laptop), witness_(witness) {}

  void look();
  void restored();  // its disk was put back to an image: numbers may be smaller

 private:
  void look_at_states() const;
  void look_at_bytes() const;
  void look_at_records() const;
  void look_at_numbers();

  const Laptop& laptop_;
  const Witness& witness_;
  std::uint64_t operations_ = 0;
  std::optional<DeviceState> before_;
};

}  // namespace caseload::sync
