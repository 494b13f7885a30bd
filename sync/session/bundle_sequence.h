#pragma once

#include <cstdint>

#include "common/base/result.h"

namespace caseload::sync {

// BundleSequence: which of one sender's bundles were applied. Kept with what they brought, in one transaction.
//
// Promise  each number is applied once, and in order.
// Errors   check(): replayed: applied before. out_of_order: earlier ones are missing; the detail names them,
//          and they can be asked for while this one waits.
struct BundleSequence {
  std::uint64_t applied = 0;  // the last number, 0 for none

  Result<void> check(std::uint64_t number) const;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(applied);
  }
};

}  // namespace caseload::sync
