#include "sync/ledger/coverage.h"

#include "common/crypto/hash.h"

namespace caseload::sync {

Digest digest_of(const Coverage& coverage) {
  Bytes bytes = to_bytes(as_bytes("caseload/coverage/1"));
  append(bytes, encode(coverage));
  return sha256(bytes);
}

}  // namespace caseload::sync
