#pragma once

#include "common/base/random.h"
#include "common/crypto/openssl_forward.h"
#include "common/crypto/seal.h"

namespace caseload {

using SealingPublicKey = ByteArray<32>;  // an X25519 point, as published: anybody may seal to it
using Encapsulated = ByteArray<32>;      // a sender's one-time public key, sent ahead of what it seals

// SealingKey: the X25519 private key that opens what was sealed to its public key.
//
// Errors   from_bytes(): bad_key for another length than 32. agree(): bad_key for a peer of small order
//          (all-zero among them), with whom every key would agree on the same nothing.
// Attacker as for SigningKey.
// Threads  movable, one owner; agree() from any.
// Source   RFC 7748.
class SealingKey {
 public:
  static SealingKey generate(Random& random);
  static Result<SealingKey> from_bytes(const Secret& bytes);

  const SealingPublicKey& public_key() const { return public_key_; }
  Secret bytes() const;
  Result<Secret> agree(const SealingPublicKey& peer) const;  // not yet a key: for hkdf only

 private:
  explicit SealingKey(const Secret& bytes);

  KeyHandle key_;
  SealingPublicKey public_key_{};
};

// One piece of what a sender seals: its bytes, and what is sealed in with them without being encrypted.
struct Piece {
  BytesView bytes;
  BytesView associated = {};
};

// What sender and recipient have in common: the key, and the number of the next piece. Reached through the
// two below.
class HpkeSchedule {
 public:
  // `shared` is what the key agreement gave; `info` says what this is about and must be the same on both
  // sides.
  HpkeSchedule(const Secret& shared, BytesView info);
  Bytes seal(const Piece& plain);
  Result<Bytes> open(const Piece& sealed);

 private:
  Nonce nonce() const;

  Secret key_;
  Nonce base_nonce_{};
  std::uint64_t sequence_ = 0;
};

// HpkeSender, HpkeRecipient: sealing to somebody who is not there to answer, in pieces that keep their order.
//
// Shape    suite fixed: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, base mode. Each piece grows by
//          16 bytes.
// Promise  the recipient opens the pieces one by one, as sealed, in order; one dropped, repeated, swapped or
//          altered in a single bit is refused and leaves the recipient where it was. Nothing says which piece
//          is the last, and nothing says who sealed: both belong inside.
// Errors   to(), from(): bad_key for a public key of small order. open(): truncated, too_large, bad_seal. A
//          piece sealed to somebody else is bad_seal too: the two cannot be told apart.
// Attacker who later takes the sender's machine opens nothing; who takes the recipient's key opens everything
//          sealed to it.
// Threads  one owner.
// Source   RFC 9180.
class HpkeSender {
 public:
  static Result<HpkeSender> to(const SealingPublicKey& recipient, BytesView info, Random& random);
  const Encapsulated& encapsulated() const { return encapsulated_; }
  Bytes seal(const Piece& plain) { return schedule_.seal(plain); }

 private:
  HpkeSender(const Encapsulated& encapsulated, HpkeSchedule schedule);

  Encapsulated encapsulated_;
  HpkeSchedule schedule_;
};

// HpkeRecipient: the other end; what HpkeSender promises above holds for both.
class HpkeRecipient {
 public:
  static Result<HpkeRecipient> from(const Encapsulated& encapsulated, BytesView info, const SealingKey& key);
  Result<Bytes> open(const Piece& sealed) { return schedule_.open(sealed); }

 private:
  explicit HpkeRecipient(HpkeSchedule schedule);

  HpkeSchedule schedule_;
};

// The same for a single piece: the encapsulated key and the sealed bytes together, 48 bytes more than the
// plain ones.
struct HpkeAbout {
  BytesView info;
  BytesView associated = {};
};
Result<Bytes> seal_to(const SealingPublicKey& recipient, const HpkeAbout& about, BytesView plain,
                      Random& random);
Result<Bytes> unseal_from(const SealingKey& key, const HpkeAbout& about, BytesView sealed);

}  // namespace caseload
