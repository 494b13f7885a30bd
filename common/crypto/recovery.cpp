#include "common/crypto/recovery.h"

namespace caseload {

Result<Secret> open_recovery(const SealingKey& recovery_key, BytesView request) {
  Result<Bytes> opened = unseal_from(recovery_key, {.info = as_bytes(recovery_label)}, request);
  if (!opened) return opened.fault();
  Secret keys = Secret::copy_of(*opened);
  wipe(*opened);
  return keys;
}

}  // namespace caseload
