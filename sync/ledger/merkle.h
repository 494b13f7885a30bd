#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "common/base/bytes.h"

namespace caseload::sync {

// The Merkle tree of RFC 6962 with SHA-256: one module for the changes of a segment and for the acceptances of
// the ledger. A tree is known by its size and root; the root alone does not say how many leaves it has, so
// nobody signs it alone. What is stored are the roots of perfect subtrees, which never change; every other root
// is computed from them.
struct TreeRoot {
  std::uint64_t size = 0;
  Digest digest{};

  friend bool operator==(const TreeRoot&, const TreeRoot&) = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(size, digest);
  }
};

// Hashes apart from each other: a leaf can never pass for an inner node.
Digest merkle_leaf(BytesView content);
Digest merkle_node(const Digest& left, const Digest& right);
Digest merkle_root(std::span<const Digest> leaves);  // of leaf hashes; of none, the digest of nothing

// Where a perfect subtree stands: the leaves [index << level, (index + 1) << level).
struct NodePlace {
  std::uint8_t level = 0;
  std::uint64_t index = 0;

  friend auto operator<=>(const NodePlace&, const NodePlace&) = default;
};
struct StoredNode {
  NodePlace place;
  Digest digest{};
};

// NodeReader: a store of nodes, seen from here. It is asked only for subtrees that are complete in the size at
// hand; that the store has them is its own promise, so a missing one is a Breakage and no Fault.
class NodeReader {
 public:
  virtual ~NodeReader() = default;
  virtual Digest node(NodePlace place) const = 0;
};

Digest root_at(const NodeReader& nodes, std::uint64_t size);

// Frontier: the right edge of a growing tree, all that appending needs.
//
// Promise  append() gives the nodes to be written, the leaf first and then every subtree that it completes; the
//          caller may gather those of a whole commit. A leaf costs one hash on average, and no reading.
// Threads  one owner.
class Frontier {
 public:
  Frontier() = default;
  Frontier(const NodeReader& nodes, std::uint64_t size);  // goes on where a store ends

  void append(const Digest& leaf, std::vector<StoredNode>& to_write);
  std::uint64_t size() const { return size_; }
  TreeRoot root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Digest> peaks_;  // the largest subtree first: one for each bit of size_
};

// TreeNodes: a whole tree in memory, for a segment's changes and for stores that live there.
class TreeNodes : public NodeReader {
 public:
  TreeNodes() = default;
  explicit TreeNodes(std::span<const Digest> leaves);

  void append(const Digest& leaf);
  Digest node(NodePlace place) const override;
  TreeRoot root() const { return frontier_.root(); }

 private:
  Frontier frontier_;
  std::vector<std::vector<Digest>> levels_;
};

}  // namespace caseload::sync
