#pragma once

#include "tests/unit/sync/ledger_samples.h"

#include "tests/support/test.h"

namespace caseload::sync {

// What holds for a statement of any kind.
template <class Body>
void hold_to_its_promises(const Samples& samples, const Body& body, const SigningKey& signer) {
  CAPTURE(Body::label);
  const Expected expected = samples.from(signer);
  const Signed<Body> statement = sign(body, signer);
  CHECK(verify(statement, expected).ok());
  const Bytes wire = encode(statement);
  REQUIRE(decode<Signed<Body>>(wire).ok());
  CHECK(*decode<Signed<Body>>(wire) == statement);

  Bytes message = to_bytes(as_bytes(Body::label));
  append(message, encode(body));
  CHECK(statement.signature == signer.sign(message));

  // signed by somebody else, about another ledger, under another label
  const SigningKey& stranger = signer.public_key() == samples.ledger.public_key() ? samples.recovery : samples.ledger;
  CHECK(verify(sign(body, stranger), expected).fault() == Fault::bad_signature);
  CHECK(verify(statement, {samples.device, signer.public_key(), samples.checker}).fault() == Fault::other_log);
  for (const std::string label : {"", "caseload/tree_head/2", "caseload/segment/1"}) {
    Bytes other = to_bytes(as_bytes(label));
    append(other, encode(body));
    CHECK(verify(Signed<Body>{body, signer.sign(other)}, expected).fault() == Fault::bad_signature);
  }
  const Expected keyless{samples.log, PublicKey{}, samples.checker};
  CHECK(verify(statement, keyless).fault() == Fault::bad_key);

  // altered in any bit, or cut short: refused when it is read, or when it is verified
  for (std::size_t i = 0; i < wire.size(); ++i) {
    for (const unsigned bit : {0U, 4U, 7U}) {
      Bytes other = wire;
      other[i] ^= static_cast<std::uint8_t>(1U << bit);
      const Result<Signed<Body>> read = decode<Signed<Body>>(other);
      if (read.ok()) REQUIRE_FALSE(verify(*read, expected).ok());
      if (read.ok()) REQUIRE(encode(*read) == other);
    }
    REQUIRE_FALSE(decode<Signed<Body>>(BytesView(wire).first(i)).ok());
  }
  Bytes longer = wire;
  longer.push_back(0);
  CHECK(decode<Signed<Body>>(longer).fault() == Fault::trailing_bytes);
}

}  // namespace caseload::sync
