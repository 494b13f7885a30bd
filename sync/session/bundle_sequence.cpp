#include "sync/session/bundle_sequence.h"

#include <string>

namespace caseload::sync {

Result<void> BundleSequence::check(std::uint64_t number) const {
  if (number <= applied) return Fault(Fault::replayed, "bundle " + std::to_string(number));
  if (number - applied == 1) return {};
  const std::string first = std::to_string(applied + 1);
  const std::string last = std::to_string(number - 1);
  return Fault(Fault::out_of_order, first == last ? "bundle " + first + " is missing"
                                                  : "bundles " + first + " to " + last + " are missing");
}

}  // namespace caseload::sync
