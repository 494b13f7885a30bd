#pragma once

#include "common/base/bytes.h"
#include "common/crypto/openssl_forward.h"

namespace caseload {

// SHA-256 of bytes that are all there.
//
// Promise  the digest of exactly these bytes. Cheap for short inputs: nothing is allocated after a thread's
//          first call.
// Threads  any.
// Source   FIPS 180-4.
Digest sha256(BytesView bytes);

// Sha256: the same of bytes that arrive in pieces. finish() gives the digest of all pieces since birth or the
// last finish(), and begins anew.
//
// Threads  one owner.
class Sha256 {
 public:
  Sha256();
  void update(BytesView bytes);
  Digest finish();

 private:
  HashHandle state_;
};

// HMAC with SHA-256. Compare the result with equal_in_constant_time, never with ==.
// Source   RFC 2104, RFC 4231.
struct HmacInput {
  BytesView key;
  BytesView message;
};
Digest hmac_sha256(const HmacInput& input);

}  // namespace caseload
