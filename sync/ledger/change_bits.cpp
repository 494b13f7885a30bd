#include "sync/ledger/change_bits.h"

namespace caseload::sync {

ChangeBits ChangeBits::first(std::size_t count) {
  CHECK(count <= segment_changes_max, "no more changes than a segment has");
  ChangeBits all;
  for (std::size_t i = 0; i < count; ++i) all.add(i);
  return all;
}

void ChangeBits::save(Writer& to) const {
  Bytes bytes(segment_changes_max / 8);
  std::size_t used = 0;
  for (std::size_t i = 0; i < segment_changes_max; ++i) {
    if (!bits_.test(i)) continue;
    bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | 1U << i % 8);
    used = i / 8 + 1;
  }
  bytes.resize(used);
  to(bytes);
}

void ChangeBits::load(Reader& from) {
  const BytesView bytes = from.raw(from.length());
  if (bytes.size() > segment_changes_max / 8) throw ReadStop(Fault::too_large);
  if (!bytes.empty() && bytes.back() == 0) throw ReadStop(Fault::not_canonical);
  bits_.reset();
  for (std::size_t i = 0; i < 8 * bytes.size(); ++i) bits_[i] = (bytes[i / 8] >> i % 8 & 1) != 0;
}

}  // namespace caseload::sync
