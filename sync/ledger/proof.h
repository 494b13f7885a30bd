#pragma once

#include "sync/ledger/merkle.h"

namespace caseload::sync {

// Proofs about a tree whose size and root the reader already trusts.
//
// Shape    digests in one fixed order, and nothing else: sizes and indexes say where each belongs. Inclusion
//          and consistency proofs are those of RFC 6962, in its order; a multi-proof has the roots of all
//          largest subtrees without a proved leaf, from left to right.
// Promise  a proof has exactly the digests it needs. For each claim one proof holds, and no other.
// Errors   verify_…(): bad_proof for a digest too many, too few or other, an index outside the tree, and
//          indexes that are none, unsorted or repeated. Work is at most 64 hashes a leaf, whatever is sent.
// Attacker who chooses proof and leaves cannot prove what the root does not hold, short of a SHA-256 collision.
// Source   RFC 6962, section 2.1.
using Proof = std::vector<Digest>;

struct ProvedLeaf {
  std::uint64_t index = 0;
  Digest leaf{};
};

// Requires index < size.
Proof inclusion_proof(const NodeReader& nodes, std::uint64_t size, std::uint64_t index);
Result<void> verify_inclusion(const TreeRoot& tree, const ProvedLeaf& leaf, std::span<const Digest> proof);

// That the newer tree begins with all leaves of the older one. Every tree begins with the empty one, and with
// itself: those proofs are empty. Requires older <= newer.
Proof consistency_proof(const NodeReader& nodes, std::uint64_t older, std::uint64_t newer);
Result<void> verify_consistency(const TreeRoot& older, const TreeRoot& newer, std::span<const Digest> proof);

// Several leaves at once: a run of neighbours costs a few digests, all leaves of a tree none.
// Requires indexes ascending, each once, at least one, all < size.
Proof multi_proof(const NodeReader& nodes, std::uint64_t size, std::span<const std::uint64_t> indexes);
Result<void> verify_multi_proof(const TreeRoot& tree, std::span<const ProvedLeaf> leaves,
                                std::span<const Digest> proof);

}  // namespace caseload::sync
