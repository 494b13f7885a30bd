#pragma once

#include "client/keys/key_copies.h"
#include "client/keys/passphrase.h"
#include "common/crypto/recovery.h"
#include "common/sqlite/lock_file.h"

namespace caseload::client {

// With what a key file works. What it refers to outlives it.
struct KeySetting {
  std::string folder;  // of the profile; it exists
  const Secret& device_secret;
  const Clock& clock;
  Random& random;
  std::uint32_t log2_n = key_cost_log2_n;      // what a new passphrase costs; less only in tests
  std::uint32_t log2_n_min = key_cost_log2_n;  // the least that an existing one may; a later default leaves it behind
};

// What a success gives. `former` is empty, except while the database is brought under another key: then it
// may still be under that one.
struct Unlocked {
  Secret key;
  Secret former{};
  std::uint32_t failed_tries = 0;  // before this one, not yet in the audit; a try that was cut short counts
};

// KeyFile: the database key, wrapped.
//
// Shape    passphrase -> scrypt(2^17, 8, 1) -> HKDF with the device secret -> key-encryption key ->
//          AES-256-GCM over the random 32-byte database key. The same key is sealed by HPKE to the
//          organisation's recovery key.
//
//            create / recover --> one key --begin_rekey--> key and former --finish_rekey--> one key
//
// Promise  whatever happens at whatever point, the old or the new passphrase opens, and gives the right key.
//          A try is counted on the disk before it is evaluated. A success is told its failed tries until
//          audited().
// Errors   create(): already_there; bad_key: a recovery key nobody can have. open(), recover(): absent,
//          damaged, newer_format; open(): device_factor; bad_value: a cost below the least. All three:
//          in_use: another program is at it. unlock(): try_later, with the seconds; wrong_passphrase.
//          recover(), and all that take an Unlocked: wrong_key: not the keys of this file. begin_rekey():
//          in_use: one is under way. Breakage where the disk refuses; then the object is to be dropped and
//          opened anew.
// Threads  one owner.
// Attacker with file and device secret: half a second a guess. Without the device secret: nothing. With an
//          older copy of the folder: the passphrase of that day; generation() tells the caller that it was
//          set back.
class KeyFile {
 public:
  static Result<Unlocked> create(const KeySetting& setting, const Passphrase& passphrase,
                                 const SealingPublicKey& recovery_key);
  static Result<KeyFile> open(const KeySetting& setting);

  Duration wait() const;  // before unlock() takes another try
  Result<Unlocked> unlock(const Passphrase& passphrase);
  void audited();  // the failed tries that unlock() told of are in the audit, durably

  Result<void> change_passphrase(const Unlocked& held, const Passphrase& passphrase);
  Result<void> change_recovery_key(const Unlocked& held, const SealingPublicKey& recovery_key);

  // A new database key, for when the passphrase may be known to others. From begin_rekey() on only the new
  // passphrase opens, to both keys; once the database is under the new one, finish_rekey() forgets the
  // former. rekey.h does both.
  Result<Unlocked> begin_rekey(const Unlocked& held, const Passphrase& passphrase);
  Result<void> finish_rekey(const Unlocked& held);

  // From here on only the recovery slot opens: for a device that is out of its person's hands.
  void leave_recovery_only();

  // What the organisation is sent, and what it answers: open_recovery(). With the answer, a passphrase and a
  // device secret old or new, a profile is opened again.
  static Result<Bytes> recovery_request(const std::string& folder);
  static Result<Unlocked> recover(const KeySetting& setting, const Secret& answer, const Passphrase& passphrase);

  std::uint64_t generation() const { return record_.generation; }  // rises with every write

 private:
  KeyFile(const KeySetting& setting, LockFile lock, KeyRecord record);
  static Result<LockFile> take_lock(const KeySetting& setting);

  TryMoment now() const { return {setting_.clock.now(), setting_.clock.steady()}; }
  void keep();
  Result<void> count_try();
  Result<Secret> open_wrapped(const WrappedKey& wrapped, const Secret& wrapping) const;
  Result<void> require_keys(const Unlocked& held) const;
  Result<void> wrap(const Unlocked& held, const Passphrase& passphrase);
  Result<void> seal_recovery(const Unlocked& held, const SealingPublicKey& recovery_key);

  KeySetting setting_;
  LockFile lock_;
  KeyRecord record_;
};

}  // namespace caseload::client
