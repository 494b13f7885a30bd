#include "sync/ledger/merkle.h"

#include <set>

#include "common/base/random.h"
#include "tests/unit/sync/merkle_reference.h"

#include "tests/support/test.h"

using namespace caseload;
using namespace caseload::sync;

namespace {

constexpr std::uint64_t all_sizes_max = 300;

// Calls `check` with each proof that differs from this one: in one byte, by one digest too few or too many, or in
// its order.
template <class Check>
void for_each_mutation(const Proof& proof, Check check) {
  for (std::size_t i = 0; i < proof.size(); ++i) {
    for (std::size_t byte = 0; byte < 32; ++byte) {
      Proof other = proof;
      other[i][byte] ^= static_cast<std::uint8_t>(1U << (i + byte) % 8);
      check(other);
    }
    Proof shorter = proof;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    check(shorter);
    Proof twice = proof;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), proof[i]);
    check(twice);
    Proof swapped = proof;
    std::swap(swapped[i], swapped[(i + 1) % proof.size()]);
    if (swapped != proof) check(swapped);
  }
  Proof longer = proof;
  longer.push_back(Digest{});
  check(longer);
}

std::vector<ProvedLeaf> proved(const std::vector<std::uint64_t>& indexes) {
  std::vector<ProvedLeaf> made;
  for (const std::uint64_t index : indexes) made.push_back({index, leaf(index)});
  return made;
}

std::vector<std::uint64_t> some_indexes(SeededRandom& random, std::uint64_t size) {
  std::set<std::uint64_t> chosen{random.below(size)};
  const std::uint64_t dense = 1 + random.below(8);
  for (std::uint64_t i = 0; i < size; ++i) {
    if (random.chance(1, static_cast<std::uint32_t>(dense * dense))) chosen.insert(i);
  }
  return {chosen.begin(), chosen.end()};
}

std::vector<std::uint64_t> run_of(std::uint64_t begin, std::uint64_t count) {
  std::vector<std::uint64_t> indexes(count);
  for (std::uint64_t i = 0; i < count; ++i) indexes[i] = begin + i;
  return indexes;
}

Digest digest_of(const char* hex) { return *take_exactly<32>(*from_hex(hex)); }

// The tree that certificate-transparency tests itself with.
constexpr const char* known_leaves[] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
constexpr const char* known_roots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
constexpr const char* node_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
constexpr const char* node_2_3 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
constexpr const char* node_4_7 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
constexpr const char* node_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
constexpr const char* node_6_7 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
constexpr const char* node_4_5 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";

std::vector<Digest> known_tree() {
  std::vector<Digest> made;
  for (const char* hex : known_leaves) made.push_back(merkle_leaf(*from_hex(hex)));
  return made;
}

Proof proof_of(const std::vector<const char*>& digests) {
  Proof made;
  for (const char* hex : digests) made.push_back(digest_of(hex));
  return made;
}

}  // namespace

TEST_CASE("the well-known tree has its well-known roots, however they are computed") {
  const std::vector<Digest> known = known_tree();
  for (std::size_t size = 0; size <= known.size(); ++size) {
    CAPTURE(size);
    const std::span<const Digest> some = std::span(known).first(size);
    const TreeNodes nodes(some);
    CHECK(to_hex(merkle_root(some)) == known_roots[size]);
    CHECK(to_hex(root_at(nodes, size)) == known_roots[size]);
    CHECK(to_hex(nodes.root().digest) == known_roots[size]);
    CHECK(nodes.root().size == size);
  }
}

TEST_CASE("the well-known tree has its well-known inclusion paths") {
  struct Row {
    std::uint64_t index;
    std::uint64_t size;
    std::vector<const char*> path;
  };
  const TreeNodes nodes(known_tree());
  for (const Row& row : {Row{0, 1, {}}, Row{0, 8, {node_1, node_2_3, node_4_7}},
                         Row{5, 8, {node_4, node_6_7, known_roots[4]}}, Row{2, 3, {known_roots[2]}},
                         Row{1, 5, {known_roots[1], node_2_3, node_4}}}) {
    CAPTURE(row.index);
    CHECK(inclusion_proof(nodes, row.size, row.index) == proof_of(row.path));
    const TreeRoot tree{row.size, digest_of(known_roots[row.size])};
    CHECK(verify_inclusion(tree, {row.index, known_tree()[row.index]}, proof_of(row.path)).ok());
  }
}

TEST_CASE("the well-known tree has its well-known consistency proofs") {
  struct Row {
    std::uint64_t older;
    std::uint64_t newer;
    std::vector<const char*> proof;
  };
  const TreeNodes nodes(known_tree());
  for (const Row& row : {Row{1, 1, {}}, Row{1, 8, {node_1, node_2_3, node_4_7}},
                         Row{6, 8, {node_4_5, node_6_7, known_roots[4]}}, Row{2, 5, {node_2_3, node_4}}}) {
    CAPTURE(row.older);
    CHECK(consistency_proof(nodes, row.older, row.newer) == proof_of(row.proof));
    const TreeRoot older{row.older, digest_of(known_roots[row.older])};
    const TreeRoot newer{row.newer, digest_of(known_roots[row.newer])};
    CHECK(verify_consistency(older, newer, proof_of(row.proof)).ok());
  }
}

TEST_CASE("appending writes each perfect subtree once, and goes on from a store as if it had never stopped") {
  TreeNodes nodes;
  ReferenceTree reference;
  std::set<NodePlace> written;
  Frontier unbroken;
  for (std::uint64_t size = 0; size < all_sizes_max; ++size) {
    CAPTURE(size);
    Frontier resumed(nodes, size);
    std::vector<StoredNode> of_resumed;
    std::vector<StoredNode> of_unbroken;
    resumed.append(leaf(size), of_resumed);
    unbroken.append(leaf(size), of_unbroken);
    nodes.append(leaf(size));
    CHECK(resumed.root() == unbroken.root());
    REQUIRE(of_resumed.size() == of_unbroken.size());
    for (std::size_t i = 0; i < of_resumed.size(); ++i) {
      const StoredNode& node = of_resumed[i];
      CHECK(node.place == of_unbroken[i].place);
      CHECK(node.digest == of_unbroken[i].digest);
      CHECK(written.insert(node.place).second);
      const std::uint64_t begin = node.place.index << node.place.level;
      CHECK(node.digest == reference.mth(begin, begin + (std::uint64_t{1} << node.place.level)));
    }
    CHECK(root_at(nodes, size + 1) == reference.mth(0, size + 1));
    CHECK(unbroken.root() == TreeRoot{size + 1, reference.mth(0, size + 1)});
  }
  CHECK(written.size() < 2 * all_sizes_max);
}

TEST_CASE("every leaf of every tree is proved, as the RFC proves it") {
  const TreeNodes nodes(leaves(all_sizes_max));
  ReferenceTree reference;
  for (std::uint64_t size = 1; size <= all_sizes_max; ++size) {
    const TreeRoot tree{size, reference.mth(0, size)};
    for (std::uint64_t index = 0; index < size; ++index) {
      const Proof proof = inclusion_proof(nodes, size, index);
      REQUIRE(proof == reference.path(index, 0, size));
      REQUIRE(verify_inclusion(tree, {index, leaf(index)}, proof).ok());
      REQUIRE(verify_by_shifts(tree, {index, leaf(index)}, proof));
      if (index > 0) REQUIRE_FALSE(verify_inclusion(tree, {index - 1, leaf(index)}, proof).ok());
      REQUIRE_FALSE(verify_inclusion(tree, {index + 1, leaf(index)}, proof).ok());
      REQUIRE_FALSE(verify_inclusion(tree, {index, leaf(index + 1)}, proof).ok());
      REQUIRE_FALSE(verify_inclusion({size + 1, reference.mth(0, size + 1)}, {index, leaf(index)}, proof).ok());
    }
  }
}

TEST_CASE("every tree is proved to begin with every smaller one, as the RFC proves it") {
  const TreeNodes nodes(leaves(all_sizes_max + 1));
  ReferenceTree reference;
  for (std::uint64_t newer = 0; newer <= all_sizes_max; ++newer) {
    const TreeRoot new_tree{newer, reference.mth(0, newer)};
    for (std::uint64_t older = 0; older <= newer; ++older) {
      const TreeRoot old_tree{older, reference.mth(0, older)};
      const Proof proof = consistency_proof(nodes, older, newer);
      if (older > 0) REQUIRE(proof == reference.subproof(older, 0, newer, true));
      REQUIRE(verify_consistency(old_tree, new_tree, proof).ok());
      if (older == 0) continue;
      REQUIRE(consistent_by_shifts(old_tree, new_tree, proof));
      REQUIRE_FALSE(verify_consistency({older, leaf(older)}, new_tree, proof).ok());
      REQUIRE_FALSE(verify_consistency(old_tree, {newer, leaf(older)}, proof).ok());
      if (older > 1) REQUIRE_FALSE(verify_consistency({older - 1, reference.mth(0, older - 1)}, new_tree, proof).ok());
      REQUIRE_FALSE(verify_consistency(old_tree, {newer + 1, reference.mth(0, newer + 1)}, proof).ok());
      if (older < newer) REQUIRE_FALSE(verify_consistency(new_tree, old_tree, proof).ok());
    }
  }
}

TEST_CASE("the empty tree is a beginning of every tree, but only the true one") {
  const TreeRoot empty{0, merkle_root({})};
  const TreeRoot other{5, leaf(5)};
  CHECK(verify_consistency(empty, empty, {}).ok());
  CHECK(verify_consistency(empty, other, {}).ok());
  CHECK(verify_consistency({0, leaf(1)}, other, {}).fault() == Fault::bad_proof);
  CHECK(verify_consistency(empty, {0, leaf(1)}, {}).fault() == Fault::bad_proof);
  CHECK(verify_consistency(empty, other, Proof{leaf(1)}).fault() == Fault::bad_proof);
  CHECK(verify_inclusion(empty, {0, leaf(0)}, {}).fault() == Fault::bad_proof);
  CHECK(verify_multi_proof(empty, proved({0}), {}).fault() == Fault::bad_proof);
}

TEST_CASE("no altered, shortened, lengthened or reordered proof holds") {
  constexpr std::uint64_t sizes_max = 40;
  const TreeNodes nodes(leaves(sizes_max));
  for (std::uint64_t size = 1; size <= sizes_max; ++size) {
    const TreeRoot tree{size, root_at(nodes, size)};
    for (std::uint64_t index = 0; index < size; ++index) {
      for_each_mutation(inclusion_proof(nodes, size, index), [&](const Proof& other) {
        REQUIRE(verify_inclusion(tree, {index, leaf(index)}, other).fault() == Fault::bad_proof);
      });
      const TreeRoot older{index, root_at(nodes, index)};
      for_each_mutation(consistency_proof(nodes, index, size), [&](const Proof& other) {
        REQUIRE(verify_consistency(older, tree, other).fault() == Fault::bad_proof);
      });
    }
  }
}

TEST_CASE("several leaves are proved at once by exactly the digests that are missing") {
  const TreeNodes nodes(leaves(all_sizes_max));
  ReferenceTree reference;
  SeededRandom random(20261122);
  for (int round = 0; round < 2000; ++round) {
    CAPTURE(round);
    const std::uint64_t size = 1 + random.below(all_sizes_max);
    const std::vector<std::uint64_t> indexes = some_indexes(random, size);
    const Proof proof = multi_proof(nodes, size, indexes);
    REQUIRE(proof == reference.many(0, size, {indexes.begin(), indexes.end()}));
    REQUIRE(verify_multi_proof({size, reference.mth(0, size)}, proved(indexes), proof).ok());
  }
}

TEST_CASE("no altered multi-proof holds, nor one for other leaves, places or trees") {
  constexpr std::uint64_t sizes_max = 70;
  const TreeNodes nodes(leaves(sizes_max + 1));
  SeededRandom random(7);
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    const std::uint64_t size = 2 + random.below(sizes_max - 1);
    const TreeRoot tree{size, root_at(nodes, size)};
    const std::vector<std::uint64_t> indexes = some_indexes(random, size);
    const std::vector<ProvedLeaf> right = proved(indexes);
    const Proof proof = multi_proof(nodes, size, indexes);
    for_each_mutation(proof, [&](const Proof& other) {
      REQUIRE(verify_multi_proof(tree, right, other).fault() == Fault::bad_proof);
    });
    for (std::size_t i = 0; i < right.size(); ++i) {
      std::vector<ProvedLeaf> other = right;
      other[i].leaf[random.below(32)] ^= 0x10;
      REQUIRE_FALSE(verify_multi_proof(tree, other, proof).ok());
      for (const std::uint64_t elsewhere : {right[i].index + 1, right[i].index - 1, size, ~std::uint64_t{0}}) {
        other = right;
        other[i].index = elsewhere;
        REQUIRE_FALSE(verify_multi_proof(tree, other, proof).ok());
      }
      other = right;
      other.erase(other.begin() + static_cast<std::ptrdiff_t>(i));
      REQUIRE_FALSE(verify_multi_proof(tree, other, proof).ok());
      other = right;
      other.insert(other.begin() + static_cast<std::ptrdiff_t>(i), right[i]);
      REQUIRE_FALSE(verify_multi_proof(tree, other, proof).ok());
      other = right;
      std::swap(other[i], other[0]);
      if (i > 0) REQUIRE_FALSE(verify_multi_proof(tree, other, proof).ok());
    }
    REQUIRE_FALSE(verify_multi_proof({size + 1, root_at(nodes, size + 1)}, right, proof).ok());
    REQUIRE_FALSE(verify_multi_proof({size - 1, root_at(nodes, size - 1)}, right, proof).ok());
    REQUIRE_FALSE(verify_multi_proof(tree, {}, proof).ok());
  }
}

TEST_CASE("a whole segment needs no proof, and neighbours in a large ledger need few digests") {
  const TreeNodes segment(leaves(256));
  CHECK(multi_proof(segment, 256, run_of(0, 256)).empty());
  CHECK(verify_multi_proof(segment.root(), proved(run_of(0, 256)), {}).ok());

  const std::uint64_t size = 100'003;
  const TreeNodes ledger(leaves(size));
  for (const std::uint64_t begin : {std::uint64_t{0}, std::uint64_t{31'415}, size - 500}) {
    CAPTURE(begin);
    const Proof proof = multi_proof(ledger, size, run_of(begin, 500));
    CHECK(proof.size() <= 2 * 17);
    CHECK(verify_multi_proof(ledger.root(), proved(run_of(begin, 500)), proof).ok());
  }
}

TEST_CASE("a tree of impossible size costs little and proves nothing") {
  for (const std::uint64_t size : {std::uint64_t{1} << 62, ~std::uint64_t{0}, std::uint64_t{1} << 63}) {
    const TreeRoot tree{size, leaf(1)};
    const Proof long_proof(1000, leaf(2));
    CHECK(verify_inclusion(tree, {size - 1, leaf(1)}, long_proof).fault() == Fault::bad_proof);
    CHECK(verify_inclusion(tree, {size, leaf(1)}, long_proof).fault() == Fault::bad_proof);
    CHECK(verify_consistency({size / 3, leaf(2)}, tree, long_proof).fault() == Fault::bad_proof);
    CHECK(verify_consistency({size / 3, leaf(2)}, tree, {}).fault() == Fault::bad_proof);
    CHECK(verify_multi_proof(tree, proved({0, 7, size - 1}), long_proof).fault() == Fault::bad_proof);
  }
}

TEST_CASE("a leaf never passes for an inner node") {
  Bytes two_leaves;
  append(two_leaves, leaf(0));
  append(two_leaves, leaf(1));
  CHECK(merkle_leaf(two_leaves) != merkle_node(leaf(0), leaf(1)));
  CHECK(merkle_leaf({}) != merkle_root({}));
}
