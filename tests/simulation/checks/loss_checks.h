#pragma once

#include "tests/simulation/checks/witness.h"

namespace caseload::sync {

// I1 No change lost: whatever was kept by a laptop and not lost with its disk is held by the office, or by a laptop whole,
// or sealed to the recovery key; until a backup of the office has it, its author's laptop keeps it so; and what a receipt
// says of it is so.
void look_for_losses(const Office& office, std::span<const std::unique_ptr<Laptop>> laptops, const Witness& witness);

// I14 What the office lost when it was restored is back, where the laptop of its author has it and offers it. What only
// others have, or what is sealed to the recovery key, waits for a person.
void look_for_lost_work(const Office& office, std::span<const std::unique_ptr<Laptop>> laptops, const Witness& witness);

// A laptop's disk is lost, or put back to an image: what only it had cannot be demanded any more, unless a backup of the
// office has it. `before` is what was on the disk.
struct Loss {
  const Laptop& laptop;
  const MemoryDeviceStore::Contents& before;
};
void excuse_losses(const Office& office, std::span<const std::unique_ptr<Laptop>> laptops, const Loss& loss, Witness& witness);

// The office is put back to a backup that is older than a change whose author's disk is lost too. Others may have had it and
// let go of it, for the office had it.
void excuse_restore(const Office& office, std::span<const std::unique_ptr<Laptop>> laptops, Witness& witness);

}  // namespace caseload::sync
