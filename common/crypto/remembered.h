#pragma once

#include <map>
#include <set>

#include "common/crypto/certificate.h"
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

// RememberedCertificates: check_certificate(), which does not look again at what held before: certificate, authorities
// and use, all the same. For who meets the same peers again and again: the check takes 0.3 ms, a handshake 2.
//
// Promise  says what check_certificate() says; dates are held against `now` each time. Only what held is remembered, by
//          a digest of all; beyond a bound everything is forgotten. Who was suspended since is not its affair.
// Threads  one owner.
class RememberedCertificates {
 public:
  Result<CertificateFacts> check(BytesView der, const CertificateCheck& against);

 private:
  std::map<Digest, CertificateFacts> held_;
};

}  // namespace caseload
