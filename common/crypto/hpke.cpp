#include "common/crypto/hpke.h"

#include <algorithm>
#include <limits>

#include "common/crypto/derive.h"
#include "common/crypto/openssl_handle.h"

// The names in quotation marks are RFC 9180's labels; section numbers are its own.
namespace caseload {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::string_view version = "HPKE-v1";
constexpr std::string_view kem_suite{"KEM\x00\x20", 5};                     // DHKEM(X25519, HKDF-SHA256)
constexpr std::string_view hpke_suite{"HPKE\x00\x20\x00\x01\x00\x02", 10};  // and HKDF-SHA256, AES-256-GCM
constexpr std::uint8_t base_mode = 0;

struct Labelled {
  std::string_view suite;
  std::string_view label;
};

// Section 4. What is put together may hold a secret, so it is put together in one.
Secret join(std::initializer_list<BytesView> parts) {
  std::size_t size = 0;
  for (const BytesView part : parts) size += part.size();
  Secret joined(size);
  auto at = joined.writable().begin();
  for (const BytesView part : parts) at = std::copy(part.begin(), part.end(), at);
  return joined;
}

Secret extract(const Labelled& name, BytesView salt, BytesView key) {
  const Secret input = join({as_bytes(version), as_bytes(name.suite), as_bytes(name.label), key});
  return hkdf_extract({.key = input.view(), .salt = salt, .info = {}});
}

Secret expand(const Labelled& name, const Secret& key, BytesView info, std::uint16_t size) {
  Bytes input;
  append_u16(input, size);
  for (const std::string_view part : {version, name.suite, name.label}) append(input, as_bytes(part));
  append(input, info);
  return hkdf_expand({.key = key.view(), .salt = {}, .info = input}, size);
}

// Section 4.1. Both sides come to the same secret, bound to both public keys.
Secret shared_secret(const Secret& agreed, const Encapsulated& encapsulated,
                     const SealingPublicKey& recipient) {
  Bytes context;
  append(context, encapsulated);
  append(context, recipient);
  const Secret extracted = extract({kem_suite, "eae_prk"}, {}, agreed.view());
  return expand({kem_suite, "shared_secret"}, extracted, context, key_bytes);
}

}  // namespace

SealingKey::SealingKey(const Secret& bytes)
    : key_(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, bytes.view().data(), bytes.size())) {
  std::size_t size = public_key_.size();
  must(key_ != nullptr, "making a sealing key");
  must(EVP_PKEY_get_raw_public_key(key_.get(), public_key_.data(), &size) == 1, "reading a public key");
}

SealingKey SealingKey::generate(Random& random) {
  Secret bytes(key_bytes);
  random.fill(bytes.writable());
  return SealingKey(bytes);
}

Result<SealingKey> SealingKey::from_bytes(const Secret& bytes) {
  if (bytes.size() != key_bytes) return Fault(Fault::bad_key, "a sealing key has 32 bytes");
  return SealingKey(bytes);
}

Secret SealingKey::bytes() const {
  Secret bytes(key_bytes);
  std::size_t size = bytes.size();
  must(EVP_PKEY_get_raw_private_key(key_.get(), bytes.writable().data(), &size) == 1,
       "reading a private key");
  return bytes;
}

Result<Secret> SealingKey::agree(const SealingPublicKey& peer) const {
  const ErrorMark mark;
  const KeyHandle other(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, peer.data(), peer.size()));
  const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  must(other != nullptr && context != nullptr, "memory for a key agreement");
  must(EVP_PKEY_derive_init(context.get()) == 1, "beginning a key agreement");
  must(EVP_PKEY_derive_set_peer(context.get(), other.get()) == 1, "setting the peer of a key agreement");
  Secret agreed(key_bytes);
  std::size_t size = agreed.size();
  if (EVP_PKEY_derive(context.get(), agreed.writable().data(), &size) != 1 ||
      agreed.equals(Secret(key_bytes))) {
    return Fault(Fault::bad_key, "a public key of small order");
  }
  return agreed;
}

// Section 5.1, without a pre-shared key.
HpkeSchedule::HpkeSchedule(const Secret& shared, BytesView info) {
  const Secret no_id = extract({hpke_suite, "psk_id_hash"}, {}, {});
  const Secret about = extract({hpke_suite, "info_hash"}, {}, info);
  const Secret context = join({BytesView(&base_mode, 1), no_id.view(), about.view()});
  const Secret secret = extract({hpke_suite, "secret"}, shared.view(), {});
  key_ = expand({hpke_suite, "key"}, secret, context.view(), seal_key_bytes);
  const Secret base = expand({hpke_suite, "base_nonce"}, secret, context.view(), sizeof(Nonce));
  std::copy(base.view().begin(), base.view().end(), base_nonce_.begin());
}

// Section 5.2: the number of the piece, most significant byte first, over the end of the nonce.
Nonce HpkeSchedule::nonce() const {
  CHECK(sequence_ < std::numeric_limits<std::uint64_t>::max(), "no nonce is used twice");
  Nonce nonce = base_nonce_;
  for (std::size_t i = 0; i < 8; ++i)
    nonce[nonce.size() - 1 - i] ^= static_cast<std::uint8_t>(sequence_ >> (8 * i));
  return nonce;
}

Bytes HpkeSchedule::seal(const Piece& plain) {
  Bytes sealed = caseload::seal({key_, nonce(), plain.associated}, plain.bytes);
  ++sequence_;
  return sealed;
}

Result<Bytes> HpkeSchedule::open(const Piece& sealed) {
  Result<Bytes> plain = unseal({key_, nonce(), sealed.associated}, sealed.bytes);
  if (plain) ++sequence_;
  return plain;
}

HpkeSender::HpkeSender(const Encapsulated& encapsulated, HpkeSchedule schedule)
    : encapsulated_(encapsulated), schedule_(std::move(schedule)) {}

Result<HpkeSender> HpkeSender::to(const SealingPublicKey& recipient, BytesView info, Random& random) {
  const SealingKey once = SealingKey::generate(random);
  const Result<Secret> agreed = once.agree(recipient);
  if (!agreed) return agreed.fault();
  const Secret shared = shared_secret(*agreed, once.public_key(), recipient);
  return HpkeSender(once.public_key(), HpkeSchedule(shared, info));
}

HpkeRecipient::HpkeRecipient(HpkeSchedule schedule) : schedule_(std::move(schedule)) {}

Result<HpkeRecipient> HpkeRecipient::from(const Encapsulated& encapsulated, BytesView info,
                                          const SealingKey& key) {
  const Result<Secret> agreed = key.agree(encapsulated);
  if (!agreed) return agreed.fault();
  const Secret shared = shared_secret(*agreed, encapsulated, key.public_key());
  return HpkeRecipient(HpkeSchedule(shared, info));
}

Result<Bytes> seal_to(const SealingPublicKey& recipient, const HpkeAbout& about, BytesView plain,
                      Random& random) {
  Result<HpkeSender> sender = HpkeSender::to(recipient, about.info, random);
  if (!sender) return sender.fault();
  Bytes sealed = to_bytes(sender->encapsulated());
  append(sealed, sender->seal({plain, about.associated}));
  return sealed;
}

Result<Bytes> unseal_from(const SealingKey& key, const HpkeAbout& about, BytesView sealed) {
  Encapsulated encapsulated;
  if (sealed.size() < encapsulated.size() + seal_tag_bytes)
    return Fault(Fault::truncated, "sealed bytes without their key");
  std::copy_n(sealed.begin(), encapsulated.size(), encapsulated.begin());
  Result<HpkeRecipient> recipient = HpkeRecipient::from(encapsulated, about.info, key);
  if (!recipient) return recipient.fault();
  return recipient->open({sealed.subspan(encapsulated.size()), about.associated});
}

}  // namespace caseload
