#include "sync/session/recent_digests.h"

#include <algorithm>

#include "sync/session/limits.h"

namespace caseload::sync {

std::size_t RecentDigests::ago(const Digest& digest) const {
  const auto found = std::find(said_.rbegin(), said_.rend(), digest);
  return found == said_.rend() ? 0 : static_cast<std::size_t>(found - said_.rbegin()) + 1;
}

void RecentDigests::remember(const Digest& digest, std::size_t ago) {
  if (ago > 0) said_.erase(said_.end() - static_cast<std::ptrdiff_t>(ago));
  if (said_.size() == recent_digests_max) said_.erase(said_.begin());
  said_.push_back(digest);
}

void RecentDigests::say(const Proof& proof, Writer& to) {
  to.varint(proof.size());
  for (const Digest& digest : proof) {
    const std::size_t before = ago(digest);
    to.varint(before);
    if (before == 0) to(digest);
    remember(digest, before);
  }
}

Proof RecentDigests::hear(Reader& from) {
  const std::size_t size = from.elements();
  // A digest takes 32 bytes in full, and one where it is remembered.
  if (size > message_bytes_max / sizeof(Digest)) throw ReadStop(Fault(Fault::too_large, "a proof of so many digests"));
  Proof proof;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t before = from.varint();
    if (before > said_.size()) throw ReadStop(Fault(Fault::bad_value, "a digest that nobody said"));
    Digest digest{};
    if (before > 0) digest = said_[said_.size() - before];
    else from(digest);
    if (before == 0 && ago(digest) > 0) throw ReadStop(Fault(Fault::not_canonical, "a digest spelled out again"));
    remember(digest, before);
    proof.push_back(digest);
  }
  return proof;
}

}  // namespace caseload::sync
