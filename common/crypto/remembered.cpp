#include "common/crypto/remembered.h"

#include "common/crypto/hash.h"

namespace caseload {
namespace {

constexpr std::size_t remembered_max = 16'384;  // of a push of four million changes

}  // namespace

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
