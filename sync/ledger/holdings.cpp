#include "sync/ledger/holdings.h"

#include "common/crypto/hash.h"

namespace caseload::sync {
namespace {

Digest pair_digest(const Id& change, SectionNumber section) {
  Bytes bytes = to_bytes(as_bytes("caseload/holding/1"));
  append(bytes, change.bytes);
  bytes.push_back(section);
  return sha256(bytes);
}

}  // namespace

void Holdings::add(const Id& change, SectionNumber section) {
  const Digest more = pair_digest(change, section);
  unsigned carry = 0;
  for (std::size_t i = sum_.size(); i-- > 0;) {
    carry += unsigned{sum_[i]} + more[i];
    sum_[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  ++count_;
}

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
