#include "sync/ledger/merkle.h"

#include <bit>

#include "common/crypto/hash.h"
#include "sync/ledger/merkle_range.h"

namespace caseload::sync {

Digest merkle_leaf(BytesView content) {
  Bytes input;
  input.reserve(content.size() + 1);
  input.push_back(0x00);
  append(input, content);
  return sha256(input);
}

Digest merkle_node(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 65> input;
  input[0] = 0x01;
  std::copy(left.begin(), left.end(), input.begin() + 1);
  std::copy(right.begin(), right.end(), input.begin() + 33);
  return sha256(input);
}

Digest merkle_root(std::span<const Digest> leaves) {
  if (leaves.empty()) return sha256({});
  if (leaves.size() == 1) return leaves.front();
  const std::size_t left = left_size(leaves.size());
  return merkle_node(merkle_root(leaves.first(left)), merkle_root(leaves.subspan(left)));
}

Digest range_root(const NodeReader& nodes, LeafRange range) {
  if (range.is_perfect()) return nodes.node(range.place());
  return merkle_node(range_root(nodes, range.left()), range_root(nodes, range.right()));
}

Digest root_at(const NodeReader& nodes, std::uint64_t size) {
  return size == 0 ? merkle_root({}) : range_root(nodes, {0, size});
}

Frontier::Frontier(const NodeReader& nodes, std::uint64_t size) : size_(size) {
  std::uint64_t covered = 0;
  for (int level = 63; level >= 0; --level) {
    if ((size >> level & 1) == 0) continue;
    peaks_.push_back(nodes.node({static_cast<std::uint8_t>(level), covered >> level}));
    covered += std::uint64_t{1} << level;
  }
}

void Frontier::append(const Digest& leaf, std::vector<StoredNode>& to_write) {
  StoredNode grown{{0, size_}, leaf};
  to_write.push_back(grown);
  for (; (size_ >> grown.place.level & 1) != 0; peaks_.pop_back()) {
    grown.digest = merkle_node(peaks_.back(), grown.digest);
    grown.place = {static_cast<std::uint8_t>(grown.place.level + 1), grown.place.index >> 1};
    to_write.push_back(grown);
  }
  peaks_.push_back(grown.digest);
  ++size_;
}

TreeRoot Frontier::root() const {
  if (peaks_.empty()) return {0, merkle_root({})};
  Digest root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i > 0; --i) root = merkle_node(peaks_[i - 1], root);
  return {size_, root};
}

TreeNodes::TreeNodes(std::span<const Digest> leaves) {
  for (const Digest& leaf : leaves) append(leaf);
}

void TreeNodes::append(const Digest& leaf) {
  std::vector<StoredNode> grown;
  frontier_.append(leaf, grown);
  for (const StoredNode& node : grown) {
    if (levels_.size() <= node.place.level) levels_.emplace_back();
    levels_[node.place.level].push_back(node.digest);
  }
}

Digest TreeNodes::node(NodePlace place) const {
  CHECK(place.level < levels_.size() && place.index < levels_[place.level].size(), "a node that the tree has");
  return levels_[place.level][place.index];
}

}  // namespace caseload::sync
