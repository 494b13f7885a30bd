#include "sync/ledger/merkle.h"

#include <set>

#include "sync/ledger/proof.h"
#include "tests/property/law.h"

#include "tests/support/test.h"

namespace caseload::sync {
namespace {

std::vector<Digest> any_leaves(std::size_t least) {
  const auto count = *rc::gen::inRange<std::size_t>(least, 300);
  const auto salt = *rc::gen::arbitrary<std::uint32_t>();
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(merkle_leaf(as_bytes(std::to_string(salt + i))));
  return leaves;
}

std::size_t one_of(std::size_t count) { return *rc::gen::inRange<std::size_t>(0, count); }

Digest other(Digest digest) {
  digest[one_of(digest.size())] ^= static_cast<std::uint8_t>(1U << one_of(8));
  return digest;
}

// A proof that somebody changed, in one of the ways there are.
Proof tampered(Proof proof) {
  const std::size_t how = one_of(3);
  if (how == 0 || proof.empty())
    proof.insert(proof.begin() + static_cast<std::ptrdiff_t>(one_of(proof.size() + 1)), Digest{});
  else if (how == 1)
    proof.erase(proof.begin() + static_cast<std::ptrdiff_t>(one_of(proof.size())));
  else
    proof[one_of(proof.size())] = other(proof[0]);
  return proof;
}

}  // namespace

TEST_CASE("every leaf of every tree has a proof, that holds for it and nothing else") {
  CHECK(holds("inclusion", [] {
    const std::vector<Digest> leaves = any_leaves(1);
    const TreeNodes nodes(leaves);
    const std::uint64_t size = 1 + one_of(leaves.size());
    const std::uint64_t index = one_of(size);
    const TreeRoot tree{size, root_at(nodes, size)};
    const Proof proof = inclusion_proof(nodes, size, index);
    RC_ASSERT(verify_inclusion(tree, {index, leaves[index]}, proof).ok());
    RC_ASSERT(!verify_inclusion(tree, {index, other(leaves[index])}, proof).ok());
    RC_ASSERT(!verify_inclusion(tree, {index, leaves[index]}, tampered(proof)).ok());
    const std::uint64_t elsewhere = one_of(size + 2);
    RC_ASSERT(elsewhere == index || !verify_inclusion(tree, {elsewhere, leaves[index]}, proof).ok());
  }));
}

TEST_CASE("a tree that grew proves what it was, and what it was not it cannot") {
  CHECK(holds("consistency", [] {
    const std::vector<Digest> leaves = any_leaves(1);
    const TreeNodes nodes(leaves);
    const std::uint64_t size = 1 + one_of(leaves.size());
    const std::uint64_t was = 1 + one_of(size);
    const TreeRoot older{was, root_at(nodes, was)};
    const TreeRoot newer{size, root_at(nodes, size)};
    const Proof proof = consistency_proof(nodes, was, size);
    RC_ASSERT(verify_consistency(older, newer, proof).ok());
    RC_ASSERT(!verify_consistency({was, other(older.digest)}, newer, proof).ok());
    RC_ASSERT(!verify_consistency(older, newer, tampered(proof)).ok());
  }));
}

TEST_CASE("several leaves are proved at once, and none of them can be another") {
  CHECK(holds("several leaves", [] {
    const std::vector<Digest> leaves = any_leaves(1);
    const TreeNodes nodes(leaves);
    const auto wanted = *rc::gen::nonEmpty<std::set<std::uint64_t>>(
        rc::gen::container<std::set<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, leaves.size())));
    const std::vector<std::uint64_t> indexes(wanted.begin(), wanted.end());
    std::vector<ProvedLeaf> proved;
    for (const std::uint64_t index : indexes) proved.push_back({index, leaves[index]});
    const Proof proof = multi_proof(nodes, leaves.size(), indexes);
    RC_ASSERT(verify_multi_proof(nodes.root(), proved, proof).ok());
    RC_ASSERT(!verify_multi_proof(nodes.root(), proved, tampered(proof)).ok());
    ProvedLeaf& one = proved[one_of(proved.size())];
    one.leaf = other(one.leaf);
    RC_ASSERT(!verify_multi_proof(nodes.root(), proved, proof).ok());
  }));
}

TEST_CASE("a tree that grows leaf by leaf, or goes on where a store ended, has the root of the whole") {
  CHECK(holds("growing", [] {
    const std::vector<Digest> leaves = any_leaves(0);
    TreeNodes nodes;
    for (const Digest& leaf : leaves) nodes.append(leaf);
    RC_ASSERT(nodes.root().digest == merkle_root(leaves));
    const std::size_t stored = one_of(leaves.size() + 1);
    Frontier frontier(nodes, stored);
    std::vector<StoredNode> written;
    for (std::size_t i = stored; i < leaves.size(); ++i) frontier.append(leaves[i], written);
    RC_ASSERT(frontier.root() == nodes.root());
    for (const StoredNode& node : written) RC_ASSERT(nodes.node(node.place) == node.digest);
  }));
}

}  // namespace caseload::sync
