#pragma once

#include "common/base/secret.h"

namespace caseload {

using Nonce = ByteArray<12>;
inline constexpr std::size_t seal_key_bytes = 32;
inline constexpr std::size_t seal_tag_bytes = 16;
inline constexpr std::size_t seal_bytes_max = 1ULL
                                              << 30;  // OpenSSL counts in int; what is larger goes in pieces

// Authenticated encryption under a key that both sides already have: AES-256-GCM.
//
// Shape    sealed = encrypted bytes, as many as the plain ones, then a tag of 16 bytes.
// Promise  unseal() gives the plain bytes only if key, nonce, associated and every bit of sealed are those of
//          seal(). A failed unseal() leaves nothing of the plain bytes behind.
// Errors   unseal(): truncated (shorter than a tag), too_large, bad_seal.
// Attacker learns the length; learns everything if a nonce is used twice under one key.
// Requires a key of 32 bytes; a nonce never used before with this key; at most seal_bytes_max plain bytes.
// Source   NIST SP 800-38D.
struct SealWith {
  const Secret& key;
  const Nonce& nonce;
  BytesView associated = {};  // not encrypted, but sealed in: where and what this is
};
Bytes seal(const SealWith& with, BytesView plain);
Result<Bytes> unseal(const SealWith& with, BytesView sealed);
Result<Secret> unseal_secret(const SealWith& with, BytesView sealed);  // for keys that travel wrapped

}  // namespace caseload
