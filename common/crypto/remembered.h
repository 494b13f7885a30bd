#pragma once

#include <set>

#include "common/crypto/sign.h"

namespace caseload {

// RememberingChecker: a SignatureChecker that does not check again what held before: key, message and signature, all
// the same. For a session, in which a segment's signature comes with each page that has changes of it.
//
// Promise  says what `checker` says. Only what held is remembered, by a digest of all three; beyond a bound everything
//          is forgotten.
// Threads  one owner.
class RememberingChecker : public SignatureChecker {
 public:
  explicit RememberingChecker(const SignatureChecker& checker) : checker_(checker) {}

  Result<void> verify(const PublicKey& key, BytesView message, const Signature& signature) const override;

 private:
  const SignatureChecker& checker_;
  mutable std::set<Digest> held_;
};

}  // namespace caseload
