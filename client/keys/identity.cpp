#include "client/keys/identity.h"

#include <algorithm>

#include "common/base/durable_file.h"
#include "common/codec/codec.h"
#include "common/crypto/derive.h"
#include "common/crypto/hash.h"
#include "common/crypto/seal.h"

namespace caseload::client {
namespace {

constexpr std::string_view magic = "identity";
constexpr std::uint32_t format = 1;
constexpr std::size_t seed_bytes = 32;
constexpr std::size_t digest_bytes = 32;
// two seeds, a nonce, a tag
constexpr std::size_t file_bytes_max = certificate_bytes_max + identity_office_bytes_max + 1024;

struct SealedIdentity {
  Nonce nonce{};
  Bytes sealed;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(nonce, sealed);
  }
};

// What is no secret of its own.
struct Known {
  Bytes certificate;
  Bytes office;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(certificate, office);
  }
};

Secret sealing_key(const Secret& database_key) {
  return hkdf({.key = database_key.view(), .salt = {}, .info = as_bytes("caseload/identity/1")}, seal_key_bytes);
}

Result<SealedIdentity> read_fields(BytesView bytes) {
  return read_all(bytes, {}, [](Reader& reader) {
    std::uint32_t written_as = 0;
    SealedIdentity read;
    if (as_text(reader.raw(magic.size())) != magic) throw ReadStop(Fault::damaged);
    reader(written_as);
    if (written_as > format) throw ReadStop(Fault(Fault::newer_format, "the identity is of a newer program"));
    reader(read);
    if (written_as != format) throw ReadStop(Fault::damaged);
    return read;
  });
}

Result<SealedIdentity> decode_file(BytesView file) {
  const Fault damaged(Fault::damaged, "the identity of this device");
  if (file.size() < digest_bytes) return damaged;
  const BytesView fields = file.first(file.size() - digest_bytes);
  if (!equal_in_constant_time(sha256(fields), file.last(digest_bytes))) return damaged;
  Result<SealedIdentity> read = read_fields(fields);
  if (!read && read.fault() != Fault::newer_format) return damaged;
  return read;
}

}  // namespace

SealingKey sealing_key_of(const Identity& identity) {
  const Secret seed = identity.signing.seed();
  Result<SealingKey> key = SealingKey::from_bytes(
      hkdf({.key = seed.view(), .salt = {}, .info = as_bytes("caseload/device_sealing/1")}, seed_bytes));
  CHECK(key.ok(), "32 bytes are a key");
  return std::move(*key);
}

// The plain bytes: both seeds, then what is no secret. The seeds are in no container that would not wipe them.
void save_identity(const std::string& path, const Identity& identity, const Secret& database_key, Random& random) {
  CHECK(identity.certificate.size() <= certificate_bytes_max, "a certificate within its limit");
  CHECK(identity.office.size() <= identity_office_bytes_max, "an office within its limit");
  const Bytes known = encode(Known{identity.certificate, identity.office});
  Secret plain(2 * seed_bytes + known.size());
  auto end = plain.writable().begin();
  for (const Secret& seed : {identity.signing.seed(), identity.tls.seed()}) {
    end = std::copy(seed.view().begin(), seed.view().end(), end);
  }
  std::copy(known.begin(), known.end(), end);

  SealedIdentity sealed{.nonce = random.bytes<12>(), .sealed = {}};
  const Secret key = sealing_key(database_key);
  sealed.sealed = seal({.key = key, .nonce = sealed.nonce, .associated = as_bytes(magic)}, plain.view());
  Bytes file;
  Writer writer(file);
  writer.raw(as_bytes(magic));
  writer(format, sealed);
  append(file, sha256(file));
  replace_file(path, file);
}

Result<Identity> load_identity(const std::string& path, const Secret& database_key) {
  const Result<Bytes> file = read_file(path, file_bytes_max);
  if (!file && file.fault() == Fault::absent) return Fault(Fault::absent, "this device has no identity yet");
  if (!file) return Fault(Fault::damaged, "the identity of this device");
  const Result<SealedIdentity> sealed = decode_file(*file);
  if (!sealed) return sealed.fault();
  const Result<Secret> plain = unseal_secret(
      {.key = sealing_key(database_key), .nonce = sealed->nonce, .associated = as_bytes(magic)}, sealed->sealed);
  if (!plain) return Fault(Fault::wrong_key, "the identity of this device");
  if (plain->size() < 2 * seed_bytes) return Fault(Fault::damaged, "the identity of this device");
  Result<SigningKey> signing = SigningKey::from_seed(Secret::copy_of(plain->view().first(seed_bytes)));
  Result<SigningKey> tls = SigningKey::from_seed(Secret::copy_of(plain->view().subspan(seed_bytes, seed_bytes)));
  Result<Known> known = decode<Known>(plain->view().subspan(2 * seed_bytes));
  if (!signing || !tls || !known) return Fault(Fault::damaged, "the identity of this device");
  return Identity{std::move(*signing), std::move(*tls), std::move(known->certificate), std::move(known->office)};
}

}  // namespace caseload::client
