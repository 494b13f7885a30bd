#pragma once

#include <optional>

#include "client/keys/tries.h"
#include "common/codec/codec.h"
#include "common/crypto/hpke.h"

namespace caseload::client {

inline constexpr std::size_t key_file_bytes_max = 4096;     // ours have some 400
inline constexpr std::uint32_t key_cost_log2_n = 17;        // scrypt's N; r = 8, p = 1
inline constexpr std::uint32_t key_cost_log2_n_max = 18;    // 256 MiB: what scrypt() takes, and a small laptop has
inline constexpr std::uint32_t key_cost_log2_n_tests = 10;  // the least: for tests that open thousands of files

// A database key as it lies in the key file.
struct WrappedKey {
  ByteArray<16> check{};   // tells whether a key is this one, and that the recovery key was ours
  Nonce nonce{};
  ByteArray<48> sealed{};  // the key and a tag, under the key-encryption key

  template <class Archive>
  void serialize(Archive& archive) {
    archive(check, nonce, sealed);
  }
};

// KeyRecord: what the key file says.
//
// Shape    magic "caseload", format 1, the fields below in canonical bytes; then HMAC-SHA-256 of all before
//          it, under a key from the device secret; then SHA-256 of all before it. Magic, format and the
//          digest at the end stay where they are in every later format.
// Promise  the digest tells damage; the HMAC tells a file of another device, or a forged one. People mend the
//          two in different ways, and no passphrase need be asked for to tell them apart.
// Errors   decode_record(): damaged · newer_format · device_factor: whole, but not under this device secret.
// Attacker with this file alone can try no passphrase. Who has the device secret too can set the count of
//          tries back: it slows people at the keyboard, not machines.
struct KeyRecord {
  std::uint64_t generation = 0;            // rises with every write
  std::uint32_t log2_n = key_cost_log2_n;  // the cost of a try
  ByteArray<32> salt{};
  SealingPublicKey recovery_key{};  // the organisation's; its private half is offline
  Bytes recovery;                   // the key, and the former one if there is one, sealed to it
  WrappedKey key;                   // of the database, or of what it becomes
  std::optional<WrappedKey> former;  // while the database is brought under another key
  std::uint32_t failed_tries = 0;    // since the last success: for the wait
  std::uint32_t unaudited_tries = 0;  // not yet in the audit
  std::int64_t tried_wall_ms = 0;
  std::int64_t tried_steady_ms = 0;

  TryMoment tried() const { return {from_milliseconds(tried_wall_ms), Duration(tried_steady_ms)}; }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(generation, log2_n, salt, recovery_key, recovery, key, former, failed_tries, unaudited_tries, tried_wall_ms,
            tried_steady_ms);
  }
};

Bytes encode_record(const KeyRecord& record, const Secret& device_secret);

// Without a device secret the HMAC is not looked at: for recovery, which trusts nothing but `check`.
Result<KeyRecord> decode_record(BytesView file, const Secret* device_secret);

}  // namespace caseload::client
