#include "tests/simulation/keys.h"

#include <algorithm>

#include "common/crypto/hash.h"

namespace caseload::sync {
namespace {

Signature cheap_signature(const PublicKey& key, BytesView message) {
  Bytes bytes = to_bytes(key);
  append(bytes, message);
  const Digest digest = sha256(bytes);
  Signature signature{};
  std::ranges::copy(digest, signature.begin());
  return signature;
}

Digest key_bytes(std::uint64_t number) {
  Bytes seed = to_bytes(as_bytes("a key of the simulated world"));
  append_u64(seed, number);
  return sha256(seed);
}

class CheapSigner : public Signer {
 public:
  explicit CheapSigner(std::uint64_t number) : key_(key_bytes(number)) {}
  const PublicKey& public_key() const override { return key_; }
  Signature sign(BytesView message) const override { return cheap_signature(key_, message); }

 private:
  PublicKey key_;
};

class CheapChecker : public SignatureChecker {
 public:
  Result<void> verify(const PublicKey& key, BytesView message, const Signature& signature) const override {
    return cheap_signature(key, message) == signature ? Result<void>() : Fault(Fault::bad_signature);
  }
};

}  // namespace

std::unique_ptr<Signer> make_signer(std::uint64_t number, bool real) {
  if (!real) return std::make_unique<CheapSigner>(number);
  Result<SigningKey> key = SigningKey::from_seed(Secret::copy_of(key_bytes(number)));
  CHECK(key.ok(), "32 bytes are a seed");
  return std::make_unique<SigningKey>(std::move(*key));
}

const SignatureChecker& signature_checker(bool real) {
  static const CheapChecker cheap;
  static const Ed25519Checker checker;
  if (real) return checker;
  return cheap;
}

}  // namespace caseload::sync
