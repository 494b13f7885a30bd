#include "common/crypto/sign.h"

#include <algorithm>

#include "common/crypto/openssl_handle.h"

namespace caseload {
namespace {

constexpr std::size_t seed_bytes = 32;

// PKCS #8 of an Ed25519 seed is always these bytes and then the seed (RFC 8410, section 7).
constexpr ByteArray<16> pkcs8_head{0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                   0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};

// Least significant byte first, as points are written: the field's prime 2^255 - 19, and the y coordinates of
// the eight points of small order (each serves two points, or one with x = 0).
constexpr PublicKey prime{0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};
constexpr PublicKey small_order[] = {
    {0x00},
    {0x01},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
     0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
     0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
};

}  // namespace

void ReleaseKey::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

SigningKey::SigningKey(const Secret& seed)
    : key_(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.view().data(), seed.size())) {
  std::size_t size = public_key_.size();
  must(key_ != nullptr, "making a signing key");
  must(EVP_PKEY_get_raw_public_key(key_.get(), public_key_.data(), &size) == 1, "reading a public key");
}

SigningKey SigningKey::generate(Random& random) {
  Secret seed(seed_bytes);
  random.fill(seed.writable());
  return SigningKey(seed);
}

Result<SigningKey> SigningKey::from_seed(const Secret& seed) {
  if (seed.size() != seed_bytes) return Fault(Fault::bad_key, "the seed of a signing key has 32 bytes");
  return SigningKey(seed);
}

Signature SigningKey::sign(BytesView message) const {
  const HashHandle context(EVP_MD_CTX_new());
  must(context != nullptr && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1,
       "ready to sign");
  Signature signature;
  std::size_t size = signature.size();
  must(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1,
       "signing");
  return signature;
}

Secret SigningKey::seed() const {
  Secret seed(seed_bytes);
  std::size_t size = seed.size();
  must(EVP_PKEY_get_raw_private_key(key_.get(), seed.writable().data(), &size) == 1, "reading a private key");
  return seed;
}

Secret SigningKey::pkcs8() const {
  Secret encoded(pkcs8_head.size() + seed_bytes);
  const auto after_head = std::copy(pkcs8_head.begin(), pkcs8_head.end(), encoded.writable().begin());
  const Secret bare = seed();
  std::copy(bare.view().begin(), bare.view().end(), after_head);
  return encoded;
}

// Time may depend on a public key: it is public.
Result<void> check_public_key(const PublicKey& key) {
  PublicKey y = key;
  y.back() &= 0x7f;  // the top bit is the sign of x
  if (!std::lexicographical_compare(y.rbegin(), y.rend(), prime.rbegin(), prime.rend())) {
    return Fault(Fault::bad_key, "a public key outside its canonical form");
  }
  if (std::find(std::begin(small_order), std::end(small_order), y) != std::end(small_order)) {
    return Fault(Fault::bad_key, "a public key of small order");
  }
  return {};
}

// OpenSSL itself refuses S of L or more, and compares R byte for byte, so that R has one form too.
Result<void> Ed25519Checker::verify(const PublicKey& key, BytesView message,
                                    const Signature& signature) const {
  if (Result<void> checked = check_public_key(key); !checked) return checked;
  const ErrorMark mark;
  const KeyHandle parsed(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const HashHandle context(EVP_MD_CTX_new());
  must(parsed != nullptr && context != nullptr, "memory for checking a signature");
  must(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, parsed.get()) == 1,
       "ready to check a signature");
  const int held =
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size());
  if (held != 1) return Fault::bad_signature;
  return {};
}

}  // namespace caseload
