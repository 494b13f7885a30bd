#include "common/crypto/derive.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "common/crypto/openssl_handle.h"

namespace caseload {
namespace {

using DeriveContext = Handle<EVP_KDF_CTX, EVP_KDF_CTX_free>;

EVP_KDF* algorithm() {
  static EVP_KDF* const fetched = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  must(fetched != nullptr, "HKDF is not there");
  return fetched;
}

OSSL_PARAM octets(const char* name, BytesView bytes) {
  // The parameter is only read from; OpenSSL has one type for reading and writing. It refuses a null pointer
  // even where there is nothing to read.
  static std::uint8_t nothing = 0;
  std::uint8_t* data = bytes.empty() ? &nothing : const_cast<std::uint8_t*>(bytes.data());
  return OSSL_PARAM_construct_octet_string(name, data, bytes.size());
}

Secret derive(int mode, const HkdfInput& input, std::size_t size) {
  CHECK(!input.key.empty(), "a key is derived from a key");
  CHECK(input.info.size() <= hkdf_info_bytes_max, "a longer info does not fit into OpenSSL");
  CHECK(size > 0 && size <= 255 * sizeof(Digest), "HKDF gives 1 to 255 blocks");
  char digest_name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                                   OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest_name, 0),
                                   octets(OSSL_KDF_PARAM_KEY, input.key),
                                   octets(OSSL_KDF_PARAM_SALT, input.salt),
                                   octets(OSSL_KDF_PARAM_INFO, input.info),
                                   OSSL_PARAM_construct_end()};
  const DeriveContext context(EVP_KDF_CTX_new(algorithm()));
  must(context != nullptr, "memory for HKDF");
  Secret derived(size);
  must(EVP_KDF_derive(context.get(), derived.writable().data(), size, parameters) == 1, "deriving a key");
  return derived;
}

Result<void> check(const ScryptCost& cost) {
  if (cost.r == 0 || cost.p == 0 || cost.log2_n == 0)
    return Fault(Fault::bad_value, "a cost of scrypt that is zero");
  if (cost.p > scrypt_p_max)
    return Fault(Fault::too_large, "scrypt p of at most " + std::to_string(scrypt_p_max));
  const std::uint64_t blocks_max = scrypt_memory_bytes_max / 128 / cost.r;
  if (cost.log2_n >= 32 || (1ULL << cost.log2_n) > blocks_max) {
    return Fault(Fault::too_large,
                 "scrypt memory of at most " + std::to_string(scrypt_memory_bytes_max) + " bytes");
  }
  // For r = 1 the definition wants N below 2^16; for any greater r the limit on memory comes first.
  if (cost.log2_n >= 16ULL * cost.r) return Fault(Fault::bad_value, "scrypt N too large for its r");
  return {};
}

}  // namespace

Secret hkdf(const HkdfInput& input, std::size_t size) {
  return derive(EVP_KDF_HKDF_MODE_EXTRACT_AND_EXPAND, input, size);
}
Secret hkdf_extract(const HkdfInput& input) {
  return derive(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, input, sizeof(Digest));
}
Secret hkdf_expand(const HkdfInput& input, std::size_t size) {
  return derive(EVP_KDF_HKDF_MODE_EXPAND_ONLY, input, size);
}

Result<Secret> scrypt(const Secret& passphrase, BytesView salt, const ScryptCost& cost, std::size_t size) {
  if (const Result<void> checked = check(cost); !checked) return checked.fault();
  const ErrorMark mark;
  // The package counts a little more than the table: room for it, so that only our limit ever refuses.
  const std::uint64_t memory_bytes = scrypt_memory_bytes_max + (16ULL << 20);
  const std::string_view words = as_text(passphrase.view());
  Secret derived(size);
  const int done = EVP_PBE_scrypt(words.data(), words.size(), salt.data(), salt.size(), 1ULL << cost.log2_n,
                                  cost.r, cost.p, memory_bytes, derived.writable().data(), size);
  if (done != 1) throw Breakage(Breakage::What::out_of_memory, "memory for scrypt");
  return derived;
}

}  // namespace caseload
