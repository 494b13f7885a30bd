#include "client/keys/key_file.h"

#include <algorithm>
#include <limits>

#include "common/crypto/derive.h"

namespace caseload::client {
namespace {

constexpr std::size_t key_bytes = 32;

Secret join(const Secret& first, const Secret& second) {
  Secret joined(first.size() + second.size());
  const auto rest = std::copy(first.view().begin(), first.view().end(), joined.writable().begin());
  std::copy(second.view().begin(), second.view().end(), rest);
  return joined;
}

Secret random_key(Random& random) {
  Secret key(key_bytes);
  random.fill(key.writable());
  return key;
}

// What tells a key from others without telling anything of it. The recovery key is in it, so that at a
// recovery, when nothing else of the file can be trusted, nobody has put his own in its place.
ByteArray<16> check_of(const Secret& key, const SealingPublicKey& recovery_key) {
  Bytes info = to_bytes(as_bytes("caseload/key-check/1"));
  append(info, recovery_key);
  return *take_exactly<16>(hkdf({.key = key.view(), .salt = {}, .info = info}, 16).view());
}

// The key-encryption key. Faults: those of scrypt, which a cost within our own limits does not meet.
Result<Secret> wrapping_key(const KeyRecord& record, const Passphrase& passphrase, const Secret& device_secret) {
  const Result<Secret> stretched = scrypt(passphrase.bytes(), record.salt, {.log2_n = record.log2_n, .r = 8, .p = 1});
  if (!stretched) return stretched.fault();
  const Secret both = join(*stretched, device_secret);
  return hkdf({.key = both.view(), .salt = record.salt, .info = as_bytes("caseload/key-encryption/1")}, key_bytes);
}

// What a wrapped key is sealed together with: how its key-encryption key was made.
Bytes associated(const KeyRecord& record) {
  Bytes bytes = to_bytes(as_bytes("caseload/wrapped-key/1"));
  append_u32(bytes, record.log2_n);
  append(bytes, record.salt);
  return bytes;
}

// One key-encryption key wraps two keys at most, each under a nonce of its own by chance.
void seal_into(WrappedKey& wrapped, const KeyRecord& record, const Secret& wrapping, const Secret& key) {
  const Bytes sealed = seal({.key = wrapping, .nonce = wrapped.nonce, .associated = associated(record)}, key.view());
  wrapped.sealed = *take_exactly<48>(sealed);
  wrapped.check = check_of(key, record.recovery_key);
}

bool is_key(const Secret& key, const WrappedKey& wrapped, const SealingPublicKey& recovery_key) {
  return key.size() == key_bytes && equal_in_constant_time(check_of(key, recovery_key), wrapped.check);
}

void count(std::uint32_t& number) {
  if (number < std::numeric_limits<std::uint32_t>::max()) ++number;
}

}  // namespace

KeyFile::KeyFile(const KeySetting& setting, LockFile lock, KeyRecord record)
    : setting_(setting), lock_(std::move(lock)), record_(std::move(record)) {}

Result<LockFile> KeyFile::take_lock(const KeySetting& setting) {
  CHECK(setting.log2_n >= key_cost_log2_n_tests && setting.log2_n <= key_cost_log2_n_max, "a cost within its limits");
  return LockFile::take(setting.folder + "/keys-lock");
}

Result<Unlocked> KeyFile::create(const KeySetting& setting, const Passphrase& passphrase,
                                 const SealingPublicKey& recovery_key) {
  Result<LockFile> lock = take_lock(setting);
  if (!lock) return lock.fault();
  if (copies_exist(setting.folder)) return Fault(Fault::already_there, "this profile has its keys");
  KeyFile file(setting, std::move(*lock), KeyRecord{});
  Unlocked made{.key = random_key(setting.random)};
  if (Result<void> sealed = file.seal_recovery(made, recovery_key); !sealed) return sealed.fault();
  if (Result<void> wrapped = file.wrap(made, passphrase); !wrapped) return wrapped.fault();
  file.keep();
  return made;
}

Result<KeyFile> KeyFile::open(const KeySetting& setting) {
  Result<LockFile> lock = take_lock(setting);
  if (!lock) return lock.fault();
  Result<KeyRecord> record = load_copies(setting.folder, setting.device_secret);
  if (!record) return record.fault();
  if (record->log2_n < setting.log2_n_min) return Fault(Fault::bad_value, "the key file asks for too cheap a key");
  return KeyFile(setting, std::move(*lock), std::move(*record));
}

void KeyFile::keep() {
  ++record_.generation;
  store_copies(setting_.folder, record_, setting_.device_secret);
}

Duration KeyFile::wait() const { return wait_left(record_.failed_tries, record_.tried(), now()); }

Result<void> KeyFile::count_try() {
  const TryMoment moment = now();
  const Duration left = wait();
  const bool tells = left > Duration(0) && !knows_nothing_of(record_.tried(), moment);
  if (!tells) {
    record_.tried_wall_ms = to_milliseconds(moment.wall);
    record_.tried_steady_ms = moment.steady.count();
  }
  if (left > Duration(0)) {
    if (!tells) keep();
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
    return Fault(Fault::try_later, "in " + std::to_string(seconds) + " s");
  }
  count(record_.failed_tries);
  count(record_.unaudited_tries);
  keep();
  return {};
}

Result<Secret> KeyFile::open_wrapped(const WrappedKey& wrapped, const Secret& wrapping) const {
  const Bytes header = associated(record_);
  Result<Secret> key = unseal_secret({.key = wrapping, .nonce = wrapped.nonce, .associated = header}, wrapped.sealed);
  if (!key) return Fault(Fault::wrong_passphrase);
  return key;
}

Result<Unlocked> KeyFile::unlock(const Passphrase& passphrase) {
  if (Result<void> counted = count_try(); !counted) return counted.fault();
  const Result<Secret> wrapping = wrapping_key(record_, passphrase, setting_.device_secret);
  if (!wrapping) return wrapping.fault();
  Result<Secret> key = open_wrapped(record_.key, *wrapping);
  if (!key) return key.fault();
  Unlocked unlocked{.key = std::move(*key)};
  if (record_.former) {
    Result<Secret> former = open_wrapped(*record_.former, *wrapping);
    if (!former) return former.fault();
    unlocked.former = std::move(*former);
  }
  record_.failed_tries = 0;
  --record_.unaudited_tries;
  unlocked.failed_tries = record_.unaudited_tries;
  keep();
  return unlocked;
}

void KeyFile::audited() {
  if (record_.unaudited_tries == 0) return;
  record_.unaudited_tries = 0;
  keep();
}

Result<void> KeyFile::require_keys(const Unlocked& held) const {
  const bool key_fits = is_key(held.key, record_.key, record_.recovery_key);
  const bool former_fits =
      record_.former ? is_key(held.former, *record_.former, record_.recovery_key) : held.former.empty();
  if (key_fits && former_fits) return {};
  return Fault(Fault::wrong_key, "not the keys of this key file");
}

// Everything anew: salt, nonces, and with them the key-encryption key.
Result<void> KeyFile::wrap(const Unlocked& held, const Passphrase& passphrase) {
  record_.log2_n = setting_.log2_n;
  record_.salt = setting_.random.bytes<32>();
  const Result<Secret> wrapping = wrapping_key(record_, passphrase, setting_.device_secret);
  if (!wrapping) return wrapping.fault();
  record_.key.nonce = setting_.random.bytes<12>();
  seal_into(record_.key, record_, *wrapping, held.key);
  record_.former.reset();
  if (held.former.empty()) return {};
  record_.former.emplace().nonce = setting_.random.bytes<12>();
  seal_into(*record_.former, record_, *wrapping, held.former);
  return {};
}

Result<void> KeyFile::seal_recovery(const Unlocked& held, const SealingPublicKey& recovery_key) {
  const Secret keys = join(held.key, held.former);
  Result<Bytes> sealed = seal_to(recovery_key, {.info = as_bytes(recovery_label)}, keys.view(), setting_.random);
  if (!sealed) return sealed.fault();
  record_.recovery = std::move(*sealed);
  record_.recovery_key = recovery_key;
  record_.key.check = check_of(held.key, recovery_key);
  if (record_.former) record_.former->check = check_of(held.former, recovery_key);
  return {};
}

Result<void> KeyFile::change_passphrase(const Unlocked& held, const Passphrase& passphrase) {
  if (Result<void> ours = require_keys(held); !ours) return ours;
  if (Result<void> wrapped = wrap(held, passphrase); !wrapped) return wrapped;
  keep();
  return {};
}

Result<void> KeyFile::change_recovery_key(const Unlocked& held, const SealingPublicKey& recovery_key) {
  if (Result<void> ours = require_keys(held); !ours) return ours;
  if (Result<void> sealed = seal_recovery(held, recovery_key); !sealed) return sealed;
  keep();
  return {};
}

Result<Unlocked> KeyFile::begin_rekey(const Unlocked& held, const Passphrase& passphrase) {
  if (Result<void> ours = require_keys(held); !ours) return ours.fault();
  if (record_.former) return Fault(Fault::in_use, "another change of the database key is not finished");
  Unlocked both{.key = random_key(setting_.random), .former = held.key.clone()};
  if (Result<void> wrapped = wrap(both, passphrase); !wrapped) return wrapped.fault();
  if (Result<void> sealed = seal_recovery(both, record_.recovery_key); !sealed) return sealed.fault();
  keep();
  return both;
}

Result<void> KeyFile::finish_rekey(const Unlocked& held) {
  if (Result<void> ours = require_keys(held); !ours) return ours;
  if (!record_.former) return {};
  record_.former.reset();
  if (Result<void> sealed = seal_recovery({.key = held.key.clone()}, record_.recovery_key); !sealed) return sealed;
  keep();
  return {};
}

void KeyFile::leave_recovery_only() {
  record_.salt = setting_.random.bytes<32>();
  for (WrappedKey* wrapped : {&record_.key, record_.former ? &*record_.former : nullptr}) {
    if (wrapped == nullptr) continue;
    wrapped->nonce = setting_.random.bytes<12>();
    wrapped->sealed = setting_.random.bytes<48>();
  }
  keep();
}

Result<Bytes> KeyFile::recovery_request(const std::string& folder) {
  const Result<KeyRecord> record = load_for_recovery(folder);
  if (!record) return record.fault();
  return record->recovery;
}

Result<Unlocked> KeyFile::recover(const KeySetting& setting, const Secret& answer, const Passphrase& passphrase) {
  Result<LockFile> lock = take_lock(setting);
  if (!lock) return lock.fault();
  Result<KeyRecord> record = load_for_recovery(setting.folder);
  if (!record) return record.fault();
  KeyFile file(setting, std::move(*lock), std::move(*record));
  if (answer.size() < key_bytes) return Fault(Fault::wrong_key, "not an answer to this profile's request");
  Unlocked held{.key = Secret::copy_of(answer.view().first(key_bytes)),
                .former = Secret::copy_of(answer.view().subspan(key_bytes)),
                .failed_tries = file.record_.unaudited_tries};
  if (Result<void> ours = file.require_keys(held); !ours) return ours.fault();
  if (Result<void> wrapped = file.wrap(held, passphrase); !wrapped) return wrapped.fault();
  file.record_.failed_tries = 0;
  file.keep();
  return held;
}

}  // namespace caseload::client
