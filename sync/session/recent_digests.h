#pragma once

#include <vector>

#include "common/codec/codec.h"
#include "sync/ledger/proof.h"

namespace caseload::sync {

// RecentDigests: the digests that proofs of this direction have said lately, so that none is spelled out twice.
//
// Shape    proof := how_many:varint (ago:varint digest:32?)*   ago 1: the one said last, 2: the one before it …;
//          0: none of those remembered, and it follows. Whatever is said is the last one said from then on.
// Promise  hear() of what say() wrote gives the same proof, where both began alike; and each proof has one form.
// Errors   hear(): not_canonical for a digest spelled out though it is remembered; bad_value for one that nobody
//          said; too_large for more than any message holds.
// Threads  one owner.
class RecentDigests {
 public:
  void say(const Proof& proof, Writer& to);
  Proof hear(Reader& from);

 private:
  std::size_t ago(const Digest& digest) const;  // 0 if it is not remembered
  void remember(const Digest& digest, std::size_t ago);

  std::vector<Digest> said_;  // the last one last
};

}  // namespace caseload::sync
