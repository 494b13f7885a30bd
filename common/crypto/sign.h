#pragma once

#include "common/base/random.h"
#include "common/base/secret.h"
#include "common/crypto/openssl_forward.h"

namespace caseload {

using PublicKey = ByteArray<32>;  // an Ed25519 point in its one canonical form
using Signature = ByteArray<64>;

// Signer, SignatureChecker: who signs, and who checks. The engine is handed these two, so that most simulated
// worlds run with cheap stand-ins and some with the real ones below.
//
// Requires a message begins with the label of what it is ("caseload/segment/1"), so that no signature serves
//          twice.
// Errors   verify(): bad_key for a key nobody can honestly have, bad_signature for everything else that does
//          not hold.
// Threads  sign() and verify() from any.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const PublicKey& public_key() const = 0;
  virtual Signature sign(BytesView message) const = 0;
};

// SignatureChecker: as told with Signer above. Keeps nothing, so one serves everybody.
class SignatureChecker {
 public:
  virtual ~SignatureChecker() = default;
  virtual Result<void> verify(const PublicKey& key, BytesView message, const Signature& signature) const = 0;
};

// SigningKey: an Ed25519 private key.
//
// Shape    a seed of 32 bytes; from the same seed, the same key and the same signatures on every machine.
// Errors   from_seed(): bad_key for another length.
// Attacker who reads this process's memory while the key lives has the key: OpenSSL holds it in ordinary
//          memory, and wipes it at release. Afterwards nothing of it is left to find.
// Threads  movable, one owner; sign() from any.
// Source   RFC 8032.
class SigningKey : public Signer {
 public:
  static SigningKey generate(Random& random);
  static Result<SigningKey> from_seed(const Secret& seed);

  const PublicKey& public_key() const override { return public_key_; }
  Signature sign(BytesView message) const override;

  Secret seed() const;
  Secret pkcs8() const;  // the form in which TLS libraries take it (RFC 8410, DER)

  evp_pkey_st* handle() const { return key_.get(); }  // for the sources of this room

 private:
  explicit SigningKey(const Secret& seed);

  KeyHandle key_;
  PublicKey public_key_{};
};

// The real checker. Refuses what some implementations accept: S of L or more, a public key outside its
// canonical form or of small order (all-zero among them), for which one signature fits many messages.
class Ed25519Checker : public SignatureChecker {
 public:
  Result<void> verify(const PublicKey& key, BytesView message, const Signature& signature) const override;
};

// Whether somebody can honestly have this key. Faults: bad_key.
Result<void> check_public_key(const PublicKey& key);

}  // namespace caseload
