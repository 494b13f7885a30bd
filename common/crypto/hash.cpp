#include "common/crypto/hash.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "common/crypto/openssl_handle.h"

namespace caseload {
namespace {

using MacContext = Handle<EVP_MAC_CTX, EVP_MAC_CTX_free>;

// Looked up once: by name, a lookup costs more than hashing a short input. Kept until the program ends.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  must(fetched != nullptr, "SHA-256 is not there");
  return fetched;
}

EVP_MAC* hmac_algorithm() {
  static EVP_MAC* const fetched = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  must(fetched != nullptr, "HMAC is not there");
  return fetched;
}

HashHandle new_state() {
  HashHandle state(EVP_MD_CTX_new());
  must(state != nullptr && EVP_DigestInit_ex2(state.get(), algorithm(), nullptr) == 1, "beginning a digest");
  return state;
}

void add(EVP_MD_CTX* state, BytesView bytes) {
  must(EVP_DigestUpdate(state, bytes.data(), bytes.size()) == 1, "continuing a digest");
}

// Gives the digest and leaves the state ready for the next one.
Digest take(EVP_MD_CTX* state) {
  Digest digest;
  must(EVP_DigestFinal_ex(state, digest.data(), nullptr) == 1, "finishing a digest");
  must(EVP_DigestInit_ex2(state, nullptr, nullptr) == 1, "beginning a digest");
  return digest;
}

}  // namespace

void ReleaseHash::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

Digest sha256(BytesView bytes) {
  thread_local const HashHandle state = new_state();
  add(state.get(), bytes);
  return take(state.get());
}

Sha256::Sha256() : state_(new_state()) {}
void Sha256::update(BytesView bytes) { add(state_.get(), bytes); }
Digest Sha256::finish() { return take(state_.get()); }

// A context of its own for each call: one that is kept would keep the key with it.
Digest hmac_sha256(const HmacInput& input) {
  static constexpr std::uint8_t no_key = 0;  // a null pointer would mean "the key of before"
  char digest_name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
                                   OSSL_PARAM_construct_end()};
  const MacContext context(EVP_MAC_CTX_new(hmac_algorithm()));
  must(context != nullptr, "memory for HMAC");
  const std::uint8_t* key = input.key.empty() ? &no_key : input.key.data();
  must(EVP_MAC_init(context.get(), key, input.key.size(), parameters) == 1, "beginning HMAC");
  must(EVP_MAC_update(context.get(), input.message.data(), input.message.size()) == 1, "continuing HMAC");
  Digest code;
  std::size_t size = 0;
  must(EVP_MAC_final(context.get(), code.data(), &size, code.size()) == 1 && size == code.size(),
       "finishing HMAC");
  return code;
}

}  // namespace caseload
