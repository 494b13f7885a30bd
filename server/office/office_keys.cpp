#include "server/office/office_keys.h"

#include <array>
#include <sys/stat.h>

#include "common/base/durable_file.h"
#include "common/codec/codec.h"

namespace caseload::server {
namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::uint8_t keys_format = 1;
constexpr std::size_t file_bytes_max = 16384;
constexpr std::string_view recovery_head = "caseload recovery key 1\n";
constexpr std::string_view recovery_advice =
    "# Keep this file offline, in two places. It opens what devices could not hand over, and signs a restore.\n";
constexpr std::int64_t authority_seconds = 30LL * 366 * 86400;  // devices pin it; an office outlives its first machines

struct Stored {
  std::uint8_t format = keys_format;
  std::string name;
  Id log, device, administrator;
  ByteArray<key_bytes> database{}, ledger{}, signing{}, authority{}, sealing{};
  Bytes certificate;
  PublicKey recovery_key{};
  SealingPublicKey recovery_sealing_key{};

  ~Stored() {
    for (auto* key : {&database, &ledger, &signing, &authority, &sealing}) wipe(*key);
  }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(format, name, log, device, administrator, database, ledger, signing, authority, sealing, certificate,
            recovery_key, recovery_sealing_key);
  }
};

void put(ByteArray<key_bytes>& to, const Secret& from) { std::ranges::copy(from.view(), to.begin()); }
Secret take(const ByteArray<key_bytes>& from) { return Secret::copy_of(BytesView(from)); }

Result<SigningKey> signing_key(const ByteArray<key_bytes>& seed) { return SigningKey::from_seed(take(seed)); }

}  // namespace

RecoveryKey RecoveryKey::generate(Random& random) {
  return {SigningKey::generate(random), SealingKey::generate(random)};
}

Result<void> RecoveryKey::write(const std::string& path) const {
  if (file_exists(path))
    return Fault(Fault::already_there, "a file of that name; a recovery key is never written over");
  Secret both(2 * key_bytes);
  std::ranges::copy(signing.seed().view(), both.writable().begin());
  std::ranges::copy(sealing.bytes().view(), both.writable().begin() + key_bytes);
  std::string text = std::string(recovery_head) + std::string(recovery_advice) + to_base32(both.view()) + "\n";
  replace_file(path, as_bytes(text));
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return {};
}

Result<RecoveryKey> RecoveryKey::read(const std::string& path) {
  Result<Bytes> file = read_file(path, file_bytes_max);
  if (!file) return file.fault();
  std::string_view text = as_text(*file);
  if (!text.starts_with(recovery_head)) return Fault(Fault::damaged, "not a recovery key");
  text.remove_prefix(recovery_head.size());
  while (text.starts_with('#')) text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  const Result<Bytes> both = from_base32(text.substr(0, text.find('\n')));
  wipe(*file);
  if (!both || both->size() != 2 * key_bytes) return Fault(Fault::damaged, "not a recovery key");
  Result<SigningKey> signing = SigningKey::from_seed(Secret::copy_of(BytesView(*both).first(key_bytes)));
  Result<SealingKey> sealing = SealingKey::from_bytes(Secret::copy_of(BytesView(*both).subspan(key_bytes)));
  if (!signing || !sealing) return Fault(Fault::damaged, "not a recovery key");
  return RecoveryKey{std::move(*signing), std::move(*sealing)};
}

Result<OfficeKeys> OfficeKeys::generate(const std::string& name, const RecoveryKey& recovery, WallTime now,
                                        Random& random) {
  const auto new_id = [&] { return Id::make(static_cast<std::uint64_t>(to_milliseconds(now)), random); };
  Result<Authority> authority = Authority::create(SigningKey::generate(random), name,
                                                  {to_milliseconds(now) / 1000, authority_seconds}, random);
  if (!authority) return authority.fault();
  return OfficeKeys{name,
                    new_id(),
                    new_id(),
                    new_id(),
                    Secret::copy_of(BytesView(random.bytes<key_bytes>())),
                    SigningKey::generate(random),
                    SigningKey::generate(random),
                    std::move(*authority),
                    SealingKey::generate(random),
                    recovery.signing.public_key(),
                    recovery.sealing.public_key()};
}

Secret OfficeKeys::bytes() const {
  Stored stored;
  stored.name = name;
  stored.log = log;
  stored.device = device;
  stored.administrator = administrator;
  put(stored.database, database);
  put(stored.ledger, ledger.seed());
  put(stored.signing, signing.seed());
  put(stored.authority, authority.key().seed());
  put(stored.sealing, sealing.bytes());
  stored.certificate = authority.certificate();
  stored.recovery_key = recovery_key;
  stored.recovery_sealing_key = recovery_sealing_key;
  Bytes bytes = encode(stored);
  Secret made = Secret::copy_of(BytesView(bytes));
  wipe(bytes);
  return made;
}

Result<OfficeKeys> OfficeKeys::read(BytesView bytes) {
  if (!bytes.empty() && bytes.front() > keys_format) return Fault(Fault::newer_format, "keys of a newer version");
  const Result<Stored> stored = decode<Stored>(bytes);
  if (!stored) return Fault(Fault::damaged, "the office's keys");
  Result<SigningKey> ledger = signing_key(stored->ledger);
  Result<SigningKey> signing = signing_key(stored->signing);
  Result<SigningKey> authority_key = signing_key(stored->authority);
  Result<SealingKey> sealing = SealingKey::from_bytes(take(stored->sealing));
  if (!ledger || !signing || !authority_key || !sealing) return Fault(Fault::damaged, "the office's keys");
  Result<Authority> authority = Authority::load(std::move(*authority_key), stored->certificate);
  if (!authority) return Fault(Fault::damaged, "the office's authority");
  return OfficeKeys{stored->name,
                    stored->log,
                    stored->device,
                    stored->administrator,
                    take(stored->database),
                    std::move(*ledger),
                    std::move(*signing),
                    std::move(*authority),
                    std::move(*sealing),
                    stored->recovery_key,
                    stored->recovery_sealing_key};
}

Result<OfficeKeys> OfficeKeys::load(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0 && (facts.st_mode & 077) != 0)
    return Fault(Fault::exposed, "the office's keys: only their owner may read them (chmod 600)");
  Result<Bytes> file = read_file(path, file_bytes_max);
  if (!file) return file.fault();
  Result<OfficeKeys> keys = read(*file);
  wipe(*file);
  return keys;
}

void OfficeKeys::save(const std::string& path) const { replace_file(path, bytes().view()); }

}  // namespace caseload::server
