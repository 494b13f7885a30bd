#pragma once

#include "common/base/random.h"
#include "sync/session/bundle.h"

namespace caseload::sync {

// A sender and a recipient, the same in every run, so that sealed inputs stay good.
struct BundleWorld {
  SeededRandom random{2026};
  SealingKey recipient = SealingKey::generate(random);
  SigningKey sender = SigningKey::generate(random);
  Id device = Id::make(1, random);
  Id office = Id::make(2, random);
};

}  // namespace caseload::sync
