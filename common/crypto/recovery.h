#pragma once

#include "common/crypto/hpke.h"

namespace caseload {

// Under which words a device's keys are sealed to the organisation's recovery key.
inline constexpr std::string_view recovery_label = "caseload/recovery/1";

// The organisation's half, with the offline key: the answer to a request, which is the device's keys themselves.
// Faults: truncated, too_large, bad_seal.
Result<Secret> open_recovery(const SealingKey& recovery_key, BytesView request);

}  // namespace caseload
