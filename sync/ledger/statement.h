#pragma once

#include <string_view>

#include "common/base/id.h"
#include "common/codec/codec.h"
#include "common/crypto/sign.h"

namespace caseload::sync {

// What is signed or made a leaf of a tree: a label that says what it is, then its canonical bytes. No label
// begins with another, so the bytes of one kind of statement never pass for those of another kind.
template <class Body>
Bytes labelled(const Body& body) {
  Bytes bytes = to_bytes(as_bytes(Body::label));
  append(bytes, encode(body));
  return bytes;
}

// Signed<Body>: a statement and the signature under it.
//
// Shape    a Body has a `label`, the Id `log` of the office's ledger that it speaks of, a `serialize` that ends
//          with checked(*this), and a check() of what a sound statement must fulfil whatever the circumstances.
// Promise  one byte sequence for each statement; decoding accepts sound bodies only.
template <class Body>
struct Signed {
  Body body;
  Signature signature{};

  friend bool operator==(const Signed&, const Signed&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(body, signature);
  }
};

// Requires a sound body.
template <class Body>
Signed<Body> sign(const Body& body, const Signer& signer) {
  CHECK(body.check().ok(), "what is signed is sound");
  return {body, signer.sign(labelled(body))};
}

// Of whom a statement is expected, and about which ledger.
struct Expected {
  Id log;
  PublicKey key{};
  const SignatureChecker& checker;
};

// Errors   other_log: about another office's ledger, whoever signed it; bad_signature; bad_key.
template <class Body>
Result<void> verify(const Signed<Body>& statement, const Expected& expected) {
  const Result<void> sound = statement.body.check();
  if (!sound) return sound;
  if (statement.body.log != expected.log) return Fault::other_log;
  return expected.checker.verify(expected.key, labelled(statement.body), statement.signature);
}

}  // namespace caseload::sync
