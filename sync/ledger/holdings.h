#pragma once

#include <cstdint>

#include "common/base/bytes.h"
#include "sync/ledger/change.h"

namespace caseload::sync {

// Holdings: which (change, section) pairs somebody holds, in one number that is kept up as they come and go.
//
// Shape    the sum, modulo 2^256, of one digest a pair. Pairs are accepted ones; what is pending is nobody's business.
// Promise  equal sets give equal holdings, in whatever order they came. Different ones differ, by accident never;
//          somebody who chooses change ids for it could make two sets meet, which is why receipts and proofs, and not
//          this, say what is true. It finds what was lost or left behind.
class Holdings {
 public:
  void add(const Id& change, SectionNumber section);
  void add(const Holdings& more);  // of other pairs
  void remove(const Id& change, SectionNumber section);
  std::uint64_t count() const { return count_; }
  Digest digest() const { return sum_; }

  friend bool operator==(const Holdings&, const Holdings&) = default;

 private:
  std::uint64_t count_ = 0;
  Digest sum_{};
};

// HeldContent: what the accepted changes say of which somebody holds a part, and where they stand, in one number.
//
// Shape    the sum, modulo 2^256, of one digest a change: over that of its header, which names every part, and its
//          position.
// Promise  as Holdings. Where two hold the same parts and differ in this, one of them has another change under the
//          same name, or at another place.
class HeldContent {
 public:
  void add(const Digest& change, std::uint64_t position);
  void add(const HeldContent& more);
  const Digest& digest() const { return sum_; }

 private:
  Digest sum_{};
};

// Both, of one scope.
struct Tally {
  Holdings parts;
  HeldContent content;

  void add(const Tally& more) {
    parts.add(more.parts);
    content.add(more.content);
  }
};

}  // namespace caseload::sync
