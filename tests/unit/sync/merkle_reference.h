#pragma once

#include <bit>
#include <map>
#include <set>

#include "common/crypto/hash.h"
#include "sync/ledger/proof.h"

namespace caseload::sync {

inline Digest leaf(std::uint64_t number) {
  Bytes content;
  append_u64(content, number);
  return merkle_leaf(content);
}

inline std::vector<Digest> leaves(std::uint64_t count) {
  std::vector<Digest> made;
  for (std::uint64_t i = 0; i < count; ++i) made.push_back(leaf(i));
  return made;
}

// ReferenceTree: RFC 6962, section 2.1, written a second time and from its text.
class ReferenceTree {
 public:
  Digest mth(std::uint64_t begin, std::uint64_t end) {
    if (begin == end) return sha256({});
    if (end - begin == 1) return leaf(begin);
    const auto found = roots_.find({begin, end});
    if (found != roots_.end()) return found->second;
    const std::uint64_t k = half(end - begin);
    Bytes input{0x01};
    append(input, mth(begin, begin + k));
    append(input, mth(begin + k, end));
    return roots_[{begin, end}] = sha256(input);
  }
  Proof path(std::uint64_t m, std::uint64_t begin, std::uint64_t end) {
    if (end - begin == 1) return {};
    const std::uint64_t k = half(end - begin);
    Proof proof = m < k ? path(m, begin, begin + k) : path(m - k, begin + k, end);
    proof.push_back(m < k ? mth(begin + k, end) : mth(begin, begin + k));
    return proof;
  }
  Proof subproof(std::uint64_t m, std::uint64_t begin, std::uint64_t end, bool b) {
    if (m == end - begin) return b ? Proof{} : Proof{mth(begin, end)};
    const std::uint64_t k = half(end - begin);
    Proof proof = m <= k ? subproof(m, begin, begin + k, b) : subproof(m - k, begin + k, end, false);
    proof.push_back(m <= k ? mth(begin + k, end) : mth(begin, begin + k));
    return proof;
  }
  // Every subtree without a proved leaf whose parent has one.
  Proof many(std::uint64_t begin, std::uint64_t end, const std::set<std::uint64_t>& proved) {
    bool some = false;
    for (std::uint64_t i = begin; i < end; ++i) some = some || proved.contains(i);
    if (!some) return {mth(begin, end)};
    if (end - begin == 1) return {};
    const std::uint64_t k = half(end - begin);
    Proof proof = many(begin, begin + k, proved);
    for (const Digest& digest : many(begin + k, end, proved)) proof.push_back(digest);
    return proof;
  }

 private:
  static std::uint64_t half(std::uint64_t n) {
    std::uint64_t k = 1;
    while (k * 2 < n) k *= 2;
    return k;
  }

  std::map<std::pair<std::uint64_t, std::uint64_t>, Digest> roots_;
};

// The two verifications as RFC 9162 (2.1.3.2, 2.1.4.2) writes them: with shifts, not with recursion.
inline bool verify_by_shifts(const TreeRoot& tree, const ProvedLeaf& proved, const Proof& proof) {
  std::uint64_t fn = proved.index;
  std::uint64_t sn = tree.size - 1;
  Digest r = proved.leaf;
  for (const Digest& p : proof) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      r = merkle_node(p, r);
      for (; (fn & 1) == 0 && fn != 0; sn >>= 1) fn >>= 1;
    } else {
      r = merkle_node(r, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == tree.digest;
}

inline bool consistent_by_shifts(const TreeRoot& older, const TreeRoot& newer, Proof proof) {
  if (older.size == newer.size) return proof.empty() && older == newer;
  if (std::has_single_bit(older.size)) proof.insert(proof.begin(), older.digest);
  if (proof.empty()) return false;
  std::uint64_t fn = older.size - 1;
  std::uint64_t sn = newer.size - 1;
  for (; (fn & 1) != 0; sn >>= 1) fn >>= 1;
  Digest fr = proof[0];
  Digest sr = proof[0];
  for (std::size_t i = 1; i < proof.size(); ++i) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      fr = merkle_node(proof[i], fr);
      sr = merkle_node(proof[i], sr);
      for (; (fn & 1) == 0 && fn != 0; sn >>= 1) fn >>= 1;
    } else {
      sr = merkle_node(sr, proof[i]);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == older.digest && sr == newer.digest;
}

}  // namespace caseload::sync
