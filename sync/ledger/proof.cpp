#include "sync/ledger/proof.h"

#include <algorithm>
#include <optional>

#include "sync/ledger/merkle_range.h"

namespace caseload::sync {
namespace {

// Each kind of proof is one walk over the halves, written twice: once giving digests, once taking them in the
// same order. Where the taking runs out, the walk ends with nothing.
class ProofReader {
 public:
  explicit ProofReader(std::span<const Digest> proof) : left_(proof) {}
  std::optional<Digest> take() {
    if (left_.empty()) return std::nullopt;
    const Digest taken = left_.front();
    left_ = left_.subspan(1);
    return taken;
  }
  bool is_finished() const { return left_.empty(); }

 private:
  std::span<const Digest> left_;
};

std::optional<Digest> joined(const std::optional<Digest>& left, const std::optional<Digest>& right) {
  if (!left || !right) return std::nullopt;
  return merkle_node(*left, *right);
}

Fault refused(const char* why) { return Fault(Fault::bad_proof, why); }

void prove_inclusion(const NodeReader& nodes, LeafRange range, std::uint64_t index, Proof& proof) {
  if (range.size == 1) return;
  const bool is_left = index < range.right().begin;
  prove_inclusion(nodes, is_left ? range.left() : range.right(), index, proof);
  proof.push_back(range_root(nodes, is_left ? range.right() : range.left()));
}

std::optional<Digest> include(LeafRange range, const ProvedLeaf& leaf, ProofReader& proof) {
  if (range.size == 1) return leaf.leaf;
  const bool is_left = leaf.index < range.right().begin;
  const std::optional<Digest> ours = include(is_left ? range.left() : range.right(), leaf, proof);
  const std::optional<Digest> other = proof.take();
  return is_left ? joined(ours, other) : joined(other, ours);
}

// The older tree ends at `older`, inside this range or where it ends. A range that is the whole older tree begins
// at 0: its root is known to the reader, and not sent.
void prove_consistency(const NodeReader& nodes, LeafRange range, std::uint64_t older, Proof& proof) {
  if (older == range.begin + range.size) {
    if (range.begin > 0) proof.push_back(range_root(nodes, range));
    return;
  }
  const bool is_left = older <= range.right().begin;
  prove_consistency(nodes, is_left ? range.left() : range.right(), older, proof);
  proof.push_back(range_root(nodes, is_left ? range.right() : range.left()));
}

struct BothRoots {
  std::optional<Digest> older;
  std::optional<Digest> newer;
};

BothRoots consist(LeafRange range, const TreeRoot& older, ProofReader& proof) {
  if (older.size == range.begin + range.size) {
    const std::optional<Digest> same = range.begin == 0 ? older.digest : proof.take();
    return {same, same};
  }
  const bool is_left = older.size <= range.right().begin;
  const BothRoots inner = consist(is_left ? range.left() : range.right(), older, proof);
  const std::optional<Digest> other = proof.take();
  if (is_left) return {inner.older, joined(inner.newer, other)};
  return {joined(other, inner.older), joined(other, inner.newer)};
}

std::uint64_t index_of(std::uint64_t index) { return index; }
std::uint64_t index_of(const ProvedLeaf& leaf) { return leaf.index; }

// How many of the indexes, or leaves, stand before the middle.
template <class T>
std::size_t count_before(std::span<const T> all, std::uint64_t middle) {
  const auto stands_before = [&](const T& one) { return index_of(one) < middle; };
  return static_cast<std::size_t>(std::partition_point(all.begin(), all.end(), stands_before) - all.begin());
}

template <class T>
bool is_ascending(std::span<const T> all) {
  const auto out_of_order = [](const T& a, const T& b) { return index_of(a) >= index_of(b); };
  return std::adjacent_find(all.begin(), all.end(), out_of_order) == all.end();
}

using Indexes = std::span<const std::uint64_t>;
using Leaves = std::span<const ProvedLeaf>;

void prove_many(const NodeReader& nodes, LeafRange range, Indexes indexes, Proof& proof) {
  if (indexes.empty()) {
    proof.push_back(range_root(nodes, range));
  } else if (range.size > indexes.size()) {  // equal: every leaf here is proved, and nothing is needed
    const std::size_t left = count_before(indexes, range.right().begin);
    prove_many(nodes, range.left(), indexes.first(left), proof);
    prove_many(nodes, range.right(), indexes.subspan(left), proof);
  }
}

std::optional<Digest> include_many(LeafRange range, Leaves leaves, ProofReader& proof) {
  if (leaves.empty()) return proof.take();
  if (range.size == 1) return leaves.front().leaf;
  const std::size_t left = count_before(leaves, range.right().begin);
  const std::optional<Digest> before = include_many(range.left(), leaves.first(left), proof);
  if (!before) return std::nullopt;
  return joined(before, include_many(range.right(), leaves.subspan(left), proof));
}

Result<void> judge(const std::optional<Digest>& computed, const Digest& root, const ProofReader& proof) {
  if (!computed) return refused("too few digests");
  if (!proof.is_finished()) return refused("too many digests");
  if (*computed != root) return refused("it leads to another root");
  return {};
}

}  // namespace

Proof inclusion_proof(const NodeReader& nodes, std::uint64_t size, std::uint64_t index) {
  CHECK(index < size, "a proof for a leaf of the tree");
  Proof proof;
  prove_inclusion(nodes, {0, size}, index, proof);
  return proof;
}

Result<void> verify_inclusion(const TreeRoot& tree, const ProvedLeaf& leaf, std::span<const Digest> proof) {
  if (leaf.index >= tree.size) return refused("a leaf outside the tree");
  ProofReader reader(proof);
  const std::optional<Digest> computed = include({0, tree.size}, leaf, reader);
  return judge(computed, tree.digest, reader);
}

Proof consistency_proof(const NodeReader& nodes, std::uint64_t older, std::uint64_t newer) {
  CHECK(older <= newer, "the older tree is not the larger one");
  Proof proof;
  if (older > 0) prove_consistency(nodes, {0, newer}, older, proof);
  return proof;
}

Result<void> verify_consistency(const TreeRoot& older, const TreeRoot& newer, std::span<const Digest> proof) {
  if (older.size > newer.size) return refused("the older tree is larger");
  if (older.size == newer.size && older != newer) return refused("two roots of one size");
  ProofReader reader(proof);
  if (older.size == 0) return judge(merkle_root({}), older.digest, reader);
  const BothRoots computed = consist({0, newer.size}, older, reader);
  const Result<void> newer_holds = judge(computed.newer, newer.digest, reader);
  if (!newer_holds) return newer_holds;
  return judge(computed.older, older.digest, reader);
}

Proof multi_proof(const NodeReader& nodes, std::uint64_t size, std::span<const std::uint64_t> indexes) {
  CHECK(!indexes.empty() && indexes.back() < size, "a proof for leaves of the tree");
  CHECK(is_ascending(indexes), "ascending, each once");
  Proof proof;
  prove_many(nodes, {0, size}, indexes, proof);
  return proof;
}

Result<void> verify_multi_proof(const TreeRoot& tree, std::span<const ProvedLeaf> leaves,
                                std::span<const Digest> proof) {
  if (leaves.empty()) return refused("no leaf");
  if (leaves.back().index >= tree.size) return refused("a leaf outside the tree");
  if (!is_ascending(leaves)) return refused("leaves out of order");
  ProofReader reader(proof);
  const std::optional<Digest> computed = include_many({0, tree.size}, leaves, reader);
  return judge(computed, tree.digest, reader);
}

}  // namespace caseload::sync
