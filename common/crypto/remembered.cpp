#include "common/crypto/remembered.h"

#include "common/crypto/hash.h"

namespace caseload {
namespace {

constexpr std::size_t remembered_max = 16'384;  // of a push of four million changes
constexpr std::size_t certificates_max = 16'384;  // devices of an office, 150 bytes each

Digest digest_of(BytesView der, const CertificateCheck& against) {
  Bytes all{static_cast<std::uint8_t>(against.use)};
  const auto add = [&](BytesView bytes) {
    append_u64(all, bytes.size());
    append(all, bytes);
  };
  add(der);
  for (const Bytes& authority : against.authorities) add(authority);
  return sha256(all);
}

}  // namespace

Result<CertificateFacts> RememberedCertificates::check(BytesView der, const CertificateCheck& against) {
  if (der.size() > certificate_bytes_max) return check_certificate(der, against);
  const Digest digest = digest_of(der, against);
  const auto known = held_.find(digest);
  if (known == held_.end()) {
    Result<CertificateFacts> facts = check_certificate(der, against);
    if (!facts) return facts;
    if (held_.size() >= certificates_max) held_.clear();
    held_.emplace(digest, *facts);
    return facts;
  }
  const CertificateFacts& facts = known->second;
  if (against.now < facts.not_before || against.now > facts.not_after) return Fault::certificate_expired;
  return facts;
}

Result<void> RememberingChecker::verify(const PublicKey& key, BytesView message, const Signature& signature) const {
  Bytes all;
  all.reserve(key.size() + signature.size() + message.size());
  append(all, key);
  append(all, signature);
  append(all, message);
  const Digest digest = sha256(all);
  if (held_.contains(digest)) return {};
  if (Result<void> verified = checker_.verify(key, message, signature); !verified) return verified;
  if (held_.size() >= remembered_max) held_.clear();
  held_.insert(digest);
  return {};
}

}  // namespace caseload
