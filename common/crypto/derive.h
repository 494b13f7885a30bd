#pragma once

#include "common/base/secret.h"

namespace caseload {

// A strong key from a strong key: one for each purpose, told apart by `info`.
//
// Promise  keys of different info (or salt) say nothing about each other or about `key`. hkdf_extract uses
//          key and salt, hkdf_expand key and info, hkdf both in turn.
// Requires key not empty; info of at most hkdf_info_bytes_max, which is what OpenSSL 3.0 takes; size of 1 to
//          255 x 32.
// Source   RFC 5869 with SHA-256.
struct HkdfInput {
  BytesView key;
  BytesView salt;
  BytesView info;
};
inline constexpr std::size_t hkdf_info_bytes_max = 1024;

Secret hkdf(const HkdfInput& input, std::size_t size);
Secret hkdf_extract(const HkdfInput& input);
Secret hkdf_expand(const HkdfInput& input, std::size_t size);

// What one guess of a passphrase costs: 128 x r x 2^log2_n bytes of memory, and time in proportion, p times
// over. The default is half a second and 128 MiB on an ordinary laptop.
struct ScryptCost {
  std::uint32_t log2_n = 17;
  std::uint32_t r = 8;
  std::uint32_t p = 1;
};
inline constexpr std::uint64_t scrypt_memory_bytes_max = 256ULL << 20;  // must fit into a small office laptop
inline constexpr std::uint32_t scrypt_p_max = 16;  // the longest anybody waits: 16 such runs

// A key from a passphrase.
//
// Errors   bad_value: costs outside the definition of scrypt; too_large: costs beyond the two limits above.
//          The cost may therefore be read from a file that nobody has checked yet. Breakage when the memory
//          is not there.
// Attacker with the salt and a key can try passphrases, at this cost each; cannot prepare before having the
//          salt.
// Source   RFC 7914.
Result<Secret> scrypt(const Secret& passphrase, BytesView salt, const ScryptCost& cost,
                      std::size_t size = 32);

}  // namespace caseload
