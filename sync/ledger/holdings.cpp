#include "sync/ledger/holdings.h"

#include "common/codec/codec.h"
#include "common/crypto/hash.h"

namespace caseload::sync {
namespace {

Digest pair_digest(const Id& change, SectionNumber section) {
  Bytes bytes = to_bytes(as_bytes("caseload/holding/1"));
  append(bytes, change.bytes);
  bytes.push_back(section);
  return sha256(bytes);
}

void add_to(Digest& sum, const Digest& more) {
  unsigned carry = 0;
  for (std::size_t i = sum.size(); i-- > 0;) {
    carry += unsigned{sum[i]} + more[i];
    sum[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
}

}  // namespace

void Holdings::add(const Id& change, SectionNumber section) {
  add_to(sum_, pair_digest(change, section));
  ++count_;
}

void Holdings::add(const Holdings& more) {
  add_to(sum_, more.sum_);
  count_ += more.count_;
}

void HeldContent::add(const Digest& change, std::uint64_t position) {
  Bytes bytes = to_bytes(as_bytes("caseload/held_change/1"));
  append(bytes, change);
  append(bytes, encode(position));
  add_to(sum_, sha256(bytes));
}

void HeldContent::add(const HeldContent& more) { add_to(sum_, more.sum_); }

void Holdings::remove(const Id& change, SectionNumber section) {
  const Digest less = pair_digest(change, section);
  int borrow = 0;
  for (std::size_t i = sum_.size(); i-- > 0;) {
    const int difference = int{sum_[i]} - int{less[i]} - borrow;
    sum_[i] = static_cast<std::uint8_t>(difference);
    borrow = difference < 0 ? 1 : 0;
  }
  --count_;
}

}  // namespace caseload::sync
