#pragma once

#include "common/base/random.h"
#include "common/crypto/hash.h"
#include "common/crypto/sign.h"
#include "sync/ledger/merkle.h"
#include "sync/ledger/receipt.h"
#include "sync/ledger/statements.h"

namespace caseload::sync {

// What the tests of statements share: an office with its keys, one device, and a sound statement of each kind.
struct Samples {
  SeededRandom random{20261122};
  SigningKey ledger = SigningKey::generate(random);
  SigningKey recovery = SigningKey::generate(random);
  SigningKey device_key = SigningKey::generate(random);
  Ed25519Checker checker;
  Id log = Id::make(1, random);
  Id device = Id::make(2, random);
  Id scope = Id::make(3, random);
  WallTime noon = *parse_moment("2026-11-22T12:00:00Z");

  Expected from(const SigningKey& key) const { return {log, key.public_key(), checker}; }

  static Digest digest(std::string_view of) { return sha256(as_bytes(of)); }
  TreeHead head() const { return {log, 1, {42, digest("root")}, noon}; }
  Restore restore() const { return {log, 2, {40, digest("kept")}, noon}; }
  Completeness completeness() const {
    return {log, 1, device, 8000, 9000, digest("coverage"), digest("holdings"), 123, digest("content"), noon};
  }
  PurgeReceipt purge_receipt() const { return {log, device, 7, scope, digest("withdrawn"), 9000, noon}; }

  // Of ten changes: 0 to 4 and 9 accepted, 5 and 6 late, 7 and 8 known.
  Receipt receipt() const {
    Receipt made{log, 1, {device, 1, 3, digest("segment"), 10}, ChangeBits::first(5), 1001, noon, {}, {}, 42};
    made.accepted.add(9);
    made.late.add(5);
    made.late.add(6);
    made.known = {{7, 77}, {8, 12}};
    return made;
  }
};

}  // namespace caseload::sync
