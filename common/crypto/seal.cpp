#include "common/crypto/seal.h"

#include "common/crypto/openssl_handle.h"

namespace caseload {
namespace {

enum Direction { opening = 0, sealing = 1 };

const EVP_CIPHER* algorithm() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  must(fetched != nullptr, "AES-256-GCM is not there");
  return fetched;
}

// Runs `from` through the cipher into `to`; both of one size.
CipherContext run(Direction direction, const SealWith& with, BytesView from, std::span<std::uint8_t> to) {
  CHECK(with.key.size() == seal_key_bytes, "a sealing key has 32 bytes");
  CHECK(with.associated.size() <= seal_bytes_max, "associated bytes beyond their limit");
  CipherContext context(EVP_CIPHER_CTX_new());
  const std::uint8_t* key = with.key.view().data();
  must(context != nullptr, "memory for a cipher");
  must(EVP_CipherInit_ex2(context.get(), algorithm(), key, with.nonce.data(), direction, nullptr) == 1,
       "beginning a cipher");
  int used = 0;
  const auto pass = [&](std::uint8_t* out, BytesView in) {
    if (in.empty()) return;
    must(EVP_CipherUpdate(context.get(), out, &used, in.data(), static_cast<int>(in.size())) == 1,
         "running a cipher");
  };
  pass(nullptr, with.associated);
  pass(to.data(), from);
  return context;
}

// Whether the tag fits. Where it does not, what was decrypted is wiped.
bool open_into(const SealWith& with, BytesView sealed, std::span<std::uint8_t> plain) {
  const ErrorMark mark;
  const CipherContext context = run(opening, with, sealed.first(plain.size()), plain);
  ByteArray<seal_tag_bytes> tag = *take_exactly<seal_tag_bytes>(sealed.subspan(plain.size()));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()) ==
           1,
       "setting a tag");
  std::uint8_t nothing = 0;
  int used = 0;
  const bool fits = EVP_CipherFinal_ex(context.get(), &nothing, &used) == 1;
  if (!fits) wipe(plain);
  return fits;
}

template <class Plain>
Result<Plain> open_as(const SealWith& with, BytesView sealed) {
  if (sealed.size() < seal_tag_bytes) return Fault(Fault::truncated, "sealed bytes shorter than their tag");
  if (sealed.size() > seal_bytes_max + seal_tag_bytes)
    return Fault(Fault::too_large, "sealed bytes beyond their limit");
  Plain plain(sealed.size() - seal_tag_bytes);
  bool fits = false;
  if constexpr (std::is_same_v<Plain, Secret>) fits = open_into(with, sealed, plain.writable());
  else fits = open_into(with, sealed, plain);
  if (!fits) return Fault::bad_seal;
  return plain;
}

}  // namespace

Bytes seal(const SealWith& with, BytesView plain) {
  CHECK(plain.size() <= seal_bytes_max, "more than is sealed in one piece");
  Bytes sealed(plain.size() + seal_tag_bytes);
  const CipherContext context = run(sealing, with, plain, std::span(sealed).first(plain.size()));
  std::uint8_t nothing = 0;
  int used = 0;
  must(EVP_CipherFinal_ex(context.get(), &nothing, &used) == 1, "finishing a cipher");
  std::uint8_t* tag = sealed.data() + plain.size();
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, seal_tag_bytes, tag) == 1, "reading a tag");
  return sealed;
}

Result<Bytes> unseal(const SealWith& with, BytesView sealed) { return open_as<Bytes>(with, sealed); }
Result<Secret> unseal_secret(const SealWith& with, BytesView sealed) { return open_as<Secret>(with, sealed); }

}  // namespace caseload
