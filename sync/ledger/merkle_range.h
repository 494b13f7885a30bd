#pragma once

#include <bit>

#include "sync/ledger/merkle.h"

namespace caseload::sync {

// How RFC 6962 divides a tree: on the left, the largest power of two that is smaller than the whole. Building
// and every kind of proof walk these same halves; that is why proofs need no directions in them.

// Requires size >= 2.
constexpr std::uint64_t left_size(std::uint64_t size) { return std::bit_floor(size - 1); }

// The leaves [begin, begin + size), as the division of a larger tree gives them: begin is a multiple of the
// power of two not below size.
struct LeafRange {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;

  bool is_perfect() const { return std::has_single_bit(size); }
  NodePlace place() const {
    const int level = std::countr_zero(size);
    return {static_cast<std::uint8_t>(level), begin >> level};
  }
  LeafRange left() const { return {begin, left_size(size)}; }
  LeafRange right() const { return {begin + left_size(size), size - left_size(size)}; }
};

// Requires size >= 1.
Digest range_root(const NodeReader& nodes, LeafRange range);

}  // namespace caseload::sync
